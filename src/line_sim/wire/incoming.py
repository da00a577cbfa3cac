"""Messages that users send, as they stand in webhooks.

Messaging API reference, message event. Positions within a text count UTF-16 code units.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from line_sim.wire.model import WireModel

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ARRANGED_STICKER",
    "MESSAGES",
    "AudioMessage",
    "ContentProvider",
    "EditedTextMessage",
    "Emoji",
    "FileMessage",
    "ImageMessage",
    "ImageSet",
    "LocationMessage",
    "Mention",
    "Mentionee",
    "Message",
    "Placed",
    "StickerMessage",
    "StickerResource",
    "TextMessage",
    "VideoMessage",
]

_MOST_MENTIONS = 20
_MOST_KEYWORDS = 15
_LONGEST_STICKER_TEXT = 100

StickerResource = Literal[
    "STATIC",
    "ANIMATION",
    "SOUND",
    "ANIMATION_SOUND",
    "POPUP",
    "POPUP_SOUND",
    "CUSTOM",
    "MESSAGE",
    "NAME_TEXT",
    "PER_STICKER_TEXT",
]
"""What stickers can do; LINE says that more may come."""

ARRANGED_STICKER: Mapping[str, str] = MappingProxyType(
    {"package_id": "30563", "sticker_id": "651698630", "sticker_resource_type": "STATIC"}
)
"""What every message of arranged stickers shows, whichever stickers it was made of."""

Count = Annotated[int, Field(ge=0)]


class Placed(WireModel):
    """A part of a text: where it begins and how long it is."""

    index: Count
    length: Annotated[int, Field(ge=1)]


class Emoji(Placed):
    """A LINE emoji; its alternative text stands at that place."""

    product_id: str
    emoji_id: str


class Mentionee(Placed):
    """Somebody mentioned; a `user_id` only of people who agreed, and never with ``all``."""

    type: Literal["user", "all"] = "user"
    user_id: str | None = None
    is_self: bool | None = None
    """Whether it is the bot itself."""

    @model_validator(mode="after")
    def _all_is_nobody(self) -> Self:
        if self.type == "all" and (self.user_id is not None or self.is_self is not None):
            msg = "a mention of all has neither a user id nor isSelf"
            raise ValueError(msg)
        return self


class Mention(WireModel):
    """Those mentioned in a text."""

    mentionees: Annotated[tuple[Mentionee, ...], Field(min_length=1, max_length=_MOST_MENTIONS)]


class ContentProvider(WireModel):
    """Who holds a file: LINE (content API), or another server, whose URLs are then given."""

    type: Literal["line", "external"] = "line"
    original_content_url: str | None = None
    preview_image_url: str | None = None

    @model_validator(mode="after")
    def _external_has_the_url(self) -> Self:
        if (self.type == "external") is not (self.original_content_url is not None):
            msg = "an external content provider has originalContentUrl, and LINE itself has not"
            raise ValueError(msg)
        return self


_HELD_BY_LINE = ContentProvider()


class ImageSet(WireModel):
    """Which of several images sent at once; `index` (from 1) and `total` may be absent."""

    id: str
    index: Annotated[int, Field(ge=1)] | None = None
    total: Annotated[int, Field(ge=1)] | None = None


class _Text(WireModel):
    type: Literal["text"] = "text"
    id: str
    text: str
    quote_token: str
    emojis: Annotated[tuple[Emoji, ...], Field(min_length=1)] | None = None
    mention: Mention | None = None
    quoted_message_id: str | None = None

    @model_validator(mode="after")
    def _places_are_in_the_text(self) -> Self:
        if self.emojis is None and self.mention is None:
            return self
        units = len(self.text.encode("utf-16-le", "surrogatepass")) // 2
        mentioned = self.mention.mentionees if self.mention else ()
        placed: tuple[Placed, ...] = (*(self.emojis or ()), *mentioned)
        for each in placed:
            if each.index + each.length > units:
                msg = f"{each.index} + {each.length} is beyond the text's {units} UTF-16 units"
                raise ValueError(msg)
        return self


class TextMessage(_Text):
    """A text."""

    mark_as_read_token: str | None = None


class EditedTextMessage(_Text):
    """A text as it reads after an edit: the same id, a new quote token, none to mark as read."""


class ImageMessage(WireModel):
    """An image; several sent at once are as many events, in any order."""

    type: Literal["image"] = "image"
    id: str
    quote_token: str
    content_provider: ContentProvider = _HELD_BY_LINE
    image_set: ImageSet | None = None
    mark_as_read_token: str | None = None


class VideoMessage(WireModel):
    """A video; `duration` in ms."""

    type: Literal["video"] = "video"
    id: str
    quote_token: str
    content_provider: ContentProvider = _HELD_BY_LINE
    duration: Count | None = None
    mark_as_read_token: str | None = None


class AudioMessage(WireModel):
    """Sound, which cannot be quoted; `duration` in ms."""

    type: Literal["audio"] = "audio"
    id: str
    content_provider: ContentProvider = _HELD_BY_LINE
    duration: Count | None = None
    mark_as_read_token: str | None = None


class FileMessage(WireModel):
    """A file, which cannot be quoted, and which a bot cannot send back; `file_size` in bytes."""

    type: Literal["file"] = "file"
    id: str
    file_name: str
    file_size: Count
    mark_as_read_token: str | None = None


class LocationMessage(WireModel):
    """A place, in degrees."""

    type: Literal["location"] = "location"
    id: str
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    title: str | None = None
    address: str | None = None
    mark_as_read_token: str | None = None


class StickerMessage(WireModel):
    """A sticker, whose image cannot be fetched.

    `keywords` are experimental and may vanish; `text` is what the user wrote on it.
    """

    type: Literal["sticker"] = "sticker"
    id: str
    package_id: str
    sticker_id: str
    sticker_resource_type: StickerResource = "STATIC"
    quote_token: str
    keywords: Annotated[tuple[str, ...], Field(max_length=_MOST_KEYWORDS)] | None = None
    text: Annotated[str, Field(max_length=_LONGEST_STICKER_TEXT)] | None = None
    quoted_message_id: str | None = None
    mark_as_read_token: str | None = None


Message = Annotated[
    TextMessage
    | ImageMessage
    | VideoMessage
    | AudioMessage
    | FileMessage
    | LocationMessage
    | StickerMessage,
    Field(discriminator="type"),
]
"""Any message a user can send."""

MESSAGES: Mapping[str, type[WireModel]] = MappingProxyType(
    {
        "text": TextMessage,
        "image": ImageMessage,
        "video": VideoMessage,
        "audio": AudioMessage,
        "file": FileMessage,
        "location": LocationMessage,
        "sticker": StickerMessage,
    }
)
"""The model of every message type of a message event."""
