"""A file for whoever helps: how the install stands, without secrets and without people's words.

No names, texts, user ids, webhook paths or tokens are in it: counts, states, settings and the
doctor's findings. What it may hold is listed here, column by column; all else stays out.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from line_sim.bridge.backup.writing import schema_of, snapshot
from line_sim.bridge.store import tables
from line_sim.errors import OutputExistsError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from line_sim.bridge.doctor.findings import Finding
    from line_sim.bridge.install import Install

FORMAT, VERSION = "line_sim.bridge_support", 1
LIBRARIES = ("line_sim", "sqlalchemy", "starlette", "uvicorn", "httpx", "cryptography", "pydantic")
_PATH = re.compile(r"(https?://[^/\s]+)/\S*")
"""An address with a path: a webhook's must not be guessable, and may be another system's."""
_CONFIG = ("rule", "sticky", "display_name_format", "custom_info_switch", "groups", "profile",
           "split_long", "utc_offset", "language")  # fmt: skip
_WHEN = ("welcome_scope", "welcome_before_away", "away_trigger", "away_once_per", "away_cooldown_s")


def write(file: Path, install: Install, found: list[Finding], *, force: bool = False) -> None:
    """Write the file, for its owner alone.

    Raises
    ------
    OutputExistsError
        It is there already, and `force` is not given.
    """
    if file.exists() and not force:
        raise OutputExistsError(file)
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        handle = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        with handle, zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in contents(install, found).items():
                archive.writestr(f"{name}.json", json.dumps(content, indent=1) + "\n")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def contents(install: Install, found: list[Finding]) -> dict[str, Any]:
    """Everything of the file, by part."""
    with snapshot(install.database) as db:
        stored = {
            "schema": schema_of(db), "dialect": db.dialect.name,
            "rows": {
                table.name: db.execute(select(func.count()).select_from(table)).scalar()
                for table in tables.METADATA.sorted_tables
            },
            "outbox": _counted(db, tables.outbox, "channel", "state", "cause", "route"),
            "content": _counted(db, tables.entries, "author", "kind", "fetch"),
            "enquiries": _counted(db, tables.enquiries, "channel", "state", "reason"),
            "alerts": _counted(db, tables.alerts, "kind", "channel"),
        }  # fmt: skip
        channels = [_channel(row) for row in db.execute(select(tables.channels))]
    return {
        "about": {
            "format": FORMAT, "version": VERSION, "python": sys.version,
            "system": platform.platform(),
            "libraries": {name: _version(name) for name in LIBRARIES},
        },
        "settings": {
            "public_url_set": bool(install.public_url), "host": install.host,
            "port": install.port, "line_api_url": install.line_api_url,
        },
        "findings": [_without_paths(each) for each in found],
        "store": stored,
        "channels": channels,
    }  # fmt: skip


def _without_paths(finding: Finding) -> dict[str, Any]:
    return {
        name: _PATH.sub(r"\1/...", value) if isinstance(value, str) else value
        for name, value in finding.plain().items()
    }


def _channel(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    config, messages = row.config or {}, (row.config or {}).get("messages", {})
    return {
        "id": row.id, "number": row.number, "state": row.state, "paused": bool(row.paused),
        "created_at": row.created_at, "last_webhook_at": row.last_webhook_at,
        "config": {name: config.get(name) for name in _CONFIG},
        "messages": {
            **{name: messages.get(name) for name in _WHEN},
            **{name: {"on": messages.get(name, {}).get("on"),
                      "own_text": bool(messages.get(name, {}).get("text"))}
               for name in ("welcome", "away", "close")},
        },
    }  # fmt: skip


def _counted(db: Connection, table: Any, *columns: str) -> list[dict[str, Any]]:  # noqa: ANN401
    chosen = [table.c[name] for name in columns]
    query = select(*chosen, func.count().label("count")).group_by(*chosen).order_by(*chosen)
    return [dict(row._mapping) for row in db.execute(query)]  # noqa: SLF001 - a public name


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
