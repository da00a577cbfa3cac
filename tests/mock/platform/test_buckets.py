"""Rate limits: a bucket a channel and operation, refilled by the contract's time."""

import pytest
from calling import EPOCH_MS, Bot, at
from hypothesis import given
from hypothesis import strategies as st
from meeting import meet_under, push

from line_sim.mock.platform.buckets import Buckets
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Limit, Operation, every_operation
from line_sim.mock.platform.platform import Platform
from line_sim.mock.settings import Channel, LimitSettings, Settings
from line_sim.net.clock import Instant
from line_sim.wire.refusals import RefusedError


def operation(calls: int, period_s: int) -> Operation:
    """An operation of that limit."""
    return Operation("o", "GET", "/o", 1, lambda _asked: Answer(), limit=Limit(calls, period_s))


def allowed(buckets: Buckets, which: Operation, now: Instant, tries: int) -> int:
    """How many of so many calls pass."""
    passed = 0
    for _ in range(tries):
        try:
            buckets.take(which, now)
        except RefusedError:
            continue
        passed += 1
    return passed


def test_a_full_bucket_is_one_period_and_refills_evenly() -> None:
    buckets, which = Buckets(LimitSettings()), operation(60, 60)

    assert 60 == allowed(buckets, which, at(0), 100)
    assert 0 == allowed(buckets, which, at(0.999), 1)
    assert 1 == allowed(buckets, which, at(1), 2)
    assert 30 == allowed(buckets, which, at(31), 100)
    assert 60 == allowed(buckets, which, at(1_000), 100)


@pytest.mark.parametrize(("scale", "burst", "passed"), [(1, 1, 60), (10, 1, 600), (1, 2, 120)])
def test_limits_scale_and_bursts_stretch_the_bucket(
    scale: float, burst: float, passed: int
) -> None:
    buckets = Buckets(LimitSettings(scale=scale, burst=burst))

    assert passed == allowed(buckets, operation(60, 60), at(0), 1_000)


def test_a_bot_that_is_too_fast_is_told_so_in_lines_words() -> None:
    bot = meet_under(limits=LimitSettings(scale=1 / 60))
    first, second = (bot.post("/v2/bot/channel/webhook/test", {}) for _ in range(2))

    assert 200 == first.status
    assert (429, "rate-limit") == (second.status, second.rule.id)


def test_refused_calls_count_too() -> None:
    bot = meet_under(limits=LimitSettings(scale=1 / 2_000))
    to = bot.friend().id
    refused = push(bot, "nobody")

    assert 400 == refused.status
    assert 429 == push(bot, to).status


def test_channels_do_not_share_a_bucket() -> None:
    bot = meet_under(
        channels=(Channel(name="shop"), Channel(name="other")),
        limits=LimitSettings(scale=1 / 2_000),
    )
    other = Bot(bot.platform, "other")

    assert [200, 429, 200] == [each.get("/v2/bot/info").status for each in (bot, bot, other)]


def test_channels_do_not_share_a_bucket_where_a_form_says_who_calls() -> None:
    told = (Channel(name="shop"), Channel(name="other"))
    where = Platform(Settings(channels=told, limits=LimitSettings(scale=1 / 370)), EPOCH_MS)
    shop, other = Bot(where), Bot(where, "other")

    def issued(bot: Bot) -> int:
        channel = bot.channel
        secret = {"client_id": channel.id, "client_secret": channel.secret}
        form = {"grant_type": "client_credentials", **secret}
        return bot.form("/v2/oauth/accessToken", **form).status

    assert [200, 429, 200] == [issued(each) for each in (shop, shop, other)]


NAMED: dict[Limit, str] = {
    Limit(60, 3_600): "narrowcast broadcast testWebhookEndpoint",
    Limit(1_000, 60): "setWebhookEndpoint getWebhookEndpoint",
    Limit(100, 3_600): "createRichMenu deleteRichMenu deleteRichMenuAlias getRichMenuBatchProgress",
    Limit(3, 3_600): "richMenuBatch",
    Limit(10, 1): "getRichMenuList",
    Limit(200, 1): "multicast",
    Limit(100, 1): "showLoadingAnimation",
    Limit(370, 1): "issueChannelToken",
}
AREAS = {
    "/v2/bot/insight/": Limit(60, 3_600),
    "/v2/bot/audienceGroup/": Limit(60, 60),
    "/v2/bot/membership/": Limit(200, 1),
    "/v2/bot/coupon": Limit(200, 1),
}


@pytest.mark.parametrize("each", every_operation(), ids=lambda each: each.name)
def test_each_operation_has_the_limit_of_lines_table(each: Operation) -> None:
    found = [limit for limit, names in NAMED.items() if each.name in names.split()]
    found += [limit for path, limit in AREAS.items() if each.path.startswith(path)]

    assert (found or [Limit(2_000, 1)]) == [each.limit]


def test_the_table_names_operations_that_there_are() -> None:
    there = {each.name for each in every_operation()}

    assert there >= {name for names in NAMED.values() for name in names.split()}


@pytest.mark.parametrize("scale", [1 / 2_000, 1])
def test_no_answer_says_when_to_try_again(scale: float) -> None:
    bot = meet_under(limits=LimitSettings(scale=scale))
    answers = [bot.get("/v2/bot/info") for _ in range(2)]

    assert [{"x-line-request-id"}] * 2 == [set(each.headers) for each in answers]


@given(st.lists(st.integers(0, 3_000_000), max_size=60))
def test_no_window_passes_more_than_the_bucket_and_its_refill(waits_us: list[int]) -> None:
    buckets, which = Buckets(LimitSettings()), operation(5, 1)
    now_us, passed = 0, 0
    for wait_us in waits_us:
        now_us += wait_us
        passed += allowed(buckets, which, Instant(0, now_us), 1)

        assert passed <= 5 + now_us * 5 / 1_000_000


def test_the_flood_guard_counts_messages_to_one_user_within_a_minute() -> None:
    bot = meet_under(limits=LimitSettings(flood_per_minute=2))
    mei, ken = bot.friend("Mei").id, bot.friend("Ken").id
    statuses = [push(bot, to).status for to in (mei, mei, mei, ken)]
    bot.now = at(60)

    assert [200, 200, 429, 200] == statuses
    assert 200 == push(bot, mei).status
