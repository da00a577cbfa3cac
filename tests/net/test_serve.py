"""Servers start, say where they are, and leave neither thread nor port behind."""

import asyncio
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from line_sim.errors import ConfigurationError, ServerError
from line_sim.net import connections
from line_sim.net.loops import LoopThread
from line_sim.net.serve import TRANSPORT, Server

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def answer(send: Send, body: bytes) -> None:
    """Answer 200 with `body`."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def bare(scope: Message, _receive: Receive, send: Send) -> None:
    """Know HTTP only, and say so by the exception that the specification asks for."""
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    await answer(send, scope["path"].encode())


class Telling:
    """An application that notes what it is told, and in which thread."""

    def __init__(self, *, fails: str = "", raises: str = "") -> None:
        self.fails = fails
        self.raises = raises
        self.told: list[str] = []
        self.threads: set[threading.Thread] = set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer with what was told so far, and with the state that start-up left."""
        self.threads.add(threading.current_thread())
        if scope["type"] == "http":
            await answer(send, " ".join([*self.told, scope["state"]["key"]]).encode())
            return
        scope["state"]["key"] = "kept"
        for what in ("startup", "shutdown"):
            self.told.append((await receive())["type"].removeprefix("lifespan."))
            if self.raises == what:
                raise LookupError(what)
            if self.fails == what:
                await send({"type": f"lifespan.{what}.failed", "message": f"no {what}"})
                return
            await send({"type": f"lifespan.{what}.complete"})


def get(url: str) -> str:
    """The body of a GET."""
    with urllib.request.urlopen(url, timeout=5) as found:  # noqa: S310 - our own server
        return str(found.read(), "ascii")


def port_is_free(url: str) -> bool:
    """Whether nobody listens at `url`."""
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as knock:
        return knock.connect_ex((host, int(port))) != 0


def test_the_address_is_known_before_the_start_and_answers_after_it() -> None:
    server = Server(bare)
    url = server.url
    with server:
        assert "/hello" == get(f"{url}/hello")


def test_neither_thread_nor_port_is_left() -> None:
    before = set(threading.enumerate())
    with Server(bare) as server:
        get(server.url)

    assert before == set(threading.enumerate())
    assert port_is_free(server.url)


def test_a_server_that_never_started_gives_its_port_back() -> None:
    server = Server(bare)
    server.stop_in_thread()

    with Server(bare, port=int(server.url.rpartition(":")[2])) as again:
        assert server.url == again.url


def test_the_application_is_told_of_start_and_stop_and_keeps_its_state() -> None:
    app = Telling()
    with Server(app) as server:
        assert "startup kept" == get(server.url)

    assert ["startup", "shutdown"] == app.told


def test_without_lifespan_nothing_is_asked() -> None:
    app = Telling()
    with Server(app, lifespan="off"):
        pass

    assert [] == app.told


def test_an_application_that_does_not_know_lifespan_is_refused_where_it_has_to() -> None:
    with pytest.raises(ServerError, match="NotImplementedError: lifespan"):
        Server(bare, lifespan="on").start_in_thread()


@pytest.mark.parametrize(
    ("app", "told"),
    [(Telling(fails="startup"), "no startup"), (Telling(raises="startup"), "LookupError: startup")],
)
def test_a_failed_start_reaches_the_caller_and_leaves_nothing(app: Telling, told: str) -> None:
    before = set(threading.enumerate())
    server = Server(app)

    with pytest.raises(ServerError, match=told):
        server.start_in_thread()
    assert before == set(threading.enumerate())
    assert port_is_free(server.url)


@pytest.mark.parametrize(
    ("app", "told"),
    [
        (Telling(fails="shutdown"), "no shutdown"),
        (Telling(raises="shutdown"), "LookupError: shutdown"),
    ],
)
def test_a_failed_shutdown_reaches_the_caller_and_leaves_nothing(app: Telling, told: str) -> None:
    before = set(threading.enumerate())
    server = Server(app).start_in_thread()

    with pytest.raises(ServerError, match=told):
        server.stop_in_thread()
    assert before == set(threading.enumerate())
    assert port_is_free(server.url)


def test_a_shutdown_that_hangs_is_cut_off() -> None:
    async def hanging(_scope: Message, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await asyncio.Event().wait()

    server = Server(hanging, graceful_s=0.05).start_in_thread()

    with pytest.raises(ServerError, match=r"more than 0\.05 s"):
        server.stop_in_thread()


def test_a_request_under_way_ends_before_the_server_does() -> None:
    async def run() -> bytes:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def slow(_scope: Message, _receive: Receive, send: Send) -> None:
            begun.set()
            await go_on.wait()
            await answer(send, b"done")

        server = Server(slow, lifespan="off")
        await server.start()
        reader, writer = await asyncio.open_connection(*server.url[7:].split(":"))
        writer.write(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        await begun.wait()
        stopping = asyncio.create_task(server.stop())
        asyncio.get_running_loop().call_soon(go_on.set)
        answered = await reader.read()
        await stopping
        writer.close()
        return answered

    assert asyncio.run(run()).endswith(b"done\r\n0\r\n\r\n")


def test_a_request_that_hangs_is_cut_off() -> None:
    async def run() -> bytes:
        begun = asyncio.Event()

        async def hanging(_scope: Message, _receive: Receive, _send: Send) -> None:
            begun.set()
            await asyncio.Event().wait()

        server = Server(hanging, lifespan="off", graceful_s=0.05)
        await server.start()
        reader, writer = await asyncio.open_connection(*server.url[7:].split(":"))
        writer.write(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        await begun.wait()
        await server.stop()
        answered = await reader.read()
        writer.close()
        return answered

    assert asyncio.run(run()).startswith(b"HTTP/1.1 500 ")


def test_it_works_where_a_loop_is_running_as_in_a_notebook() -> None:
    async def cell() -> str:
        with Server(bare) as server:
            return await asyncio.to_thread(get, f"{server.url}/cell")

    assert "/cell" == asyncio.run(cell())


def test_two_servers_may_share_a_thread_which_outlives_them() -> None:
    app = Telling()
    with LoopThread("shared") as thread:
        first = Server(app).start_in_thread(thread)
        second = Server(bare).start_in_thread(thread)
        found = get(first.url), get(f"{second.url}/2")
        first.stop_in_thread()
        second.stop_in_thread()

        assert ("startup kept", "/2") == found
        assert thread.running
    assert 1 == len(app.threads)
    assert not thread.running


def test_one_application_answers_on_several_ports_and_is_started_once() -> None:
    app = Telling()
    server = Server(app)
    other = server.listen("127.0.0.1")
    with server:
        assert get(server.url) == get(other) == "startup kept"
    assert [server.url, other] == server.urls
    assert port_is_free(other)


def test_a_server_starts_only_once() -> None:
    with Server(bare) as server, pytest.raises(ServerError, match="started already"):
        server.start_in_thread()


def test_stopping_twice_is_stopping_once() -> None:
    app = Telling()
    server = Server(app).start_in_thread()
    server.stop_in_thread()
    server.stop_in_thread()

    assert ["startup", "shutdown"] == app.told


def test_every_answer_is_dated() -> None:
    with Server(bare) as server, urllib.request.urlopen(server.url) as found:  # noqa: S310 - ours
        assert found.headers["date"].endswith("GMT")


def test_a_port_in_use_is_a_fault_with_a_mend() -> None:
    server = Server(bare)
    taken = int(server.url.rpartition(":")[2])
    with server, pytest.raises(ConfigurationError, match=f"{taken} cannot be listened on.*port 0"):
        Server(bare, port=taken)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_is_none_is_a_fault(port: int) -> None:
    with pytest.raises(ConfigurationError, match=str(port)):
        Server(bare, port=port)


def test_the_application_can_cut_its_connection() -> None:
    async def cutting(scope: Message, _receive: Receive, _send: Send) -> None:
        scope["extensions"][TRANSPORT].abort()

    with Server(cutting, lifespan="off") as server, pytest.raises(ConnectionError):
        get(server.url)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nX-A: never ended"])
def test_who_does_not_ask_in_time_is_hung_up_on(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_WITHIN_S", 0.05)
    server = Server(bare, lifespan="off").start_in_thread()
    try:
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), 10) as who:
            who.sendall(sent)
            assert b"" == who.recv(100)
    finally:
        server.stop_in_thread()


def test_who_asks_in_time_may_take_their_time_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_WITHIN_S", 0.05)
    gone_on = threading.Event()

    async def slow(_scope: Message, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.1)
        gone_on.set()
        assert b"body" == (await receive())["body"]
        await answer(send, b"done")

    server = Server(slow, lifespan="off").start_in_thread()
    try:
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), 10) as who:
            for _ in range(2):
                gone_on.clear()
                who.sendall(b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n")
                assert gone_on.wait(10)
                who.sendall(b"body")
                assert b"done" in who.recv(4_096)
    finally:
        server.stop_in_thread()


def test_a_head_without_end_is_refused() -> None:
    server = Server(bare, lifespan="off").start_in_thread()
    try:
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), 10) as who:
            who.sendall(b"GET / HTTP/1.1\r\nX-A: " + b"a" * 100_000)
            while not (found := who.recv(100)).startswith(b"HTTP/1.1 400"):
                assert found
    finally:
        server.stop_in_thread()
