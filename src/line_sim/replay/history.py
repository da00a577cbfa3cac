"""The history checker: what became of every event, in the manner of Jepsen's checkers.

Every recorded event is an element that was *offered* to the bridge. As in Jepsen's set-full, one
that was confirmed and never acted on is **lost**; as in its total-queue, one acted on twice is
**doubled**, and a send that answers nothing is **unsolicited**. Beside it stand late answers,
answers out of order within a chat, and answers to the wrong person, with the fault schedule.
(Jepsen, jepsen.checker: set-full, total-queue; Kingsbury.)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from line_sim.replay.evidence import Evidence
from line_sim.replay.fates import WORDS, Fate, fates_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.evidence import Event

__all__ = ["LATE_S", "WORDS", "Fate", "History"]

LATE_S = 10.0
"""Wall seconds by which a first answer may come later than the recorded one (chosen)."""


@dataclass(frozen=True)
class History:
    """What became of everything.

    Attributes
    ----------
    fates
        One an event, in order of first sending.
    unsolicited
        Accepted sends that answer no event.
    unknown
        Sends whose answer never came to the bridge, or no answer is recorded.
    faults
        The fault schedule: ``(at_s, name, exchange)``.
    """

    fates: tuple[Fate, ...]
    unsolicited: tuple[CallRecord, ...] = ()
    unknown: tuple[CallRecord, ...] = ()
    faults: tuple[tuple[float, str, int], ...] = ()
    complete: bool = True

    @classmethod
    def of(
        cls,
        lines: Iterable[Mapping[str, Any]] | Evidence,
        *,
        due_s: Callable[[Event], float | None] | float | None = None,
        should_answer: Callable[[Event], bool | None] | None = None,
    ) -> History:
        """From the lines of a recording.

        Parameters
        ----------
        due_s
            Schedule seconds from which on a first answer is late, of all events or of each; None:
            no answer is, for people may take their time.
        should_answer
            Whether an event had to be acted on; None from it, or none given: decided by what the
            bridge does with others of its kind (an event whose like is acted on in nine of ten
            cases should be).
        """
        evidence = lines if isinstance(lines, Evidence) else Evidence.of(lines)
        due = due_s if callable(due_s) else lambda _event: due_s
        return cls(
            fates_of(evidence, due, should_answer),
            tuple(each for each in evidence.sends if not each.event),
            tuple(each for each in evidence.calls if each.status is None),
            tuple(
                (line["at_s"], _name(line.get("fault")), int(line.get("exchange") or 0))
                for line in evidence.faults
            ),
            evidence.complete,
        )

    def counts(self) -> dict[str, int]:
        """How many events of each word and flag; ``unsolicited`` counts sends."""
        found: Counter[str] = Counter(fate.word for fate in self.fates)
        found.update(flag for fate in self.fates for flag in fate.flags)
        found["events"] = len(self.fates)
        found["unsolicited"] = len(self.unsolicited)
        found["unknown"] = len(self.unknown)
        return dict(found)

    @property
    def ok(self) -> bool:
        """Whether nothing was lost, doubled, late, out of order or for somebody else."""
        return all(fate.ok for fate in self.fates)

    def wrong(self) -> list[Fate]:
        """Those with anything wrong."""
        return [fate for fate in self.fates if not fate.ok]

    def answer_seconds(self) -> list[float]:
        """Schedule seconds to the first answer of each answered event, in order."""
        return [fate.answer_s for fate in self.fates if fate.answer_s is not None]


def _name(fault: object) -> str:
    if isinstance(fault, dict):
        return str(fault.get("fault", fault))
    return str(fault)
