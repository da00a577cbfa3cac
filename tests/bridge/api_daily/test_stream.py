"""The event stream over a real socket: its form, its heart, its end, and readers who stall."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
from bridge_at_work import BOB, run
from daily_bench import Daily, Person, daily

from line_sim.bridge.api.daily import stream
from line_sim.net.serve import Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

WITHIN_S = 20.0
STREAM = "/api/v1/stream"


class Events:
    """What comes on one connection."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._blocks = self._read()
        self.last = ""

    async def _read(self) -> AsyncIterator[str]:
        waiting = ""
        async for part in self.answer.aiter_text():
            *whole, waiting = (waiting + part).split("\n\n")
            for block in whole:
                yield block

    async def block(self) -> str:
        """The next block of lines, whatever it is."""
        async with asyncio.timeout(WITHIN_S):
            block = await anext(self._blocks, "")
        for line in block.splitlines():
            if line.startswith("id: "):
                self.last = line.removeprefix("id: ")
        return block

    async def event(self) -> tuple[str, Any]:
        """The next event: its kind and what it says."""
        while True:
            block = await self.block()
            fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "data" in fields:
                return fields["event"], json.loads(fields["data"])
            assert block, "the stream ended"

    async def until(self, kind: str) -> Any:  # noqa: ANN401 - JSON
        """What the next event of a kind says."""
        while True:
            found, said = await self.event()
            if found == kind:
                return said


@asynccontextmanager
async def reading(server: Server, who: Person, last: str = "") -> AsyncIterator[Events]:
    """The events of a member."""
    headers = who.headers | ({"last-event-id": last} if last else {})
    async with (
        httpx.AsyncClient(base_url=server.url) as client,
        client.stream("GET", STREAM, headers=headers) as answer,
    ):
        assert 200 == answer.status_code
        found = Events(answer)
        assert ("hello", {}) == await found.event()
        yield found


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Daily, Server, Person, Person]]:
    """A bridge on a socket, a member of its group, and one of none."""
    async with daily(folder) as shop:
        ann, bea = shop.person("Ann"), shop.person("Bea")
        shop.puts(ann)
        server = Server(shop.bridge, lifespan="off")
        await server.start()
        try:
            yield shop, server, ann, bea
        finally:
            await server.stop()


def test_what_happens_is_told_and_read_on_after_a_break(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as (shop, server, ann, _):
            async with reading(server, ann) as events:
                assert "text/event-stream" in events.answer.headers["content-type"]
                number = await shop.writes()
                said = await events.until("enquiry")
                assert ("received", number) == (said["happening"], said["number"])
                assert number == said["enquiry"]["number"]
                entry = await events.until("entry")
                assert "text 1" == entry["text"]
                last = events.last
            await shop.writes()
            async with reading(server, ann, last) as events:
                kinds = [(await events.event())[1] for _ in range(2)]
                assert ["visitor_message", "text 2"] == [kinds[0]["happening"], kinds[1]["text"]]
                await ann.post(f"/enquiries/{number}/pick-up")
                assert "picked_up" == (await events.until("enquiry"))["happening"]

    run(work())


async def as_time_goes_by(shop: Daily, who: Person, events: Events) -> str:
    """The next block, while the clock goes on."""
    reading_on = asyncio.create_task(events.block())
    while not reading_on.done():
        shop.bridge.desk.heartbeat(who.number, used=True)
        await shop.clock.advance(5)
    return await reading_on


def test_who_is_of_another_group_is_told_of_nothing_but_keeps_a_place(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as (shop, server, _, bea), reading(server, bea) as events:
            first = events.last
            await shop.writes()
            await shop.writes(BOB)

            block = await as_time_goes_by(shop, bea, events)

            assert block.startswith(":")
            assert "data" not in block
            assert events.last != first

    run(work())


def test_a_heart_beats_where_nothing_happens(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as (shop, server, ann, _), reading(server, ann) as events:
            began = shop.clock.now()
            for _ in range(2):
                assert (await as_time_goes_by(shop, ann, events)).startswith(":")

            assert 2 * stream.HEARTBEAT_S <= shop.clock.now() - began

    run(work())


def test_it_ends_with_the_session(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as (shop, server, ann, _):
            async with reading(server, ann) as events:
                await ann.ask("DELETE", "/session")
                await shop.writes()

                assert {} == await events.until("signed_out")
                assert "" == await events.block()
            answer = await ann.ask("GET", "/stream")
            assert 401 == answer.status_code

    run(work())


def test_a_restarted_bridge_says_what_to_look_at_again(tmp_path: Path) -> None:
    async def work() -> None:
        async with served(tmp_path) as (shop, server, ann, _):
            async with reading(server, ann) as events:
                await shop.writes()
                await events.until("entry")
                last = events.last
            await shop.bridge.restart()
            await shop.writes()
            async with reading(server, ann, last) as events:
                assert ("look_again", {"at": "entries"}) == await events.event()
                assert "text 2" == (await events.until("entry"))["text"]

    run(work())


def test_who_takes_nothing_is_cut_off_and_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "STALLED_S", 0.3)

    async def work() -> None:
        async with served(tmp_path) as (shop, server, ann, _):
            host, port = server.url.removeprefix("http://").split(":")
            reader, writer = await asyncio.open_connection(host, int(port), limit=1_024)
            token = ann.headers["authorization"]
            writer.write(
                f"GET {STREAM} HTTP/1.1\r\nhost: x\r\nauthorization: {token}\r\n\r\n".encode()
            )
            await reader.readuntil(b"hello")
            reader._transport.pause_reading()  # noqa: SLF001 - takes nothing any more
            async with reading(server, ann) as events:
                chat = shop.chat_of(await shop.writes())
                async with asyncio.timeout(WITHIN_S):
                    while "took nothing" not in shop.log.getvalue():
                        with shop.bridge.store.transaction():
                            for _ in range(50):
                                shop.bridge.transcript.note(
                                    chat, author="customer", kind="text", text="x" * 20_000,
                                    at_ms=1,
                                )  # fmt: skip
                        await events.until("entry")
            writer.close()

    run(work())
