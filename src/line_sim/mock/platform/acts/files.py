"""Pictures, films, sounds and files that visitors send (message objects, contentProvider)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

from line_sim.mock.platform.acts.messages import Where, sends

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.content import Kind, Made, Preparation
    from line_sim.mock.platform.people import Person
    from line_sim.net.clock import Instant


@dataclass(frozen=True, slots=True)
class Attachment:
    """What LINE keeps for the account to fetch."""

    content: Made
    """The bytes, or a function that makes them when somebody asks first."""
    media_type: str
    duration_ms: int | None = None
    """Of sounds and films; left out of the event where None."""
    size_bytes: int | None = None
    """Where `content` is a function: what it will make."""
    preview: Made | None = None
    preview_type: str = "image/jpeg"
    prepare_s: float | None = None
    """Contract seconds of preparation; None: as the settings say."""
    fails: bool = False
    """Whether the preparation ends in ``failed``."""

    @property
    def bytes_count(self) -> int:
        """The size in bytes; 0 where nobody knows it yet."""
        return len(self.content) if isinstance(self.content, bytes) else self.size_bytes or 0


@dataclass(frozen=True, slots=True)
class External:
    """What lies on another server, as LIFF apps send it: the account fetches it there."""

    url: str
    preview_url: str = ""
    duration_ms: int | None = None


class Pictured(Where, total=False):
    """What belongs to pictures sent at once."""

    image_set: Mapping[str, Any]
    """Id, index, total; the last two may be absent."""


def sends_image(
    channel: Channel, person: Person, now: Instant, picture: Attachment | External,
    **how: Unpack[Pictured],
) -> dict[str, Any]:  # fmt: skip
    """Send a picture."""
    message = _message(channel, "image", picture)
    if image_set := how.get("image_set"):
        message["imageSet"] = dict(image_set)
    return _sends(channel, person, now, message, picture, how)


def sends_video(
    channel: Channel, person: Person, now: Instant, film: Attachment | External,
    **where: Unpack[Where],
) -> dict[str, Any]:  # fmt: skip
    """Send a film."""
    message = _message(channel, "video", film)
    return _sends(channel, person, now, message, film, where)


def sends_audio(
    channel: Channel, person: Person, now: Instant, sound: Attachment | External,
    **where: Unpack[Where],
) -> dict[str, Any]:  # fmt: skip
    """Send a sound."""
    message = _message(channel, "audio", sound)
    return _sends(channel, person, now, message, sound, where)


class Named(Where, total=False):
    """What belongs to a file."""

    file_name: str


def sends_file(
    channel: Channel, person: Person, now: Instant, file: Attachment, **how: Unpack[Named]
) -> dict[str, Any]:
    """Send a file of any kind; accounts can receive files and not send any."""
    message = _message(channel, "file", file)
    del message["contentProvider"]
    message |= {"fileName": how.get("file_name", "file"), "fileSize": file.bytes_count}
    return _sends(channel, person, now, message, file, how)


def _sends(  # noqa: PLR0913, PLR0917 - who sends what, and what lies behind it
    channel: Channel,
    person: Person,
    now: Instant,
    message: dict[str, Any],
    what: Attachment | External,
    how: Where,
) -> dict[str, Any]:
    """Send the message; only where that was possible, LINE keeps what lies behind it."""
    event = sends(channel, person, now, message, how)
    if isinstance(what, Attachment):
        chat = how.get("chat")
        kept: Preparation = {
            "size_bytes": what.bytes_count,
            "prepare_s": what.prepare_s,
            "fails": what.fails,
            "preview": what.preview,
            "preview_type": what.preview_type,
            "sender": (person.id,) if chat is None else (person.id, chat.id),
        }
        channel.platform.content.put(
            channel.id, message["id"], message["type"], what.content, what.media_type, now, **kept
        )
    return event


def _message(channel: Channel, kind: Kind, what: Attachment | External) -> dict[str, Any]:
    """The message's own part."""
    message: dict[str, Any] = {"type": kind, "id": channel.platform.ids.message()}
    if what.duration_ms is not None and kind in {"audio", "video"}:
        message["duration"] = what.duration_ms
    provider = message["contentProvider"] = {"type": "line"}
    if isinstance(what, External):
        provider |= {"type": "external", "originalContentUrl": what.url}
        if what.preview_url:
            provider["previewImageUrl"] = what.preview_url
    return message
