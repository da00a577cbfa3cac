"""Counts by day: ready when the day is over, the channel's own, in Japan's days."""

import pytest
from calling import EPOCH_MS, Bot, at, platform

from line_sim.mock.platform.aggregation_units import MOST, AggregationUnits
from line_sim.mock.platform.api import insight, messages, richmenus, statistics
from line_sim.mock.platform.days import day, next_day_ms

TODAY = day(EPOCH_MS)
TO_MIDNIGHT_S = (next_day_ms(EPOCH_MS) - EPOCH_MS) / 1_000
HELLO = [{"type": "text", "text": "hello"}]


@pytest.fixture
def bot() -> Bot:
    areas = (messages, statistics, insight, richmenus)
    return Bot(platform(*(area.operations for area in areas)))


def delivered(bot: Bot, kind: str, date: str = TODAY) -> dict[str, object]:
    return bot.get(f"/v2/bot/message/delivery/{kind}", date=date).content


def test_a_days_count_is_ready_once_the_day_is_over_in_japan(bot: Bot) -> None:
    user = bot.friend().id
    for _ in range(3):
        assert bot.post("/v2/bot/message/push", {"to": user, "messages": HELLO}).status == 200

    bot.now = at(TO_MIDNIGHT_S - 1)
    assert delivered(bot, "push") == {"status": "unready"}
    bot.now = at(TO_MIDNIGHT_S)
    assert delivered(bot, "push") == {"status": "ready", "success": 3}
    assert delivered(bot, "multicast") == {"status": "ready", "success": 0}


def test_each_recipient_of_a_multicast_counts_and_no_rivals_does(bot: Bot) -> None:
    users = [bot.friend(name).id for name in ("Aiko", "Ben")]
    bot.post("/v2/bot/message/multicast", {"to": users, "messages": HELLO})
    bot.now = at(TO_MIDNIGHT_S)
    rival = Bot(bot.platform, "rival")
    rival.now = bot.now

    assert (2, 0) == (
        delivered(bot, "multicast")["success"],
        delivered(rival, "multicast")["success"],
    )


def test_a_day_before_line_counted_is_out_of_service(bot: Bot) -> None:
    assert delivered(bot, "reply", "20180330") == {"status": "out_of_service"}


@pytest.mark.parametrize("date", ["", "2026-01-01", "20260230", "2026010", "abcdefgh"])
def test_what_is_no_date_is_refused_by_name(bot: Bot, date: str) -> None:
    answer = bot.get("/v2/bot/message/delivery/push", date=date)

    assert (400, True) == (answer.status, "'date'" in answer.content["message"])


def test_insight_tells_the_same_counts_and_every_friend_once(bot: Bot) -> None:
    users = [bot.friend(name).id for name in ("Aiko", "Ben", "Chie")]
    bot.channel.blocked.add(users[0])
    bot.post("/v2/bot/message/broadcast", {"messages": HELLO})
    bot.now = at(TO_MIDNIGHT_S)

    assert bot.get("/v2/bot/insight/message/delivery", date=TODAY).content == {
        "status": "ready",
        "apiBroadcast": 2,
        "apiPush": 0,
        "apiMulticast": 0,
        "apiNarrowcast": 0,
        "apiReply": 0,
    }
    assert bot.get("/v2/bot/insight/followers", date=TODAY).content == {
        "status": "ready",
        "followers": 3,
        "targetedReaches": 2,
        "blocks": 1,
    }


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("20260101", "20260101", 200),
        ("20260101", "20260131", 200),
        ("20260101", "20260201", 400),
        ("20260102", "20260101", 400),
    ],
)
def test_a_period_has_an_order_and_a_length(bot: Bot, first: str, last: str, status: int) -> None:
    asked = {"customAggregationUnit": "sale", "from": first, "to": last}

    assert status == bot.get("/v2/bot/insight/message/event/aggregation", **asked).status


def test_a_menu_that_is_not_there_has_no_insight(bot: Bot) -> None:
    asked = {"from": "20260101", "to": "20260102"}

    assert bot.get("/v2/bot/insight/richmenu/richmenu-1/daily", **asked).status == 404


def test_insight_may_be_asked_60_times_an_hour(bot: Bot) -> None:
    statuses = [bot.get("/v2/bot/insight/demographic").status for _ in range(61)]

    assert 60 * [200] + [429] == statuses


def test_units_of_messages_are_listed_this_month_by_pages(bot: Bot) -> None:
    user = bot.friend().id
    for number in range(101):
        said = {"to": user, "messages": HELLO, "customAggregationUnits": [f"unit_{number}"]}
        bot.post("/v2/bot/message/push", said)
    first = bot.get("/v2/bot/message/aggregation/list").content
    second = bot.get("/v2/bot/message/aggregation/list", start=first["next"]).content

    assert (100, ["unit_100"]) == (
        len(first["customAggregationUnits"]),
        second["customAggregationUnits"],
    )
    assert "next" not in second
    assert bot.get("/v2/bot/message/aggregation/info").content == {
        "numOfCustomAggregationUnits": 101
    }


def test_a_new_month_begins_without_units_and_the_1001st_is_dropped(bot: Bot) -> None:
    units = bot.channel.part(AggregationUnits)

    assert units.add([f"unit_{number}" for number in range(MOST)], EPOCH_MS) == ()
    assert units.add(["unit_0", "late"], EPOCH_MS) == (
        "aggregation unit late was dropped: 1000 are used this month",
    )
    assert MOST == len(units.names(EPOCH_MS))
    assert units.names(EPOCH_MS + 31 * 86_400_000) == []


@pytest.mark.parametrize("start", ["102", "x", "-1"])
def test_a_page_that_was_never_offered_is_refused(bot: Bot, start: str) -> None:
    assert bot.get("/v2/bot/message/aggregation/list", start=start).status == 400
