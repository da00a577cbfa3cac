"""Narrowcasts: accepted first, the quota held, sent by phases of the schedule."""

import pytest
from calling import DAY, Bot, at
from meeting import meet, text

from line_sim.mock.platform.audiences import Audiences
from line_sim.mock.platform.calls import Answer
from line_sim.net.clock import Instant


def narrowcast(bot: Bot, **more: object) -> Answer:
    """One text to whom `more` says."""
    return bot.post("/v2/bot/message/narrowcast", {"messages": [text()], **more})


def progress(bot: Bot, answer: Answer) -> Answer:
    """How far it has come."""
    request_id = answer.headers["x-line-request-id"]
    return bot.get("/v2/bot/message/progress/narrowcast", requestId=request_id)


def friends(bot: Bot, count: int) -> tuple[str, ...]:
    """Ids of so many friends."""
    return tuple(bot.friend(str(number)).id for number in range(count))


def test_a_narrowcast_waits_is_sent_and_counts() -> None:
    bot = meet(quota=5)
    ids = friends(bot, 3)
    answer = narrowcast(bot)
    seen, used = [], []
    for seconds in (0, 1, 2):
        bot.now = at(seconds)
        seen.append(progress(bot, answer).content)
        used.append(bot.channel.quota.used(bot.platform.unix_ms(bot.now)))

    assert (202, {}, ids) == (answer.status, answer.content, answer.sent.delivered)
    assert ["waiting", "sending", "succeeded"] == [each["phase"] for each in seen]
    assert [0, 0, 3] == used
    assert {"successCount": 3, "failureCount": 0, "targetCount": 3} == {
        name: value for name, value in seen[-1].items() if name.endswith("Count")
    }


def test_what_is_reserved_refuses_the_next_one() -> None:
    bot = meet(quota=5)
    friends(bot, 3)

    assert [202, 429] == [narrowcast(bot).status for _ in range(2)]


def test_limits_keep_it_within_a_number_and_within_the_quota() -> None:
    bot = meet(quota=3)
    ids = friends(bot, 5)

    assert ids[:2] == narrowcast(bot, limit={"max": 2}).sent.delivered
    assert ids[:1] == narrowcast(bot, limit={"upToRemainingQuota": True}).sent.delivered


def test_those_of_an_earlier_one_can_be_chosen_and_left_out() -> None:
    bot = meet()
    ids = friends(bot, 3)
    first = narrowcast(bot, limit={"max": 1}).headers["x-line-request-id"]
    again = {"type": "redelivery", "requestId": first}
    operators = [
        {"not": again},
        {"and": [again, {"not": again, "type": "operator"}]},
        {"or": [again]},
    ]
    found = [narrowcast(bot, recipient=again).sent.delivered]
    found += [
        narrowcast(bot, recipient={"type": "operator", **each}).sent.delivered for each in operators
    ]

    assert [ids[:1], ids[1:], (), ids[:1]] == found


def test_an_unknown_earlier_one_is_refused() -> None:
    answer = narrowcast(meet(), recipient={"type": "redelivery", "requestId": "none"})

    assert (400, "parameter") == (answer.status, answer.rule.id)


def test_an_audience_is_those_friends_who_are_in_it() -> None:
    bot = meet()
    ids = friends(bot, 3)
    audiences = bot.channel.part(Audiences)
    audience = audiences.add("UPLOAD", "regulars", 0)
    audiences.fill(audience, [ids[2], ids[0], "U" + "0" * 32], "", 0)
    answer = narrowcast(bot, recipient={"type": "audience", "audienceGroupId": audience.id})
    unknown = narrowcast(bot, recipient={"type": "audience", "audienceGroupId": 1})

    assert (ids[0], ids[2]) == answer.sent.delivered
    assert (400, "parameter") == (unknown.status, unknown.rule.id)


def test_a_demographic_filter_is_passed_over_and_a_finding() -> None:
    bot = meet()
    ids = friends(bot, 2)
    young = {"demographic": {"type": "age", "lt": "age_20"}}
    answer = narrowcast(bot, filter=young)

    assert ids == answer.sent.delivered
    assert 1 == len(answer.findings)


@pytest.mark.parametrize(("after_us", "status"), [(14 * DAY, 200), (14 * DAY + 1, 404)])
def test_progress_is_kept_for_fourteen_days(after_us: int, status: int) -> None:
    bot = meet()
    answer = narrowcast(bot)
    bot.now = Instant(after_us, 0)

    assert status == progress(bot, answer).status


def test_progress_wants_a_request_id() -> None:
    assert 400 == meet().get("/v2/bot/message/progress/narrowcast").status
