"""The commands of groups and rooms: who is in them, and whether the account is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from line_sim.mock.addressing import Addressing, Name
from line_sim.mock.platform import acts

if TYPE_CHECKING:
    from line_sim.mock.addressing import Act


class Gathering(Addressing):
    """What groups and rooms are, and who comes and goes."""

    async def group(
        self,
        name: str = "Friends",
        members: list[str] | None = None,
        channel: Name = None,
        *,
        room: bool = False,
    ) -> dict[str, Any]:
        """A new group or room of people, without any account."""
        found = self._channel_of(channel)
        people = [self._person(each, found.provider) for each in members or []]
        kind: Literal["group", "room"] = "room" if room else "group"
        chat = self.service.platform.new_chat(found.provider, people, name, kind)
        return {"id": chat.id, "name": chat.name, "kind": chat.kind}

    async def joins(self, visitor: str, chat: str) -> dict[str, Any]:
        """Join a group or room."""
        return self._moves(acts.joins, visitor, chat)

    async def leaves(self, visitor: str, chat: str) -> dict[str, Any]:
        """Leave a group or room."""
        return self._moves(acts.leaves, visitor, chat)

    async def invites(self, chat: str, channel: Name = None) -> dict[str, Any]:
        """Invite the account into a group or room."""
        found, where = self._channel_of(channel), self._chat(chat)
        invitation = acts.invites_bot(found, where, self.service.clock.now())
        if invitation.finding:
            self.service.ledger.write("note", text=invitation.finding)
        return {**self._done(invitation.event), "finding": invitation.finding}

    async def removes(self, chat: str) -> dict[str, Any]:
        """Remove the account from a group or room."""
        return self._done(acts.removes_bot(self._chat(chat), self.service.clock.now()))

    def _moves(self, act: Act, visitor: str, chat: str) -> dict[str, Any]:
        found = self._chat(chat)
        person = self._person(visitor, found.provider)
        return self._done(act(found, [person], self.service.clock.now()))
