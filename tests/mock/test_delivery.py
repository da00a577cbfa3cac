"""Webhooks go out when they are due, signed, within LINE's limit, and are written down."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from line_sim.errors import ConfigurationError, ServerError, TargetNotAllowedError
from line_sim.mock.bad_luck import Due
from line_sim.mock.delivery import Dispatcher
from line_sim.mock.faults import (
    DelaysWebhook,
    DropsWebhook,
    DuplicatesWebhook,
    Fault,
    LosesConfirmation,
    OvertakesWebhook,
    SkewsClock,
    WrongSignature,
)
from line_sim.mock.faults.engine import Faults
from line_sim.mock.platform.platform import Platform
from line_sim.mock.settings import Settings
from line_sim.net.clock import Clock, Instant
from line_sim.net.loops import new_loop
from line_sim.net.serve import Server
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer
from line_sim.wire import signature

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
EPOCH_MS = 1_790_000_000_000


class Bot:
    """A bot that notes what comes, and answers with the next status; None: not at all."""

    def __init__(self, *statuses: int | None) -> None:
        self.statuses = list(statuses)
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.busy = 0
        self.busiest = 0
        self.came = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Take one webhook."""
        body = (await receive())["body"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.seen.append((headers, body))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        self.came.set()
        await self.may_answer.wait()
        self.busy -= 1
        status = self.statuses.pop(0) if self.statuses else 200
        if status is None:
            await asyncio.Event().wait()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def events(self) -> list[dict[str, Any]]:
        """Every event that came."""
        return [event for _, body in self.seen for event in json.loads(body)["events"]]

    def numbers(self) -> list[int]:
        """The numbers of the events that came, in order."""
        return [event["number"] for event in self.events()]


@dataclass
class World:
    """A platform, its dispatcher and a bot."""

    platform: Platform
    clock: Clock
    ledger: Writer
    dispatcher: Dispatcher
    bot: Bot
    url: str
    broken: list[tuple[str, BaseException]] = field(default_factory=list)

    def add(self, number: int = 0, **how: Any) -> None:  # noqa: ANN401 - Deliveries' own
        """Schedule an event with a number."""
        channel = how.pop("channel", self.platform.first)
        event = {
            "type": "message",
            "number": number,
            "webhookEventId": f"{number:026}",
            "deliveryContext": {"isRedelivery": False},
        }
        self.platform.deliveries.add(channel, event | how.pop("more", {}), self.clock.now(), **how)
        self.dispatcher.wake()

    def ends(self) -> list[dict[str, Any]]:
        """The ledger's ends of webhooks."""
        return [line for line in self.ledger.lines() if line["kind"] == "webhook_end"]


@asynccontextmanager
async def world(
    *statuses: int | None,
    clock: Clock | None = None,
    faults: Faults | None = None,
    **told: Any,  # noqa: ANN401
) -> AsyncIterator[World]:
    """All of it, running."""
    settings = Settings.model_validate(told)
    clock = clock or Clock(epoch_ms=EPOCH_MS)
    platform = Platform(settings, EPOCH_MS)
    bot = Bot(*statuses)
    broken: list[tuple[str, BaseException]] = []
    ledger = Writer(None, lambda: clock.now().schedule_us, redact=Redactor())
    dispatcher = Dispatcher(
        platform, clock, ledger, settings, faults=faults,
        broke=lambda where, error: broken.append((where, error)),
    )  # fmt: skip
    async with Server(bot, lifespan="off", graceful_s=0.01) as server:
        url = f"{server.url}/callback"
        for channel in platform.channels.values():
            channel.endpoint = url
        dispatcher.start()
        try:
            yield World(platform, clock, ledger, dispatcher, bot, url, broken)
        finally:
            await dispatcher.stop()
            ledger.close()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """The loop that the mock uses."""
    with asyncio.Runner(loop_factory=new_loop) as made:
        yield made


async def settled(here: World) -> World:
    """The world once everything due is delivered."""
    async with asyncio.timeout(10):
        await here.dispatcher.idle()
    return here


def test_a_webhook_arrives_signed_over_its_exact_bytes(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world() as here:
            here.add(1, more={"text": "こんにちは 😀"})
            return await settled(here)

    here = runner.run(run())
    ((headers, body),) = here.bot.seen
    channel = here.platform.first

    assert signature.matches(channel.secret, body, headers["x-line-signature"])
    assert channel.bot_user_id == json.loads(body)["destination"]
    assert "application/json; charset=utf-8" == headers["content-type"]
    assert b"\\uD83D\\uDE00" in body


def test_the_ledger_has_a_line_before_and_a_line_after(runner: asyncio.Runner) -> None:
    async def run() -> list[dict[str, Any]]:
        async with world() as here:
            here.bot.may_answer.clear()
            here.add()
            await here.bot.came.wait()
            before = [line["kind"] for line in here.ledger.lines()]
            here.bot.may_answer.set()
            await settled(here)
            assert ["webhook"] == before
            return list(here.ledger.lines())

    webhook, end = runner.run(run())

    assert ("webhook", "webhook_end", 200) == (webhook["kind"], end["kind"], end["status"])
    assert webhook["exchange"] == end["exchange"]
    assert ("shop", 1) == (webhook["channel"], webhook["attempt"])
    assert 0 <= webhook["due_s"] <= webhook["at_s"]
    assert "reason" not in end


OUTCOMES = [
    ((201,), 201, None, None),
    ((302,), 302, "error_status_code", "302"),
    ((404,), 404, "error_status_code", "404"),
    ((500,), 500, "error_status_code", "500"),
    ((None,), None, "request_timeout", "Request timeout"),
]


@pytest.mark.parametrize(("statuses", "status", "reason", "detail"), OUTCOMES)
def test_how_it_ended_is_told_in_lines_words(
    runner: asyncio.Runner,
    statuses: tuple[int | None, ...],
    status: int | None,
    reason: str | None,
    detail: str | None,
) -> None:
    async def run() -> World:
        async with world(*statuses, dispatch={"timeout_s": 0.2 if status is None else 5}) as here:
            here.add()
            return await settled(here)

    (end,) = runner.run(run()).ends()

    assert (status, reason, detail) == tuple(map(end.get, ("status", "reason", "detail")))


def test_nobody_there_is_lines_could_not_connect_and_no_reply_token_lives(
    runner: asyncio.Runner,
) -> None:
    async def run() -> World:
        async with world() as here:
            unused = Server(here.bot)
            await unused.stop()
            here.platform.first.endpoint = unused.url
            handed: list[object] = []
            here.platform.deliveries.handed_over = handed.append  # type: ignore[method-assign, assignment]
            here.add()
            await settled(here)
            assert [] == handed
            return here

    (end,) = runner.run(run()).ends()

    assert ("could_not_connect", "Connection failed") == (end["reason"], end["detail"])


def test_reply_tokens_live_from_the_moment_bytes_are_handed_over(runner: asyncio.Runner) -> None:
    async def run() -> list[str]:
        told: list[str] = []
        async with world() as here:
            deliveries = here.platform.deliveries
            deliveries.handed_over = lambda *_: told.append("handed over")  # type: ignore[method-assign]
            deliveries.ended = lambda *_: told.append("ended")  # type: ignore[method-assign, assignment]
            here.add()
            await settled(here)
        return told

    assert ["handed over", "ended"] == runner.run(run())


def test_two_seconds_are_wall_time_unless_contracts_scale(runner: asyncio.Runner) -> None:
    async def took_ms(clock: Clock) -> float:
        async with world(None, clock=clock, dispatch={"timeout_s": 10}) as here:
            here.add()
            await settled(here)
            return float(here.ends()[0]["took_ms"])

    scaled = Clock(speed=100, scale_contracts=True, epoch_ms=EPOCH_MS)

    assert 90 <= runner.run(took_ms(scaled)) < 5_000


def test_a_slow_bot_does_not_hold_up_the_others(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world() as here:
            here.bot.may_answer.clear()
            for number in range(20):
                here.add(number)
            async with asyncio.timeout(10):
                while len(here.bot.seen) < 20:  # noqa: ASYNC110 - a bot counts, nobody tells
                    await asyncio.sleep(0)
            assert 20 == len(here.dispatcher.under_way())
            here.bot.may_answer.set()
            return await settled(here)

    assert set(range(20)) == set(runner.run(run()).bot.numbers())


def test_what_is_under_way_has_a_limit(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world(dispatch={"in_flight": 3}) as here:
            here.bot.may_answer.clear()
            for number in range(10):
                here.add(number)
            await here.bot.came.wait()
            assert 10 == here.dispatcher.open
            assert "7 webhooks wait" in here.dispatcher.under_way()[-1]
            here.bot.may_answer.set()
            return await settled(here)

    here = runner.run(run())

    assert here.bot.busiest <= 3
    assert set(range(10)) == set(here.bot.numbers())


def test_serial_is_one_at_a_time_and_in_order_for_each_channel(runner: asyncio.Runner) -> None:
    async def run() -> World:
        channels = [{"name": "shop"}, {"name": "help"}]
        async with world(channels=channels, dispatch={"mode": "serial"}) as here:
            here.bot.may_answer.clear()
            shop, desk = here.platform.channels.values()
            for number in range(6):
                here.add(number, channel=(shop, desk)[number % 2])
            async with asyncio.timeout(10):
                while here.bot.busy < 2:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0)
            here.bot.may_answer.set()
            return await settled(here)

    here = runner.run(run())
    numbers = here.bot.numbers()

    assert here.bot.busiest <= 2
    assert [[0, 2, 4], [1, 3, 5]] == [[n for n in numbers if n % 2 == side] for side in (0, 1)]


def stepped() -> Clock:
    """A clock that moves by steps only."""
    return Clock(stepped=True, epoch_ms=EPOCH_MS)


def test_a_stepped_clock_delivers_what_becomes_due_in_order_each_at_its_time(
    runner: asyncio.Runner,
) -> None:
    async def run() -> World:
        async with world(clock=stepped()) as here:
            for number, delay_s in enumerate((30, 10, 20, 90)):
                here.add(number, delay_s=delay_s)
            await here.dispatcher.advance(60)
            return here

    here = runner.run(run())
    webhooks = [line for line in here.ledger.lines() if line["kind"] == "webhook"]

    assert [1, 2, 0] == here.bot.numbers()
    assert [10, 20, 30] == [line["at_s"] for line in webhooks]
    assert 60_000_000 == here.clock.now().schedule_us
    assert 1 == here.bot.busiest


def test_a_stepped_clock_stands_still_while_an_exchange_is_open(runner: asyncio.Runner) -> None:
    async def run() -> tuple[int, World]:
        async with world(clock=stepped()) as here:
            here.bot.may_answer.clear()
            here.add(delay_s=10)
            moving = asyncio.create_task(here.dispatcher.advance(60))
            await here.bot.came.wait()
            stood_us = here.clock.now().schedule_us
            here.bot.may_answer.set()
            await moving
            return stood_us, here

    stood_us, here = runner.run(run())

    assert 10_000_000 == stood_us
    assert 60_000_000 == here.clock.now().schedule_us


def test_a_failed_webhook_comes_again_with_only_the_flag_changed(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world(500, 500, 200, clock=stepped()) as here:
            here.platform.first.redelivery = True
            here.add(7)
            await here.dispatcher.advance(3_600)
            return here

    here = runner.run(run())
    events = here.bot.events()
    webhooks = [line for line in here.ledger.lines() if line["kind"] == "webhook"]

    assert [False, True, True] == [e["deliveryContext"].pop("isRedelivery") for e in events]
    assert events[0] == events[1] == events[2]
    assert [0, 60, 300] == [line["at_s"] for line in webhooks]
    assert [1, 2, 3] == [line["attempt"] for line in webhooks]


def test_a_running_clock_sends_at_the_time_and_says_how_late(runner: asyncio.Runner) -> None:
    async def run() -> dict[str, float]:
        async with world() as here:
            for number in range(10):
                here.add(number, delay_s=number / 100)
            while here.dispatcher.next_due_us() is not None:
                await here.bot.came.wait()
                here.bot.came.clear()
            await settled(here)
            return here.dispatcher.lateness()

    lateness = runner.run(run())

    assert 10 == lateness["count"]
    assert 0 <= lateness["p50_ms"] <= lateness["p99_ms"] <= lateness["max_ms"] < 1_000


def test_what_nobody_woke_it_for_is_found_all_the_same(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world() as here:
            here.dispatcher.wake = lambda: None  # type: ignore[method-assign]
            here.add()
            await asyncio.wait_for(here.bot.came.wait(), 5)
            return here

    assert 1 == len(runner.run(run()).bot.seen)


FLAGS: list[tuple[dict[str, Any], Callable[[dict[str, str], bytes, str], bool]]] = [
    ({"body": b"not json"}, lambda h, b, s: b == b"not json" and ok(h, b, s)),
    ({"signature": "missing"}, lambda h, _b, _s: "x-line-signature" not in h),
    ({"signature": "changed_byte"}, lambda h, b, s: not ok(h, b, s)),
    ({"style": "pretty"}, lambda h, b, s: b"\n" in b and ok(h, b, s)),
    (
        {"headers": {"User-Agent": "else"}},
        lambda h, b, s: h["user-agent"] == "else" and ok(h, b, s),
    ),
    ({"headers": {"accept": None}}, lambda h, _b, _s: "accept" not in h),
]


def ok(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """Whether the signature is right."""
    return signature.matches(secret, body, headers["x-line-signature"])


@pytest.mark.parametrize(("flags", "holds"), FLAGS)
def test_flags_change_what_goes_out(
    runner: asyncio.Runner,
    flags: dict[str, Any],
    holds: Callable[[dict[str, str], bytes, str], bool],
) -> None:
    async def run() -> World:
        async with world() as here:
            here.add(flags=flags)
            return await settled(here)

    here = runner.run(run())
    ((headers, body),) = here.bot.seen

    assert holds(headers, body, here.platform.first.secret)


def test_header_names_are_written_in_the_case_asked_for(runner: asyncio.Runner) -> None:
    async def run() -> dict[str, str]:
        async with world() as here:
            here.add(flags={"header_case": "upper"})
            await settled(here)
            (line, _) = here.ledger.lines()
            return dict(line["headers"])

    assert all(name == name.upper() for name in runner.run(run()))


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        ({"signature": "nonsense"}, ConfigurationError),
        ({"style": "nonsense"}, ConfigurationError),
        ({"headers": {"x": "a\r\nb: c"}}, ValueError),
    ],
)
def test_what_is_the_testers_mistake_surfaces_and_the_rest_goes_on(
    runner: asyncio.Runner, flags: dict[str, Any], kind: type[Exception]
) -> None:
    async def run() -> World:
        async with world() as here:
            here.add(1, flags=flags)
            here.add(2)
            return await settled(here)

    here = runner.run(run())
    ((_, error),) = here.broken

    assert isinstance(error, kind)
    assert [error] == here.dispatcher.errors
    assert [2] == here.bot.numbers()


def test_no_webhook_leaves_this_machine(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world() as here:
            here.platform.first.endpoint = "https://192.0.2.1/callback"
            here.add()
            return await settled(here)

    here = runner.run(run())
    (end,) = here.ends()

    assert ("could_not_connect", "Connection failed") == (end["reason"], end["detail"])
    assert [TargetNotAllowedError] == [type(error) for error in here.dispatcher.errors]


def test_a_bug_in_the_schedule_is_not_waited_for_in_vain(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world() as here:

            def fails(_now: Instant) -> list[Any]:
                raise LookupError

            here.platform.deliveries.take_due = fails  # type: ignore[method-assign]
            here.add()
            with pytest.raises(ServerError, match="not running"):
                await settled(here)
            return here

    assert [LookupError] == [type(error) for _, error in runner.run(run()).broken]


def test_verifying_sends_an_empty_signed_webhook_that_no_statistics_count(
    runner: asyncio.Runner,
) -> None:
    async def run() -> tuple[World, list[Any]]:
        async with world(200, 500) as here:
            counted: list[object] = []
            here.platform.deliveries.ended = lambda *_: counted.append(_)  # type: ignore[method-assign, assignment]
            channel = here.platform.first
            found = [await here.dispatcher.probe(here.url, channel) for _ in range(2)]
            assert [] == counted
            return here, found

    here, (good, bad) = runner.run(run())
    headers, body = here.bot.seen[0]

    assert [] == json.loads(body)["events"]
    assert ok(headers, body, here.platform.first.secret)
    assert (True, False) == (good.ok, bad.ok)
    assert ("error_status_code", "500") == (bad.reason, bad.detail)
    assert 0 == here.dispatcher.lateness()["count"]


def test_the_stop_ends_what_is_under_way_in_the_ledger_too(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world(None) as here:
            here.add()
            await here.bot.came.wait()
            await here.dispatcher.stop()
            return here

    before = set(threading.enumerate())
    (end,) = runner.run(run()).ends()

    assert "unclassified" == end["reason"]
    assert before == set(threading.enumerate())


LUCK: list[tuple[list[Fault], list[int]]] = [
    ([], [1, 2, 3]),
    ([DuplicatesWebhook(every=3)], [1, 2, 3, 3]),
    ([DuplicatesWebhook(first=1, after_each_s=1)], [1, 2, 3, 1]),
    ([DropsWebhook(first=1)], [2, 3]),
    ([DelaysWebhook(5, first=1)], [2, 3, 1]),
    ([DelaysWebhook(2, first=1), DuplicatesWebhook(copies=2, first=1)], [2, 3, 1, 1, 1]),
    ([OvertakesWebhook(first=1)], [2, 1, 3]),
    ([OvertakesWebhook(by=2, first=1)], [2, 3, 1]),
    ([OvertakesWebhook(by=9, first=1)], [2, 3, 1]),
]


@pytest.mark.parametrize(("faults", "expected"), LUCK, ids=map(str, range(len(LUCK))))
def test_faults_double_lose_and_hold_back_webhooks(
    runner: asyncio.Runner, faults: list[Fault], expected: list[int]
) -> None:
    async def run() -> World:
        async with world(clock=stepped(), faults=Faults(faults)) as here:
            for number in (1, 2, 3):
                here.add(number)
            await here.dispatcher.advance(10)
            return here

    assert expected == runner.run(run()).bot.numbers()


def test_a_fault_is_told_beside_its_exchange(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world(clock=stepped(), faults=Faults([DropsWebhook()])) as here:
            here.add()
            await here.dispatcher.advance(1)
            return here

    webhook, fault, end, _ = runner.run(run()).ledger.lines()

    assert ["webhook", "fault", "webhook_end"] == [webhook["kind"], fault["kind"], end["kind"]]
    assert 1 == len({line["exchange"] for line in (webhook, fault, end)})
    assert [fault["fault"]] == end["fault"]
    assert ("could_not_connect", "Connection failed") == (end["reason"], end["detail"])


def test_a_dropped_webhook_comes_again_where_redelivery_is_on(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world(clock=stepped(), faults=Faults([DropsWebhook(attempt=1)])) as here:
            here.platform.first.redelivery = True
            here.add(1)
            await here.dispatcher.advance(61)
            return here

    (event,) = runner.run(run()).bot.events()

    assert event["deliveryContext"]["isRedelivery"]


def test_a_confirmation_that_is_not_heard_has_the_webhook_come_again(
    runner: asyncio.Runner,
) -> None:
    async def run() -> World:
        async with world(clock=stepped(), faults=Faults([LosesConfirmation(attempt=1)])) as here:
            here.platform.first.redelivery = True
            here.add(1)
            await here.dispatcher.advance(61)
            return here

    here = runner.run(run())
    first, second = here.bot.events()
    ends = [(end.get("status"), end.get("reason")) for end in here.ends()]

    assert first["webhookEventId"] == second["webhookEventId"]
    assert [False, True] == [e["deliveryContext"]["isRedelivery"] for e in (first, second)]
    assert [(None, "request_timeout"), (200, None)] == ends


def test_a_wrong_signature_is_that_sendings_only(runner: asyncio.Runner) -> None:
    async def run() -> World:
        faults = Faults([WrongSignature(attempt=1)])
        async with world(401, clock=stepped(), faults=faults) as here:
            here.platform.first.redelivery = True
            here.add(1)
            await here.dispatcher.advance(61)
            return here

    here = runner.run(run())
    secret = here.platform.first.secret

    assert [False, True] == [ok(headers, body, secret) for headers, body in here.bot.seen]


def test_a_skewed_timestamp_is_the_same_on_redelivery(runner: asyncio.Runner) -> None:
    async def run() -> World:
        async with world(500, clock=stepped(), faults=Faults([SkewsClock(300)])) as here:
            here.platform.first.redelivery = True
            here.add(1, more={"timestamp": EPOCH_MS})
            await here.dispatcher.advance(61)
            return here

    stamps = [event["timestamp"] for event in runner.run(run()).bot.events()]

    assert [EPOCH_MS + 300_000] * 2 == stamps


def test_a_doubled_webhook_that_fails_comes_again_once(runner: asyncio.Runner) -> None:
    async def run() -> World:
        faults = Faults([DuplicatesWebhook(attempt=1)])
        async with world(500, 500, clock=stepped(), faults=faults) as here:
            here.platform.first.redelivery = True
            here.add(1)
            await here.dispatcher.advance(61)
            return here

    redelivered = [e["deliveryContext"]["isRedelivery"] for e in runner.run(run()).bot.events()]

    assert [False, False, True] == redelivered


def test_a_copy_can_be_flagged(runner: asyncio.Runner) -> None:
    async def run() -> World:
        faults = Faults([DuplicatesWebhook(flagged=True)])
        async with world(clock=stepped(), faults=faults) as here:
            here.add(1)
            await here.dispatcher.advance(1)
            return here

    redelivered = [e["deliveryContext"]["isRedelivery"] for e in runner.run(run()).bot.events()]

    assert [False, True] == redelivered


@pytest.mark.parametrize(("user", "expected"), [("Uab", [2]), ("Ucd", [1, 2])])
def test_a_fault_of_one_user_is_no_other_users(
    runner: asyncio.Runner, user: str, expected: list[int]
) -> None:
    async def run() -> World:
        async with world(clock=stepped(), faults=Faults([DropsWebhook(user=user)])) as here:
            here.add(1, more={"source": {"type": "user", "userId": "Uab"}})
            here.add(2)
            await here.dispatcher.advance(1)
            return here

    assert expected == runner.run(run()).bot.numbers()


def test_what_is_held_back_counts_as_due() -> None:
    platform = Platform(Settings(), EPOCH_MS)
    platform.first.endpoint = "http://127.0.0.1:1/"
    platform.deliveries.add(platform.first, {"type": "follow"}, Instant(0, 0))
    due = Due(platform, Faults([DelaysWebhook(2)]))

    assert [] == due.take(Instant(0, 0))
    assert 2_000_000 == due.next_us()
    assert [1] == [each.shown.number for each in due.take(Instant(2_000_000, 0))]
    assert due.next_us() is None


def test_one_that_was_overtaken_is_not_due_any_more() -> None:
    platform = Platform(Settings(), EPOCH_MS)
    platform.first.endpoint = "http://127.0.0.1:1/"
    for _ in range(2):
        platform.deliveries.add(platform.first, {"type": "follow"}, Instant(0, 0))
    due = Due(platform, Faults([OvertakesWebhook(first=1)]))

    assert [2, 1] == [each.shown.number for each in due.take(Instant(0, 0))]
    assert due.next_us() is None
