"""The enquiry report: a line an enquiry, as planners and accountants want it.

Columns are those of the guide's enquiry details (get-enquiry-detail, reports) that a LINE channel
has, and the metrics of docs/model.md that one enquiry gives.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from line_sim.bridge.queries.people import Names
from line_sim.bridge.store.tables import chats, enquiries, entries, meta
from line_sim.desk.build import offset_minutes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement, Row

    from line_sim.bridge.queries.reading import Reading

PIECE = 500
"""Enquiries read at once (chosen)."""
COLUMNS = (
    "number", "channel", "visitor", "customer", "labels", "state", "reason", "initiated_by",
    "owner", "destination", "created_at", "picked_up_at", "missed_at", "closed_at",
    "waiting_time_s", "first_response_time_s", "handling_time_s", "enquiry_duration_s",
    "customer_messages", "staff_messages",
)  # fmt: skip
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What CSV begins with, or a spreadsheet takes it for Latin-1."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def zone_of(reading: Reading) -> dt.timezone:
    """The service's own clock: a fixed offset."""
    told = reading.value(select(meta.c.value).where(meta.c.name == "utc_offset"))
    return dt.timezone(dt.timedelta(minutes=offset_minutes(str(told or "+00:00"))))


def neutral(value: object) -> object:
    """A cell that no spreadsheet computes: text that begins like a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def csv_line(cells: Collection[object]) -> str:
    """A line of CSV (RFC 4180), without formulas; half surrogates become question marks."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(map(neutral, cells))
    return out.getvalue().encode("utf-8", "replace").decode("utf-8")


def as_csv(
    reading: Reading,
    seen: ColumnElement[bool],
    *,
    since: float,
    until: float,
    zone: dt.tzinfo = dt.UTC,
) -> Iterator[str]:
    """The report as CSV, the header first, in pieces; see :func:`rows_of`."""
    yield MARK + csv_line(COLUMNS)
    for row in rows_of(reading, seen, since=since, until=until, zone=zone):
        yield csv_line([row[name] for name in COLUMNS])


def rows_of(
    reading: Reading,
    seen: ColumnElement[bool],
    *,
    since: float,
    until: float,
    zone: dt.tzinfo = dt.UTC,
) -> Iterator[dict[str, Any]]:
    """Enquiries created in ``[since, until)``, Unix seconds, in order, by :data:`COLUMNS`.

    Parameters
    ----------
    seen
        The enquiries that may be told of: those of a ``Sight``.
    zone
        Of the times in it.
    """
    names, after = Names(reading), -1
    while True:
        rows = reading.rows(
            select(enquiries, chats.c.name, chats.c.visitor, chats.c.labels)
            .join(chats, chats.c.id == enquiries.c.chat)
            .where(
                seen, enquiries.c.number > after, enquiries.c.created_at >= since,
                enquiries.c.created_at < until,
            )
            .order_by(enquiries.c.number)
            .limit(PIECE)
        )  # fmt: skip
        if not rows:
            return
        spoken = _spoken(reading, [row.number for row in rows])
        for row in rows:
            yield _told(names, row, spoken, zone)
        after = rows[-1].number


def _spoken(reading: Reading, numbers: list[int]) -> dict[tuple[int, str], tuple[int, int]]:
    """How many messages of each author enquiries hold, and when the first was, milliseconds."""
    query = (
        select(
            entries.c.enquiry,
            entries.c.author,
            func.count().label("messages"),
            func.min(entries.c.at_ms).label("first_ms"),
        )
        .where(entries.c.enquiry.in_(numbers), entries.c.author.in_(("customer", "staff")))
        .group_by(entries.c.enquiry, entries.c.author)
    )
    return {(row.enquiry, row.author): (row.messages, row.first_ms) for row in reading.rows(query)}


def _told(
    names: Names,
    row: Row[Any],
    spoken: dict[tuple[int, str], tuple[int, int]],
    zone: dt.tzinfo,
) -> dict[str, Any]:
    answered, first_ms = spoken.get((row.number, "staff"), (0, None))
    found = (row.picked_up_at, row.missed_at)
    first = min((at for at in found if at is not None), default=None)
    return {
        "number": row.number,
        "channel": _name(names.channel(row.channel)),
        "visitor": row.visitor,
        "customer": row.name,
        "labels": "; ".join(map(str, row.labels or ())),
        "state": row.state,
        "reason": row.reason or "",
        "initiated_by": row.initiated_by,
        "owner": _name(names.staff(row.owner)),
        "destination": _name(names.destination(row.destination)),
        "created_at": _time(row.created_at, zone),
        "picked_up_at": _time(row.picked_up_at, zone),
        "missed_at": _time(row.missed_at, zone),
        "closed_at": _time(row.closed_at, zone),
        "waiting_time_s": _between(row.created_at, first),
        "first_response_time_s": _between(
            row.created_at, None if first_ms is None else first_ms / 1_000
        ),
        "handling_time_s": _between(row.picked_up_at, row.closed_at),
        "enquiry_duration_s": _between(row.created_at, row.closed_at),
        "customer_messages": spoken.get((row.number, "customer"), (0, 0))[0],
        "staff_messages": answered,
    }


def _name(named: dict[str, Any] | None) -> str:
    return "" if named is None else str(named["name"])


def _time(at: float | None, zone: dt.tzinfo) -> str:
    return "" if at is None else dt.datetime.fromtimestamp(at, zone).isoformat(timespec="seconds")


def _between(start: float | None, end: float | None) -> float | str:
    return "" if start is None or end is None else round(max(end - start, 0.0), 3)
