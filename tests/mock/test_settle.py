"""Settle, and the clocks: what is waited for, what is told, and what time does to what."""

import datetime as dt

import pytest
from bots import Api, Bot, echo

from line_sim import MockLine, faults
from line_sim.errors import ConfigurationError, SettleTimeoutError

ENDINGS = pytest.mark.parametrize("process", [False, True], ids=["thread", "process"])


@ENDINGS
def test_settle_tells_what_is_still_awaited(*, process: bool) -> None:
    with MockLine(process=process, strict=False) as line:
        line.visitor().expect(reply=1)
        with pytest.raises(SettleTimeoutError, match="expected of Alice: 1 reply") as caught:
            line.settle(timeout_s=0.05)

    assert 1 == len(caught.value.awaited)


@ENDINGS
def test_settle_waits_for_a_late_answer(*, process: bool) -> None:
    with MockLine(process=process, faults=[faults.Slow(0.3)]) as line:
        line.connect(echo(Api(line)))
        alice = line.visitor()
        alice.says("hi")
        alice.expect(reply=1, text="HI")
        line.settle()
        found = line.calls.to(alice).texts()

    assert ["HI"] == found


def test_settle_waits_for_a_webhook_that_is_due_soon() -> None:
    with MockLine() as line:
        bot = Bot()
        line.connect(bot)
        line.visitor().says("later", delay_s=0.3)
        line.settle()
        events = len(bot.events)

    assert 1 == events


def test_settle_waits_for_a_webhook_that_a_fault_holds_back() -> None:
    with MockLine(faults=[faults.DelaysWebhook(0.3)]) as line:
        bot = Bot()
        line.connect(bot)
        line.visitor().says("late")
        line.settle()
        events = len(bot.events)

    assert 1 == events


def test_settle_waits_for_a_redelivery_within_its_patience() -> None:
    with MockLine(redelivery={"after_s": [0.3]}) as line:
        line.switch(redelivery=True)
        bot = Bot(statuses=[200, 500])
        line.connect(bot)
        line.visitor().says("hi")
        line.settle()
        flags = [event["deliveryContext"]["isRedelivery"] for event in bot.events]

    assert [False, True] == flags


def test_the_console_exports_what_failed_but_no_test_of_the_url() -> None:
    start = dt.datetime(2026, 8, 7, 23, 0, tzinfo=dt.UTC)
    with MockLine(clock="stepped", start=start) as line:
        bot = Bot(statuses=[500, 200, 500, 503])
        with pytest.raises(ConfigurationError):
            line.connect(bot)
        url = line.connect(bot)
        for _ in range(2):
            line.visitor().says("hi")
            line.settle()
        found = line.error_statistics()

    day = "2026-08-08 08:00:00\terror_status_code\t"
    assert [f"{day}500\t1\t{url}", f"{day}503\t1\t{url}"] == found.splitlines()[1:]


def test_a_redelivery_in_a_minute_is_not_waited_for() -> None:
    with MockLine() as line:
        line.switch(redelivery=True)
        bot = Bot(statuses=[200, 500])
        line.connect(bot)
        line.visitor().says("hi")
        line.settle()

    assert 1 == len(bot.events)


# a stepped clock


def test_a_reply_token_dies_after_a_minute_of_a_stepped_clock() -> None:
    with MockLine(clock="stepped", strict=False) as line:
        api, bot = Api(line), Bot()
        line.connect(bot)
        for _ in range(2):
            line.visitor().says("hi")
        line.settle()
        line.advance(59)
        first = api.reply(bot.events[0]["replyToken"], "in time").status
        line.advance(2)
        second = api.reply(bot.events[1]["replyToken"], "too late").status

    assert (200, 400) == (first, second)


def test_redelivery_comes_after_one_five_and_fifteen_minutes() -> None:
    with MockLine(clock="stepped") as line:
        line.switch(redelivery=True)
        bot = Bot(statuses=[200, *[500] * 9])
        line.connect(bot)
        line.visitor().says("hi")
        line.settle()
        came = []
        for seconds in (59, 1, 239, 1, 599, 1, 100_000):
            line.advance(seconds)
            came.append(len(bot.events))
        ids = {event["webhookEventId"] for event in bot.events}

    assert [1, 2, 2, 3, 3, 4, 4] == came
    assert 1 == len(ids)


def test_content_is_deleted_when_its_time_is_over() -> None:
    with MockLine(clock="stepped", content={"ttl_s": 100}, strict=False) as line:
        api = Api(line)
        sent = line.visitor().sends_file(size_bytes=10)
        line.advance(99)
        before = api.content(sent.message).status
        line.advance(1)
        after = api.content(sent.message).status

    assert (200, 404) == (before, after)


def test_the_quota_begins_anew_with_the_month() -> None:
    more = {"channels": [{"quota": 1}], "start": "2026-11-30T23:59:00+09:00"}
    with MockLine(clock="stepped", strict=False, **more) as line:  # type: ignore[arg-type]
        api, alice = Api(line), line.visitor()
        found = [api.push(alice.id, "a").status, api.push(alice.id, "b").status]
        line.advance(61)
        found.append(api.push(alice.id, "c").status)

    assert [200, 429, 200] == found


def test_a_running_clock_cannot_be_stepped() -> None:
    with MockLine() as line, pytest.raises(ConfigurationError, match="clock='stepped'"):
        line.advance(1)


def test_a_fast_clock_hurries_the_schedule_and_not_the_contract() -> None:
    with MockLine(clock=1_000.0) as line:
        line.switch(redelivery=True)
        bot = Bot(statuses=[200, 500])
        line.connect(bot)
        line.visitor().says("hi", delay_s=60)
        line.settle()
        last = bot.events[-1]
        reply = Api(line).reply(last["replyToken"], "hello").status
        clock = line.state["clock"]

    assert last["deliveryContext"]["isRedelivery"]
    assert 200 == reply
    assert clock["contract_s"] * 100 < clock["schedule_s"]


def test_contracts_hurry_too_where_that_is_wanted() -> None:
    with MockLine(clock=1_000.0, scale_contracts=True) as line:
        clock = line.state["clock"]

    assert clock["contract_s"] == clock["schedule_s"]
