"""Groups and rooms: who is in them, and the one official account that may be too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.people import Person, Provider


@dataclass(slots=True)
class Chat:
    """A group or a room (a chat of several people without a name)."""

    id: str
    kind: Literal["group", "room"]
    provider: Provider
    name: str = ""
    picture_url: str = ""
    members: dict[str, Person] = field(default_factory=dict)
    """By user id, in the order of joining; the account is not among them."""
    channel: Channel | None = None
    """The account in it: LINE lets in one only (Group chats and multi-person chats)."""
    announced: bool = False
    """Whether the account's join event was sent: for a room it comes with the first event there."""

    def source(self, person: Person | None) -> dict[str, str]:
        """The source of an event; `person` only where LINE tells whose it is."""
        found = {"type": self.kind, f"{self.kind}Id": self.id}
        if person is not None and person.consent:
            found["userId"] = person.id
        return found


def chat_kind(chat_id: str) -> Literal["user", "group", "room"]:
    """What an id stands for, by its letter: U, C or R."""
    if chat_id.startswith("C"):
        return "group"
    return "room" if chat_id.startswith("R") else "user"
