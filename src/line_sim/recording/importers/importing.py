"""A file of another program as a recording: read, put in order, completed, written at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError, Fault, OutputExistsError, RecordingFormatError
from line_sim.recording.importers import (
    error_statistics,
    flows,
    har,
    log_rows,
    messages,
    webhook_dumps,
)
from line_sim.recording.importers.channels import LONGEST_NAME, Channels
from line_sim.recording.importers.detecting import FORMATS, checked, detected
from line_sim.recording.importers.gathering import Gathered
from line_sim.recording.importers.reading import head
from line_sim.recording.importers.report import ImportReport
from line_sim.recording.importers.spool import Spool
from line_sim.recording.importers.tables import delimiter, first_rows
from line_sim.recording.importers.writing import Copying, whole
from line_sim.recording.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from line_sim.recording.importers.found import Found


def import_recording(  # noqa: PLR0913 - each is said by name
    source: str | Path,
    out: str | Path,
    *,
    form: str | None = None,
    channel: str | None = None,
    secrets: Iterable[str] = (),
    force: bool = False,
    key: bytes | None = None,
) -> ImportReport:
    """Make a recording of what another program recorded.

    Parameters
    ----------
    source
        The file, plain or packed by gzip or zstd; for webhooks also a folder.
    out
        The recording: ``day.jsonl``, packed where it ends in ``.gz`` or ``.zst``. Media go beside
        it. There is nothing of that name until it is whole.
    form
        One of :data:`~line_sim.recording.importers.detecting.FORMATS`; None: told by the content.
    channel
        What the (first) channel is to be called.
    secrets
        Channel secrets: signatures are checked with them, and they are taken out wherever found.
    force
        Whether `out` may be replaced.
    key
        What stand-ins of secrets are made with; None: a random one, stored nowhere. Give one only
        for generated data.

    Raises
    ------
    RecordingFormatError
        When the format cannot be told, or nothing in the file can be used.
    OutputExistsError
        When `out` exists and not `force`.
    ConfigurationError
        When there is no such format, or a name is none.
    OSError
        When a file cannot be read or written.
    """
    source, out = Path(source), Path(out)
    _check(source, out, channel, force=force)
    form = checked(form) if form else detected(source)
    known = tuple(filter(None, secrets))
    report = ImportReport(source, form, out)
    with Spool() as spool:
        gathered = Gathered(Channels(channel), report, spool, known)
        gathered.gather(READERS[form](source))
        if not len(spool):
            raise RecordingFormatError(source, _nothing(report))
        redact = Redactor(*known, *gathered.tokens, key=key)
        with whole(out, force=force) as part:
            Copying(gathered, redact).write(part, _header(report))
    return report


def _check(source: Path, out: Path, channel: str | None, *, force: bool) -> None:
    """What can be found wrong before anything is read."""
    if not source.exists():
        allowed = "a file or folder to import"
        raise ConfigurationError([Fault("FILE", f"{str(source)!r} is not there", allowed)])
    if channel is not None and not 0 < len(channel.strip()) <= LONGEST_NAME:
        given = f"{len(channel):,} characters"
        raise ConfigurationError([Fault("--channel", given, f"1 to {LONGEST_NAME} characters")])
    if out.exists() and out.samefile(source):
        raise ConfigurationError([Fault("-o", "the file to import itself", "another file")])
    if not out.parent.is_dir():
        given = f"the folder {str(out.parent)!r} is not there"
        raise ConfigurationError([Fault("-o", given, "a file in a folder that is there")])
    if not force and out.exists():
        raise OutputExistsError(out)


def _header(report: ImportReport) -> dict[str, Any]:
    return {
        "origin": "imported",
        "channels": report.channels,
        "lacks": report.lacks,
        "imported": {
            "from": report.form, "webhooks": report.webhooks, "calls": report.calls,
            "other": report.other, "unusable": report.unusable,
        },
    }  # fmt: skip


def _nothing(report: ImportReport) -> str:
    """Why there is nothing to write."""
    seen = f"nothing in it can be used as {report.form} ({FORMATS[report.form]})"
    parts = [seen, *report.left_out()]
    if report.other:
        parts.append(f"{report.other:,} in it had nothing to do with LINE")
    return "\n  ".join(parts)


def _logs(path: Path) -> Iterator[Found]:
    """Rows of a log, or LINE's error statistics, told by the names of their columns."""
    first = first_rows(path, delimiter(head(path)))
    statistics = any(map(error_statistics.is_statistics, first))
    return error_statistics.found(path) if statistics else log_rows.found(path)


READERS: dict[str, Callable[[Path], Iterator[Found]]] = {
    "har": har.found,
    "mitmproxy": flows.found,
    "webhooks": webhook_dumps.found,
    "logs": _logs,
    "csv": messages.found,
}
"""What reads each of the formats."""
