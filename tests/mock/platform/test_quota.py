"""The quota: recipients count, the month is Japan's, and the limit is never passed."""

import datetime as dt

import pytest
from calling import EPOCH_MS, at
from hypothesis import given
from hypothesis import strategies as st
from meeting import meet, push, text

from line_sim.mock.platform import acts
from line_sim.mock.platform.days import DayCounts, day, next_day_ms, next_month_ms
from line_sim.mock.platform.quota import Quota
from line_sim.wire.refusals import RefusedError

JAPAN = dt.timezone(dt.timedelta(hours=9))


def ms(*when: int) -> int:
    """Unix milliseconds of a moment in Japan."""
    return int(dt.datetime(*when, tzinfo=JAPAN).timestamp() * 1_000)  # type: ignore[arg-type,misc]


def test_each_recipient_counts_one_whatever_is_sent() -> None:
    bot = meet(quota=10)
    push(bot, bot.friend().id, text(), text(), text())
    answer = bot.get("/v2/bot/message/quota/consumption")

    assert {"totalUsage": 1} == answer.content
    assert {"type": "limited", "value": 10} == bot.get("/v2/bot/message/quota").content


def test_a_group_counts_its_members() -> None:
    bot = meet(quota=5, groups=True)
    people = [bot.friend(name) for name in "abcde"]
    chat = bot.platform.new_chat(bot.channel.provider, people)
    acts.invites_bot(bot.channel, chat, bot.now)
    first, second = push(bot, chat.id), push(bot, chat.id)

    assert 200 == first.status
    assert (429, {"message": "You have reached your monthly limit."}) == (
        second.status,
        second.content,
    )


def test_a_multicast_that_would_pass_the_limit_sends_nothing_at_all() -> None:
    bot = meet(quota=2)
    to = [bot.friend(name).id for name in "abc"]
    answer = bot.post("/v2/bot/message/multicast", {"to": to, "messages": [text()]})

    assert (429, None) == (answer.status, answer.sent)
    assert 0 == bot.channel.quota.used(EPOCH_MS)


def test_nobody_reached_costs_nothing() -> None:
    bot = meet(quota=0)
    person = bot.friend()
    acts.blocks(bot.channel, person, bot.now)
    answer = push(bot, person.id)

    assert (200, ()) == (answer.status, answer.sent.delivered)


def test_without_a_limit_the_quota_is_none() -> None:
    assert {"type": "none"} == meet().get("/v2/bot/message/quota").content


def test_a_new_month_in_japan_begins_at_nought() -> None:
    quota = Quota(1)
    quota.take(1, ms(2026, 1, 31, 23, 59, 59))

    assert 1 == quota.used(ms(2026, 1, 31, 23, 59, 59))
    assert 0 == quota.used(ms(2026, 2, 1, 0, 0, 0))
    assert 1 == quota.left(ms(2026, 2, 1, 0, 0, 0))


def test_the_month_turns_by_the_schedule() -> None:
    bot = meet(quota=1)
    to = bot.friend().id
    push(bot, to)
    full = push(bot, to)
    bot.now = at((next_month_ms(EPOCH_MS) - EPOCH_MS) / 1_000)

    assert 429 == full.status
    assert 200 == push(bot, to).status


def test_a_narrowcast_counts_in_the_month_in_which_it_is_sent() -> None:
    last, first = ms(2026, 1, 31, 23, 59, 59), ms(2026, 2, 1, 0, 0, 0)
    early, late = Quota(5), Quota(5)
    early.reserve(4, last - 10, last)
    late.reserve(4, last, first + 1_000)

    assert (0, 5) == (early.used(first), early.left(first))
    assert (0, 1) == (late.used(first), late.left(first))
    assert (4, 1) == (late.used(first + 1_000), late.left(first + 1_000))


def test_what_is_reserved_is_neither_used_nor_left() -> None:
    quota = Quota(10)
    now = ms(2026, 3, 1, 12)
    quota.reserve(4, now, now + 2_000)

    assert (0, 6) == (quota.used(now), quota.left(now))
    assert (4, 6) == (quota.used(now + 2_000), quota.left(now + 2_000))
    with pytest.raises(RefusedError):
        quota.take(7, now)


@given(
    st.integers(0, 20),
    st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 10**9)), max_size=40),
)
def test_used_and_reserved_stay_between_nought_and_the_limit(
    limit: int, deeds: list[tuple[bool, int, int]]
) -> None:
    quota = Quota(limit)
    now = EPOCH_MS
    for reserved, people, wait_ms in deeds:
        now += wait_ms
        try:
            if reserved:
                quota.reserve(people, now, now + 2_000)
            else:
                quota.take(people, now)
        except RefusedError:
            pass
        left = quota.left(now)

        assert left is not None
        assert 0 <= quota.used(now) <= quota.used(now) + left <= limit


@given(st.integers(0, 4 * 10**12))
def test_days_and_months_end_at_midnight_in_japan(unix_ms: int) -> None:
    today = dt.datetime.fromtimestamp(unix_ms / 1_000, JAPAN)
    tomorrow = dt.datetime.fromtimestamp(next_day_ms(unix_ms) / 1_000, JAPAN)
    month = dt.datetime.fromtimestamp(next_month_ms(unix_ms) / 1_000, JAPAN)

    assert (today.date() + dt.timedelta(days=1), dt.time()) == (tomorrow.date(), tomorrow.time())
    assert (1, dt.time()) == (month.day, month.time())
    assert 1 == (month.year - today.year) * 12 + month.month - today.month
    assert f"{today:%Y%m%d}" == day(unix_ms)


def test_counts_go_to_their_day() -> None:
    counts = DayCounts()
    counts.add("push", 2, ms(2026, 5, 1, 23, 59))
    counts.add("push", 3, ms(2026, 5, 2, 0, 0))
    counts.add("reply", 1, ms(2026, 5, 1, 9, 0))

    assert 2 == counts.of("push", "20260501")
    assert 3 == counts.of("push", "20260502")
    assert 1 == counts.of("reply", "20260501")
