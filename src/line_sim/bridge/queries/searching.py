"""Finding what was written: any part of any text, in any script; nothing in it is a wildcard.

Texts are stored as what stands between the quotes of their JSON in ASCII
(:class:`line_sim.bridge.store.columns.AnyText`), so the database looks for that form, which finds
all there is and a little more: part of an escape looks like letters. What it finds is compared
again as text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Text, func, or_, select, type_coerce

from line_sim.bridge.queries import transcript
from line_sim.bridge.store.tables import chats, entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from line_sim.bridge.queries.reading import Reading
    from line_sim.bridge.queries.visibility import Sight

LONGEST = 200
"""Characters that are looked for at most (chosen)."""
WINDOW = 20_000
"""Entries looked at in one go, some 20 ms: whoever asks lets others go on in between (chosen)."""
ESCAPE = "!"


def folded(text: str) -> str:
    """A text in which capitals do not count, letter by letter, of every script that has them."""
    return "".join(_folded(each) for each in text)


def _folded(character: str) -> str:
    low = character.lower()
    return low if len(low) == 1 and low.isascii() == character.isascii() else character


def pattern(part: str) -> str:
    """The LIKE pattern, escaped by ``!``, of the stored form of every text with this part in it."""
    made = []
    for character in part:
        stored = json.dumps(character)[1:-1]
        if not character.isascii() and character.lower() != character.upper():
            made.append("_" * len(stored))  # the other case is another escape of the same length
        else:
            made.append(literal(stored))
    return f"%{''.join(made)}%"


def literal(text: str) -> str:
    """A text as a LIKE pattern that nothing else matches, escaped by ``!``."""
    return "".join(ESCAPE + each if each in {"%", "_", ESCAPE} else each for each in text)


def holds(column: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    """Whether a column of text or JSON may hold a part; what is found is to be compared again."""
    return type_coerce(column, Text).ilike(pattern(part), ESCAPE)


class Found(NamedTuple):
    """What one window of entries held, and where the next begins; None: there is no next."""

    entries: list[dict[str, Any]]
    before: int | None


def names(reading: Reading, sight: Sight, part: str, limit: int = 50) -> list[dict[str, Any]]:
    """Chats whose customer's name, note or labels hold a part, as id, name and note."""
    wanted = folded(part)
    query = select(chats.c.id, chats.c.name, chats.c.note, chats.c.labels).where(
        sight.chats,
        or_(holds(chats.c.name, part), holds(chats.c.note, part), holds(chats.c.labels, part)),
    )
    return [
        {"chat": row.id, "name": row.name, "note": row.note or "", "labels": row.labels or []}
        for row in reading.rows(query.order_by(chats.c.id.desc()))
        if any(wanted in folded(each) for each in (row.name, row.note or "", *(row.labels or ())))
    ][:limit]


def window(
    reading: Reading, sight: Sight, part: str, *, before: int | None = None, limit: int = 50
) -> Found:
    """The newest entries that hold a part, of the :data:`WINDOW` before one; the newest first."""
    top = before
    if top is None:
        newest = reading.value(select(func.max(entries.c.id)))
        top = 1 if newest is None else newest + 1
    bottom = max(top - WINDOW, 0)
    query = (
        select(entries.c.id, entries.c.text)
        .join(chats, chats.c.id == entries.c.chat)
        .where(
            entries.c.id < top, entries.c.id >= bottom, entries.c.state != "retracted",
            holds(entries.c.text, part), sight.chats,
        )
        .order_by(entries.c.id.desc())
    )  # fmt: skip
    wanted = folded(part)
    ids = [row.id for row in reading.rows(query) if wanted in folded(row.text)]
    more = len(ids) > limit
    ids = ids[:limit]
    told = {each["id"]: each for each in transcript.of_ids(reading, ids)}
    following = ids[-1] if more else bottom
    return Found([told[each] for each in ids], following if following > 0 else None)


def windows(
    reading: Reading, sight: Sight, part: str, *, before: int | None = None, limit: int = 50
) -> Iterator[Found]:
    """Windows one after another, until there are enough entries or no more."""
    left = limit
    while left > 0:
        found = window(reading, sight, part, before=before, limit=left)
        yield found
        left -= len(found.entries)
        before = found.before
        if before is None:
            return
