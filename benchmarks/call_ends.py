"""The ends of the call benchmarks, each a process: the mock, a constant on its stack, a load.

python benchmarks/call_ends.py mock LEDGER | starlette | bare
    Serves until standard input ends; one line of JSON tells how to call it. ``starlette`` is our
    server with a route as Starlette's users write it, ``bare`` with a route that is a plain ASGI
    application: both read the body and answer what the mock would.
python benchmarks/call_ends.py load CONNECTIONS SECONDS
    Sends the requests that standard input tells over connections that stay open, the next as soon
    as the last is answered, and prints how that went.
"""

import asyncio
import json
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from line_sim.mock.lateness import Lateness
from line_sim.mock.platform import acts
from line_sim.mock.running import Options, RunningMock
from line_sim.mock.settings import Channel, LimitSettings, Settings
from line_sim.net.loops import new_loop
from line_sim.net.serve import Server

CHANNELS = 8
USERS = 25
"""Of each channel."""
PATH = "/v2/bot/message/push"
ANSWER = (
    b'{"sentMessages":[{"id":"480000000000424242",'
    b'"quoteToken":"qBqfvN0dJkbJ6z0Xq6dB9k5yJ9x0mJc1mZ0u1aQ"}]}'
)


async def mock(ledger: str) -> None:
    """The mock: channels with friends, no quota, and its ledger in a file."""
    channels = tuple(Channel(name=f"shop {number}") for number in range(CHANNELS))
    settings = Settings(channels=channels, limits=LimitSettings(scale=10))
    running = RunningMock(settings, Options(log=Path(ledger), force=True))
    await running.start()
    callers = []
    for channel in running.service.platform.channels.values():
        people = [channel.provider.new(f"{channel.name} {number}") for number in range(USERS)]
        for person in people:
            acts.befriends(channel, person)
        callers.append({"token": channel.access_token, "users": [each.id for each in people]})
    print(json.dumps({"url": running.url, "callers": callers}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await running.stop()
    running.ledger.close()
    print(json.dumps({"findings": running.service.findings.all(), "lines": running.ledger.seq}))


async def _constant(request: Request) -> Response:
    await request.body()
    return Response(ANSWER, media_type="application/json")


class _Bare:
    """The least that reads a body and answers."""

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(ANSWER)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": ANSWER})


async def constant(kind: str) -> None:
    """Our server and Starlette with one route that answers a constant."""
    endpoint: Any = _Bare() if kind == "bare" else _constant
    async with Server(Starlette(routes=[Route(PATH, endpoint, methods=["POST"])])) as server:
        print(json.dumps({"url": server.url, "callers": []}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


class Caller(asyncio.Protocol):
    """One connection of the load: a request, its answer, the next request."""

    def __init__(self, requests: list[bytes], load: "Load") -> None:
        self.requests = cycle(requests)
        self.load = load
        self.data = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        self.transport = transport
        self._send()

    def _send(self) -> None:
        self.sent_ns = time.monotonic_ns()
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        """Count a whole answer and go on."""
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        if not found:
            return
        low = head.lower()
        length = low.partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
        whole = body.endswith(b"0\r\n\r\n") if not length else len(body) >= int(length)
        if not whole:
            return
        self.data = b""
        self.load.answered(head[9:12], time.monotonic_ns() - self.sent_ns)
        if time.monotonic() < self.load.end_s:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell the load that this connection is over."""
        self.load.ended()


class Load:
    """Counts over all connections."""

    def __init__(self, connections: int, seconds: float) -> None:
        self.open = connections
        self.end_s = time.monotonic() + seconds
        self.took = Lateness()
        self.refused = 0
        self.done = asyncio.Event()

    def answered(self, status: bytes, took_ns: int) -> None:
        """Count an answer."""
        self.took.add(took_ns / 1_000)
        self.refused += status != b"200"

    def ended(self) -> None:
        """One connection is over."""
        self.open -= 1
        if not self.open:
            self.done.set()


async def load(connections: int, seconds: float) -> None:
    """Send what standard input tells; connection number n begins with request number n."""
    told = json.loads(sys.stdin.read())
    requests = [each.encode() for each in told["requests"]]
    loop, counts = asyncio.get_running_loop(), Load(connections, seconds)
    begun_s, begun_cpu_s = time.monotonic(), time.process_time()
    for number in range(connections):
        turned = requests[number % len(requests) :] + requests[: number % len(requests)]
        await loop.create_connection(lambda own=turned: Caller(own, counts), *told["address"])
    await asyncio.wait_for(counts.done.wait(), seconds + 30)
    seconds = time.monotonic() - begun_s
    own_s = time.process_time() - begun_cpu_s
    found = {**counts.took.to_dict(), "refused": counts.refused, "seconds": seconds, "own_s": own_s}
    print(json.dumps(found))


def main(kind: str, *told: str) -> None:
    """Be one of the ends."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        if kind == "load":
            runner.run(load(int(told[0]), float(told[1])))
        elif kind == "mock":
            runner.run(mock(told[0]))
        else:
            runner.run(constant(kind))


if __name__ == "__main__":
    main(*sys.argv[1:])
