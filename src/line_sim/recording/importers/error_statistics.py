"""The error statistics that LINE's console exports: when webhooks failed, and how often.

Times are Japan's, equal errors of 60 s are one row with a count (LINE's documentation, check
webhook error statistics). LINE does not document the names of the columns: those of the mock's
export and words near them are read (chosen).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from line_sim.recording.importers.found import Ended, Remark, Unusable, Webhook, plain
from line_sim.recording.importers.tables import Row, begun, columns
from line_sim.recording.importers.times import JAPAN, unix_ms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from line_sim.recording.importers.found import Found

_KNOWN = {
    "time": ("time", "timestamp", "datetime", "date", "日時", "発生日時"),
    "reason": ("reason", "errorreason", "原因", "エラーの原因"),
    "detail": ("detail", "details", "詳細"),
    "count": ("count", "number", "errors", "errorcount", "件数", "発生件数"),
    "url": ("url", "webhookurl", "endpoint"),
}
NAMES = {each: name for name, words in _KNOWN.items() for each in words}
ASKED = frozenset({"time", "reason", "count"})
MOST_COUNT = 10_000
"""Most webhooks that one row is believed to stand for."""


def is_statistics(cells: tuple[str, ...]) -> bool:
    """Whether a row has the names of the columns."""
    named = columns([cells], NAMES, len(ASKED))
    return named is not None and named.by_name.keys() >= ASKED


def found(path: Path) -> Iterator[Found]:
    """The failed webhooks that rows tell of, without their bodies."""
    table = begun(path, NAMES, len(ASKED))
    if table.named is None:
        return
    yield Remark("times are Japan's (UTC+9), as LINE's console shows them")
    for each in table.rows:
        if isinstance(each, Unusable):
            yield each
        else:
            yield from _row(Row(*each, table.named.by_name))


def _row(row: Row) -> Iterator[Found]:
    place = f"line {row.line}"
    read = unix_ms(row["time"], JAPAN)
    count = int(row["count"]) if re.fullmatch(r"\d{1,6}", row["count"]) else 0
    if read is None:
        yield Unusable(
            place, f"the time is {plain(row['time'])[:40]!r}; 2025-11-28 09:30:00 is one"
        )
    elif not 1 <= count <= MOST_COUNT:
        yield Unusable(
            place, f"the count is {plain(row['count'])[:20]!r}; 1 to {MOST_COUNT:,} is allowed"
        )
    else:
        reason, detail = plain(row["reason"])[:100].lower(), plain(row["detail"])[:200]
        status = int(detail) if re.fullmatch(r"[1-9]\d\d", detail) else None
        for number in range(count):
            ended = Ended(status, reason or "unclassified", detail)
            part = f", {number + 1} of {count}" if count > 1 else ""
            yield Webhook(f"{place}{part}", read[0], ended=ended, answer_known=True)
