"""Names of staff, destinations and channels, as they stand beside what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from sqlalchemy import Table

    from line_sim.bridge.queries.reading import Reading

LAST_NAME_FIRST = frozenset({"ja", "zh-TW"})
"""Locales whose people say the family name first."""
Named = dict[str, Any]


def full_name(first: str, last: str, locale: str) -> str:
    """A name in the order of its locale."""
    parts = (last, first) if locale in LAST_NAME_FIRST else (first, last)
    return " ".join(filter(None, parts))


class Names:
    """Names by id, read when first asked for; to be made anew for each request."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._read: dict[str, dict[int, str]] = {}

    def staff(self, key: int | None) -> Named | None:
        """A member; None for nobody."""
        return self._of("staff", key)

    def destination(self, key: int | None) -> Named | None:
        """A destination; None for none."""
        return self._of("destinations", key)

    def channel(self, key: int | None) -> Named | None:
        """A channel; None for none."""
        return self._of("channels", key)

    def _of(self, table: str, key: int | None) -> Named | None:
        if key is None:
            return None
        if table not in self._read:
            self._read[table] = self._all(tables.METADATA.tables[table])
        return {"id": key, "name": self._read[table].get(key, "")}

    def _all(self, table: Table) -> dict[int, str]:
        if table is tables.staff:
            c = table.c
            rows = self._reading.rows(select(c.id, c.first_name, c.last_name, c.locale))
            return {r.id: full_name(r.first_name, r.last_name, r.locale) for r in rows}
        rows = self._reading.rows(select(table.c.id, table.c.name))
        return {row.id: row.name for row in rows}
