"""How many scheduled webhooks a second leave in time, from one process with both roles in it.

python benchmarks/webhook_rate.py [--seconds 60] [--rounds 5] [--rate 2000] [--calls 500]

The mock delivers signed webhooks, ledger and all, and answers push calls meanwhile; beside it the
same webhooks, encoded and signed anew each, by our pool alone, by httpx on our transport, and by
httpx as it comes. The receiver is a process of its own and does next to nothing. Lateness counts
from the moment a webhook was due, so whoever falls behind cannot look fast.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from webhook_ends import at_rate

from line_sim.mock.lateness import Lateness
from line_sim.mock.platform import acts
from line_sim.mock.running import Options, RunningMock
from line_sim.mock.settings import LimitSettings, Settings
from line_sim.net.clock import SECOND_US
from line_sim.net.http.client import client
from line_sim.net.http.pool import Pool
from line_sim.net.http.transport import Transport
from line_sim.net.loops import new_loop
from line_sim.wire import bodies, signature

ENDS = Path(__file__).with_name("webhook_ends.py")
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - nobody's
LATEST_MS = 20.0
"""Issue "Platform": p99 lateness of the 2,000 webhooks a second."""
IN_FLIGHT = 256
"""As the mock has it by default; without a limit httpx as it comes takes minutes to be stopped."""
FEED_S, AHEAD_S = 0.005, 0.1
"""Visitors' messages are put on the schedule so often, and so long before they are due."""

Found = dict[str, float]


@contextlib.contextmanager
def receiver() -> Iterator[str]:
    """A receiver in a process of its own; its URL."""
    command = [sys.executable, str(ENDS), "receive"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"  # type: ignore[union-attr]
        finally:
            process.stdin.close()  # type: ignore[union-attr]


async def by_mock(url: str, rate: float, seconds: float, calls: float) -> Found:
    """All of it: platform, schedule, ledger, deliveries, and the API answering `calls` a second."""
    mock = RunningMock(Settings(limits=LimitSettings(scale=10)), Options())
    await mock.start()
    channel = mock.service.platform.first
    channel.endpoint = f"{url}/callback"
    people = [channel.provider.new(f"Visitor {number}") for number in range(200)]
    for person in people:
        acts.befriends(channel, person)
    told = [mock.url, channel.tokens.long_lived, people[0].id]
    caller = await calling(*told, str(calls), str(seconds)) if calls else None
    await feed(mock, people, rate, seconds)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(delivered(mock), 10)
    handed = mock.service.dispatcher.lateness()
    answered = json.loads((await caller.communicate())[0]) if caller else {}
    await mock.stop()
    mock.ledger.close()
    return {
        "handed_ms": handed["p99_ms"],
        "calls_ms": answered.get("p99_ms", 0.0),
        "refused": answered.get("refused", 0) + answered.get("failed", 0),
        "broken": len(mock.service.dispatcher.errors),
    }


async def calling(*told: str) -> asyncio.subprocess.Process:
    """A process that calls the mock's API."""
    command = (sys.executable, str(ENDS), "call", *told)
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    await process.stdout.readline()  # type: ignore[union-attr]  # it has loaded, and begins
    return process


async def delivered(mock: RunningMock) -> None:
    """Wait until nothing is scheduled any more, and everything is answered."""
    while mock.service.dispatcher.next_due_us() is not None:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(FEED_S)
    await mock.service.dispatcher.idle()


async def feed(mock: RunningMock, people: list[Any], rate: float, seconds: float) -> None:
    """Let visitors write at a rate: each message is scheduled a little before it is due."""
    clock = mock.clock
    channel = mock.service.platform.first
    zero_ns = time.monotonic_ns() - clock.now().schedule_us * 1_000
    first_us = clock.now().schedule_us + int(AHEAD_S * SECOND_US)
    written, number = 0, round(rate * seconds)
    while written < number:
        now = clock.now()
        until_us = now.schedule_us + int(AHEAD_S * SECOND_US)
        while written < number and (due_us := first_us + int(written / rate * 1e6)) <= until_us:
            text = f"due={zero_ns + due_us * 1_000}"
            delay_s = max(0, due_us - now.schedule_us) / SECOND_US
            acts.says(channel, people[written % len(people)], now, text, delay_s=delay_s)
            written += 1
        await asyncio.sleep(FEED_S)


def prepared(number: int, due_s: float) -> tuple[bytes, list[tuple[str, str]]]:
    """One webhook, encoded and signed."""
    event = {
        "type": "message",
        "message": {"type": "text", "id": f"{number:018}", "text": f"due={int(due_s * 1e9)}"},
        "webhookEventId": f"01{number:024}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": time.time_ns() // 1_000_000,
        "source": {"type": "user", "userId": "U" + "0" * 32},
        "replyToken": f"{number:032x}",
        "mode": "active",
    }
    body = bodies.encode({"destination": "U" + "1" * 32, "events": [event]}, "line")
    return body, bodies.headers(signature.sign(SECRET, body))


async def alone(
    send: Callable[[bytes, list[tuple[str, str]], Callable[[], None]], Awaitable[object]],
    rate: float,
    seconds: float,
) -> Found:
    """Webhooks at a rate by whoever sends them, and nothing else."""
    handed, number, failed = Lateness(), 0, 0

    async def once(due_s: float) -> None:
        nonlocal number, failed
        number += 1
        body, headers = prepared(number, due_s)
        try:
            await send(body, headers, lambda: handed.add((time.monotonic() - due_s) * 1e6))
        except (OSError, httpx.HTTPError):
            failed += 1

    await at_rate(once, rate, seconds, IN_FLIGHT)
    return {"handed_ms": handed.quantile_ms(0.99), "refused": failed}


async def by_pool(url: str, rate: float, seconds: float, _calls: float) -> Found:
    """Our pool alone."""
    async with Pool() as pool:
        return await alone(
            lambda body, headers, handed: pool.send(
                "POST", url, headers=headers, body=body, handed_over=handed
            ),
            rate,
            seconds,
        )


async def by_httpx(made: httpx.AsyncClient, url: str, rate: float, seconds: float) -> Found:
    """Prepared requests and ``client.send``."""

    async def send(body: bytes, headers: list[tuple[str, str]], handed: Callable[[], None]) -> None:
        extensions = {"handed_over": handed, "timeout": {"read": 2.0, "pool": 10.0}}
        await made.send(
            httpx.Request("POST", url, headers=headers, content=body, extensions=extensions)
        )

    async with made:
        return await alone(send, rate, seconds)


async def by_our_transport(url: str, rate: float, seconds: float, _calls: float) -> Found:
    """Httpx on our transport."""
    return await by_httpx(httpx.AsyncClient(transport=Transport(Pool())), url, rate, seconds)


async def by_stock(url: str, rate: float, seconds: float, _calls: float) -> Found:
    """Httpx as it comes."""
    return await by_httpx(httpx.AsyncClient(trust_env=False), url, rate, seconds)


CONTESTANTS = {
    "mock, both roles": by_mock,
    "our pool alone": by_pool,
    "httpx, our transport": by_our_transport,
    "httpx as it comes": by_stock,
}


def one_round(name: str, url: str, rate: float, seconds: float, calls: float) -> Found:
    """One contestant once, and what the receiver saw of it."""
    with client() as asking:
        asking.get(url)
        cpu_s, wall_s = time.process_time(), time.monotonic()
        with asyncio.Runner(loop_factory=new_loop) as runner:
            found = runner.run(CONTESTANTS[name](url, rate, seconds, calls))
        found["core"] = (time.process_time() - cpu_s) / (time.monotonic() - wall_s)
        seen = asking.get(url).json()
    found["delivered"] = seen["count"] / (rate * seconds)
    found["arrived_ms"] = seen["p99_ms"]
    return found


def line(name: str, found: Found) -> str:
    """A row of the table."""
    cells = [f"{found['delivered']:>10.1%}"]
    cells += [
        f"{found[key]:>12.1f}" if found.get(key) else f"{'-':>12}"
        for key in ("handed_ms", "arrived_ms", "calls_ms")
    ]
    return f"{name:<24}{''.join(cells)}{found['core']:>8.2f}{found.get('refused', 0):>10.0f}"


def holds(found: Found) -> bool:
    """Whether everything arrived, and in time."""
    return found["delivered"] >= 1 and max(found["handed_ms"], found["arrived_ms"]) < LATEST_MS


def median_of(found_of: list[Found]) -> Found:
    """The median of every column."""
    keys = {key for each in found_of for key in each}
    return {key: statistics.median(each.get(key, 0.0) for each in found_of) for key in keys}


def highest(url: str, told: argparse.Namespace) -> float:
    """The highest rate at which the mock holds in the median, by steps of 500, 10 s each."""
    best, rate, seconds = 0.0, told.rate, min(told.seconds, 10)
    while rate <= told.highest:
        found = median_of([
            one_round("mock, both roles", url, rate, seconds, told.calls)
            for _ in range(max(3, told.rounds))
        ])  # fmt: skip
        print(line(f"  at {rate:,.0f}/s", found), flush=True)
        if not holds(found):
            break
        best, rate = rate, rate + 500
    return best


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--rate", type=float, default=2_000, help="webhooks a second")
    asked.add_argument("--calls", type=float, default=500, help="push calls a second, to the mock")
    asked.add_argument("--highest", type=float, default=8_000, help="where the search ends")
    asked.add_argument("--only", choices=CONTESTANTS, action="append", help="instead of all")
    told = asked.parse_args()
    names = told.only or list(CONTESTANTS)
    heads = ("handed p99", "arrived p99", "calls p99")
    print(f"{'':<24}{'delivered':>10}{''.join(f'{head:>12}' for head in heads)}    core   refused")
    rounds: dict[str, list[Found]] = {name: [] for name in names}
    with receiver() as url:
        for name in names:  # whatever is loaded or made at first use is, from here on
            one_round(name, url, 100, 0.5, told.calls)
        gc.collect()
        gc.freeze()  # what was imported need not be looked through again: 20 to 70 ms each time
        for _ in range(told.rounds):
            for name in names:
                found = one_round(name, url, told.rate, told.seconds, told.calls)
                rounds[name].append(found)
                print(line(name, found), flush=True)
        print("median")
        for name, found_of in rounds.items():
            middle = median_of(found_of)
            print(line(name, middle))
            if name == "mock, both roles":
                verdict = "holds" if holds(middle) else "DOES NOT HOLD"
                print(f"  {told.rate:,.0f}/s with p99 under {LATEST_MS:g} ms: {verdict}")
        if told.highest > told.rate:
            best = highest(url, told)
            print(f"the highest rate at which the mock holds: {best:,.0f}/s")


if __name__ == "__main__":
    main()
