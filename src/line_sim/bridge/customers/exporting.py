"""A copy of everything that is held of one customer, for them to have."""

from __future__ import annotations

import datetime as dt
import json
import mimetypes
import os
import shutil
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from line_sim.bridge.customers.finding import chats_of, entries_of
from line_sim.bridge.queries import transcript
from line_sim.bridge.queries.people import Names
from line_sim.bridge.queries.report import MARK, csv_line
from line_sim.bridge.store.tables import chats, enquiries
from line_sim.errors import OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from line_sim.bridge.customers.finding import Customer
    from line_sim.bridge.queries.reading import Reading

FORMAT, VERSION = "line_sim.bridge_customer", 1
COLUMNS = ("at", "channel", "enquiry", "author", "staff", "kind", "text", "state", "delivery",
           "file")  # fmt: skip
AT_ONCE = 500
"""Entries read at once (chosen)."""
_TIMES = ("created_at", "picked_up_at", "missed_at", "closed_at")


class Export(NamedTuple):
    """What is to be written: documents, and files as they lie in the media folder."""

    documents: dict[str, bytes]
    files: dict[str, Path]
    missing: int
    """Files that entries name and the folder does not have."""

    @property
    def told(self) -> str:
        """For people."""
        missing = f", {self.missing:,} files were missing" if self.missing else ""
        return f"{len(self.files):,} media files{missing}"


def gather(
    reading: Reading, place: Callable[[str], Path | None], customer: Customer, exported_at: float
) -> Export:
    """All that is held of a customer.

    Parameters
    ----------
    place
        Where a file lies, by its hash.
    exported_at
        Unix seconds.
    """
    names = Names(reading)
    theirs = chats_of(reading, customer)
    rows = reading.rows(select(chats).where(chats.c.id.in_(theirs)).order_by(chats.c.id))
    channels = {row.id: names.channel(row.channel) or {} for row in rows}
    files: dict[str, Path] = {}
    missing, said = 0, []
    for entry in _entries(reading, customer):
        file = ""
        if media := entry["media"]:
            found = place(media["sha256"])
            missing += found is None and bool(media["sha256"])
            if found is not None:
                ending = mimetypes.guess_extension(media["type"]) or ".bin"
                file = f"media/{media['sha256']}{ending}"
                files[file] = found
        said.append(entry | {"file": file})
    told = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": _iso(exported_at),
        "customer": customer.number,
        "line_user_id": customer.line_user_id,
        "chats": [
            {
                "id": row.id, "channel": channels[row.id].get("name", ""), "kind": row.kind,
                "name": row.name, "picture_url": row.picture_url or "",
                "language": row.language or "", "blocked": bool(row.blocked),
                "labels": row.labels or [], "note": row.note or "",
                "enquiries": _enquiries(reading, names, row.id),
            }
            for row in rows
        ],
        "entries": said,
    }  # fmt: skip
    lines = [MARK, csv_line(COLUMNS)]
    lines += [csv_line(_cells(each, channels)) for each in said]
    documents = {
        "customer.json": json.dumps(told, indent=1).encode("ascii"),
        "transcript.csv": "".join(lines).encode(),
    }
    return Export(documents, files, missing)


def write_folder(export: Export, folder: Path) -> None:
    """Write it as a folder, for its owner alone, whole or not at all.

    Raises
    ------
    OutputExistsError
        There is something of that name.
    """
    if folder.exists():
        raise OutputExistsError(folder)
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(mode=0o700)
        for name, content in export.documents.items():
            (part / name).write_bytes(content)
        if export.files:
            (part / "media").mkdir(mode=0o700)
        for name, place in export.files.items():
            shutil.copyfile(place, part / name)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_zip(export: Export, file: Path, *, force: bool = False) -> None:
    """Write it as a ZIP, for its owner alone, whole or not at all.

    Raises
    ------
    OutputExistsError
        `file` is there, and `force` is not given.
    """
    if file.exists() and not force:
        raise OutputExistsError(file)
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out, zipfile.ZipFile(out, "w") as archive:
            for name, content in export.documents.items():
                archive.writestr(name, content, zipfile.ZIP_DEFLATED)
            for name, place in export.files.items():
                archive.write(place, name)  # pictures and films are packed already
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _entries(reading: Reading, customer: Customer) -> Iterator[dict[str, Any]]:
    """What was said, by the time it was, chat by chat."""
    ids = entries_of(reading, customer)
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), AT_ONCE):
        found += transcript.of_ids(reading, ids[start : start + AT_ONCE])
    yield from sorted(found, key=lambda each: (each["chat"], each["at_ms"], each["id"]))


def _enquiries(reading: Reading, names: Names, chat: int) -> list[dict[str, Any]]:
    query = select(enquiries).where(enquiries.c.chat == chat).order_by(enquiries.c.number)
    return [
        {
            "number": row.number,
            "state": row.state,
            "owner": (names.staff(row.owner) or {}).get("name", ""),
            **{name: None if (at := getattr(row, name)) is None else _iso(at) for name in _TIMES},
        }
        for row in reading.rows(query)
    ]


def _cells(entry: dict[str, Any], channels: dict[int, dict[str, Any]]) -> list[object]:
    told = {
        **entry,
        "at": _iso(entry["at_ms"] / 1_000),
        "channel": channels.get(entry["chat"], {}).get("name", ""),
        "staff": (entry["staff"] or {}).get("name", ""),
        "enquiry": "" if entry["enquiry"] is None else entry["enquiry"],
    }
    return [told[name] for name in COLUMNS]


def _iso(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="milliseconds")
