"""Every message a bot can send, with its quick reply and its sender.

Source: Messaging API reference, message objects. Whether a sticker may be sent is not looked up,
for LINE's list of them is a page for people.
"""

import re
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import Field

from line_sim.wire.actions import QuickReplyAction
from line_sim.wire.checking import (
    Address,
    Beside,
    Finding,
    Limited,
    Needed,
    Part,
    Raw,
    Words,
    needed,
    over,
    rules,
)
from line_sim.wire.counting import utf16
from line_sim.wire.flex import FlexContainer
from line_sim.wire.imagemap import ImagemapAction, ImagemapBaseSize, ImagemapVideo
from line_sim.wire.limits import LIMITS
from line_sim.wire.templates import Template

Url = Annotated[str, Address()]

_LINE = re.compile(r"\bline\b", re.IGNORECASE)


def _forbidden_name(given: Raw) -> tuple[Finding, ...]:
    """LINE refuses names with "LINE" and similar words; chosen: that word, however written."""
    name = given.get("name")
    if isinstance(name, str) and _LINE.search(unicodedata.normalize("NFKC", name)):
        return (Finding("must not contain a reserved word", ("name",), f"{name!r} holds LINE"),)
    return ()


class Sender(Part):
    """The name and the picture that stand beside the message."""

    name: Annotated[str, Limited("sender.name")] | None = None
    icon_url: Url | None = None
    _rules = rules(_forbidden_name)


class QuickReplyItem(Part):
    """One button over the keyboard."""

    type: Annotated[str, Words("action")] | None = None
    image_url: Url | None = None
    action: Annotated[QuickReplyAction | None, Needed()] = needed()


class QuickReply(Part):
    """Buttons over the keyboard until the user writes."""

    items: Annotated[
        Annotated[list[QuickReplyItem], Limited("quickReply.items")] | None, Needed()
    ] = needed()


class _Message(Part):
    quick_reply: QuickReply | None = None
    sender: Sender | None = None


class Emoji(Part):
    """A LINE emoji in the place of a ``$``."""

    index: Annotated[int | None, Needed()] = needed()
    product_id: Annotated[str | None, Needed()] = needed()
    emoji_id: Annotated[str | None, Needed()] = needed()


def _at_a_dollar(emojis: list[Any], before: Raw) -> list[Finding]:
    """Each index (UTF-16 units) must point at a ``$`` in the text."""
    text = before.get("text")
    if text is None:  # itself wrong
        return []
    dollars = {utf16(text[:at]) for at, letter in enumerate(text) if letter == "$"}
    return [
        Finding("must be the index of a $", (place, "index"), f"{index} given")
        for place, emoji in enumerate(emojis)
        if isinstance(emoji, dict)
        and isinstance(index := emoji.get("index"), int)
        and index not in dollars
    ]


class TextMessage(_Message):
    """A text, with LINE emoji."""

    type: Literal["text"]
    text: Annotated[str, Limited("text.text", 1)]
    emojis: Annotated[list[Emoji], Limited("text.emojis"), Beside(_at_a_dollar)] | None = None
    quote_token: str | None = None


class UserMentionTarget(Part):
    """One member of the group."""

    type: Literal["user"]
    user_id: str


class AllMentionTarget(Part):
    """Everybody in the group."""

    type: Literal["all"]


class MentionSubstitutionObject(Part):
    """A mention in the place of its key."""

    type: Literal["mention"]
    mentionee: Annotated[UserMentionTarget | AllMentionTarget, Field(discriminator="type")]


class EmojiSubstitutionObject(Part):
    """A LINE emoji in the place of its key."""

    type: Literal["emoji"]
    product_id: str
    emoji_id: str


_KEY = re.compile(r"[0-9A-Za-z_]*")


_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([0-9A-Za-z_]+)\}")


def _substitution(given: dict[str, Any], before: Raw) -> list[Finding]:
    """Keys are short and plain, and the text holds not too many mentions or emoji."""
    key_limit = LIMITS["textV2.substitution.key"]
    found: list[Finding] = []
    for key in given:
        if wrong := over(key_limit, key, (key,)):
            found += wrong
        elif not _KEY.fullmatch(key):
            found.append(Finding("must be of 0-9, A-Z, a-z and _", (key,), f"{key!r} given"))
    used = [given.get(key) for key in _PLACEHOLDER.findall(before.get("text", ""))]
    kinds = [each.get("type") for each in used if isinstance(each, dict)]
    for kind, limit_id in (("mention", "textV2.mentions"), ("emoji", "textV2.emojis")):
        found += over(LIMITS[limit_id], [each for each in kinds if each == kind])
    return found


class TextMessageV2(_Message):
    """A text, with mentions and LINE emoji in the place of ``{key}``."""

    type: Literal["textV2"]
    text: Annotated[str, Limited("textV2.text", 1)]
    substitution: (
        Annotated[
            dict[
                str,
                Annotated[
                    MentionSubstitutionObject | EmojiSubstitutionObject,
                    Field(discriminator="type"),
                ],
            ],
            Limited("textV2.substitution"),
            Beside(_substitution, dict),
        ]
        | None
    ) = None
    quote_token: str | None = None


class StickerMessage(_Message):
    """A sticker."""

    type: Literal["sticker"]
    package_id: str
    sticker_id: str
    quote_token: str | None = None


class ImageMessage(_Message):
    """A picture."""

    type: Literal["image"]
    original_content_url: Url
    preview_image_url: Url


class VideoMessage(_Message):
    """A video."""

    type: Literal["video"]
    original_content_url: Url
    preview_image_url: Url
    tracking_id: Annotated[str, Limited("video.trackingId")] | None = None


class AudioMessage(_Message):
    """A sound."""

    type: Literal["audio"]
    original_content_url: Url
    duration: int
    """Milliseconds."""


class LocationMessage(_Message):
    """A place on the map."""

    type: Literal["location"]
    title: Annotated[str, Limited("location.title", 1)]
    address: Annotated[str, Limited("location.address", 1)]
    latitude: Annotated[float, Limited("location.latitude")]
    longitude: Annotated[float, Limited("location.longitude")]


class CouponMessage(_Message):
    """A coupon."""

    type: Literal["coupon"]
    coupon_id: str
    delivery_tag: Annotated[str, Limited("coupon.deliveryTag")] | None = None


class ImagemapMessage(_Message):
    """A picture with areas to tap."""

    type: Literal["imagemap"]
    base_url: Url
    alt_text: Annotated[str, Limited("imagemap.altText", 1)]
    base_size: ImagemapBaseSize
    actions: Annotated[list[ImagemapAction], Limited("imagemap.actions")]
    video: ImagemapVideo | None = None


class TemplateMessage(_Message):
    """Buttons, a question, or cards of a fixed look."""

    type: Literal["template"]
    alt_text: Annotated[str, Limited("template.altText", 1)]
    template: Template


class FlexMessage(_Message):
    """Cards of one's own look."""

    type: Literal["flex"]
    alt_text: Annotated[str, Limited("flex.altText", 1)]
    contents: FlexContainer


Message = Annotated[
    TextMessage
    | TextMessageV2
    | StickerMessage
    | ImageMessage
    | VideoMessage
    | AudioMessage
    | LocationMessage
    | CouponMessage
    | ImagemapMessage
    | TemplateMessage
    | FlexMessage,
    Field(discriminator="type"),
]
"""Any message that can be sent. There is no ``file``."""
