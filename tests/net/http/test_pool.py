"""A pool brings whole answers, keeps connections, and names every failure as LINE does."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest
from origins import Origin, origin

from line_sim.errors import TargetNotAllowedError
from line_sim.net.certificates import Authority
from line_sim.net.http.connection import Reply
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.pool import Pool
from line_sim.net.loops import new_loop

Found = TypeVar("Found")
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@pytest.fixture(params=["uvloop", "asyncio"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    """Every test runs on both kinds of loop."""
    factory = new_loop if request.param == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as made:
        yield made


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    """An authority for tests over TLS."""
    with Authority() as made:
        yield made


@asynccontextmanager
async def at(
    *answers: bytes | None,
    then: str = "keep",
    tls: ssl.SSLContext | None = None,
    **options: Any,  # noqa: ANN401 - a pool's own
) -> AsyncIterator[tuple[Pool, Origin]]:
    """A pool, and an origin that gives these answers."""
    async with Pool(**options) as pool, origin(*answers, then=then, tls=tls) as served:
        yield pool, served


def post(
    *answers: bytes | None,
    timeout_s: float = 5.0,
    **options: Any,  # noqa: ANN401 - as `at`
) -> Coroutine[Any, Any, Reply]:
    """The answer to one POST at an origin with these answers."""

    async def run() -> Reply:
        async with at(*answers, **options) as (pool, served):
            return await pool.send("POST", served.url, body=b"{}", timeout_s=timeout_s)

    return run()


def test_the_request_is_written_as_asked(runner: asyncio.Runner) -> None:
    async def run() -> tuple[Reply, list[bytes]]:
        async with at(OK) as (pool, served):
            url = served.url + "?a=1%202"
            reply = await pool.send("POST", url, headers=[("X-Line-Signature", "s=")], body=b"{}")
            return reply, [
                seen.replace(served.url[7:-9].encode(), b"HOST") for seen in served.requests
            ]

    reply, requests = runner.run(run())

    assert (200, [(b"content-length", b"2")], b"ok") == reply
    expected = (
        b"POST /callback?a=1%202 HTTP/1.1\r\nhost: HOST\r\nX-Line-Signature: s=\r\n"
        b"content-length: 2\r\n\r\n{}"
    )
    assert [expected] == requests


ANSWERS = {
    "a length": (OK, b"ok"),
    "chunks": (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
        b"ok",
    ),
    "no body": (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "no length but closed by the server": (
        b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nok",
        b"ok",
    ),
    "an old server": (b"HTTP/1.0 200 OK\r\n\r\nok", b"ok"),
    "an interim answer first": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"ok"),
}


@pytest.mark.parametrize(("answer", "body"), ANSWERS.values(), ids=ANSWERS)
def test_every_way_to_end_an_answer_is_read(
    runner: asyncio.Runner, answer: bytes, body: bytes
) -> None:
    then = "close" if b"length" not in answer else "keep"
    if b"chunked" in answer or b"204" in answer:
        then = "keep"

    assert body == runner.run(post(answer, then=then)).body


def test_redirects_are_not_followed(runner: asyncio.Runner) -> None:
    answer = b"HTTP/1.1 307 T\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n"

    assert 307 == runner.run(post(answer)).status


def test_a_connection_is_used_again(runner: asyncio.Runner) -> None:
    async def run() -> int:
        async with at(OK) as (pool, served):
            for _ in range(5):
                await pool.send("POST", served.url)
            return served.connections

    assert 1 == runner.run(run())


def test_requests_under_way_together_do_not_wait_for_each_other(runner: asyncio.Runner) -> None:
    async def run() -> int:
        async with at(OK) as (pool, served):
            await asyncio.gather(*(pool.send("POST", served.url) for _ in range(8)))
            return served.connections

    assert 8 == runner.run(run())


@pytest.mark.parametrize(
    "answer",
    [
        OK.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"),
        OK + b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged",
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
    ],
    ids=["the server says so", "something nobody asked for came", "an old server"],
)
def test_a_connection_that_cannot_be_kept_is_not(runner: asyncio.Runner, answer: bytes) -> None:
    async def run() -> tuple[set[bytes], int]:
        async with at(answer) as (pool, served):
            bodies = {(await pool.send("POST", served.url)).body for _ in range(3)}
            return bodies, served.connections

    assert ({b"ok"}, 3) == runner.run(run())


def test_a_kept_connection_that_the_server_closed_is_replaced_unnoticed(
    runner: asyncio.Runner,
) -> None:
    async def run() -> tuple[list[int], int]:
        async with at(OK, then="close") as (pool, served):
            found = [(await pool.send("POST", served.url)).status for _ in range(5)]
            return found, len(served.requests)

    assert ([200] * 5, 5) == runner.run(run())


def answer_once(server: socket.socket) -> socket.socket:
    """Accept a connection and answer its request."""
    accepted, _ = server.accept()
    accepted.recv(1_000)
    accepted.sendall(OK)
    return accepted


def test_even_one_that_closed_while_this_loop_was_busy(runner: asyncio.Runner) -> None:
    """The loop has not heard of the close, but the socket has."""

    async def run() -> Reply:
        async with Pool() as pool:
            with socket.create_server(("127.0.0.1", 0)) as server:
                url = f"http://127.0.0.1:{server.getsockname()[1]}/"
                first = asyncio.create_task(pool.send("POST", url))
                accepted = await asyncio.to_thread(answer_once, server)
                await first
                accepted.close()  # from here to the next request the loop does not turn
                second = asyncio.create_task(pool.send("POST", url))
                again = await asyncio.to_thread(answer_once, server)
                reply = await second
                again.close()
                return reply

    assert 200 == runner.run(run()).status


def test_the_moment_of_handing_over_is_told_before_the_answer(runner: asyncio.Runner) -> None:
    async def run() -> list[str]:
        told: list[str] = []
        async with at(OK) as (pool, served):
            await pool.send("POST", served.url, handed_over=lambda: told.append("handed over"))
            told.append("answered")
        return told

    assert ["handed over", "answered"] == runner.run(run())


FAILURES = {
    "silence": ((None,), "keep", "request_timeout: Request timeout"),
    "half an answer": ((OK[:-1],), "keep", "request_timeout: Request timeout"),
    "half an answer, then closed": ((OK[:-1],), "close", "unclassified: Session closed unexp"),
    "closed without an answer": ((b"",), "close", "unclassified: Session closed unexpectedly"),
    "no HTTP": ((b"hello\r\n\r\n",), "keep", "unclassified: Unclassified webhook dispatch"),
    "too much": (
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n" + b"x" * 2_000_000,),
        "keep",
        "unclassified: Unclassified webhook dispatch",
    ),
    "another protocol": (
        (b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",),
        "keep",
        "unclassified: Unclassified webhook dispatch",
    ),
}


@pytest.mark.parametrize(("answers", "then", "told"), FAILURES.values(), ids=FAILURES)
def test_an_answer_that_does_not_come_has_lines_name(
    runner: asyncio.Runner, answers: tuple[bytes | None, ...], then: str, told: str
) -> None:
    with pytest.raises(ExchangeError, match=told) as failure:
        runner.run(post(*answers, then=then, timeout_s=0.1 if "timeout" in told else 5.0))
    assert failure.value.handed_over


def test_a_failure_is_not_tried_again(runner: asyncio.Runner) -> None:
    async def run() -> list[bytes]:
        async with at(OK, b"", then="keep") as (pool, served):
            await pool.send("POST", served.url, body=b"1")
            with pytest.raises(ExchangeError):
                await pool.send("POST", served.url, body=b"2", timeout_s=0.05)
            return [seen[-1:] for seen in served.requests]

    assert [b"1", b"2"] == runner.run(run())


def refused() -> str:
    """A URL where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.mark.parametrize(
    "url",
    ["nonsense", "ftp://127.0.0.1/", "http://", "http://localhost:99999/", "http://local host/"],
)
def test_what_is_no_url_is_called_so(runner: asyncio.Runner, url: str) -> None:
    with pytest.raises(ExchangeError, match="could_not_connect: Invalid URL syntax") as failure:
        runner.run(Pool().send("POST", url))
    assert not failure.value.handed_over


def test_nobody_listening_is_a_failed_connection(runner: asyncio.Runner) -> None:
    with pytest.raises(ExchangeError, match="could_not_connect: Connection failed"):
        runner.run(Pool().send("POST", refused()))


def looked_up(monkeypatch: pytest.MonkeyPatch, runner: asyncio.Runner, found: object) -> None:
    """Let every name resolve to `found`, raise it where it is an exception, or hang where None."""

    async def answer(*_: object, **__: object) -> list[tuple[Any, ...]]:
        if found is None:
            await asyncio.Event().wait()
        if isinstance(found, Exception):
            raise found
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, 0))]

    loop = runner.get_loop()
    monkeypatch.setattr("line_sim.net.http.addresses.lookup", answer)
    assert loop is runner.get_loop()


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "Unknown host"),
        (socket.gaierror(socket.EAI_AGAIN, "again"), "DNS Query timeout"),
        (None, "DNS Query timeout"),
    ],
)
def test_a_name_that_leads_nowhere_is_called_so(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch, found: object, told: str
) -> None:
    looked_up(monkeypatch, runner, found)
    pool = Pool(allow=frozenset({"bot.example"}))

    with pytest.raises(ExchangeError, match=f"could_not_connect: {told}"):
        runner.run(pool.send("POST", "http://bot.example/", timeout_s=0.05))


def test_a_name_that_was_allowed_is_reached_wherever_it_leads(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> int:
        async with at(OK, allow=frozenset({"bot.example"})) as (pool, served):
            url = served.url.replace("127.0.0.1", "bot.example")
            return (await pool.send("POST", url)).status

    looked_up(monkeypatch, runner, "127.0.0.1")

    assert 200 == runner.run(run())


def test_localhost_that_resolves_elsewhere_is_refused(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up(monkeypatch, runner, "192.0.2.1")

    with pytest.raises(TargetNotAllowedError):
        runner.run(Pool().send("POST", "http://localhost:1/"))


def test_another_machine_is_refused_before_anything_is_looked_up(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up(monkeypatch, runner, LookupError("was looked up"))

    with pytest.raises(TargetNotAllowedError):
        runner.run(Pool().send("POST", "http://bot.example/"))


def test_a_connection_that_is_not_accepted_is_a_timeout(runner: asyncio.Runner) -> None:
    """A full backlog is the one way on loopback to leave a connection hanging."""
    with socket.socket() as full, socket.socket() as filling, socket.socket() as more:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for each in (filling, more):
            each.setblocking(False)  # noqa: FBT003 - the standard library's signature
            each.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"

        with pytest.raises(ExchangeError, match="could_not_connect: Connection timeout"):
            runner.run(Pool().send("POST", url, timeout_s=0.05))


def test_a_trusted_server_answers_over_tls(runner: asyncio.Runner, authority: Authority) -> None:
    tls = authority.certificate().server_context()
    answer = runner.run(post(OK, tls=tls, trust=authority.client_context()))

    assert b"ok" == answer.body


def test_tls_connections_are_kept_too(runner: asyncio.Runner, authority: Authority) -> None:
    async def run() -> int:
        tls = authority.certificate().server_context()
        async with at(OK, tls=tls, trust=authority.client_context()) as (pool, served):
            for _ in range(4):
                await pool.send("POST", served.url)
            return served.connections

    assert runner.run(run()) <= 2  # the first may still bring session tickets


def test_an_untrusted_server_is_a_failed_handshake(
    runner: asyncio.Runner, authority: Authority
) -> None:
    tls = authority.certificate().server_context()

    with pytest.raises(ExchangeError, match="could_not_connect: TLS handshake failure"):
        runner.run(post(OK, tls=tls))


def test_plain_text_where_tls_was_asked_is_no_tls_record(runner: asyncio.Runner) -> None:
    async def run() -> None:
        async with at(OK) as (pool, served):
            await pool.send("POST", served.url.replace("http:", "https:"), body=b"\r\n\r\n")

    async def chatty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def against() -> None:
        server = await asyncio.start_server(chatty, "127.0.0.1", 0)
        async with server, Pool() as pool:
            await pool.send("POST", f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")

    with pytest.raises(ExchangeError, match="could_not_connect: No SSL/TLS record"):
        runner.run(against())


@pytest.mark.parametrize("value", ["a\r\nx: y", "a\nb", "a\rb", "a\0b"])
def test_a_header_smuggles_nothing(runner: asyncio.Runner, value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        runner.run(Pool().send("POST", "http://127.0.0.1:1/", headers=[("x", value)]))


def test_a_request_that_is_cancelled_does_not_leave_its_answer_to_the_next(
    runner: asyncio.Runner,
) -> None:
    async def run() -> bytes:
        async with at(None, OK) as (pool, served):
            first = asyncio.create_task(pool.send("POST", served.url))
            await served.asked.wait()
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            return (await pool.send("POST", served.url)).body

    assert b"ok" == runner.run(run())


def test_connections_nobody_uses_are_closed(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("line_sim.net.http.pool.IDLE_S", 0.01)

    async def run() -> None:
        async with at(OK) as (pool, served):
            await pool.send("POST", served.url)
            await asyncio.wait_for(served.writers[0].wait_closed(), 2)

    runner.run(run())


def test_a_closed_pool_leaves_no_connection(runner: asyncio.Runner) -> None:
    async def run() -> None:
        async with at(OK) as (pool, served):
            await pool.send("POST", served.url)
            await pool.close()
            await asyncio.wait_for(served.writers[0].wait_closed(), 2)

    runner.run(run())
