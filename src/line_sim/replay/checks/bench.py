"""What probes work with: visitors, marks, bad luck, time, the bridge's start and its agents."""
# ruff: noqa: ANN401 - facts of marks are whatever JSON can hold

from __future__ import annotations

import dataclasses
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from line_sim.errors import LineSimError
from line_sim.replay.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from line_sim.mock.faults import Fault
    from line_sim.mock.server import MockLine
    from line_sim.mock.visitors import Group, Happened, Visitor
    from line_sim.replay.agent_view import AgentView
    from line_sim.replay.agent_words import Attachment, Entry, Sent
    from line_sim.replay.bridge_process import BridgeProcess
    from line_sim.wire.bridge_profiles import BridgeProfile

PATIENCE_S = 3.0
"""Wall seconds a reaction may take; a bridge that shows none at all is not waited for again."""
IMPATIENCE_S = 0.1
LOOK_S = 0.02
DELIVERED_S = 10.0
"""Wall seconds until a webhook came to an end; LINE itself waits for two at most."""
DYING_S = 1.0
"""Wall seconds from when nobody answers any more until we see that the process is gone (chosen)."""
USUAL_S = 0.3
"""Wall seconds that an ordinary message takes at most where nothing else is going on (chosen)."""
MOST_SLOWNESS = 5.0


class Bench:
    """One live bridge on the bench.

    Attributes
    ----------
    line : MockLine
        The platform it is connected to.
    profile : BridgeProfile
    view : AgentView or None
        Its agents' side.
    bridge : BridgeProcess or None
        Where it was started by us: it can be restarted and killed.
    real_time : bool
        Whether a probe may really wait for minutes.
    capabilities : frozenset of str
        What the agents' side can do.
    slowness : float
        How many times slower than usual the latest control message was handled, from 1 to
        `MOST_SLOWNESS`; every wait is that much longer, so that a busy machine changes no verdict.
    """

    def __init__(  # noqa: PLR0913 - each by name
        self,
        line: MockLine,
        profile: BridgeProfile,
        *,
        view: AgentView | None = None,
        bridge: BridgeProcess | None = None,
        real_time: bool = False,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.line = line
        self.profile = profile
        self.view = view
        self.bridge = bridge
        self.real_time = real_time
        self.patience_s = patience_s
        self.capabilities = view.capabilities() if view else frozenset[str]()
        self.probe = ""
        self.slowness = 1.0
        self._people = 0
        self._seen_seq = 0
        self._lines: list[dict[str, Any]] = []
        self._evidence: Evidence | None = None
        self.line.link.do(
            "agent", facts={"view": "capabilities", "words": sorted(self.capabilities)}
        )

    def begin(self, probe: str) -> None:
        """From now on marks are of this probe, and looking at reactions begins here."""
        self.probe = probe
        self._seen_seq = self.line.link.do("note", text=f"probe {probe} begins")["seq"]
        self._lines, self._evidence = [], None

    # who is there, and what they do

    def visitor(self, name: str = "", *, warm: bool = True, **facts: Any) -> Visitor:
        """A visitor nobody knew; `warm`: has said hello before, so a welcome is out of the way."""
        self._people += 1
        made = self.line.visitor(name or f"{self.probe} {self._people}", **facts)
        if warm:
            self.control(made, "hello")
        return made

    def control(self, visitor: Visitor, text: str = "", *, group: Group | None = None) -> str:
        """A message that must be handled, waited for; the id of its event."""
        self._people += 1
        said = visitor.says(text or f"control {self._people}", group=group)
        event = said.events[0] if said.events else ""
        began = time.monotonic()
        if event and self.reacted([event]):
            slower = (time.monotonic() - began) / USUAL_S
            self.slowness = min(MOST_SLOWNESS, max(1.0, slower))
        return event

    def mark(
        self, case: str, *happened: Happened | str, control: str = "", **facts: Any
    ) -> dict[str, Any]:
        """Write a mark into the ledger: the case's name, what happened, its control event.

        Whoever shows what staff see is looked at first, in the chat of the control message: a
        bridge that answers nothing by itself shows there that it was at work.
        """
        if control and (event := self.evidence().events.get(control)) is not None:
            self.look(event.chat)
        events = [
            event
            for each in happened
            for event in ((each,) if isinstance(each, str) else each.events)
        ]
        mark = {"probe": self.probe, "case": case, "events": events, "control": control, **facts}
        return self.line.link.do(
            "note", text=f"probe {self.probe} {case}", facts={"mark": writable(mark)}
        )

    def tried(  # noqa: PLR0913 - each by name
        self,
        case: str,
        visitor: Visitor,
        *happened: Happened,
        acted_on: bool = True,
        control: bool = True,
        by: Visitor | None = None,
        later: bool = False,
        **facts: Any,
    ) -> None:
        """Wait for reactions, send a control message, mark the case and look at the transcript.

        `acted_on` says whether a reaction is awaited at all: what must be ignored is not. `by`
        sends the control message, where the visitor's own would be met by the same trouble. With
        `later` the probe comes to rest and looks, by :meth:`look_at`, when all its cases are over.
        """
        if acted_on:
            self.reacted([event for each in happened for event in each.events])
        sent = self.control(by or visitor) if control else ""
        if not later:
            self.settle()
        self.mark(case, *happened, control=sent, **facts)
        if not later:
            self.look(visitor.id)

    def later(self, seconds: float, act: Callable[..., Happened], *what: Any) -> Happened:
        """Do something after so many wall seconds, so that its timestamp is another one."""
        time.sleep(seconds)
        return act(*what)

    # bad luck and time

    @contextmanager
    def bad_luck(self, *faults: Fault) -> Iterator[None]:
        """These faults are in force within."""
        self.line.add_fault(*faults)
        try:
            yield
        finally:
            self.line.clear_faults()

    @contextmanager
    def redelivery(self) -> Iterator[None]:
        """LINE sends again, soon, what was not confirmed within."""
        self.line.switch(redelivery=True)
        try:
            yield
        finally:
            self.line.switch(redelivery=False)

    def can_pass_time(self) -> bool:
        """Whether the bridge's own time can pass: by its clock, or by really waiting."""
        return self.real_time or "clock" in self.capabilities

    def pass_time(self, seconds: float) -> None:
        """Let time pass for LINE and the bridge alike; see :meth:`can_pass_time`."""
        if self.view is not None and "clock" in self.capabilities:
            self.line.skip(seconds)
            self.view.clock(seconds)
            self.agent("clock", seconds=seconds)
        else:
            time.sleep(seconds)

    def skip(self, seconds: float) -> None:
        """Let time pass for LINE at once, and for the bridge where it has a clock."""
        self.line.skip(seconds)
        if self.view is not None and "clock" in self.capabilities:
            self.view.clock(seconds)
            self.agent("clock", seconds=seconds)

    # waiting and looking

    def reacted(self, events: Sequence[str], wait_s: float | None = None) -> bool:
        """Wait until the bridge has acted on each event; whether it did.

        It is given the patience (`wait_s`) anew whenever it has acted on one more of them.
        """
        wait_s = (self.patience_s if wait_s is None else wait_s) * self.slowness
        end, left = time.monotonic() + wait_s, self._unhandled(events)
        while left:
            if time.monotonic() > end or self._ended():
                return False
            time.sleep(LOOK_S)
            still = self._unhandled(left)
            if len(still) < len(left):
                end = time.monotonic() + wait_s
            left = still
        return True

    def delivered(self, *happened: Happened, times: int = 1, wait_s: float = DELIVERED_S) -> bool:
        """Wait until each of these events came to an end so often; whether it did."""
        events = [event for each in happened for event in each.events]

        def ended(seen: Evidence) -> bool:
            found = [seen.events.get(event) for event in events]
            return all(each and sum(d.ended for d in each.deliveries) >= times for each in found)

        return self.wait_for(ended, wait_s)

    def settle(self, timeout_s: float = 5.0) -> bool:
        """Wait until nothing is under way; whether it came to rest."""
        try:
            self.line.settle(timeout_s * self.slowness)
        except LineSimError:
            return False
        return True

    def wait_for(self, done: Callable[[Evidence], bool], wait_s: float = PATIENCE_S) -> bool:
        """Wait until `done(evidence of this probe)` is true; whether it became so."""
        end = time.monotonic() + wait_s * self.slowness
        while not done(self.evidence()):
            if time.monotonic() > end or self._ended():
                return False
            time.sleep(LOOK_S)
        return True

    def evidence(self) -> Evidence:
        """The ledger since the probe began, indexed."""
        lines = self.lines()
        if self._evidence is None:
            self._evidence = Evidence.of(lines)
        return self._evidence

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the ledger since the probe began."""
        new = self.line.link.do("calls", after=self._seen_seq)["lines"]
        if new:
            self._lines += new
            self._seen_seq = new[-1]["seq"]
            self._evidence = None
        return self._lines

    def now_s(self) -> float:
        """What the schedule shows: ``at_s`` of a line that was written now."""
        return float(self.line.link.do("clock")["schedule_s"])

    def look(self, user: str) -> None:
        """Write what staff see of a chat into the ledger, where they can show it."""
        if self.view is None or "transcript" not in self.capabilities:
            return
        if (rows := self._transcript(self.view, user)) is not None:
            self.agent("transcript", user=user, rows=[dataclasses.asdict(row) for row in rows])

    def look_at(self, *visitors: Visitor) -> None:
        """Wait until nothing is under way, then look at each chat."""
        self.settle()
        for each in visitors:
            self.look(each.id)

    def agent(self, view: str, **facts: Any) -> None:
        """Write a line of the agents' side into the ledger."""
        facts = writable(facts)
        self.line.link.do("agent", facts={"view": view, "probe": self.probe, **facts})

    def staff_sends(  # noqa: PLR0913 - what may be said of a message
        self,
        visitor: Visitor,
        case: str,
        *,
        text: str | None = None,
        media: Attachment | None = None,
        quote: str | None = None,
        staff: str = "Aom Suk",
    ) -> Sent | None:
        """Let staff send something, and note it as an agent line; None where they cannot."""
        if self.view is None or "send" not in self.capabilities:
            return None
        sent = self.view.send(visitor.id, text=text, media=media, quote=quote, staff=staff)
        self.agent(
            "sent", user=visitor.id, case=case, text=text, staff=staff, quote=quote,
            media=media.type if media else None, **dataclasses.asdict(sent),
        )  # fmt: skip
        return sent

    # the bridge itself

    def reissue_token(self) -> str:
        """Issue another access token; the old one is dead, also for a bridge that is restarted."""
        token = self.line.reissue("access_token")
        if self.bridge is not None:
            self.bridge.tell(LINE_CHANNEL_ACCESS_TOKEN=token)
        return token

    def can_restart(self) -> bool:
        """Whether the bridge can be ended and started again."""
        return self.bridge is not None or "restart" in self.capabilities

    def restart(self) -> None:
        """End the bridge as a crash does and start it again; see :meth:`can_restart`."""
        self.agent("restart")
        if self.bridge is not None:
            self.bridge.kill()
            self.bridge.start()
        elif self.view is not None:
            self.view.restart()

    def _ended(self) -> bool:
        """Whether a bridge that we started has ended: nothing more will come of it."""
        return self.bridge is not None and not self.bridge.running

    def _transcript(self, view: AgentView, user: str) -> list[Entry] | None:
        """What staff see of a chat; None where the bridge dies of what it was told."""
        try:
            return view.transcript(user)
        except LineSimError:
            if self.bridge is None or not self.wait_for(lambda _seen: self._ended(), DYING_S):
                raise
            return None

    def _unhandled(self, events: Sequence[str]) -> list[str]:
        evidence = self.evidence()
        left = [
            name for name in events if not ((found := evidence.events.get(name)) and found.calls)
        ]
        if (
            left
            and self.view is not None
            and "transcript" in self.capabilities
            and (not self._ended())
        ):
            seen: set[str] = set()
            for user in {found.chat for n in left if (found := evidence.events.get(n))}:
                seen |= {row.source_event for row in self._transcript(self.view, user) or ()}
            left = [name for name in left if name not in seen]
        return left


def writable(value: Any) -> Any:
    """Whatever JSON can hold, with a replacement character for each half of a surrogate pair."""
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case dict():
            return {name: writable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [writable(inner) for inner in value]
        case _:
            return value
