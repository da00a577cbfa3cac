"""The live desk: every call is one input, written with what it did, or it did not happen."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select

from line_sim.bridge.desk.presence import Presence
from line_sim.bridge.desk.setup import read_setup
from line_sim.bridge.desk.stored import StoredDesk
from line_sim.bridge.desk.timing import next_due
from line_sim.bridge.desk.words import message_type
from line_sim.bridge.store.tables import desk_log
from line_sim.desk.model import NEVER, OFFLINE, SECOND, STAFF_MESSAGE, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.desk.presence import Client
    from line_sim.bridge.desk.stored import Around
    from line_sim.bridge.store.store import Store
    from line_sim.desk.setup import DeskSetup


class LiveDesk(StoredDesk):
    """The desk of a bridge.

    Calls speak of numbers on the desk and are applied within the caller's transaction, or in one of
    their own. What is not allowed at this moment returns False (or None) and changes nothing.

    Parameters
    ----------
    bridge : whose store and clock it uses.
    setup : reads the desk as data from the store.
    luck : draws the number each enquiry brings, 0 to 2^31 - 1.
    """

    def __init__(
        self,
        bridge: Around,
        *,
        setup: Callable[[Store], DeskSetup] = read_setup,
        luck: Callable[[], int] = lambda: secrets.randbelow(1 << 31),
    ) -> None:
        super().__init__(bridge, setup)
        self.presence = Presence()
        self.luck = luck
        self.by_hand = False
        """Whether timers fire by :meth:`tick` alone: for who lets inputs happen again in order."""

    # --- its life

    def begin(self) -> None:
        """Derive the desk from what is stored, bring it to the present setup and the present time.

        Raises
        ------
        DeskLogError
            The stored inputs no longer give the stored log: the first row that differs.
        ConfigurationError
            What administrators set up makes no desk.
        """
        self.load()
        self.tick()
        now = self.clock.now()
        for m, member in enumerate(self.state.desk.members):
            if member.status != OFFLINE:
                self.presence.assume(m, now)

    async def run(self) -> None:
        """Fire timers and follow who is there, each when it is due, until cancelled."""
        while True:
            self.changed.clear()
            due = None
            if not self.by_hand:
                self.tick()
                due = self.next_due()
            waits: list[asyncio.Task[object]] = [asyncio.create_task(self.changed.wait())]
            if due is not None:
                left = max(due - self.clock.now(), 0.0)
                waits.append(asyncio.create_task(self.clock.sleep(left)))
            try:
                done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    each.result()
            finally:
                for each in waits:
                    each.cancel()
                await asyncio.gather(*waits, return_exceptions=True)

    def next_due(self) -> float | None:
        """When something is due by itself next, Unix seconds; None = nothing is."""
        due = next_due(self.state.desk)
        times = [] if due >= NEVER else [self.started + due / SECOND]
        change = self.presence.next_change(self.clock.now(), self.setup.service)
        return min([*times, *([] if change is None else [change])], default=None)

    def tick(self, most: int | None = None) -> bool:
        """Fire the timers due by now, at most so many of this instant's own.

        Without `most`, also let statuses follow who is there. True if anything fired.
        """
        fired = False
        now = self.now_us()
        if next_due(self.state.desk) <= now:
            fired = bool(self.do("timers", {} if most is None else {"most": most}))
        for m in self.presence.members() if most is None else ():
            self._follow_presence(m)
        self.presence.forget_silent(self.clock.now())
        return fired

    # --- visitors

    def receive(
        self, channel: int, visitor: int, kind: str, initiated_by: str = "visitor", **more: int
    ) -> int | None:
        """Take a message of a visitor; the enquiry it belongs to, None where it was dropped.

        `kind` is a type of message, see ``desk.model.MESSAGE_TYPES``; any other counts as text. A
        chat row of the visitor on the channel must be there. `more` = class, language, attempt.
        """
        args = {"channel": channel, "visitor": visitor, "type": message_type(kind)}
        e = self.do("receive", {**args, "draw": self.luck(), **more}, initiated_by)
        return None if e < 0 else e

    def visitor_left(self, enquiry: int, *, visible: bool = False) -> bool:
        """Let a waiting visitor leave; on LINE nobody sees it."""
        return self.do("leave", {"enquiry": enquiry, "visible": visible}) > 0

    # --- staff

    def pick_up(self, enquiry: int, staff: int) -> bool:
        """Take an enquiry one is alerted for, or accept a transfer."""
        return self.do("pick_up", {"enquiry": enquiry, "staff": staff}) > 0

    def refuse(self, enquiry: int, staff: int) -> bool:
        """Refuse an alert."""
        return self.do("refuse", {"enquiry": enquiry, "staff": staff}) > 0

    def staff_message(self, enquiry: int, kind: str) -> bool:
        """Note that the owner wrote."""
        query = select(func.count()).select_from(desk_log)
        mine = (desk_log.c.enquiry == enquiry) & (desk_log.c.kind == STAFF_MESSAGE)
        turn = int(self.store.value(query.where(mine))) + 1
        return (
            self.do("message", {"enquiry": enquiry, "type": message_type(kind), "turn": turn}) > 0
        )

    def transfer(
        self, enquiry: int, *, tag: str | None = None, staff_number: int | None = None
    ) -> bool:
        """Offer a chat to a member, or to the destinations of a tag."""
        if staff_number is not None:
            return self.do("transfer", {"enquiry": enquiry, "staff": staff_number}) > 0
        if tag not in self.tags:
            return False
        return self.do("transfer", {"enquiry": enquiry, "condition": self.tags[tag]}) > 0

    def take_over(self, enquiry: int, staff: int) -> bool:
        """Become the owner of somebody else's chat; administrators only."""
        return self.do("take_over", {"enquiry": enquiry, "staff": staff}) > 0

    def join(self, enquiry: int, staff: int) -> bool:
        """Join the room of a chat; the owner stays."""
        member = self.projection.id_of_staff(staff)
        if member is None or member in self.projection.room(enquiry):
            return False
        return self.do("join", {"enquiry": enquiry, "staff": staff}) > 0

    def close(self, enquiry: int, by: Literal["staff", "system"] = "staff") -> bool:
        """Close a handled enquiry."""
        return self.do("close", {"enquiry": enquiry, "by": by}) > 0

    def follow_up(self, enquiry: int, staff: int) -> bool:
        """Take up a missed enquiry."""
        return self.do("follow_up", {"enquiry": enquiry, "staff": staff}) > 0

    def bot_solved(self, enquiry: int) -> bool:
        """Let the chatbot close what it has."""
        return self.do("bot_solved", {"enquiry": enquiry}) > 0

    def bot_hands_over(self, enquiry: int) -> bool:
        """Let the chatbot pass on what it has."""
        return self.do("bot_hands_over", {"enquiry": enquiry}) > 0

    def set_status(self, staff: int, status: str) -> bool:
        """Set a member's status, as they chose; what they choose last they come back to."""
        self.presence.touch(staff, self.clock.now())
        return self.do("status", {"staff": staff, "status": status}) > 0

    def set_shift(self, staff: int, on: bool) -> bool:  # noqa: FBT001 - as the desk's own
        """Note that a member's shift begins or ends."""
        return self.do("shift", {"staff": staff, "on": bool(on)}) > 0

    def heartbeat(self, staff: int, *, used: bool, client: Client = "dashboard") -> bool:
        """A member's device was heard of; `used` = they did something. True if a status changed."""
        self.presence.heard(staff, client, self.clock.now(), used=used)
        changed = self._follow_presence(staff)
        self.changed.set()
        return changed

    def signed_out(self, staff: int) -> bool:
        """A member signed out everywhere: OFFLINE at once."""
        self.presence.gone(staff)
        return self._follow_presence(staff)

    def _follow_presence(self, staff: int) -> bool:
        state = self.state
        if staff >= len(state.chosen):
            return False
        chosen, service = state.chosen[staff], self.setup.service
        status = self.presence.status(staff, chosen, self.clock.now(), service)
        if status == STATUSES[state.desk.members[staff].status]:
            return False
        return self.do("status", {"staff": staff, "status": status, "auto": True}) > 0
