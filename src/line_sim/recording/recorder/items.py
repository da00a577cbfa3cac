"""What goes through a tape: lines with their time, and the gaps between them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping


@dataclass(slots=True)
class Gap:
    """Lines that are not in the recording: how many, of which time (schedule s), and why."""

    lines: int
    from_s: float
    to_s: float
    why: str

    def note(self) -> dict[str, Any]:
        """The fields of the line that tells of it."""
        text = f"{self.lines} lines between {self.from_s:.3f} s and {self.to_s:.3f} s are missing"
        told = asdict(self)
        why = told.pop("why")
        return {"text": f"{text}: {why}", "gap": told}


@dataclass(slots=True)
class Line:
    """One line on its way."""

    kind: str
    fields: dict[str, Any]
    media: dict[str, Any] | None = None
    """Some media of which only this is kept: a line of its own, before this one."""
    learn: str = ""
    """A secret that is looked for from this line on."""
    at_us: int = 0
    size: int = 0
    written: asyncio.Future[None] | None = None
    """Done once it is in the file, or given up."""


@dataclass(slots=True)
class Moment:
    """The time of the line being written, as its writer asks for it."""

    at_us: int = 0
    epoch_ms: int = 0

    def schedule_us(self) -> int:
        """What ``at_s`` is made of."""
        return self.at_us

    def wall_ms(self) -> int:
        """Unix time."""
        return self.epoch_ms + self.at_us // 1_000


def headers_of(pairs: list[tuple[bytes, bytes]]) -> Mapping[str, str] | list[tuple[str, str]]:
    """Headers as a line holds them: a mapping where no name comes twice, else pairs."""
    texts = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]
    found = dict(texts)
    return found if len(found) == len(texts) else texts
