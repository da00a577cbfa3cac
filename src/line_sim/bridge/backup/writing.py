"""Writing a backup while the bridge runs: one moment of the database, and the media of it."""

from __future__ import annotations

import json
import os
import re
import zipfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import create_engine, event, inspect, select, text
from sqlalchemy.pool import NullPool

from line_sim.bridge.backup import form
from line_sim.bridge.store import tables
from line_sim.bridge.store.migrations import NEWEST
from line_sim.bridge.store.store import address
from line_sim.errors import ConfigurationError, Fault, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection

_HASH = re.compile(r"[0-9a-f]{64}")
_ROWS_AT_ONCE = 1_000


class Written(NamedTuple):
    """What a backup holds."""

    rows: int
    media: int
    missing: int
    """Media that the database names and the folder does not have."""
    size_bytes: int


def write(  # noqa: PLR0913 - by name
    file: Path,
    *,
    database: str,
    media_folder: Path | None,
    made_at: float,
    program: str,
    force: bool = False,
) -> Written:
    """Write a backup, whole or not at all, for its owner alone (mode 0600).

    Parameters
    ----------
    database
        A file's name or URL, as the bridge has it; the bridge may be running.
    made_at
        Unix seconds, for the manifest.
    program
        The version that writes it.

    Raises
    ------
    OutputExistsError
        `file` is there, and `force` is not given.
    ConfigurationError
        There is no such database, or it is of another version.
    """
    if file.exists() and not force:
        raise OutputExistsError(file)
    part = file.with_name(f".{file.name}.part")
    try:
        with suppress(FileNotFoundError):
            part.unlink()
        handle = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        with (
            handle,
            zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive,
            snapshot(database) as db,
        ):
            _demand_ours(db)
            rows = {table.name: _table(archive, db, table) for table in form.kept()}
            media, missing = _media(archive, db, media_folder)
            manifest = {
                "format": form.FORMAT, "version": form.VERSION, "made_at": made_at,
                "program": program, "schema": schema_of(db), "rows": rows,
                "media": media, "missing_media": missing,
            }  # fmt: skip
            archive.writestr(form.MANIFEST, json.dumps(manifest, indent=1) + "\n")
            archive.close()
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return Written(sum(rows.values()), media, missing, file.stat().st_size)


@contextmanager
def snapshot(database: str) -> Iterator[Connection]:
    """One moment of a database, for reading, beside the bridge that writes to it.

    Raises
    ------
    ConfigurationError
        There is no database, or it has no tables of a bridge.
    """
    url = address(database)
    file = url.database if url.get_backend_name() == "sqlite" else None
    if file is not None and not os.path.isfile(file):  # noqa: PTH113 - as the URL has it
        mend = "line-sim bridge init makes one"
        raise ConfigurationError([Fault(file, "not there", "a bridge's database", mend)])
    engine = create_engine(url, poolclass=NullPool)
    if file is not None:
        event.listen(engine, "connect", _plain_connection)
        event.listen(engine, "begin", _begin)
    else:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as db, db.begin():
            if not inspect(db).has_table(tables.channels.name):
                given, mend = "no bridge's database", "line-sim bridge init makes one"
                where = file or url.render_as_string(hide_password=True)
                raise ConfigurationError([Fault(where, given, "a bridge's", mend)])
            yield db
    finally:
        engine.dispose()


def _demand_ours(db: Connection) -> None:
    """Refuse a form of another version, of which only a part would be written."""
    found = schema_of(db)
    if found not in {"", NEWEST}:
        mend = "write the backup with the version of line_sim that the database is of"
        fault = Fault("database", f"of another version ({found})", NEWEST, mend)
        raise ConfigurationError([fault])


def schema_of(db: Connection) -> str:
    """The revision of the database's schema, as its migrations count; empty where there is none."""
    if not inspect(db).has_table("alembic_version"):
        return ""
    return str(db.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _plain_connection(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
    connection.isolation_level = None  # transactions begin when we say so, and do not write


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _table(archive: zipfile.ZipFile, db: Connection, table: Any) -> int:  # noqa: ANN401 - a Table
    count = 0
    with archive.open(f"{form.TABLES}{table.name}.jsonl", "w", force_zip64=True) as out:
        found = db.execution_options(yield_per=_ROWS_AT_ONCE).execute(
            select(table).order_by(*table.primary_key.columns)
        )
        for row in found.mappings():
            out.write(form.to_line(table, {str(name): value for name, value in row.items()}))
            count += 1
    return count


def _media(archive: zipfile.ZipFile, db: Connection, folder: Path | None) -> tuple[int, int]:
    """Every file that the database names: how many there are, and how many are missing."""
    entries, files = tables.entries, tables.files
    named = {row[0] for row in db.execute(select(entries.c.media).distinct())}
    named |= {row[0] for row in db.execute(select(files.c.sha256).distinct())}
    there = missing = 0
    for digest in sorted(each for each in named if _HASH.fullmatch(each or "")):
        place = None if folder is None else folder / digest[:2] / digest[2:4] / digest
        if place is None or not place.is_file():
            missing += 1
            continue
        # pictures and films are packed already
        archive.write(place, f"{form.MEDIA}{digest}", zipfile.ZIP_STORED)
        there += 1
    return there, missing
