"""What visitors do, as the webhooks of a bot show it, from a thread and from a process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from bots import Api, Bot

from line_sim import MockLine
from line_sim.errors import ConfigurationError, LineSimError
from line_sim.media.probe import probe
from line_sim.mock.visitors import Visitor


@pytest.fixture(params=[False, True], ids=["thread", "process"], scope="module")
def shop(request: pytest.FixtureRequest) -> Iterator[MockLine]:
    """A mock whose account may be added to groups."""
    with MockLine(
        process=request.param,
        strict=False,
        channels=[{"groups": True}],
        dispatch={"mode": "serial"},
    ) as line:
        yield line


@contextmanager
def watched(line: MockLine) -> Iterator[Bot]:
    """A bot that has seen everything when the block ends."""
    line.reset()
    bot = Bot()
    line.connect(bot)
    yield bot
    line.settle()


ACTS: dict[str, tuple[Callable[[Visitor], Any], str]] = {
    "says": (lambda who: who.says("hi"), "text"),
    "sends_image": (lambda who: who.sends_image(), "image"),
    "sends_video": (lambda who: who.sends_video(duration_ms=200), "video"),
    "sends_audio": (lambda who: who.sends_audio(duration_ms=200), "audio"),
    "sends_file": (lambda who: who.sends_file(), "file"),
    "sends_sticker": (lambda who: who.sends_sticker(), "sticker"),
    "sends_location": (lambda who: who.sends_location(title="Shop"), "location"),
}


@pytest.mark.parametrize("name", ACTS)
def test_each_message_comes_as_its_event(shop: MockLine, name: str) -> None:
    act, kind = ACTS[name]
    with watched(shop) as bot:
        alice = shop.visitor()
        done = act(alice)

    (event,) = bot.events
    assert ("message", kind) == (event["type"], event["message"]["type"])
    assert (done.events, done.message) == ((event["webhookEventId"],), event["message"]["id"])
    assert {"type": "user", "userId": alice.id} == event["source"]


ENCOUNTERS: dict[str, tuple[Callable[[Visitor, str], Any], dict[str, Any]]] = {
    "videoPlayComplete": (
        lambda who, _: who.watches("film-1"), {"videoPlayComplete": {"trackingId": "film-1"}},
    ),
    "beacon": (
        lambda who, _: who.meets_beacon("d41d8cd98f", type="stay"),
        {"beacon": {"hwid": "d41d8cd98f", "type": "stay"}},
    ),
    "accountLink": (
        lambda who, token: who.links_account("nonce", token),
        {"link": {"result": "ok", "nonce": "nonce"}},
    ),
    "membership": (
        lambda who, _: who.changes_membership("renewed", 7),
        {"membership": {"type": "renewed", "membershipId": 7}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ENCOUNTERS)
def test_what_else_happens_to_a_visitor_comes_as_its_event(shop: MockLine, kind: str) -> None:
    act, told = ENCOUNTERS[kind]
    with watched(shop) as bot:
        alice = shop.visitor()
        token = Api(shop).call("POST", f"/v2/bot/user/{alice.id}/linkToken").json["linkToken"]
        done = act(alice, token)

    (event,) = bot.events
    assert (kind, done.events) == (event["type"], (event["webhookEventId"],))
    assert told == {name: event[name] for name in told}
    assert "replyToken" in event


def test_taps_follows_and_blocks_come_as_theirs(shop: MockLine) -> None:
    with watched(shop) as bot:
        bob = shop.visitor("Bob", friend=False)
        bob.follows()
        bob.taps("buy=1", params={"date": "2026-11-25"})
        bob.blocks()
        shop.settle()
        bob.follows()

    assert ["follow", "postback", "unfollow", "follow"] == bot.types
    assert {"data": "buy=1", "params": {"date": "2026-11-25"}} == bot.events[1]["postback"]
    assert [False, True] == [bot.events[n]["follow"]["isUnblocked"] for n in (0, 3)]


def test_emojis_mentions_and_quotes_are_told(shop: MockLine) -> None:
    emoji = {"index": 0, "length": 1, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
    mention = {"index": 2, "length": 4, "type": "all"}
    with watched(shop) as bot:
        alice = shop.visitor()
        first = alice.says("$ @All", emojis=[emoji], mentions=[mention])
        alice.says("that", quotes=first)

    said, answer = (event["message"] for event in bot.events)
    assert [emoji] == said["emojis"]
    assert [mention] == said["mention"]["mentionees"]
    assert first.message == answer["quotedMessageId"]


@pytest.mark.parametrize(
    ("act", "media_type", "size_bytes"),
    [
        (lambda who: who.sends_image(width=64, height=48, size_bytes=9_000), "image/jpeg", 9_000),
        (lambda who: who.sends_image(format="png", size_bytes=50_000), "image/png", 50_000),
        (lambda who: who.sends_audio(format="mp3", duration_ms=300), "audio/mpeg", None),
        (lambda who: who.sends_video(duration_ms=200, size_bytes=60_000), "video/mp4", 60_000),
        (lambda who: who.sends_file("a.bin", size_bytes=77), "application/octet-stream", 77),
    ],
)
def test_what_is_sent_is_fetched_as_it_was_made(
    shop: MockLine, act: Callable[[Visitor], Any], media_type: str, size_bytes: int | None
) -> None:
    sent = act(shop.visitor())
    found = Api(shop).content(sent.message)

    assert (200, media_type) == (found.status, found.headers["content-type"])
    assert size_bytes in {None, len(found.body)}
    if media_type != "application/octet-stream":
        assert media_type.partition("/")[0] == probe(found.body).kind


def test_what_is_unsent_is_gone(shop: MockLine) -> None:
    with watched(shop) as bot:
        alice = shop.visitor()
        sent = alice.sends_file()
        before = Api(shop).content(sent.message).status
        alice.unsends(sent)
        after = Api(shop).content(sent.message).status

    assert (200, 410) == (before, after)
    assert ["message", "unsend"] == bot.types
    assert sent.message == bot.events[1]["unsend"]["messageId"]


def test_groups_tell_who_comes_speaks_edits_and_leaves(shop: MockLine) -> None:
    with watched(shop) as bot:
        alice, bob = shop.visitor("Alice"), shop.visitor("Bob")
        group = shop.group("Family", [alice])
        told = group.invites_bot()
        said = alice.says("hi", group=group)
        alice.edits(said, "hello", group=group)
        bob.joins(group)
        bob.leaves(group)
        group.removes_bot()

    assert "" == told
    kinds = {"join", "message", "messageEdited", "memberJoined", "memberLeft", "leave"}
    edited = next(event for event in bot.events if event["type"] == "messageEdited")
    assert kinds == set(bot.types)
    assert {group.id} == {event["source"]["groupId"] for event in bot.events}
    assert (said.message, "hello") == (edited["message"]["id"], edited["message"]["text"])


def test_where_groups_are_off_the_account_is_not_let_in() -> None:
    with MockLine() as line:
        told = line.group("Family", [line.visitor()]).invites_bot()

    assert "groups are off" in told


def test_what_happens_together_is_one_webhook(shop: MockLine) -> None:
    with watched(shop) as bot, shop.together():
        shop.visitor("Alice").says("one")
        shop.visitor("Bob").says("two")

    bodies = [len(bot_events) for _, bot_events in bot.webhooks if b"one" in bot_events]
    assert 2 == len(bot.events)
    assert 1 == len(bodies)


def test_a_blocked_account_reaches_nobody(shop: MockLine) -> None:
    with watched(shop):
        alice = shop.visitor()
        alice.blocks()
        status = Api(shop).push(alice.id, "hello").status
        seen = alice.sees()

    assert (200, []) == (status, seen)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda who: who.sends_image(widht=3), "did you mean 'width'"),
        (lambda who: who.follows(chanel="shop"), "did you mean 'channel'"),
        (lambda who: who.says("hi", channel="shpo"), "did you mean 'shop'"),
        (lambda who: who.says(5), "text: 5"),
        (lambda who: who.expect(), "a count"),
        (lambda who: who.expect(reply=1, matches="("), "a pattern"),
    ],
)
def test_a_mistake_is_told_with_what_was_meant(
    shop: MockLine, act: Callable[[Visitor], Any], told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told):
        act(shop.visitor())


def test_an_impossible_act_is_told(shop: MockLine) -> None:
    alice = shop.visitor("Alice")
    stranger = shop.group("Others", [])
    with pytest.raises(LineSimError, match="is no member"):
        alice.says("hi", group=stranger)
