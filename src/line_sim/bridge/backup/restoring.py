"""A backup back into an empty database, all of it or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import zipfile
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from line_sim.bridge.backup import form
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, Fault, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Table

    from line_sim.bridge.store.store import Store

_HASH = re.compile(r"[0-9a-f]{64}")
_ROWS_AT_ONCE = 500
_LONGEST_LINE_BYTES = 64 * 2**20
_BLOCK_BYTES = 2**20


class Restored(NamedTuple):
    """What came back."""

    rows: int
    media: int
    not_sent: int
    """Messages that waited to be sent and are now marked unknown."""


def manifest_of(file: Path) -> dict[str, Any]:
    """What a backup says of itself.

    Raises
    ------
    ConfigurationError
        It is no backup that this version reads.
    """
    with _opened(file) as archive:
        return _manifest(archive, file)


def forget_beginning(store: Store) -> None:
    """Take out what a new install writes by itself, so that it counts as empty."""
    ours = tables.meta.c.name.in_(("started", "utc_offset"))
    store.run(tables.meta.delete().where(ours))


def restore(file: Path, store: Store, media_folder: Path) -> Restored:
    """Fill an empty database and its media folder.

    Parameters
    ----------
    store
        With tables of the schema that the backup was made of, and nothing in them.

    Raises
    ------
    OutputExistsError
        There is something in them.
    ConfigurationError
        The file is no backup, or it was changed or cut off; nothing is in the database then.
    """
    for table in form.kept():
        if store.value(select(func.count()).select_from(table)):
            mend = "a backup fills a new install: line-sim bridge init makes one"
            raise OutputExistsError(str(store.url.database or store.url.host), mend)
    with _opened(file) as archive:
        manifest = _manifest(archive, file)
        rows = not_sent = 0
        with _unless_broken() as placed, store.transaction():
            media = _media(archive, file, media_folder, placed)
            if media != manifest["media"]:
                raise _broken(file, f"{media} media files", f"{manifest['media']}")
            for table in form.kept():
                count = 0
                rows_of = _rows(archive, file, table)
                while batch := list(islice(rows_of, _ROWS_AT_ONCE)):
                    store.run(table.insert(), batch)
                    count += len(batch)
                    if table.name == "outbox":
                        not_sent += sum(row["reason"] == form.WHY_UNKNOWN for row in batch)
                if count != manifest["rows"].get(table.name, 0):
                    wanted = f"{manifest['rows'].get(table.name, 0):,} of them"
                    raise _broken(file, f"{count:,} rows of {table.name}", wanted)
                rows += count
            if store.dialect == "postgresql":
                _go_on_counting(store)
    return Restored(rows, media, not_sent)


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        given, allowed = "not a backup", "a file that line-sim bridge backup wrote"
        raise ConfigurationError([Fault(str(file), given, allowed)]) from None


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    allowed = "a file that line-sim bridge backup wrote"
    try:
        found = json.loads(archive.read(form.MANIFEST))
    except (KeyError, ValueError, zipfile.BadZipFile):
        raise ConfigurationError([Fault(str(file), "not a backup", allowed)]) from None
    if not isinstance(found, dict) or found.get("format") != form.FORMAT:
        raise ConfigurationError([Fault(str(file), "not a bridge's backup", allowed)])
    if found.get("version") != form.VERSION or not isinstance(found.get("rows"), dict):
        given = f"version {found.get('version')!r}, written by {found.get('program')!r}"
        mend = "restore it with the version of line_sim that wrote it"
        raise ConfigurationError([Fault(str(file), given, f"version {form.VERSION}", mend)])
    return found


def _rows(archive: zipfile.ZipFile, file: Path, table: Table) -> Iterator[dict[str, Any]]:
    name = f"{form.TABLES}{table.name}.jsonl"
    try:
        with archive.open(name) as lines:
            number = 0
            while line := lines.readline(_LONGEST_LINE_BYTES):
                number += 1
                try:
                    yield form.from_line(table, line)
                except ValueError as error:
                    raise _broken(file, f"{name}, line {number}: {error}", "a row") from None
    except KeyError:
        return  # a table that the version it was written by did not have
    except zipfile.BadZipFile as error:
        raise _broken(file, f"{name}: {error}", "what was written") from None


@contextmanager
def _unless_broken() -> Iterator[list[Path]]:
    """A list of new files, which go again where the block fails."""
    placed: list[Path] = []
    try:
        yield placed
    except BaseException:
        for place in placed:
            place.unlink(missing_ok=True)
        raise


def _media(archive: zipfile.ZipFile, file: Path, folder: Path, placed: list[Path]) -> int:
    """Put the files into the folder, each only if it is what its name says; how many."""
    count = 0
    for info in archive.infolist():
        if not info.filename.startswith(form.MEDIA):
            continue
        digest = info.filename.removeprefix(form.MEDIA)
        if not _HASH.fullmatch(digest):
            raise _broken(file, repr(info.filename[:100]), "a hash for a name")
        place = folder / digest[:2] / digest[2:4] / digest
        count += 1
        if place.is_file():
            continue
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = place.with_name(f".{secrets.token_hex(8)}.part")
        try:
            if _copied(archive, file, info, part) != digest:
                raise _broken(file, f"{info.filename} holds something else", "what was written")
            part.replace(place)
            placed.append(place)
        finally:
            part.unlink(missing_ok=True)
    return count


def _copied(archive: zipfile.ZipFile, file: Path, info: zipfile.ZipInfo, part: Path) -> str:
    """Copy one file out of the archive; the hash of what came out."""
    seen = hashlib.sha256()
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out, archive.open(info) as content:
            while block := content.read(_BLOCK_BYTES):
                seen.update(block)
                out.write(block)
    except zipfile.BadZipFile as error:
        raise _broken(file, f"{info.filename}: {error}", "what was written") from None
    return seen.hexdigest()


def _go_on_counting(store: Store) -> None:
    """Let PostgreSQL's sequences go on behind the rows that brought their own keys."""
    for table in form.kept():
        if (key := table.primary_key.columns.get("id")) is not None:
            sequence = func.pg_get_serial_sequence(table.name, key.name)
            next_one = func.coalesce(func.max(key), 0) + 1
            store.rows(select(func.setval(sequence, next_one, False)))  # noqa: FBT003 - SQL's


def _broken(file: Path, given: str, allowed: str) -> ConfigurationError:
    mend = "the file was changed or cut off; nothing of it is in the database"
    return ConfigurationError([Fault(str(file), given, allowed, mend)])
