"""What checks look at: the recording, the marks that probes left in it, the agents' side."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from statistics import median_low
from typing import TYPE_CHECKING, Any

from line_sim.replay.agent_words import Entry
from line_sim.replay.attempts import attempts, shown
from line_sim.replay.evidence import Event, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from line_sim.mock.call_records import CallRecord
    from line_sim.wire.bridge_profiles import BridgeProfile

KNOWN = frozenset(each.name for each in fields(Entry))
NEEDED = frozenset({"from_", "kind", "text", "at_ms"})
CONTROL = "control"
"""The case of a message that must be handled, after one that must not."""


SPECIAL = frozenset({"broken off", "died", "gone"})
"""Names of marks that are no case of a probe but tell how it went."""


@dataclass(frozen=True, slots=True)
class Case:
    """One mark of a probe."""

    probe: str
    name: str
    events: tuple[str, ...] = ()
    """Ids of the events it is about."""
    control: str = ""
    """The id of the event that proves the bridge was at work afterwards; empty: none."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else the probe wrote beside it."""


class Seen:
    """A recording as checks see it.

    Attributes
    ----------
    evidence : Evidence
    profile : BridgeProfile
        What the bridge takes, sends and says by itself.
    capabilities : frozenset of str
        What the agents' side can show; empty where there is none.
    gone : str
        Why the bridge could not be reached any more; empty where it could.
    """

    def __init__(self, lines: Iterable[Mapping[str, Any]], profile: BridgeProfile) -> None:
        held = list(lines)
        self.evidence = Evidence.of(held)
        self._skips = [
            (float(line["at_s"]), float(line["seconds"]))
            for line in held
            if line["kind"] == "clock"
        ]
        self.profile = profile
        self.capabilities: frozenset[str] = frozenset()
        self.gone = ""
        self._cases: list[Case] = []
        self._controls: list[str] = []
        self._transcripts: dict[str, list[Entry]] = {}
        for note in self.evidence.notes:
            if isinstance(note.get("mark"), dict):
                self._mark(note["mark"])
        for line in self.evidence.agent:
            if line.get("view") == "transcript":
                self._transcripts[str(line.get("user"))] = _entries(line.get("rows"))
            elif line.get("view") == "capabilities":
                self.capabilities = frozenset(_words(line.get("words")))
        self._unit = self._usual_attempts()

    @property
    def played(self) -> bool:
        """Whether probes were played: False for a recording of ordinary traffic."""
        return bool(self._cases)

    def cases(self, probe: str, name: str = "") -> list[Case]:
        """The marks of a probe, or those of one name; `SPECIAL` ones by their name only."""
        return [
            c
            for c in self._cases
            if c.probe == probe and (c.name == name if name else c.name not in SPECIAL)
        ]

    def control_before(self, control: str) -> Event | None:
        """The control message that was marked before this one."""
        place = self._controls.index(control) if control in self._controls else 0
        return self.event(self._controls[place - 1]) if place else None

    def died(self, probe: str) -> bool:
        """Whether the bridge ended in a probe."""
        return bool(self.cases(probe, "died"))

    def event(self, name: str) -> Event | None:
        """The event of that id."""
        return self.evidence.events.get(name)

    def can(self, word: str) -> bool:
        """Whether the agents' side can show such a thing (a word of agent_words.CAPABILITIES)."""
        return word in self.capabilities

    def agent(self, view: str) -> list[Mapping[str, Any]]:
        """The agent lines of one view: ``logs``, ``alerts``, ``sent`` ..., oldest first."""
        return [line for line in self.evidence.agent if line.get("view") == view]

    def unfelt_s(self, since_s: float, until_s: float) -> float:
        """Schedule seconds within that LINE skipped, where the bridge has no clock to move."""
        if self.can("clock"):
            return 0.0
        return sum(skipped for at_s, skipped in self._skips if since_s <= at_s <= until_s)

    def moving(self, at_s: float) -> bool:
        """Whether LINE's time had been moved then, and the bridge's own was being moved after it.

        What a bridge calls in that moment it calls by a time of its own that is not over.
        """
        moved = [float(line["at_s"]) for line in self.agent("clock")]
        return any(
            since_s <= at_s <= next((each for each in moved if each >= since_s), since_s)
            for since_s, _ in self._skips
        )

    def transcript(self, user: str) -> list[Entry] | None:
        """What staff saw of a chat when last looked; None where nobody looked."""
        return self._transcripts.get(user)

    def entries(self, event: Event) -> list[Entry]:
        """What staff saw of one event."""
        message = str(event.message.get("id") or "")
        return [
            row
            for row in self._transcripts.get(event.chat, ())
            if row.source_event == event.id
            or (message and row.line_message == message and row.from_ == "customer")
        ]

    def times(self, event: Event) -> int:
        """How often the bridge acted on an event, whatever became of it.

        At the edge: its attempts to send, those apart that repeat one which failed; as often as
        the same messages stand among them, or in units of what one message usually makes this
        bridge send. On the agents' side: how often staff see it.
        """
        tried = attempts(event)
        at_edge = max(shown(tried), len(tried) // self._unit)
        return max(at_edge, len(self.entries(event)))

    def handled(self, event: Event) -> bool:
        """Whether the bridge acted on an event in any way that can be seen."""
        return bool(event.calls) or bool(self.entries(event))

    def attempts(self, event: Event) -> list[CallRecord]:
        """The sends that an event caused, without those that repeat one which failed."""
        return attempts(event)

    def reaction(self, event: Event) -> str:
        """What the bridge did about an event, in words."""
        done = [str(call) for call in event.calls]
        done += [f"staff see {row.text[:60]!r}" for row in self.entries(event)]
        return "; ".join(done) or "nothing"

    def _mark(self, mark: Mapping[str, Any]) -> None:
        facts = dict(mark)
        self._cases.append(
            Case(
                str(facts.pop("probe", "")),
                str(facts.pop("case", "")),
                tuple(_words(facts.pop("events", ()))),
                str(facts.pop("control", "")),
                facts,
            )
        )
        control = self._cases[-1].control
        if control and control not in self._controls:
            self._controls.append(control)
        if "gone" in facts:
            self.gone = str(facts["gone"])

    def _usual_attempts(self) -> int:
        controls = [self.event(case.control) for case in self._cases if case.control]
        counts = [len(tried) for each in controls if each and (tried := self.attempts(each))]
        return max(1, median_low(counts)) if counts else 1


def _words(given: object) -> list[str]:
    """The texts of a list that somebody else may have written."""
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) else []


def _entries(given: object) -> list[Entry]:
    """The rows of a transcript that can be read; fields that nobody knows are left alone."""
    rows = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    return [
        Entry(**{name: value for name, value in row.items() if name in KNOWN})
        for row in rows
        if row.keys() >= NEEDED
    ]
