"""The one table of what LINE allows in what a bot sends.

Whoever checks, splits or shortens reads a limit here; no number stands anywhere else. `basis` says
how sure the limit is: documented by LINE, or chosen here where LINE's page gives no exact number.
KB and MB are powers of two (chosen; LINE does not say).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from line_sim.wire.counting import Unit
    from line_sim.wire.refusals import Basis

KB = 2**10
MB = 2**20

_REF = "Messaging API reference"
_COUNTING = "Character counting in a text"


class Limit(NamedTuple):
    """The fewest and the most of one thing."""

    id: str
    """Object and property as LINE names them: ``text.text``."""
    most: int
    unit: Unit
    source: str
    """Page and section of LINE's documentation."""
    least: int = 0
    contract: bool = False
    """Whether LINE's machine-readable contract, and so its SDKs, know it too."""
    basis: Basis = "documented"

    @property
    def words(self) -> str:
        """LINE's words for a value outside."""
        if self.unit == "items":
            return f"Size must be between {self.least} and {self.most}"
        if self.unit == "number":
            return f"Must be between {self.least} and {self.most}"
        return f"Length must be between {self.least} and {self.most}"


def _known(id: str, most: int, unit: Unit, section: str, least: int = 0) -> Limit:  # noqa: A002 - the field's name
    return Limit(id, most, unit, f"{_REF}, {section}", least, contract=True)


def _told(id: str, most: int, unit: Unit, section: str, least: int = 0) -> Limit:  # noqa: A002 - the field's name
    return Limit(id, most, unit, f"{_REF}, {section}", least)


def _seen_as_one(id: str, most: int, section: str, least: int = 0) -> Limit:  # noqa: A002 - the field's name
    return Limit(id, most, "grapheme", f"{_REF}, {section}; {_COUNTING}", least)


_CALLS = (
    _known("call.messages", 5, "items", "send messages", 1),
    _told("call.customAggregationUnits", 1, "items", "send push message"),
    _known("multicast.to", 500, "items", "send multicast message", 1),
    _known("sender.name", 20, "utf16", "change icon and display name"),
    _known("quickReply.items", 13, "items", "quick reply"),
    _told("media.url", 2_000, "utf16", "image, video, audio message and icons"),
)
_MESSAGES = (
    _told("text.text", 5_000, "utf16", "text message"),
    _told("text.emojis", 20, "items", "text message"),
    _told("textV2.text", 5_000, "utf16", "text message (v2)"),
    _told("textV2.substitution", 100, "items", "text message (v2)"),
    _told("textV2.substitution.key", 20, "utf16", "text message (v2)", 1),
    _told("textV2.mentions", 20, "items", "text message (v2)"),
    _told("textV2.emojis", 20, "items", "text message (v2)"),
    _told("video.trackingId", 100, "utf16", "video message"),
    _told("location.title", 100, "utf16", "location message"),
    _told("location.address", 100, "utf16", "location message"),
    Limit("location.latitude", 90, "number", "geography; LINE names no range", -90, basis="chosen"),
    Limit(
        "location.longitude", 180, "number", "geography; LINE names no range", -180, basis="chosen"
    ),
    _known("coupon.deliveryTag", 30, "utf16", "coupon message"),
)
_IMAGEMAP = (
    _told("imagemap.altText", 1_500, "utf16", "imagemap message"),
    _told("imagemap.baseSize.width", 1_040, "number", "imagemap message", 1_040),
    _told("imagemap.actions", 50, "items", "imagemap message"),
    _told("imagemap.label", 100, "utf16", "imagemap action objects"),
    _told("imagemap.text", 400, "utf16", "imagemap message action"),
    _told("imagemap.linkUri", 1_000, "utf16", "imagemap URI action"),
    _known("imagemap.clipboardText", 1_000, "utf16", "imagemap clipboard action", 1),
    _told("imagemap.externalLink.label", 30, "utf16", "imagemap message, video"),
)
_TEMPLATES = (
    _told("template.altText", 1_500, "utf16", "template messages"),
    _seen_as_one("buttons.title", 40, "buttons template"),
    _seen_as_one("buttons.text", 160, "buttons template"),
    _seen_as_one("buttons.text.beside", 60, "buttons template, with a title or an image"),
    _told("buttons.actions", 4, "items", "buttons template", 1),
    _seen_as_one("confirm.text", 240, "confirm template"),
    _told("confirm.actions", 2, "items", "confirm template", 2),
    _told("carousel.columns", 10, "items", "carousel template", 1),
    _seen_as_one("column.title", 40, "carousel template"),
    _seen_as_one("column.text", 120, "carousel template"),
    _seen_as_one("column.text.beside", 60, "carousel template, with a title or an image"),
    _told("column.actions", 3, "items", "carousel template", 1),
    _told("image_carousel.columns", 10, "items", "image carousel template", 1),
)
_FLEX = (
    _told("flex.altText", 1_500, "utf16", "flex message"),
    _told("flex.bubble", 30 * KB, "bytes", "flex message, bubble"),
    _told("flex.carousel", 50 * KB, "bytes", "flex message, carousel"),
    _told("flex.carousel.contents", 12, "items", "flex message, carousel", 1),
)
_ACTIONS = (
    _seen_as_one("label.template", 20, "action objects, templates"),
    _seen_as_one("label.image_carousel", 12, "action objects, image carousel"),
    _seen_as_one("label.flex", 40, "action objects, flex message"),
    _seen_as_one("label.quickReply", 20, "action objects, quick reply"),
    _seen_as_one("label.richmenu", 20, "action objects, rich menu"),
    _known("postback.data", 300, "utf16", "postback action"),
    _seen_as_one("postback.displayText", 300, "postback action"),
    _seen_as_one("postback.text", 300, "postback action"),
    _seen_as_one("postback.fillInText", 300, "postback action"),
    _seen_as_one("message.text", 300, "message action"),
    _told("uri.uri", 1_000, "utf16", "URI action", 1),
    _known("uri.altUri.desktop", 1_000, "utf16", "URI action"),
    _known("datetimepicker.data", 300, "utf16", "datetime picker action"),
    _known("richmenuswitch.data", 300, "utf16", "rich menu switch action"),
    _known("richmenuswitch.richMenuAliasId", 32, "utf16", "rich menu switch action"),
    _known("clipboard.clipboardText", 1_000, "utf16", "clipboard action", 1),
)
_RICH_MENUS = (
    _told("richmenu.size.width", 2_500, "number", "rich menu, size", 800),
    _told("richmenu.size.height", 1_724, "number", "rich menu, size: 2,500 / 1.45", 250),
    Limit("richmenu.name", 300, "grapheme", f"{_REF}, rich menu; {_COUNTING}", contract=True),
    Limit("richmenu.chatBarText", 14, "grapheme", f"{_REF}, rich menu; {_COUNTING}", contract=True),
    _told("richmenu.areas", 20, "items", "rich menu"),
    _known("richmenu.alias", 32, "utf16", "rich menu alias", 1),
    _known("richmenu.userIds", 500, "items", "link rich menu to multiple users", 1),
    _known("richmenu.operations", 1_000, "items", "replace or unlink rich menus in batches", 1),
)  # fmt: skip

LIMITS: dict[str, Limit] = {
    limit.id: limit
    for part in (_CALLS, _MESSAGES, _IMAGEMAP, _TEMPLATES, _FLEX, _ACTIONS, _RICH_MENUS)
    for limit in part
}
"""Everything a request's text decides, by id."""

BODY = _told("call.body", 2 * MB, "bytes", "status codes, 413")
"""The raw bytes of a request that carries JSON."""

FILES: dict[str, Limit] = {
    limit.id: limit
    for limit in (
        _told("image.original", 10 * MB, "bytes", "image message"),
        _told("image.preview", 1 * MB, "bytes", "image message"),
        _told("video.original", 200 * MB, "bytes", "video message"),
        _told("video.preview", 1 * MB, "bytes", "video message"),
        _told("audio.original", 200 * MB, "bytes", "audio message"),
        _told("flex.image", 10 * MB, "bytes", "flex message, image"),
        _told("quickReply.icon", 1 * MB, "bytes", "quick reply"),
        _told("sender.icon", 1 * MB, "bytes", "change icon and display name"),
        _told("richmenu.image", 1 * MB, "bytes", "upload rich menu image"),
    )
}
"""What a file may hold that a message points at; decided only by whoever fetches it."""

RICH_MENUS = _told("richmenu.count", 1_000, "items", "create rich menu: by one account")
"""Rich menus at a time."""

RICH_MENU_RATIO = 1.45
"""The least width over height of a rich menu (Messaging API reference, rich menu, size)."""
