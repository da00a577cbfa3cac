"""Who wrote which message where, as far as anybody still takes it back or edits it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from line_sim.mock.platform.impossible import ImpossibleActError

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.happenings import Place
    from line_sim.mock.platform.people import Person

REMEMBERED = 10_000
"""Messages; chosen: LINE lets nobody take back or edit old ones."""


@dataclass(slots=True)
class Message:
    """One message of a visitor."""

    channel: str
    chat: str
    person: str
    kind: str
    editions: int = 0
    """How often it was edited."""


class Written:
    """The last messages of all visitors, by id."""

    __slots__ = ("_messages",)

    def __init__(self) -> None:
        self._messages: OrderedDict[str, Message] = OrderedDict()

    def add(self, channel: Channel, place: Place, person: Person, said: dict[str, str]) -> None:
        """Remember the message `said` (an event's); the oldest one is forgotten."""
        self._messages[said["id"]] = Message(channel.id, place.chat, person.id, said["type"])
        if len(self._messages) > REMEMBERED:
            self._messages.popitem(last=False)

    def own(self, channel: Channel, place: Place, person: Person, message_id: str) -> Message:
        """A message that this person wrote in this chat with this account.

        Raises
        ------
        ImpossibleActError
            Where it is another's, of another chat or account, or not known (any more).
        """
        found = self._messages.get(message_id)
        if found is None:
            given = f"no visitor sent it, or it is older than the last {REMEMBERED}"
        elif found.person != person.id:
            given = "it is another person's"
        elif found.channel != channel.id:
            given = "it was sent to another account"
        elif found.chat != place.chat:
            given = "it was sent in another chat"
        else:
            return found
        where = f"{person.name} and message {message_id!r}"
        mend = "the id, or what says() and sends_...() returned; group= where it was sent in one"
        raise ImpossibleActError(where, given, "a message of one's own", mend)
