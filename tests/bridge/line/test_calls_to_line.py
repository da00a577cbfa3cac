"""Calls to LINE: tokens that are refused, replaced and renewed; the month's quota; what is told."""

import asyncio
import io
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from line_bench import INFO, LineBench, run
from sqlalchemy import select

from line_sim import MockLine
from line_sim.bridge.line import quota
from line_sim.bridge.line.equip import MOST_CALLS
from line_sim.bridge.store.tables import channels
from line_sim.mock import faults

Test = Callable[[LineBench], Coroutine[Any, Any, None]]
PUSH = "/v2/bot/message/push"


@pytest.fixture
def line() -> Iterator[MockLine]:
    """A LINE of its own."""
    with MockLine(strict=False) as found:
        yield found


@pytest.fixture
def play(line: MockLine, tmp_path: Path, log: io.StringIO) -> Callable[..., None]:
    """Runs a test with a bench; `channel` = columns of its row."""

    def played(test: Test, **channel: Any) -> None:  # noqa: ANN401
        run(lambda: LineBench(tmp_path, line, log, **channel), test)

    return played


@pytest.fixture
def log() -> io.StringIO:
    """What the bridge logs."""
    return io.StringIO()


async def turns() -> None:
    """Let everybody take the steps that need no waiting."""
    for _ in range(50):
        await asyncio.sleep(0)


def test_a_call_is_logged_with_lines_request_id_and_without_secrets(
    play: Callable[..., None], line: MockLine, log: io.StringIO
) -> None:
    async def test(bench: LineBench) -> None:
        answer = await bench.channel.api.get(INFO)

        assert answer.ok
        assert answer.request_id
        assert f"request id {answer.request_id}" in log.getvalue()
        assert line.channel.access_token not in log.getvalue()

    play(test)


def test_a_refused_token_pauses_the_channel_and_another_one_lets_it_go_on(
    play: Callable[..., None], line: MockLine
) -> None:
    async def test(bench: LineBench) -> None:
        line.add_fault(faults.ExpiresToken())
        refused = await bench.channel.api.get(INFO)
        waiting = [asyncio.ensure_future(bench.channel.api.get(INFO)) for _ in range(5)]
        await turns()
        paused = bench.store.value(select(channels.c.paused))
        asked = bench.calls("getBotInfo")
        bench.give(line.reissue("access_token"))
        answers = await asyncio.gather(*waiting)

        assert 401 == refused.status
        assert 1 == asked, "nothing is called in vain"
        assert "401" in paused
        assert 1 == len(bench.journal.alerts)
        assert all(answer.ok for answer in answers)
        assert "" == bench.channel.paused
        assert bench.store.value(select(channels.c.paused)) is None

    play(test)


def test_a_channel_that_was_paused_stays_so_over_a_restart(
    play: Callable[..., None], line: MockLine
) -> None:
    async def test(bench: LineBench) -> None:
        waiting = asyncio.ensure_future(bench.channel.api.get(INFO))
        await turns()
        before = bench.calls("getBotInfo")
        bench.give(line.reissue("access_token"))

        assert 0 == before
        assert (await waiting).ok

    play(test, paused="LINE refuses the channel access token (401)")


def test_a_channel_that_was_paused_goes_on_with_the_token_it_had(
    play: Callable[..., None],
) -> None:
    async def test(bench: LineBench) -> None:
        await bench.channel.tokens.refused(bench.channel.token)
        waiting = asyncio.ensure_future(bench.channel.api.get(INFO))
        await turns()
        before = bench.calls("getBotInfo")
        bench.change(paused=None)

        assert 0 == before
        assert (await waiting).ok

    play(test)


def test_a_late_refusal_of_an_old_token_pauses_nothing(
    play: Callable[..., None], line: MockLine
) -> None:
    async def test(bench: LineBench) -> None:
        old = bench.channel.token
        bench.give(line.reissue("access_token"))
        await bench.channel.tokens.refused(old)

        assert "" == bench.channel.paused
        assert (await bench.channel.api.get(INFO)).ok

    play(test)


def test_a_channel_without_a_token_holds_up_no_other(
    play: Callable[..., None], line: MockLine
) -> None:
    async def test(bench: LineBench) -> None:
        old = bench.channel
        await old.tokens.refused(old.token)
        stuck = [asyncio.ensure_future(old.api.get(INFO)) for _ in range(2 * MOST_CALLS)]
        await turns()
        bench.store.add(
            channels, number=1, name="Other", state="enabled", path="q", created_at=0.0, config={},
            secret_box=bench.keys.seal(line.channel.secret),
            token_box=bench.keys.seal(line.channel.access_token),
        )  # fmt: skip
        bench.channels.load()
        other = bench.channels.by_path("q")
        assert other is not None
        assert (await other.api.get(INFO)).ok
        for each in stuck:
            each.cancel()

    play(test)


def test_a_call_that_may_no_longer_be_made_is_not(play: Callable[..., None]) -> None:
    async def test(bench: LineBench) -> None:
        answer = await bench.channel.api.post(PUSH, {}, may=lambda: False)

        assert not answer.ambiguous
        assert 0 == bench.calls("pushMessage")

    play(test)


@pytest.mark.parametrize(
    ("fault", "ambiguous"),
    [
        (faults.ResetsConnection(), True), (faults.FailsWith(503), True),
        (faults.Refuses(429), False), (faults.Refuses(400), False),
    ],
    ids=str,
)  # fmt: skip
def test_what_line_may_have_done_is_ambiguous(
    play: Callable[..., None],
    line: MockLine,
    fault: faults.Fault,
    ambiguous: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    async def test(bench: LineBench) -> None:
        line.add_fault(fault)
        answer = await bench.channel.api.get(INFO)

        assert not answer.ok
        assert ambiguous == answer.ambiguous

    play(test)


def test_a_call_that_reached_nobody_is_not_ambiguous(
    play: Callable[..., None], line: MockLine
) -> None:
    async def test(bench: LineBench) -> None:
        line.__exit__(None, None, None)
        answer = await bench.channel.api.get(INFO)

        assert (0, False) == (answer.status, answer.ambiguous)
        assert answer.transient

    play(test)


# tokens that the bridge issues itself


DAY_S = 86_400.0


def test_a_token_of_our_own_is_renewed_before_its_end_and_the_old_one_revoked(
    play: Callable[..., None], line: MockLine, log: io.StringIO
) -> None:
    async def test(bench: LineBench) -> None:
        bench.change(line_channel_id=line.channel.id)
        bench.channel.tokens.changed()
        await bench.issued(1)
        await turns()
        first = bench.channel.token
        for _ in range(29):
            await bench.clock.advance(DAY_S)
            line.skip(DAY_S)
        await bench.issued(2)
        await bench.until(lambda: bench.calls("revokeChannelToken") > 0)

        assert first != bench.channel.token
        assert first not in log.getvalue()
        assert bench.channel.token not in log.getvalue()
        assert 2 == bench.calls("issueChannelToken")

    play(test)


def test_a_token_of_our_own_is_used_on_after_a_restart(
    play: Callable[..., None], line: MockLine
) -> None:
    async def begins(bench: LineBench) -> None:
        await bench.issued(1)

    async def goes_on(bench: LineBench) -> None:
        assert (await bench.channel.api.get(INFO)).ok
        await turns()
        assert 1 == bench.calls("issueChannelToken")

    play(begins, line_channel_id=line.channel.id)
    play(goes_on)


def test_where_no_token_is_issued_people_are_told_and_it_is_tried_again(
    play: Callable[..., None], line: MockLine
) -> None:
    async def test(bench: LineBench) -> None:
        await bench.until(lambda: bool(bench.journal.alerts))
        await turns()  # until it waits for the next time
        told = list(bench.journal.alerts)
        line.clear_faults()
        await bench.clock.advance(31.0)
        await bench.issued(1)

        assert "no channel access token was issued" in told[0]

    line.add_fault(faults.FailsWith(503, operation="issueChannelToken"))
    play(test, line_channel_id=line.channel.id)


# quota


def test_a_rate_limit_is_no_used_up_month(play: Callable[..., None]) -> None:
    async def test(bench: LineBench) -> None:
        assert not await bench.channel.api.quota.used_up()
        assert [] == list(bench.journal.alerts)
        left = await bench.channel.api.quota.left()
        assert left is not None
        assert not left.spent

    play(test)


def test_a_used_up_month_is_told_once_and_looked_at_once_a_minute(
    play: Callable[..., None], line: MockLine
) -> None:
    async def test(bench: LineBench) -> None:
        line.add_fault(faults.RunsOutOfQuota(limit=200))
        month = bench.channel.api.quota
        assert await month.used_up()
        asked = bench.calls("getMessageQuota")
        assert await month.spent()
        assert asked == bench.calls("getMessageQuota")
        await bench.clock.advance(quota.LOOK_AGAIN_S)
        assert await month.spent()
        assert asked + 1 == bench.calls("getMessageQuota")
        assert 1 == len(bench.journal.alerts)
        line.clear_faults()
        await bench.clock.advance(quota.LOOK_AGAIN_S)
        assert not await month.spent()

    play(test)
