"""Reply tokens: once, for a minute from each hand-over, and never long after the event."""

import pytest
from calling import Bot, at
from hypothesis import given
from hypothesis import strategies as st
from meeting import hand_over, meet, meet_under, push, reply, text

from line_sim.mock.platform import acts
from line_sim.mock.platform.calls import Outcome
from line_sim.mock.platform.reply_tokens import ReplyTokens
from line_sim.mock.settings import Channel, ReplySettings
from line_sim.net.clock import Instant


def heard(bot: Bot) -> str:
    """The reply token of a message that was handed to the bot just now."""
    event = acts.says(bot.channel, bot.friend(), bot.now, "hi")
    hand_over(bot.platform, bot.now)
    token: str = event["replyToken"]
    return token


def test_a_reply_reaches_the_visitor_and_costs_no_quota() -> None:
    bot = meet(quota=0)
    event = acts.says(bot.channel, bot.friend(), bot.now, "hi")
    hand_over(bot.platform, bot.now)
    bot.now = at(12)
    answer = reply(bot, event["replyToken"])

    assert 200 == answer.status
    assert (event["source"]["userId"],) == answer.sent.delivered
    assert event["webhookEventId"] == answer.sent.event
    assert 12 == answer.sent.token_age_s
    assert 0 == bot.channel.quota.used(bot.platform.unix_ms(bot.now))


def test_a_second_reply_with_the_same_token_is_refused_and_says_why() -> None:
    bot = meet()
    token = heard(bot)
    reply(bot, token)
    again = reply(bot, token)

    assert (400, {"message": "Invalid reply token"}) == (again.status, again.content)
    assert "already used" in again.why


@pytest.mark.parametrize(("after_s", "status"), [(60, 200), (60.001, 400), (3_600, 400)])
def test_a_token_lives_for_sixty_seconds(after_s: float, status: int) -> None:
    bot = meet()
    token = heard(bot)
    bot.now = at(after_s)

    assert status == reply(bot, token).status


def test_the_settings_lengthen_the_life() -> None:
    bot = meet_under(reply=ReplySettings(ttl_s=10, grace_s=5))
    first, second = heard(bot), heard(bot)
    bot.now = at(15)
    within = reply(bot, first)
    bot.now = at(15.5)
    beyond = reply(bot, second)

    assert 200 == within.status
    assert (400, "expired 0.5 s ago") == (beyond.status, beyond.why)


def test_only_the_contract_face_ages_a_token() -> None:
    bot = meet()
    token = heard(bot)
    bot.now = Instant(schedule_us=10**12, contract_us=5_000_000)

    assert 5 == reply(bot, token).sent.token_age_s


def test_a_token_that_no_bot_can_know_yet_is_refused() -> None:
    bot = meet()
    event = acts.says(bot.channel, bot.friend(), bot.now, "hi")
    answer = reply(bot, event["replyToken"])

    assert (400, "its webhook was not handed over yet") == (answer.status, answer.why)


def test_a_redelivery_gives_the_token_another_minute_until_the_cap() -> None:
    bot = meet(redelivery=True)
    event = acts.says(bot.channel, bot.friend(), bot.now, "hi")
    delivery = hand_over(bot.platform, bot.now)[0]
    seen = []
    for after_s in (60, 300, 900):
        bot.platform.deliveries.ended(delivery, Outcome(500, "error_status_code"), bot.now)
        bot.now = at(after_s)
        delivery = hand_over(bot.platform, bot.now)[0]
        seen.append(delivery.events[0]["replyToken"])
    bot.now = at(950)

    assert [event["replyToken"]] * 3 == seen
    assert 50 == reply(bot, event["replyToken"]).sent.token_age_s


def test_nothing_revives_a_token_twenty_minutes_after_its_event() -> None:
    tokens = ReplyTokens(ReplySettings())
    tokens.add("token", "event", "chat", at(0))
    tokens.handed_over("token", at(1_195))
    tokens.find("token", at(1_200))
    bot = meet_under(reply=ReplySettings(cap_s=10))
    token = heard(bot)
    bot.now = at(10.5)

    assert "expired 0.5 s ago" == reply(bot, token).why


def test_a_reply_refused_for_its_messages_leaves_the_token_alive() -> None:
    bot = meet()
    token = heard(bot)
    refused = reply(bot, token, text(""))

    assert 400 == refused.status
    assert 200 == reply(bot, token).status


def test_the_settings_can_let_a_refused_reply_use_the_token_up() -> None:
    bot = meet_under(reply=ReplySettings(consume_on_400=True))
    token = heard(bot)
    reply(bot, token, text(""))
    again = reply(bot, token)

    assert 400 == again.status
    assert "already used" in again.why


def test_the_token_of_another_channel_is_told_apart_from_an_unknown_one() -> None:
    told = (Channel(name="shop"), Channel(name="rival"))
    bot = meet_under(channels=told)
    token = heard(bot)
    rival = Bot(bot.platform, "rival")

    assert "the token of an event of channel shop, not rival" == reply(rival, token).why
    assert "unknown reply token" == reply(rival, "0" * 32).why
    assert 200 == reply(bot, token).status


def test_a_reply_to_a_chat_the_account_has_left_reaches_nobody() -> None:
    bot = meet(groups=True)
    mei = bot.friend("Mei")
    chat = bot.platform.new_chat(bot.channel.provider, [mei], "Picnic")
    acts.invites_bot(bot.channel, chat, bot.now)
    event = acts.says(bot.channel, mei, bot.now, "hi", chat=chat)
    hand_over(bot.platform, bot.now)
    acts.removes_bot(chat, bot.now)
    answer = reply(bot, event["replyToken"])

    assert (200, ()) == (answer.status, answer.sent.delivered)


def test_a_push_uses_no_token_up() -> None:
    bot = meet()
    token = heard(bot)
    push(bot, bot.friend().id)

    assert 200 == reply(bot, token).status


@given(st.lists(st.sampled_from(["use", "hand", "wait"]), max_size=30), st.integers(1, 40))
def test_no_history_makes_a_token_work_twice(history: list[str], step_s: int) -> None:
    bot = meet()
    event = acts.says(bot.channel, bot.friend(), bot.now, "hi")
    delivery = bot.platform.deliveries.take_due(bot.now)[0]
    worked, elapsed = 0, 0
    for deed in history:
        if deed == "use":
            worked += reply(bot, event["replyToken"]).status == 200
        elif deed == "hand":
            bot.platform.deliveries.handed_over(delivery, bot.now)
        else:
            elapsed += step_s
            bot.now = at(elapsed)

    assert worked <= 1


def test_the_ledger_forgets_tokens_that_are_beyond_every_hope() -> None:
    tokens = ReplyTokens(ReplySettings())
    for number in range(5_000):
        tokens.add(f"token {number}", "event", "chat", at(number))

    assert 1_201 == len(tokens)
