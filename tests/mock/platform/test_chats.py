"""Loading indicators and reading."""

import pytest
from calling import Bot, at
from meeting import meet, meet_under, push

from line_sim.mock.platform import acts
from line_sim.mock.platform.calls import Answer
from line_sim.mock.settings import Channel

LOADING = "/v2/bot/chat/loading/start"


def mark(bot: Bot, token: str) -> Answer:
    """Mark as read."""
    return bot.post("/v2/bot/chat/markAsRead", {"markAsReadToken": token})


def test_the_indicator_shows_until_its_time_is_over() -> None:
    bot = meet()
    mei = bot.friend().id
    answer = bot.post(LOADING, {"chatId": mei, "loadingSeconds": 10})

    assert (202, {}) == (answer.status, answer.content)
    assert [True, False] == [bot.channel.shows_loading(mei, at(seconds)) for seconds in (9.999, 10)]


def test_the_next_message_ends_it() -> None:
    bot = meet()
    mei = bot.friend().id
    bot.post(LOADING, {"chatId": mei})
    before = bot.channel.shows_loading(mei, at(19))
    push(bot, mei)

    assert before
    assert not bot.channel.shows_loading(mei, bot.now)


@pytest.mark.parametrize("seconds", [0, 4, 6, 61, 65, "5", 5.5])
def test_seconds_are_five_to_sixty_by_fives(seconds: object) -> None:
    bot = meet()
    body = {"chatId": bot.friend().id, "loadingSeconds": seconds}

    assert 400 == bot.post(LOADING, body).status


@pytest.mark.parametrize("seconds", [*range(5, 61, 5), None])
def test_every_fifth_second_is_fine_and_none_is_twenty(seconds: int | None) -> None:
    bot = meet()

    assert 202 == bot.post(LOADING, {"chatId": bot.friend().id, "loadingSeconds": seconds}).status


def test_it_is_for_users_only() -> None:
    answer = meet().post(LOADING, {"chatId": "C" + "0" * 32})

    assert (400, "loading-chat") == (answer.status, answer.rule.id)


def test_a_stranger_is_accepted_and_sees_nothing() -> None:
    bot = meet()
    ken = bot.channel.provider.new("Ken").id
    answer = bot.post(LOADING, {"chatId": ken})

    assert (202, 1) == (answer.status, len(answer.findings))
    assert not bot.channel.shows_loading(ken, bot.now)


def test_reading_covers_everything_before_and_never_goes_back() -> None:
    bot = meet()
    mei, ken = bot.friend("Mei"), bot.friend("Ken")
    said = [acts.says(bot.channel, mei, bot.now, words)["message"] for words in "abc"]
    other = acts.says(bot.channel, ken, bot.now, "x")["message"]
    statuses = [mark(bot, said[place]["markAsReadToken"]).status for place in (1, 0, 1)]

    assert [200, 200, 200] == statuses
    assert [True, True, False] == [bot.channel.has_read(mei.id, each["id"]) for each in said]
    assert not bot.channel.has_read(ken.id, other["id"])


def test_the_token_of_another_bot_is_refused_in_lines_words() -> None:
    bot = meet_under(channels=(Channel(name="shop"), Channel(name="other")))
    token = acts.says(bot.channel, bot.friend(), bot.now, "a")["message"]["markAsReadToken"]
    answers = [mark(Bot(bot.platform, "other"), token), mark(bot, "nonsense")]

    assert [(400, "mark-as-read")] * 2 == [(each.status, each.rule.id) for each in answers]


def test_the_older_call_reads_a_whole_chat() -> None:
    bot = meet()
    mei = bot.friend()
    said = acts.says(bot.channel, mei, bot.now, "a")["message"]
    answer = bot.post("/v2/bot/message/markAsRead", {"chat": {"userId": mei.id}})
    later = acts.says(bot.channel, mei, bot.now, "b")["message"]

    assert 200 == answer.status
    assert [True, False] == [bot.channel.has_read(mei.id, each["id"]) for each in (said, later)]
