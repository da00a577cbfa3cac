"""What an enquiry's rows of the log have in common."""

from __future__ import annotations

from typing import Any

from line_sim.desk.model import NOBODY
from line_sim.desk.rows import note, rule


@rule
def shown(desk: Any, d: int) -> int:
    """Return a destination as the log shows it: a member's own one is none."""
    return d if d < desk.destination_count else NOBODY


@rule
def note_of(desk: Any, e: int, kind: int, reason: int, staff: int, attempt: int, now: int) -> None:
    """Log a happening of an enquiry that has no destination of its own."""
    enquiry = desk.enquiries[e]
    row = (now, kind, reason, enquiry.channel, e, enquiry.visitor, staff, NOBODY, attempt)
    note(desk.log, row)


@rule
def note_at(
    desk: Any, e: int, kind: int, reason: int, staff: int, d: int, attempt: int, now: int
) -> None:
    """Log a happening of an enquiry at a destination."""
    enquiry = desk.enquiries[e]
    row = (now, kind, reason, enquiry.channel, e, enquiry.visitor, staff, shown(desk, d), attempt)
    note(desk.log, row)
