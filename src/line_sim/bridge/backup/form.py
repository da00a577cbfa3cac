"""The form of a backup: a ZIP of a manifest, a file of JSON lines for each table, and the media.

It is the same for SQLite and PostgreSQL, so one can be moved to the other. The key of the stored
secrets is not in it, nor is anything that signs somebody in: who has a backup and not the key can
read what customers wrote, but can call LINE in nobody's name.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary

from line_sim.bridge.store.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table

FORMAT, VERSION = "line_sim.bridge_backup", 1
MANIFEST = "manifest.json"
TABLES, MEDIA = "tables/", "media/"

LEFT_OUT = frozenset({"sessions", "invitations", "reply_tokens"})
"""Who is signed in, who may sign in once, and LINE's reply tokens, which live a minute."""
BLANK = {"outbox": {"reply_token": ""}}
"""Columns that are kept empty, for the same reason."""
UNSENT = ("queued", "trying")
"""States of the outbox that nobody may send from once it was restored: whether the messages went
out after the backup was made, a restored bridge cannot know."""
WHY_UNKNOWN = "restored from a backup: it may have been sent since"


def kept() -> list[Table]:
    """The tables of a backup, those that others refer to first."""
    return [table for table in METADATA.sorted_tables if table.name not in LEFT_OUT]


def to_line(table: Table, row: Mapping[str, Any]) -> bytes:
    """A row as a line."""
    blank = BLANK.get(table.name, {})
    plain = {
        name: blank[name] if name in blank else _plain(value)
        for name, value in row.items()
        if value is not None
    }
    return json.dumps(plain, separators=(",", ":")).encode("ascii") + b"\n"


def from_line(table: Table, line: bytes) -> dict[str, Any]:
    """The row of a line, with every column of the table.

    Raises
    ------
    ValueError
        It is no row of this table.
    """
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY003, TRY004, EM101 - told with its place
    unknown = found.keys() - table.columns.keys()
    if unknown:
        message = f"unknown columns {', '.join(sorted(unknown))}"
        raise ValueError(message)
    row = {column.name: found.get(column.name, _default(column)) for column in table.columns}
    for column in table.columns:
        if isinstance(column.type, LargeBinary) and isinstance(row[column.name], str):
            row[column.name] = base64.b64decode(row[column.name], validate=True)
    if table.name == "outbox" and row["state"] in UNSENT:
        row |= {"state": "unknown", "reason": WHY_UNKNOWN}
    return row


def _plain(value: Any) -> Any:  # noqa: ANN401 - a column's value
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def _default(column: Any) -> Any:  # noqa: ANN401 - a column of any type
    default = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg
