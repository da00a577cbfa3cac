"""Retry keys: accepted once within a day, free after a failure, and only where LINE allows them."""

from uuid import UUID

import pytest
from calling import DAY, SECOND, at
from hypothesis import given
from hypothesis import strategies as st
from meeting import meet, meet_under, push, text

from line_sim.mock.platform.retry_keys import Accepted, RetryKeys, digest
from line_sim.mock.settings import Channel

KEY = "123e4567-e89b-12d3-a456-426614174000"
REQUEST = "8a1b2c3d-0000-4000-8000-00000000000f"


def test_the_same_key_again_is_409_with_the_first_request_and_its_messages() -> None:
    bot = meet()
    to = bot.friend().id
    first = push(bot, to, text("one"), x_line_retry_key=KEY)
    again = push(bot, to, text("one"), x_line_retry_key=KEY)

    assert 200 == first.status
    assert 409 == again.status
    assert first.headers["x-line-request-id"] == again.headers["x-line-accepted-request-id"]
    assert first.headers["x-line-request-id"] != again.headers["x-line-request-id"]
    assert first.content["sentMessages"] == again.content["sentMessages"]
    assert again.sent is None
    assert () == again.findings


def test_messages_without_a_quote_token_come_back_without_one() -> None:
    bot = meet()
    to = bot.friend().id
    place = {"type": "location", "title": "a", "address": "b", "latitude": 1, "longitude": 2}
    first = push(bot, to, text(), place, x_line_retry_key=KEY)
    again = push(bot, to, text(), place, x_line_retry_key=KEY)

    assert [True, False] == ["quoteToken" in each for each in first.content["sentMessages"]]
    assert first.content["sentMessages"] == again.content["sentMessages"]


def test_an_accepted_multicast_is_409_without_messages() -> None:
    bot = meet()
    body = {"to": [bot.friend().id], "messages": [text()]}
    bot.post("/v2/bot/message/multicast", body, x_line_retry_key=KEY)
    again = bot.post("/v2/bot/message/multicast", body, x_line_retry_key=KEY)

    assert (409, {"message": "The retry key is already accepted"}) == (again.status, again.content)


def test_other_content_under_an_accepted_key_is_409_and_a_finding() -> None:
    bot = meet()
    push(bot, bot.friend().id, text("one"), x_line_retry_key=KEY)
    other = push(bot, bot.friend().id, text("two"), x_line_retry_key=KEY)

    assert 409 == other.status
    assert 1 == len(other.findings)


def test_a_refused_call_leaves_the_key_free() -> None:
    bot = meet(quota=1)
    to = bot.friend().id
    refused = push(bot, to, text(""), x_line_retry_key=KEY)

    assert 400 == refused.status
    assert 200 == push(bot, to, x_line_retry_key=KEY).status


@pytest.mark.parametrize(("seconds", "status"), [(86_399, 409), (86_400, 200)])
def test_a_key_is_forgotten_after_a_day_of_the_schedule(seconds: int, status: int) -> None:
    bot = meet()
    to = bot.friend().id
    push(bot, to, x_line_retry_key=KEY)
    bot.now = at(seconds)

    assert status == push(bot, to, x_line_retry_key=KEY).status


def test_keys_of_channels_are_apart() -> None:
    bot = meet_under(channels=(Channel(name="shop"), Channel(name="other")))
    to = bot.friend().id
    other = type(bot)(bot.platform, "other")
    push(bot, to, x_line_retry_key=KEY)

    assert 200 == push(other, to, x_line_retry_key=KEY).status


@pytest.mark.parametrize("path", ["/v2/bot/message/reply", "/v2/bot/chat/loading/start"])
def test_a_key_has_no_place_in_other_calls(path: str) -> None:
    answer = meet().post(path, {}, x_line_retry_key=KEY)

    assert (400, "retry-key-place") == (answer.status, answer.rule.id)


@pytest.mark.parametrize("key", ["", "x", KEY[:-1], KEY.replace("-", ""), KEY[:-1] + "g", "é" * 36])
def test_a_key_that_is_no_uuid_is_refused(key: str) -> None:
    bot = meet()
    answer = push(bot, bot.friend().id, x_line_retry_key=key)

    assert (400, "retry-key") == (answer.status, answer.rule.id)


@given(
    st.lists(st.tuples(st.integers(0, 10**18), st.booleans()), max_size=5),
    st.one_of(st.just(""), st.text("0123456789abcdef", min_size=32, max_size=32).map("U{}".format)),
    st.integers(0, 10**15),
)
def test_what_is_kept_comes_back_as_it_was(
    sent: list[tuple[int, bool]], chat: str, when_us: int
) -> None:
    keys = RetryKeys()
    shown = tuple((str(message), quotable) for message, quotable in sent)
    accepted = Accepted(REQUEST, digest("pushMessage", b"body"), chat, shown)
    keys.accept(UUID(KEY).bytes, accepted, when_us)

    assert accepted == keys.find(UUID(KEY).bytes, when_us)
    assert keys.find(UUID(int=1).bytes, when_us) is None


def test_keys_older_than_a_day_take_no_room() -> None:
    keys = RetryKeys()
    accepted = Accepted(REQUEST, b"12345678", "", ())
    for minute in range(3 * 24 * 60):
        keys.accept(minute.to_bytes(16, "big"), accepted, minute * 60 * SECOND)

    assert 24 * 60 <= len(keys) <= 30 * 60
    assert keys.find((0).to_bytes(16, "big"), 3 * DAY) is None
