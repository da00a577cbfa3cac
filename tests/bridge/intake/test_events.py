"""What each event does: an entry, a mark, an input of the desk, or nothing more."""

import asyncio
from typing import Any

import pytest
from bridge_at_work import ALICE, GROUP, AtWork, text

from line_sim.bridge.intake.shapes import NOBODY
from line_sim.bridge.intake.showing import RETRACTED

SOURCES = {
    "group": {"type": "group", "groupId": GROUP, "userId": ALICE},
    "room": {"type": "room", "roomId": "R" + "c" * 32, "userId": ALICE},
}


def do(at_work: AtWork, runner: asyncio.Runner, *events: dict[str, Any]) -> None:
    """Deliver events, each in a webhook of its own."""
    for event in events:
        assert runner.run(at_work.post([event])) == 200
    assert [] == [each for each in at_work.alerts() if "broke" in each]


def other(at_work: AtWork, kind: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """An event that is no message."""
    event = at_work.event(type=kind, **more)
    del event["message"]
    return event


# --- messages


@pytest.mark.parametrize(
    ("message", "shown", "fetch"),
    [
        ({"type": "text", "text": "hello \U0001f40d\ud800\0"}, "hello \U0001f40d\ud800\0", ""),
        ({"type": "sticker", "keywords": ["Hi", "Bear"]}, "[sticker Hi, Bear]", ""),
        ({"type": "sticker"}, "[sticker]", ""),
        ({"type": "image"}, "[image]", "wanted"),
        ({"type": "image", "imageSet": {"id": "s", "index": 2, "total": 3}}, "[image 2 of 3]",
         "wanted"),
        ({"type": "image", "imageSet": {"id": "s", "index": 2}}, "[image 2]", "wanted"),
        ({"type": "image", "imageSet": {"id": "s"}}, "[image]", "wanted"),
        ({"type": "image", "imageSet": 7}, "[image]", "wanted"),
        ({"type": "video"}, "[video]", "wanted"),
        ({"type": "audio"}, "[audio]", "wanted"),
        ({"type": "file", "fileName": "a.pdf", "fileSize": 12}, "[file a.pdf, 12 bytes]", ""),
        ({"type": "location", "title": "Here", "latitude": 1.5, "longitude": 2.5},
         "[location Here; 1.5, 2.5]", ""),
        ({"type": "hologram"}, "[hologram]", ""),
        ({}, "[unknown]", ""),
        ({"type": "text", "text": 7}, "[text]", ""),
    ],
)  # fmt: skip
def test_every_message_is_shown_and_makes_an_enquiry(
    at_work: AtWork, runner: asyncio.Runner, message: dict[str, Any], shown: str, fetch: str
) -> None:
    do(at_work, runner, at_work.event(message={"id": "1", **message}))

    (entry,) = at_work.entries()
    assert (shown, fetch) == (entry.text, entry.fetch)
    assert entry.enquiry == 0
    assert len(at_work.rows("enquiries")) == 1


def test_a_message_keeps_what_later_calls_need(at_work: AtWork, runner: asyncio.Runner) -> None:
    said = {**text("hello", 7), "quotedMessageId": "489", "markAsReadToken": "mark"}

    do(at_work, runner, at_work.event(message=said))

    (entry,) = at_work.entries()
    assert ("489", "q7", "mark", said["id"]) == (
        entry.quoted, entry.quote_token, entry.read_token, entry.message,
    )  # fmt: skip
    assert (ALICE, "customer") == (entry.member, entry.author)
    (token,) = at_work.rows("reply_tokens")
    assert token.chat == entry.chat


def test_messages_of_one_user_are_one_enquiry(at_work: AtWork, runner: asyncio.Runner) -> None:
    at_work.hire()

    do(at_work, runner, at_work.event(), at_work.event())

    assert [0, 0] == [entry.enquiry for entry in at_work.entries()]


def test_in_standby_nothing_answers_and_nothing_is_lost(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    do(at_work, runner, at_work.event(mode="standby"), other(at_work, "postback", mode="standby"))

    assert len(at_work.entries()) == 2
    for table in ("enquiries", "reply_tokens", "outbox"):
        assert [] == at_work.rows(table)


# --- taken back, edited


def test_an_unsent_message_is_gone_and_others_stay(at_work: AtWork, runner: asyncio.Runner) -> None:
    first, second = at_work.event(), at_work.event()
    unsend = other(at_work, "unsend", unsend={"messageId": first["message"]["id"]})

    do(at_work, runner, first, second, unsend)

    assert [RETRACTED, "text 2"] == at_work.texts()
    assert ["retracted", "shown"] == [entry.state for entry in at_work.entries()]
    assert "text 1" not in str(at_work.rows("entries"))


@pytest.mark.parametrize("in_one_webhook", [True, False])
def test_an_unsend_that_overtakes_its_message_still_holds(
    at_work: AtWork, runner: asyncio.Runner, *, in_one_webhook: bool
) -> None:
    late = at_work.event()
    unsend = other(at_work, "unsend", unsend={"messageId": late["message"]["id"]}, timestamp=1)

    if in_one_webhook:
        assert runner.run(at_work.post([unsend, late])) == 200
    else:
        do(at_work, runner, unsend, late)

    assert [RETRACTED] == at_work.texts()
    assert [] == at_work.rows("enquiries")
    assert "text 1" not in str(at_work.rows("entries"))


def test_an_unsent_image_is_fetched_no_more(at_work: AtWork, runner: asyncio.Runner) -> None:
    image = at_work.event(message={"type": "image", "id": "77"})

    do(at_work, runner, image, other(at_work, "unsend", unsend={"messageId": "77"}))

    (entry,) = at_work.entries()
    assert ("retracted", "", "") == (entry.state, entry.fetch, entry.media)


def test_an_edit_changes_its_message_and_overtaking_it_changes_nothing(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    source = SOURCES["group"]
    message = at_work.event(source=source)
    edited = {**message["message"], "text": "better", "quoteToken": "new"}
    edit = at_work.event(type="messageEdited", source=source, message=edited)
    late = at_work.event(source=source)
    early = {**late["message"], "text": "best"}

    do(at_work, runner, message, edit)
    do(at_work, runner, at_work.event(type="messageEdited", source=source, message=early), late)

    assert ["better", "best"] == at_work.texts(GROUP)
    assert ["edited", "edited"] == [entry.state for entry in at_work.entries(GROUP)]
    assert "new" == at_work.entries(GROUP)[0].quote_token
    assert late["webhookEventId"] == at_work.entries(GROUP)[1].event


def test_an_edit_of_what_was_taken_back_brings_nothing_back(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    message = at_work.event()
    unsend = other(at_work, "unsend", unsend={"messageId": message["message"]["id"]})
    edit = at_work.event(type="messageEdited", message={**message["message"], "text": "again"})

    do(at_work, runner, message, unsend, edit)

    assert [RETRACTED] == at_work.texts()


# --- who is there


def test_a_block_is_marked_and_a_message_or_follow_ends_it(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    def blocked() -> int:
        return at_work.rows("chats")[0].blocked

    do(at_work, runner, at_work.event(), other(at_work, "unfollow"))
    assert blocked() == 1
    do(at_work, runner, other(at_work, "follow", follow={"isUnblocked": True}))
    assert blocked() == 0
    do(at_work, runner, other(at_work, "unfollow"), at_work.event())
    assert blocked() == 0


def test_following_makes_no_enquiry(at_work: AtWork, runner: asyncio.Runner) -> None:
    do(at_work, runner, other(at_work, "follow"), other(at_work, "unfollow"))

    assert ["follow", "unfollow"] == [entry.kind for entry in at_work.entries()]
    assert [] == at_work.rows("enquiries")


def test_a_postback_reaches_the_desk_as_what_it_is(at_work: AtWork, runner: asyncio.Runner) -> None:
    picked = {"data": "when", "params": {"date": "2026-09-21"}}

    do(at_work, runner, other(at_work, "postback", postback=picked))

    (entry,) = at_work.entries()
    assert ("postback", "postback: when (2026-09-21)", 0) == (
        entry.kind, entry.text, entry.enquiry,
    )  # fmt: skip


# --- groups and rooms


@pytest.mark.parametrize("kind", SOURCES)
def test_a_group_never_makes_an_enquiry_nor_touches_a_members_own_chat(
    at_work: AtWork, runner: asyncio.Runner, kind: str
) -> None:
    source = SOURCES[kind]
    chat = source[f"{kind}Id"]

    do(
        at_work,
        runner,
        other(at_work, "join", source=source),
        at_work.event(source=source),
        other(at_work, "postback", source=source, postback={"data": "x"}),
        other(at_work, "memberJoined", source=source, joined={"members": [{}, {}]}),
        other(at_work, "memberLeft", source=source, left={"members": [{}]}),
        other(at_work, "leave", source=source),
    )

    kinds = ["join", "text", "postback", "memberJoined", "memberLeft", "leave"]
    assert kinds == [entry.kind for entry in at_work.entries(chat)]
    assert [] == at_work.entries(ALICE)
    for table in ("enquiries", "reply_tokens", "visitors"):
        assert [] == at_work.rows(table)


def test_content_of_groups_where_we_may_not_be_is_not_fetched(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    image = {"type": "image", "id": "77"}

    do(at_work, runner, at_work.event(source=SOURCES["group"], message=image))

    assert ("[image]", "") == (at_work.entries(GROUP)[0].text, at_work.entries(GROUP)[0].fetch)


def test_a_member_who_writes_alone_later_is_a_visitor_then(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    channel = next(iter(at_work.bridge.channels))
    member = at_work.bridge.chats.of(channel.id, "member", ALICE)
    assert at_work.bridge.chats.find(channel.id, ALICE) is None

    do(at_work, runner, at_work.event(ALICE))

    (chat,) = at_work.rows("chats")
    assert (member, "user", 0) == (chat.id, chat.kind, chat.visitor)


# --- all the others


@pytest.mark.parametrize(
    ("kind", "more", "shown"),
    [
        ("videoPlayComplete", {"videoPlayComplete": {"trackingId": "t7"}}, "t7"),
        ("beacon", {"beacon": {"hwid": "abc", "type": "enter"}}, "[beacon enter abc]"),
        ("accountLink", {"link": {"result": "ok", "nonce": "n"}}, "[account link: ok]"),
        ("membership", {"membership": {"type": "joined"}}, "[membership joined]"),
        ("activated", {"chatControl": {"expireAt": 1}}, "hands this chat over"),
        ("deactivated", {}, "takes this chat over"),
        ("things", {"things": {"deviceId": "d"}}, '"deviceId": "d"'),
        ("newFromLine", {"newFromLine": {"x": ["kept"]}}, '"kept"'),
    ],
)
def test_every_other_event_is_an_entry_of_its_chat_and_no_more(
    at_work: AtWork, runner: asyncio.Runner, kind: str, more: dict[str, Any], shown: str
) -> None:
    event = other(at_work, kind, **more)

    do(at_work, runner, event)

    (entry,) = at_work.entries()
    assert (kind, event["webhookEventId"]) == (entry.kind, entry.event)
    assert shown in entry.text
    assert event["replyToken"] not in entry.text
    assert [] == at_work.rows("enquiries")


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("delivery", None),
        ("accountLink", None),
        ("module", None),
        ("botSuspended", None),
        ("message", None),
        ("message", {"type": "square", "squareId": "s", "userId": ALICE}),
        ("message", {"type": "user"}),
        ("message", {"type": "user", "userId": "no id\n"}),
        ("message", {"type": "user", "userId": "U" * 101}),
        ("message", {"type": "group", "userId": ALICE}),
        ("message", "user"),
    ],
)
def test_what_is_of_no_chat_is_noted_with_the_account(
    at_work: AtWork,
    runner: asyncio.Runner,
    kind: str,
    source: Any,  # noqa: ANN401
) -> None:
    event = at_work.event(type=kind, source=source)
    if source is None:
        del event["source"]

    do(at_work, runner, event)

    (entry,) = at_work.entries(NOBODY)
    assert (event["webhookEventId"], "system") == (entry.event, entry.author)
    assert [] == at_work.entries(ALICE)
    for table in ("enquiries", "reply_tokens", "visitors"):
        assert [] == at_work.rows(table)


@pytest.mark.parametrize("at_ms", [None, "now", -1, 2**60, 1.5, True])
def test_a_time_that_is_none_is_the_present(
    at_work: AtWork, runner: asyncio.Runner, at_ms: object
) -> None:
    do(at_work, runner, at_work.event(timestamp=at_ms))

    assert at_work.clock.now_ms() == at_work.entries()[0].at_ms


def test_an_id_without_end_is_still_one_id(at_work: AtWork, runner: asyncio.Runner) -> None:
    endless = "\ud800" * 100_000
    events = [at_work.event(webhookEventId=endless + each, replyToken=endless) for each in "ab"]

    do(at_work, runner, *events, *events)

    assert ["text 1", "text 2"] == at_work.texts()
    assert [] == at_work.rows("reply_tokens")


def test_listeners_hear_of_each_entry_once_it_is_safe(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    heard: list[tuple[int, int, bool]] = []
    store = at_work.bridge.store

    def listen(chat: int, entry: int) -> None:
        heard.append((chat, entry, store.connection.in_transaction()))

    at_work.bridge.transcript.on_changed(listen)
    do(at_work, runner, at_work.event(), at_work.event())

    assert [(1, 1, False), (1, 2, False)] == heard


def test_a_transcript_is_read_page_by_page(at_work: AtWork, runner: asyncio.Runner) -> None:
    do(at_work, runner, *(at_work.event(timestamp=at) for at in (5, 3, 3, 9, 1)))
    (chat,) = at_work.rows("chats")
    pages, before = [], None

    while page := at_work.bridge.transcript.entries(chat.id, before, limit=2):
        pages.append([row.text for row in page])
        before = page[0].id

    assert [["text 1", "text 4"], ["text 2", "text 3"], ["text 5"]] == pages
    assert ["text 5", "text 2", "text 3", "text 1", "text 4"] == at_work.texts()
