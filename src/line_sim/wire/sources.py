"""Where an event comes from: a user, a group or a room.

Messaging API reference, common properties. User ids are the same for all channels of a provider
and for no other. The `user_id` of a group or room is there in message events only, and only of
people who use the app and agreed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from line_sim.wire.model import WireModel

__all__ = ["GroupSource", "ManySource", "RoomSource", "Source", "UserSource"]


class UserSource(WireModel):
    """A chat with one user."""

    type: Literal["user"] = "user"
    user_id: str


class GroupSource(WireModel):
    """A group chat."""

    type: Literal["group"] = "group"
    group_id: str
    user_id: str | None = None


class RoomSource(WireModel):
    """A chat of several people that is no group."""

    type: Literal["room"] = "room"
    room_id: str
    user_id: str | None = None


Source = Annotated[UserSource | GroupSource | RoomSource, Field(discriminator="type")]
"""Any of the three."""

ManySource = Annotated[GroupSource | RoomSource, Field(discriminator="type")]
"""A chat that an account can join and leave."""
