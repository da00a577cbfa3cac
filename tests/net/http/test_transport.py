"""Our pool under httpx: its requests and responses, its exceptions, its clients."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import httpx
import pytest
from origins import origin

from line_sim.errors import TargetNotAllowedError
from line_sim.net.http.client import async_client, client, in_process
from line_sim.net.http.pool import Pool
from line_sim.net.http.transport import Transport
from line_sim.net.serve import Server


async def asgi(
    scope: MutableMapping[str, Any],
    _receive: object,
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """Answer with the path, or lead away."""
    headers = [(b"location", b"http://192.0.2.1/")] if scope["path"] == "/away" else []
    status = 307 if headers else 200
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


def test_a_prepared_request_goes_out_and_its_response_is_httpxs_own() -> None:
    async def run() -> tuple[httpx.Response, bytes]:
        answer = b'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"a":1}'
        transport = Transport(Pool())
        async with origin(answer) as served, httpx.AsyncClient(transport=transport) as made:
            request = made.build_request("POST", served.url, content=b"{}", headers={"X-A": "b"})
            return await made.send(request), served.requests[0]

    response, seen = asyncio.run(run())

    assert (200, '{"a":1}') == (response.status_code, response.text)
    assert 1 == seen.lower().count(b"host: ") == seen.lower().count(b"content-length: 2\r\n")
    assert b"X-A: b" in seen
    assert seen.endswith(b"\r\n\r\n{}")


def test_a_body_that_comes_in_parts_goes_out_whole() -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    async def run() -> bytes:
        async with origin(b"HTTP/1.1 204 No Content\r\n\r\n") as served, async_client() as made:
            await made.post(served.url, content=parts())
            return served.requests[0]

    seen = asyncio.run(run())

    assert seen.endswith(b"content-length: 7\r\n\r\none two")
    assert b"transfer-encoding" not in seen.lower()


def test_a_compressed_answer_is_unpacked() -> None:
    packed = gzip.compress(b"hello")
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(packed)

    async def run() -> str:
        async with origin(head + packed) as served, async_client() as made:
            return (await made.get(served.url)).text

    assert "hello" == asyncio.run(run())


def test_the_answer_to_head_has_no_body_to_wait_for() -> None:
    async def run() -> tuple[list[int], int]:
        head = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"
        async with origin(head) as served, async_client() as made:
            found = [(await made.head(served.url)).status_code for _ in range(2)]
            return found, served.connections

    assert ([200, 200], 2) == asyncio.run(run())


def test_the_transport_called_directly_tells_when_bytes_are_handed_over() -> None:
    async def run() -> list[object]:
        told: list[object] = []
        async with origin(b"HTTP/1.1 204 No Content\r\n\r\n") as served:
            transport = Transport(Pool())
            request = httpx.Request(
                "POST", served.url, extensions={"handed_over": lambda: told.append("handed over")}
            )
            told.append((await transport.handle_async_request(request)).status_code)
            await transport.aclose()
        return told

    assert ["handed over", 204] == asyncio.run(run())


@pytest.mark.parametrize(
    ("answer", "kind"), [(None, httpx.ReadTimeout), (b"", httpx.RemoteProtocolError)]
)
def test_failures_are_httpxs_with_lines_words(
    answer: bytes | None, kind: type[httpx.TransportError]
) -> None:
    async def run() -> None:
        async with origin(answer, then="close") as served, async_client(timeout_s=0.05) as made:
            await made.post(served.url)

    with pytest.raises(kind, match=r"Request timeout|Session closed") as failure:
        asyncio.run(run())
    assert failure.value.__cause__ is not None


@pytest.mark.parametrize(
    ("url", "kind"),
    [("http://127.0.0.1:1/", httpx.ConnectError), ("ftp://127.0.0.1/", httpx.UnsupportedProtocol)],
)
def test_not_connecting_is_told_apart(url: str, kind: type[httpx.TransportError]) -> None:
    async def run() -> None:
        transport = Transport(Pool())
        await transport.handle_async_request(httpx.Request("GET", url))

    with pytest.raises(kind):
        asyncio.run(run())


def test_no_client_leaves_this_machine_unasked() -> None:
    async def run() -> None:
        async with async_client() as made:
            await made.get("http://192.0.2.1/")

    with pytest.raises(TargetNotAllowedError):
        asyncio.run(run())
    with client() as made, pytest.raises(TargetNotAllowedError):
        made.get("http://192.0.2.1/")


def test_no_client_is_led_away() -> None:
    async def run(url: str) -> int:
        async with async_client() as made:
            return (await made.get(url)).status_code

    with Server(asgi, lifespan="off") as server:
        assert 307 == asyncio.run(run(f"{server.url}/away"))
        with client() as made:
            assert 307 == made.get(f"{server.url}/away").status_code


def test_no_client_takes_a_proxy_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    with Server(asgi, lifespan="off") as server, client(base_url=server.url) as made:
        assert "/here" == made.get("/here").text


def test_an_application_is_called_without_a_socket() -> None:
    async def run() -> str:
        async with in_process(asgi) as made:
            return (await made.get("/inside")).text

    assert "/inside" == asyncio.run(run())
