"""The other ends of the webhook benchmark, each a process: a trivial receiver, and a caller.

python benchmarks/webhook_ends.py receive [SECONDS]
    Answers 200 to every request, at once or so much later. Prints its port; ``GET /report``
    tells, and forgets, how late the webhooks so far arrived. What was due when stands in their
    bodies: ``due=<ns>``, monotonic.
python benchmarks/webhook_ends.py call URL TOKEN USER RATE SECONDS
    Pushes a text to a user so many times a second, and prints how that went.
"""

import asyncio
import json
import sys
import time

from line_sim.mock.lateness import Lateness
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.pool import Pool
from line_sim.net.loops import new_loop

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
TICK_S = 0.001


class Receiver(asyncio.Protocol):
    """The least that is a bot: it finds the end of a request and answers."""

    late = Lateness()
    wait_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport
        self.data = b""

    def data_received(self, data: bytes) -> None:
        """Answer a whole request."""
        now_ns = time.monotonic_ns()
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        if not found:
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if len(body) < int(length or b"0"):
            return
        self.data = b""
        if head.startswith(b"GET "):
            self.report()
            return
        due = body.partition(b"due=")[2].partition(b'"')[0]
        if due:
            Receiver.late.add((now_ns - int(due)) / 1_000)
        if Receiver.wait_s:
            loop = asyncio.get_running_loop()
            loop.call_later(Receiver.wait_s, self.transport.write, ANSWER)  # type: ignore[attr-defined]
        else:
            self.transport.write(ANSWER)  # type: ignore[attr-defined]

    def report(self) -> None:
        """Tell how late everything was, and begin anew."""
        told = json.dumps(Receiver.late.to_dict()).encode()
        Receiver.late = Lateness()
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(told)}\r\n\r\n".encode()
        self.transport.write(head + told)  # type: ignore[attr-defined]


async def receive() -> None:
    """Receive until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Receiver, "127.0.0.1", 0, backlog=4_096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


async def call(url: str, token: str, user: str, rate: float, seconds: float) -> None:
    """Push at a rate, waiting for no answer before the next call."""
    headers = [("authorization", f"Bearer {token}"), ("content-type", "application/json")]
    body = json.dumps({"to": user, "messages": [{"type": "text", "text": "ok"}]}).encode()
    took, refused, failed = Lateness(), 0, 0
    async with Pool() as pool:

        async def once(due_s: float) -> None:
            nonlocal refused, failed
            try:
                reply = await pool.send(
                    "POST", f"{url}/v2/bot/message/push", headers=headers, body=body, timeout_s=30
                )
            except ExchangeError:
                failed += 1
                return
            refused += reply.status != 200  # noqa: PLR2004 - HTTP's OK
            took.add((time.monotonic() - due_s) * 1e6)

        print("ready", flush=True)
        await at_rate(once, rate, seconds)
    print(json.dumps({**took.to_dict(), "refused": refused, "failed": failed}))


async def at_rate(once: object, rate: float, seconds: float, most: int = 5_000) -> float:
    """Start `once(due_s)` so many times a second on a tick; how long it took until all ended.

    What is still under way 10 s after the last was due is cut off.
    """
    started_s = time.monotonic()
    under_way: set[asyncio.Task[None]] = set()
    begun, number = 0, round(rate * seconds)
    end_s = started_s + seconds + 10
    while begun < number and time.monotonic() < end_s:
        due = min(number, int((time.monotonic() - started_s) * rate) + 1)
        while begun < due and len(under_way) < most:
            task = asyncio.ensure_future(once(started_s + begun / rate))  # type: ignore[operator]
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            begun += 1
        await asyncio.sleep(TICK_S)
    if under_way:
        _, late = await asyncio.wait(set(under_way), timeout=max(0.0, end_s - time.monotonic()))
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    return time.monotonic() - started_s


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_loop) as runner:
        if sys.argv[1] == "receive":
            Receiver.wait_s = float("".join(sys.argv[2:]) or 0)
            runner.run(receive())
        else:
            runner.run(call(*sys.argv[2:5], *map(float, sys.argv[5:7])))
