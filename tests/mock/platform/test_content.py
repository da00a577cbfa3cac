"""Content: there once prepared, gone once unsent, deleted in the end, and the channel's own."""

import pytest
from calling import DAY, Bot, at
from meeting import meet, meet_under

from line_sim.mock.platform import acts
from line_sim.mock.platform.acts import Attachment, External
from line_sim.mock.platform.content import ContentStore
from line_sim.mock.platform.impossible import ImpossibleActError
from line_sim.mock.settings import Channel, ContentSettings
from line_sim.net.clock import Instant
from line_sim.wire.refusals import RefusedError

PICTURE = Attachment(b"picture", "image/png", preview=b"small")
FILM = Attachment(b"film", "video/mp4", duration_ms=1_500, preview=b"frame")


def sent(bot: Bot, act: object, what: object) -> str:
    """The message id of what a friend sends."""
    event = act(bot.channel, bot.friend(), bot.now, what)  # type: ignore[operator]
    message_id: str = event["message"]["id"]
    return message_id


def fetch(bot: Bot, message_id: str, rest: str = "") -> object:
    """The content, or what follows in its path."""
    return bot.get(f"/v2/bot/message/{message_id}/content{rest}")


def test_a_picture_and_its_preview_come_with_their_types() -> None:
    bot = meet()
    message_id = sent(bot, acts.sends_image, PICTURE)
    whole, small = fetch(bot, message_id), fetch(bot, message_id, "/preview")

    assert (200, b"picture", "image/png") == (whole.status, whole.content, whole.media_type)
    assert (200, b"small", "image/jpeg") == (small.status, small.content, small.media_type)


def test_bytes_are_made_when_somebody_asks_first_and_once() -> None:
    bot = meet()
    made = []
    film = Attachment(lambda: made.append(1) or b"film", "video/mp4", size_bytes=4)
    message_id = sent(bot, acts.sends_video, film)
    before = list(made)
    contents = [fetch(bot, message_id).content for _ in range(2)]

    assert ([], [1]) == (before, made)
    assert [b"film", b"film"] == contents


def test_large_films_are_prepared_for_a_while_of_the_contract() -> None:
    bot = meet_under(content=ContentSettings(prepare_s=5, prepare_from_bytes=4))
    large = sent(bot, acts.sends_video, FILM)
    small = sent(bot, acts.sends_video, Attachment(b"tiny"[:3], "video/mp4"))
    picture = sent(bot, acts.sends_image, PICTURE)
    bot.now = Instant(10**10, 4_999_999)
    early = fetch(bot, large)
    status = fetch(bot, large, "/transcoding").content
    others = [fetch(bot, each).status for each in (small, picture)]
    bot.now = at(5)

    assert (202, b"") == (early.status, early.content)
    assert {"status": "processing"} == status
    assert [200, 200] == others
    assert (200, b"film") == (fetch(bot, large).status, fetch(bot, large).content)
    assert {"status": "succeeded"} == fetch(bot, large, "/transcoding").content


def test_a_preparation_that_fails_never_gives_content() -> None:
    bot = meet()
    film = Attachment(b"film", "video/mp4", prepare_s=1, fails=True)
    message_id = sent(bot, acts.sends_video, film)
    seen = []
    for seconds in (0, 1, 1_000):
        bot.now = at(seconds)
        status = fetch(bot, message_id, "/transcoding").content["status"]
        seen.append((status, fetch(bot, message_id).status))

    assert [("processing", 202), ("failed", 202), ("failed", 202)] == seen


@pytest.mark.parametrize("rest", ["", "/preview", "/transcoding"])
def test_what_was_unsent_is_gone(rest: str) -> None:
    bot = meet()
    message_id = sent(bot, acts.sends_video, FILM)
    acts.unsends(bot.channel, bot.friend(), bot.now, message_id)

    assert (410, {"message": "The content is gone"}) == (
        fetch(bot, message_id, rest).status,
        fetch(bot, message_id, rest).content,
    )


@pytest.mark.parametrize("message_id", ["1", "x", "480000000000000001"])
def test_unknown_content_is_not_found(message_id: str) -> None:
    assert (404, {"message": "not found"}) == (
        fetch(meet(), message_id).status,
        fetch(meet(), message_id).content,
    )


def test_content_is_deleted_after_its_time_on_the_schedule() -> None:
    bot = meet()
    message_id = sent(bot, acts.sends_image, PICTURE)
    bot.now = Instant(7 * DAY - 1, 0)
    before = fetch(bot, message_id).status
    bot.now = Instant(7 * DAY, 0)

    assert (200, 404) == (before, fetch(bot, message_id).status)
    assert 0 == len(bot.platform.content)


def test_files_have_no_preview_and_pictures_are_not_transcoded() -> None:
    bot = meet()
    file = sent(bot, acts.sends_file, Attachment(b"pdf", "application/pdf"))
    picture = sent(bot, acts.sends_image, PICTURE)

    assert (400, "preview") == (
        fetch(bot, file, "/preview").status,
        fetch(bot, file, "/preview").rule.id,
    )
    assert "transcoding" == fetch(bot, picture, "/transcoding").rule.id


def test_another_channel_does_not_get_the_content() -> None:
    bot = meet_under(channels=(Channel(name="shop"), Channel(name="other")))
    message_id = sent(bot, acts.sends_image, PICTURE)

    assert 404 == fetch(Bot(bot.platform, "other"), message_id).status
    assert 200 == fetch(bot, message_id).status


def test_external_content_is_not_with_line() -> None:
    bot = meet()
    event = acts.sends_image(
        bot.channel, bot.friend(), bot.now, External("https://example.com/a.png")
    )

    assert {
        "type": "external",
        "originalContentUrl": "https://example.com/a.png",
    } == event["message"]["contentProvider"]
    assert 404 == fetch(bot, event["message"]["id"]).status


@pytest.mark.parametrize(
    "act", [acts.sends_image, acts.sends_video, acts.sends_audio, acts.sends_file]
)
def test_what_could_not_be_sent_is_not_kept(act: object) -> None:
    bot = meet()
    acts.blocks(bot.channel, bot.friend(), bot.now)
    with pytest.raises(ImpossibleActError):
        sent(bot, act, PICTURE)

    assert (0, []) == (len(bot.platform.content), bot.platform.content.distinct())


def test_equal_bytes_are_kept_once_and_as_long_as_anybody_needs_them() -> None:
    store = ContentStore(ContentSettings(ttl_s=100))
    store.put("1", "a", "image", b"same", "image/png", at(0))
    store.put("1", "b", "image", b"same", "image/png", at(50))
    kept = len(store.distinct())
    store.unsend("a")

    assert 1 == kept
    assert b"same" == store.file("1", "b", at(120)).content
    with pytest.raises(RefusedError):
        store.file("1", "b", at(150))
    assert 0 == len(store.distinct())
