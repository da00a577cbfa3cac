"""What an import did: counts, what was left out and why, what the recording lacks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from line_sim.recording.importers import lacking

if TYPE_CHECKING:
    from pathlib import Path

    from line_sim.recording.importers.found import Unusable

FIRST = 5
"""How many of what could not be used are named."""


@dataclass(slots=True)
class ImportReport:
    """What became of a file."""

    source: Path
    form: str
    path: Path
    webhooks: int = 0
    events: int = 0
    calls: int = 0
    other: int = 0
    """Sound parts of the file that have nothing to do with LINE."""
    unusable: int = 0
    first_unusable: list[Unusable] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    """Words of :data:`line_sim.recording.lines.LACKS`."""
    channels: list[dict[str, str]] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    """How often an id or time was made up, by its name."""
    remarks: list[str] = field(default_factory=list)

    def leave_out(self, each: Unusable) -> None:
        """Count what could not be used."""
        self.unusable += 1
        if len(self.first_unusable) < FIRST:
            self.first_unusable.append(each)

    def remark(self, text: str) -> None:
        """Note a sentence, once."""
        if text not in self.remarks:
            self.remarks.append(text)

    def left_out(self) -> list[str]:
        """What could not be used: the first few by name, and how many more."""
        lines = [f"{each.place}: {each.reason}" for each in self.first_unusable]
        more = self.unusable - len(lines)
        return [*lines, f"and {more:,} more"] if more else lines

    def sentences(self) -> list[str]:
        """What the recording lacks and what was assumed, for people."""
        found = lacking.sentences(self.lacks)
        if self.made:
            made = ", ".join(f"{count:,} x {name}" for name, count in sorted(self.made.items()))
            found.append(f"made up, always the same for the same file: {made}")
        return found + self.remarks

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data: document ``line_sim.import``, version 1."""
        return {
            "format": "line_sim.import", "version": 1,
            "source": str(self.source), "from": self.form, "path": str(self.path),
            "webhooks": self.webhooks, "events": self.events, "calls": self.calls,
            "other": self.other, "unusable": self.unusable,
            "first_unusable": [
                {"place": each.place, "reason": each.reason} for each in self.first_unusable
            ],
            "lacks": self.lacks, "channels": self.channels, "made": dict(sorted(self.made.items())),
            "sentences": self.sentences(),
        }  # fmt: skip
