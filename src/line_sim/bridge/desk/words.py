"""Names and numbers: how what the desk counts is written down."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import TypeAdapter

from line_sim.desk.model import (
    KINDS,
    MESSAGE_TYPES,
    REASONS,
    RECEIVED,
    SECOND,
    STATUSES,
    TEXT,
)
from line_sim.desk.rows import COLUMNS
from line_sim.desk.setup import DeskSetup

_SETUP = TypeAdapter(DeskSetup)
_REASONS = {name: number for number, name in enumerate(REASONS)}
_STATUSES = {name: number for number, name in enumerate(STATUSES)}

Numbers = tuple[int, ...]
"""One row of the log: nine numbers in the order of :data:`line_sim.desk.rows.ROW_ORDER`."""


class HappeningRow(NamedTuple):
    """One happening of the desk, in words.

    Parameters
    ----------
    seq : its number in ``desk_log``.
    at : when, Unix seconds; `at_us` is the desk's own time.
    kind : one of ``line_sim.desk.model.KINDS``.
    reason : one of ``line_sim.desk.model.REASONS``; ``""`` = none.
    channel, enquiry, visitor, staff, destination : numbers on the desk; -1 = none.
    attempt : what the kind counts; -1 = nothing.
    """

    seq: int
    at: float
    at_us: int
    kind: str
    reason: str
    channel: int
    enquiry: int
    visitor: int
    staff: int
    destination: int
    attempt: int


def in_words(seq: int, row: Numbers, started: float) -> HappeningRow:
    """A row of the log, `started` being the Unix seconds of the desk's zero."""
    at, kind, reason, channel, enquiry, visitor, staff, destination, attempt = row
    why = "" if kind == RECEIVED else REASONS[reason]  # there it is the visitor's class
    return HappeningRow(
        seq, started + at / SECOND, at, KINDS[kind], why,
        channel, enquiry, visitor, staff, destination, attempt,
    )  # fmt: skip


def rows_of(log: list[int]) -> list[Numbers]:
    """The rows that stand one after another in a desk's log."""
    return list(zip(*[iter(log)] * COLUMNS, strict=True))


def to_json(setup: DeskSetup) -> dict[str, Any]:
    """A setup as plain JSON; planners' own methods cannot be written down."""
    made: dict[str, Any] = _SETUP.dump_python(setup, mode="json", exclude={"methods"})
    return made


def from_json(value: Any) -> DeskSetup:
    """The setup that :func:`to_json` wrote."""
    return _SETUP.validate_python(value)


def reason_number(name: str) -> int:
    """The number of a reason; a message of any other type counts as text."""
    return _REASONS.get(name, TEXT)


def message_type(kind: str) -> str:
    """The desk's word for a kind of message: one of ``MESSAGE_TYPES``."""
    return kind if kind in MESSAGE_TYPES else "text"


def status_number(name: str) -> int:
    """The number of a status: active, busy, idle, offline."""
    return _STATUSES[name]
