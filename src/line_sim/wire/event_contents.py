"""What events carry besides messages: postbacks, beacons, links, memberships, modules.

Messaging API reference, webhook event objects.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from line_sim.wire.model import WireModel
from line_sim.wire.sources import UserSource

__all__ = [
    "AccountLink",
    "Attached",
    "Beacon",
    "ChatControl",
    "Detached",
    "Follow",
    "Members",
    "Membership",
    "Module",
    "PickedDate",
    "PickedDatetime",
    "PickedTime",
    "PnpDelivery",
    "Postback",
    "SwitchedRichMenu",
    "Unsend",
    "VideoPlayComplete",
]


_People = Annotated[tuple[UserSource, ...], Field(min_length=1)]


class Unsend(WireModel):
    """The message that its sender took back."""

    message_id: str


class Follow(WireModel):
    """Whether the user unblocked the account or added it; LINE does not promise it is right."""

    is_unblocked: bool = False


class Members(WireModel):
    """People who came to a group or room, or left it."""

    members: _People


class PickedDate(WireModel):
    """A date picked, as ``2017-12-25``."""

    date: str


class PickedTime(WireModel):
    """A time of day picked, as ``01:00``."""

    time: str


class PickedDatetime(WireModel):
    """A date with a time picked, as ``2017-12-25T01:00``."""

    datetime: str


class SwitchedRichMenu(WireModel):
    """How the switch to another rich menu ended."""

    new_rich_menu_alias_id: str | None = None
    status: Literal["SUCCESS", "RICHMENU_ALIAS_ID_NOTFOUND", "RICHMENU_NOTFOUND", "FAILED"]


class Postback(WireModel):
    """The data of what the user tapped."""

    data: str
    params: PickedDate | PickedTime | PickedDatetime | SwitchedRichMenu | None = None


class VideoPlayComplete(WireModel):
    """The tracking id of a video that the user watched to its end."""

    tracking_id: str


class Beacon(WireModel):
    """A beacon met; `dm` is its device message in hexadecimal digits."""

    hwid: str
    type: Literal["enter", "banner", "stay"] = "enter"
    dm: str | None = None


class AccountLink(WireModel):
    """How linking an account of the bot's service ended."""

    result: Literal["ok", "failed"]
    nonce: str


class Membership(WireModel):
    """A paid membership begun, ended or renewed."""

    type: Literal["joined", "left", "renewed"]
    membership_id: int


class PnpDelivery(WireModel):
    """The tag of a LINE notification message that arrived, or the hashed phone number."""

    data: str


class ChatControl(WireModel):
    """Until when a module holds a chat, in ms since 1970."""

    expire_at: Annotated[int, Field(ge=0)]


class Attached(WireModel):
    """An account attached a module channel and allowed it `scopes`."""

    type: Literal["attached"] = "attached"
    bot_id: str
    scopes: tuple[str, ...]


class Detached(WireModel):
    """An account and a module channel were separated."""

    type: Literal["detached"] = "detached"
    bot_id: str
    reason: Literal["bot_deleted"] = "bot_deleted"


Module = Annotated[Attached | Detached, Field(discriminator="type")]
"""Either of the two."""
