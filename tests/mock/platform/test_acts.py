"""What visitors do: every event is LINE's, and says no more than LINE tells."""

import pytest
from calling import Bot, at
from meeting import hand_over, listening, meet, meet_under, push

from line_sim.mock.platform import acts
from line_sim.mock.platform.acts import Attachment, External
from line_sim.mock.platform.chats import Chat
from line_sim.mock.platform.impossible import ImpossibleActError
from line_sim.mock.platform.people import Person
from line_sim.mock.platform.rich_menus import RichMenus
from line_sim.mock.settings import Channel
from line_sim.wire.events import EVENTS

Event = dict[str, object]


@pytest.fixture
def bot() -> Bot:
    """A bot that may be in groups."""
    return meet(groups=True)


def picnic(bot: Bot, *people: Person, kind: str = "group") -> Chat:
    """A group with the account in it."""
    chat = bot.platform.new_chat(bot.channel.provider, list(people), "Picnic", kind)
    acts.invites_bot(bot.channel, chat, bot.now)
    return chat


def everything(bot: Bot) -> list[Event]:
    """One of each thing that visitors can do."""
    shop, mei, ken, now = bot.channel, bot.friend("Mei"), bot.friend("Ken"), bot.now
    chat = bot.platform.new_chat(shop.provider, [mei], "Picnic")
    module = bot.platform.channel("module")
    emoji = {"index": 0, "length": 3, "productId": "1", "emojiId": "2"}
    mention = {"index": 0, "length": 3, "type": "user", "userId": ken.id, "isSelf": False}
    film = Attachment(b"film", "video/mp4", duration_ms=900)
    said = acts.says(shop, mei, now, "yes", emojis=[emoji], mentions=[mention], quotes="123")
    ones = [
        said,
        acts.sends_image(shop, mei, now, Attachment(b"x", "image/png"), image_set={"id": "1"}),
        acts.sends_image(shop, mei, now, External("https://example.com/a.png", "https://e.com/b")),
        acts.sends_video(shop, mei, now, film),
        acts.sends_audio(shop, mei, now, Attachment(b"x", "audio/m4a", duration_ms=9)),
        acts.sends_file(shop, mei, now, Attachment(b"pdf", "application/pdf"), file_name="a.pdf"),
        acts.sends_sticker(shop, mei, now, ("446", "1988"), keywords=["hi"], sticker_text="hi"),
        acts.sends_location(shop, mei, now, (13.7, 100.5), title="here", address="there"),
        acts.unsends(shop, mei, now, said["message"]["id"]),
        acts.taps(shop, mei, now, "data", params={"date": "2026-01-31"}),
        acts.switches_rich_menu(shop, mei, now, "menu-a"),
        acts.watches(shop, mei, now, "film-1"),
        acts.meets_beacon(shop, mei, now, "d41d8cd98f", dm="00ff"),
        acts.links_account(shop, mei, now, "nonce", "no token"),
        acts.changes_membership(shop, mei, now, ("joined", 7)),
        acts.receives_notification(shop, now, "tag-of-sixteen-characters"),
        acts.blocks(shop, mei, now),
        acts.follows(shop, mei, now),
        acts.invites_bot(shop, chat, now).event,
        acts.joins(chat, [ken], now),
        acts.leaves(chat, [ken], now),
        (asked := acts.says(shop, mei, now, "yes?", chat=chat)),
        acts.edits(shop, mei, now, asked["message"]["id"], chat=chat, text="no"),
        acts.removes_bot(chat, now),
        acts.attaches(shop, module, now, ("message:send",)),
        acts.takes_control(shop, module, mei.id, now, 60),
        acts.gives_back(shop, mei.id, now),
        acts.detaches(shop, module, now),
        acts.changes_account(module, now, "botSuspended"),
        acts.changes_account(module, now, "botResumed"),
    ]
    assert None not in ones
    return ones


def module_bot() -> Bot:
    """A bot beside a module channel."""
    told = (Channel(name="shop", groups=True), Channel(name="module", module=True))
    bot = meet_under(channels=told)
    listening(Bot(bot.platform, "module"))
    return bot


def test_every_event_is_one_that_line_sends() -> None:
    found = everything(module_bot())

    assert set(EVENTS) == {event["type"] for event in found}
    for event in found:
        read = EVENTS[event["type"]].model_validate(event)

        assert event == read.to_wire()


def test_what_is_returned_is_what_goes_out_and_ids_are_all_different() -> None:
    bot = module_bot()
    found = everything(bot)
    sent = [event for each in hand_over(bot.platform, bot.now) for event in each.events]
    ids = [event["webhookEventId"] for event in sent]
    tokens = [event["replyToken"] for event in sent if "replyToken" in event]

    assert found == sent
    assert len(ids) == len(set(ids))
    assert len(tokens) == len(set(tokens))


def test_only_answerable_events_carry_a_reply_token() -> None:
    with_token = {event["type"] for event in everything(module_bot()) if "replyToken" in event}

    assert {
        "message", "messageEdited", "follow", "join", "memberJoined", "postback",
        "videoPlayComplete", "beacon", "membership",
    } == with_token  # fmt: skip


def test_a_friend_who_unblocks_is_told_apart_from_a_new_one(bot: Bot) -> None:
    mei = bot.channel.provider.new("Mei")
    new = acts.follows(bot.channel, mei, bot.now)
    acts.blocks(bot.channel, mei, bot.now)
    again = acts.follows(bot.channel, mei, bot.now)

    assert [False, True] == [each["follow"]["isUnblocked"] for each in (new, again)]


def test_a_stranger_may_write_and_is_reached_for_seven_days(bot: Bot) -> None:
    mei = bot.channel.provider.new("Mei")
    before = push(bot, mei.id).sent.delivered
    acts.says(bot.channel, mei, bot.now, "hi")
    bot.now = at(7 * 86_400)
    within = push(bot, mei.id).sent.delivered
    bot.now = at(7 * 86_400 + 1)

    assert () == before
    assert (mei.id,) == within
    assert () == push(bot, mei.id).sent.delivered


def test_writing_in_a_group_opens_no_chat_of_ones_own(bot: Bot) -> None:
    mei = bot.channel.provider.new("Mei")
    acts.says(bot.channel, mei, bot.now, "hi", chat=picnic(bot, mei))

    assert () == push(bot, mei.id).sent.delivered


@pytest.mark.parametrize("consent", [True, False])
def test_a_group_names_the_writer_only_with_consent_and_only_of_messages(
    bot: Bot, *, consent: bool
) -> None:
    mei = bot.channel.provider.new("Mei", consent=consent)
    chat = picnic(bot, mei)
    said = acts.says(bot.channel, mei, bot.now, "hi", chat=chat)
    tapped = acts.taps(bot.channel, mei, bot.now, "data", chat=chat)

    assert consent == (said["source"].get("userId") == mei.id)
    assert {"type": "group", "groupId": chat.id} == tapped["source"]


def test_the_account_is_not_let_into_groups_unless_its_settings_allow_it() -> None:
    bot = meet()
    chat = bot.platform.new_chat(bot.channel.provider, [bot.friend()], "Picnic")
    found = acts.invites_bot(bot.channel, chat, bot.now)

    assert found.event is None
    assert "groups are off" in found.finding
    assert chat.channel is None
    assert [] == hand_over(bot.platform, bot.now)


def test_one_account_only_is_let_into_a_group() -> None:
    bot = meet_under(channels=(Channel(name="shop", groups=True), Channel(name="b", groups=True)))
    chat = picnic(bot, bot.friend())
    found = acts.invites_bot(bot.platform.channel("b"), chat, bot.now)

    assert found.event is None
    assert chat.channel is bot.channel


def test_a_room_tells_of_the_join_with_its_first_event(bot: Bot) -> None:
    mei = bot.friend()
    chat = picnic(bot, mei, kind="room")
    before = hand_over(bot.platform, bot.now)
    for words in "ab":
        acts.says(bot.channel, mei, bot.now, words, chat=chat)
    after = [each.events[0]["type"] for each in hand_over(bot.platform, bot.now)]

    assert ([], ["join", "message", "message"]) == (before, after)


def test_an_edit_keeps_the_id_and_changes_the_quote_token_each_time(bot: Bot) -> None:
    mei = bot.friend()
    chat = picnic(bot, mei)
    first = acts.says(bot.channel, mei, bot.now, "a", chat=chat)["message"]
    edits = [
        acts.edits(bot.channel, mei, bot.now, first["id"], chat=chat, text=text)["message"]
        for text in "bc"
    ]

    assert {first["id"]} == {each["id"] for each in edits}
    assert 3 == len({each["quoteToken"] for each in (first, *edits)})
    assert all("markAsReadToken" not in each for each in edits)


def test_where_chat_is_off_nothing_can_be_marked_as_read() -> None:
    bot = meet(chat=False)

    assert "markAsReadToken" not in acts.says(bot.channel, bot.friend(), bot.now, "a")["message"]
    assert bot.channel.has_read(bot.friend().id, "480000000000000001")


def test_a_rich_menu_switch_moves_the_menu_and_tells_how_it_ended(bot: Bot) -> None:
    menus = bot.channel.part(RichMenus)
    menu = menus.create({})
    menus.set_image(menu.id, b"image", "image/png")
    menus.add_alias("menu-b", menu.id)
    mei = bot.friend()
    switched = acts.switches_rich_menu(bot.channel, mei, bot.now, "menu-b")["postback"]["params"]
    unknown = acts.switches_rich_menu(bot.channel, mei, bot.now, "menu-c")["postback"]["params"]

    assert {"newRichMenuAliasId": "menu-b", "status": "SUCCESS"} == switched
    assert "RICHMENU_ALIAS_ID_NOTFOUND" == unknown["status"]
    assert menu.id == menus.linked[mei.id]


def test_a_link_token_links_once_and_within_ten_minutes(bot: Bot) -> None:
    mei, ken = bot.friend("Mei"), bot.friend("Ken")
    tokens = [bot.post(f"/v2/bot/user/{mei.id}/linkToken").content["linkToken"] for _ in range(2)]

    def link(who: Person, token: str) -> str:
        event = acts.links_account(bot.channel, who, bot.now, "nonce", token)
        assert ("replyToken" in event) == ("source" in event) == (event["link"]["result"] == "ok")
        result: str = event["link"]["result"]
        return result

    others = link(ken, tokens[0])
    ends = [link(mei, tokens[0]), link(mei, tokens[0])]
    bot.now = at(600)

    assert "failed" == others
    assert ["ok", "failed"] == ends
    assert "failed" == link(mei, tokens[1])


def test_a_chat_that_a_module_holds_is_read_along_only() -> None:
    bot = module_bot()
    module = Bot(bot.platform, "module")
    mei = bot.friend("Mei")
    acts.takes_control(bot.channel, module.channel, mei.id, bot.now, 60)
    hand_over(bot.platform, bot.now)
    acts.says(bot.channel, mei, bot.now, "hi")
    events = {each.channel.name: each.events[0] for each in hand_over(bot.platform, bot.now)}
    refused = push(bot, mei.id)
    bot.now = at(60)
    later = acts.says(bot.channel, mei, bot.now, "hi")

    assert ("standby", False) == (events["shop"]["mode"], "replyToken" in events["shop"])
    assert ("active", True) == (events["module"]["mode"], "replyToken" in events["module"])
    assert "standby" == refused.rule.id
    assert "active" == later["mode"]
    assert 200 == push(bot, mei.id).status


def test_an_account_left_on_answers_by_itself() -> None:
    bot = meet(greeting="Welcome!", auto_response="We are closed.", quota=0)
    heard = []
    bot.platform.on_auto = heard.append
    mei = bot.channel.provider.new("Mei")
    acts.follows(bot.channel, mei, bot.now)
    acts.says(bot.channel, mei, bot.now, "hi")

    assert ["Welcome!", "We are closed."] == [each.messages[0]["text"] for each in heard]
    assert {("auto", (mei.id,))} == {(each.kind, each.delivered) for each in heard}


def test_nobody_does_what_nobody_can(bot: Bot) -> None:
    mei, ken = bot.friend("Mei"), bot.friend("Ken")
    stranger = meet().friend("Mei")
    chat = picnic(bot, mei)
    acts.blocks(bot.channel, ken, bot.now)
    shop, now = bot.channel, bot.now
    place = acts.sends_location(shop, mei, now, (1, 2), chat=chat)
    impossible = (
        lambda: acts.says(shop, ken, now, "hi"),
        lambda: acts.taps(shop, ken, now, "data"),
        lambda: acts.blocks(shop, ken, now),
        lambda: acts.says(shop, stranger, now, "hi"),
        lambda: acts.says(shop, ken, now, "hi", chat=chat),
        lambda: acts.edits(shop, mei, now, "1", text="x"),
        lambda: acts.edits(shop, mei, now, "1", text="x", chat=chat),
        lambda: acts.edits(shop, mei, now, place["message"]["id"], text="x", chat=chat),
        lambda: acts.unsends(shop, mei, now, "1"),
        lambda: acts.removes_bot(bot.platform.new_chat(shop.provider, []), now),
        lambda: acts.invites_bot(bot.platform.channel("rival"), chat, now),
    )
    for act in impossible:
        with pytest.raises(ImpossibleActError) as caught:
            act()

        assert caught.value.fault.allowed in str(caught.value)


def test_only_ones_own_message_is_taken_back_where_it_was_sent() -> None:
    told = (Channel(name="shop", groups=True), Channel(name="other"))
    bot = meet_under(channels=told)
    shop, other = bot.channel, bot.platform.channel("other")
    mei, ken, now = bot.friend("Mei"), bot.friend("Ken"), bot.now
    chat = picnic(bot, mei, ken)
    mine = acts.sends_image(shop, mei, now, Attachment(b"x", "image/png"))["message"]["id"]
    ours = acts.says(shop, mei, now, "hi", chat=chat)["message"]["id"]
    impossible = (
        lambda: acts.unsends(other, mei, now, mine),
        lambda: acts.unsends(shop, ken, now, mine),
        lambda: acts.unsends(shop, mei, now, mine, chat=chat),
        lambda: acts.unsends(shop, mei, now, ours),
        lambda: acts.unsends(shop, ken, now, ours, chat=chat),
        lambda: acts.edits(shop, ken, now, ours, chat=chat, text="no"),
    )
    for act in impossible:
        with pytest.raises(ImpossibleActError):
            act()

    assert 200 == bot.get(f"/v2/bot/message/{mine}/content").status
    assert mine == acts.unsends(shop, mei, now, mine)["unsend"]["messageId"]
    assert ours == acts.unsends(shop, mei, now, ours, chat=chat)["unsend"]["messageId"]


def test_the_messages_of_visitors_take_bounded_room(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("line_sim.mock.platform.written.REMEMBERED", 2)
    first, *others = [
        acts.says(bot.channel, bot.friend(), bot.now, text)["message"]["id"] for text in "abc"
    ]
    with pytest.raises(ImpossibleActError, match="older than the last"):
        acts.unsends(bot.channel, bot.friend(), bot.now, first)

    assert [] == [
        each for each in others if not acts.unsends(bot.channel, bot.friend(), bot.now, each)
    ]


def test_a_deleted_account_writes_no_more_and_is_not_reached(bot: Bot) -> None:
    mei = bot.friend("Mei")
    chat = picnic(bot, mei)
    acts.deletes_account(bot.platform, mei)
    answer = push(bot, mei.id)

    assert (200, ()) == (answer.status, answer.sent.delivered)
    assert {} == chat.members
    with pytest.raises(ImpossibleActError):
        acts.says(bot.channel, mei, bot.now, "hi")
