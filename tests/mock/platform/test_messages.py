"""Sending: whom it reaches, what LINE answers, and what may be quoted where."""

import pytest
from calling import Bot
from meeting import hand_over, meet, meet_under, push, reply, text

from line_sim.mock.platform import acts
from line_sim.mock.settings import Channel

USER = "U" + "0" * 32
IMAGE = {
    "type": "image",
    "originalContentUrl": "https://example.com/a.png",
    "previewImageUrl": "https://example.com/b.png",
}


def test_a_push_answers_an_id_as_text_for_each_message_in_order() -> None:
    bot = meet()
    answer = push(bot, bot.friend().id, text("a"), IMAGE)
    ids = [each["id"] for each in answer.content["sentMessages"]]

    assert 200 == answer.status
    assert list(answer.sent.ids) == ids == sorted(set(ids), key=int)
    assert ("push", ("a", None)) == (
        answer.sent.kind,
        tuple(each.get("text") for each in answer.sent.messages),
    )


@pytest.mark.parametrize("to", [USER, "C" + "0" * 32, "R" + "0" * 32])
def test_an_unknown_recipient_is_refused(to: str) -> None:
    answer = push(meet(), to)

    assert (400, {"message": "Failed to send messages"}) == (answer.status, answer.content)


def test_a_group_without_the_account_is_refused() -> None:
    bot = meet()
    chat = bot.platform.new_chat(bot.channel.provider, [bot.friend()])

    assert "recipient" == push(bot, chat.id).rule.id


def test_a_blocker_and_a_stranger_are_accepted_and_not_reached() -> None:
    bot = meet(quota=0)
    blocker, stranger = bot.friend("Mei"), bot.channel.provider.new("Ken")
    acts.blocks(bot.channel, blocker, bot.now)
    answers = [push(bot, each.id) for each in (blocker, stranger)]

    assert [(200, ()), (200, ())] == [(each.status, each.sent.delivered) for each in answers]
    assert all("not delivered" in each.findings[0] for each in answers)


def test_a_multicast_reaches_friends_and_names_the_first_unknown_id() -> None:
    bot = meet()
    mei, ken = bot.friend("Mei"), bot.channel.provider.new("Ken")
    path, said = "/v2/bot/message/multicast", [text()]
    sent = bot.post(path, {"to": [mei.id, ken.id, mei.id], "messages": said})
    refused = bot.post(path, {"to": [mei.id, USER], "messages": said})

    assert (200, {}) == (sent.status, sent.content)
    assert ((mei.id, ken.id), (mei.id,)) == (sent.sent.chats, sent.sent.delivered)
    assert 1 == bot.channel.quota.used(bot.platform.epoch_ms)
    assert 400 == refused.status
    assert "to[1]" in refused.content["message"]


@pytest.mark.parametrize(("people", "status"), [(500, 200), (501, 400), (0, 400)])
def test_a_multicast_is_to_one_to_five_hundred(people: int, status: int) -> None:
    bot = meet()
    to = [bot.friend(str(number)).id for number in range(people)]

    assert status == bot.post(
        "/v2/bot/message/multicast", {"to": to, "messages": [text()]}
    ).status  # fmt: skip


def test_a_broadcast_reaches_all_friends_but_blockers() -> None:
    bot = meet()
    mei, ken = bot.friend("Mei"), bot.friend("Ken")
    bot.channel.provider.new("Nobody's friend")
    acts.blocks(bot.channel, ken, bot.now)
    answer = bot.post("/v2/bot/message/broadcast", {"messages": [text()]})

    assert (200, (mei.id,)) == (answer.status, answer.sent.delivered)
    assert 1 == bot.channel.quota.used(bot.platform.epoch_ms)


@pytest.mark.parametrize("kind", ["reply", "push", "multicast", "narrowcast", "broadcast"])
def test_messages_can_be_looked_at_without_sending(kind: str) -> None:
    bot = meet()
    path = f"/v2/bot/message/validate/{kind}"
    good, bad = (bot.post(path, {"messages": [text(words)]}) for words in ("x", ""))

    assert (200, {}, None) == (good.status, good.content, good.sent)
    assert 400 == bad.status


def test_a_message_can_be_quoted_in_its_own_chat_only() -> None:
    bot = meet_under(channels=(Channel(name="shop"), Channel(name="other")))
    other = Bot(bot.platform, "other")
    mei, ken = bot.friend("Mei"), bot.friend("Ken")
    other.friend("Mei")
    said = acts.says(bot.channel, mei, bot.now, "hi")["message"]["quoteToken"]
    own = push(bot, mei.id, text()).content["sentMessages"][0]["quoteToken"]
    good = [push(bot, mei.id, text(quoteToken=each)).status for each in (said, own, said)]
    bad = [
        push(bot, ken.id, text(quoteToken=said)),
        push(other, mei.id, text(quoteToken=said)),
        push(bot, mei.id, text(), text(quoteToken="forged")),
    ]

    assert [200, 200, 200] == good
    assert [400, 400, 400] == [each.status for each in bad]
    assert [{"message": "invalid quoteToken", "property": "messages[1].quoteToken"}] == bad[
        -1
    ].content["details"]


def test_nothing_is_quoted_to_many() -> None:
    bot = meet()
    mei = bot.friend()
    token = acts.says(bot.channel, mei, bot.now, "hi")["message"]["quoteToken"]
    said = [text(quoteToken=token)]
    many = bot.post("/v2/bot/message/multicast", {"to": [mei.id], "messages": said})

    assert 400 == many.status
    assert 400 == bot.post("/v2/bot/message/broadcast", {"messages": said}).status


def test_a_lenient_platform_notes_a_wrong_quote_token_only() -> None:
    bot = meet_under(profile="lenient")
    answer = push(bot, bot.friend().id, text(quoteToken="forged"))

    assert 200 == answer.status
    assert "messages[0].quoteToken" in answer.findings[0]


def test_people_can_be_mentioned_in_groups_only() -> None:
    bot = meet(groups=True)
    mei = bot.friend()
    chat = bot.platform.new_chat(bot.channel.provider, [mei])
    acts.invites_bot(bot.channel, chat, bot.now)
    mention = {"type": "mention", "mentionee": {"type": "all"}}
    said = {"type": "textV2", "text": "{all}!", "substitution": {"all": mention}}

    assert 400 == push(bot, mei.id, said).status
    assert 200 == push(bot, chat.id, said).status


def test_a_property_line_does_not_know_is_a_finding() -> None:
    bot = meet()
    answer = push(bot, bot.friend().id, text(colour="red"))

    assert 200 == answer.status
    assert "messages[0].colour" in answer.findings[0]


def test_sends_are_counted_by_kind_and_day() -> None:
    bot = meet()
    mei = bot.friend()
    event = acts.says(bot.channel, mei, bot.now, "hi")
    hand_over(bot.platform, bot.now)
    reply(bot, event["replyToken"])
    push(bot, mei.id)
    push(bot, mei.id)
    counts = bot.channel.sent_by_day

    assert [1, 2, 0] == [counts.of(each, "20260921") for each in ("reply", "push", "multicast")]
