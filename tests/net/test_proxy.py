"""The proxy leads LINE's hosts home, and nobody anywhere else."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from line_sim.errors import ServerError, TargetNotAllowedError
from line_sim.net.certificates import LINE_HOSTS, Authority
from line_sim.net.loops import new_loop
from line_sim.net.proxy import MOST_HEAD_BYTES, Proxy
from line_sim.net.serve import Server


async def hello(scope: dict[str, Any], _receive: object, send: Any) -> None:  # noqa: ANN401
    """Answer with the host that was asked for."""
    host = dict(scope["headers"])[b"host"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["scheme"].encode() + b" " + host})


@asynccontextmanager
async def proxied() -> AsyncIterator[tuple[Proxy, Authority]]:
    """A proxy in front of a TLS port that answers."""
    with Authority() as authority:
        server = Server(hello, tls=authority.certificate(), lifespan="off")
        async with server, Proxy(server.url) as proxy:
            yield proxy, authority


def run(coroutine: Coroutine[Any, Any, bytes]) -> bytes:
    """What a coroutine returns, on the loop that the mock uses."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(coroutine)


async def ask(proxy: Proxy, request: bytes) -> bytes:
    """All that the proxy answers to these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.split(":")[2]))
    writer.write(request)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()


def asked(request: bytes) -> bytes:
    """All that a proxy answers to these bytes."""

    async def there() -> bytes:
        async with proxied() as (proxy, _):
            return await ask(proxy, request)

    return run(there())


@pytest.mark.parametrize("host", LINE_HOSTS)
def test_lines_hosts_are_found_here_over_tls_and_by_name(host: str) -> None:
    async def there() -> bytes:
        async with proxied() as (proxy, authority):
            port = int(proxy.url.split(":")[2])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"CONNECT %b:443 HTTP/1.1\r\nhost: x\r\n\r\n" % host.encode())
            established = await reader.readuntil(b"\r\n\r\n")
            await writer.start_tls(authority.client_context(), server_hostname=host)
            writer.write(b"GET / HTTP/1.1\r\nhost: %b\r\nconnection: close\r\n\r\n" % host.encode())
            answer = await reader.read()
            writer.close()
            return established + answer

    with asyncio.Runner() as runner:
        answer = runner.run(there())

    assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK")
    assert b"https " + host.encode() in answer


ELSEWHERE = [
    b"CONNECT example.com:443 HTTP/1.1",
    b"CONNECT api.line.me:80 HTTP/1.1",
    b"CONNECT api.line.me HTTP/1.1",
    b"CONNECT api.line.me.example.com:443 HTTP/1.1",
    b"CONNECT api.line.me@example.com:443 HTTP/1.1",
    b"CONNECT 127.0.0.1:22 HTTP/1.1",
    b"CONNECT localhost:443 HTTP/1.1",
    b"GET http://example.com/ HTTP/1.1",
    b"GET http://api.line.me/v2/bot/info HTTP/1.1",
    b"POST https://api.line.me/v2/bot/message/push HTTP/1.1",
    b"GET / HTTP/1.1",
]


@pytest.mark.parametrize("line", ELSEWHERE)
def test_anything_else_is_refused_and_connects_to_nobody(
    line: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def there() -> bytes:
        async with proxied() as (proxy, _):
            port = int(proxy.url.split(":")[2])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            monkeypatch.setattr(asyncio, "open_connection", None)
            writer.write(line + b"\r\nhost: x\r\n\r\n")
            answer = await reader.read()
            writer.close()
            return answer

    assert run(there()).startswith(b"HTTP/1.1 403 Forbidden\r\n")


def test_who_asked_for_another_host_is_remembered() -> None:
    async def there() -> bytes:
        async with proxied() as (proxy, _):
            for _ in range(30):
                await ask(proxy, b"CONNECT example.com:443 HTTP/1.1\r\n\r\n")
            return " ".join(proxy.refused).encode()

    assert b" ".join([b"example.com:443"] * 20) == run(there())


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"CONNECT api.line.me:443 HTTP/9\r\n\r\n", b"400"),
        (b"CONNECT api.line.me:443 HTTP/1.1 and more\r\n\r\n", b"400"),
        (b"\xff\xfe\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nx: " + b"y" * 3 * MOST_HEAD_BYTES, b"431"),
    ],
)
def test_hostile_requests_are_answered_and_ended(request_bytes: bytes, status: bytes) -> None:
    assert asked(request_bytes).startswith(b"HTTP/1.1 " + status)


def test_who_asks_slowly_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("line_sim.net.proxy.HEAD_WITHIN_S", 0.05)

    assert asked(b"CONNECT api.line.me").startswith(b"HTTP/1.1 408")


def test_tunnels_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("line_sim.net.proxy.MOST_TUNNELS", 0)

    assert asked(b"CONNECT api.line.me:443 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 503")


def test_a_tunnel_in_which_nothing_moves_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("line_sim.net.proxy.IDLE_S", 0.05)

    answer = asked(b"CONNECT api.line.me:443 HTTP/1.1\r\n\r\n")

    assert b"HTTP/1.1 200 Connection established\r\n\r\n" == answer


def test_where_nobody_answers_at_the_end_the_caller_is_told() -> None:
    async def there() -> bytes:
        unused = Server(hello, lifespan="off")
        url = unused.url
        await unused.stop()
        async with Proxy(url) as proxy:
            return await ask(proxy, b"CONNECT api.line.me:443 HTTP/1.1\r\n\r\n")

    assert run(there()).startswith(b"HTTP/1.1 502")


def test_the_stop_ends_open_tunnels() -> None:
    async def there() -> bytes:
        async with proxied() as (proxy, _):
            port = int(proxy.url.split(":")[2])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"CONNECT api.line.me:443 HTTP/1.1\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            await proxy.stop()
            rest = await reader.read()
            writer.close()
            return rest

    assert b"" == run(there())


def test_the_other_end_is_on_this_machine() -> None:
    with pytest.raises(TargetNotAllowedError):
        Proxy("https://api.line.me/")


def test_it_has_no_address_before_its_start() -> None:
    with pytest.raises(ServerError, match="not started"):
        _ = Proxy("https://127.0.0.1:1").url
