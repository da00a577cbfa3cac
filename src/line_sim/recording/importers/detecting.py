"""Which format a file has, told by its content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from line_sim.errors import ConfigurationError, Fault, RecordingFormatError
from line_sim.recording.importers import error_statistics, log_columns, log_rows, message_columns
from line_sim.recording.importers.found import plain
from line_sim.recording.importers.reading import BOM, head
from line_sim.recording.importers.tables import columns, delimiter, first_rows
from line_sim.recording.lines import FORMAT

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {
    "har": "HAR 1.2, as browsers and proxies export it",
    "mitmproxy": "flows of mitmproxy (mitmdump -w)",
    "webhooks": "webhook bodies or events as JSON: lines, an array, a folder of files",
    "logs": "rows of calls and webhooks: time, method, path, status; LINE's error statistics",
    "csv": "a table of messages: time, customer, text, direction",
}
"""The formats that are read, and what each is."""

_FLOW = re.compile(rb"\d{1,9}:\d{1,9}:")
_HAR = re.compile(rb'\{\s*"log"\s*:\s*\{')
_WEBHOOKS = re.compile(
    rb'"(?:events|destination|webhookEventId|deliveryContext|replyToken|x-line-signature|[a-zA-Z_]*'
    rb'[bB]ody|payload)"\s*:', re.IGNORECASE
)  # fmt: skip


def checked(form: str) -> str:
    """A format's name that somebody gave.

    Raises
    ------
    ConfigurationError
        When there is none of that name.
    """
    if form not in FORMATS:
        raise ConfigurationError([Fault.unknown("--from", form, FORMATS)])
    return form


def detected(path: Path) -> str:
    """The format of a file or folder.

    Raises
    ------
    RecordingFormatError
        When it is none of :data:`FORMATS`, or two would do; the message says what was seen.
    """
    if path.is_dir():
        return "webhooks"
    start = head(path)
    seen, fitting = _looked(path, start)
    if len(fitting) == 1:
        return fitting[0]
    known = "".join(f"\n  {name}: {words}" for name, words in FORMATS.items())
    which = f"; it may be {' or '.join(fitting)}" if fitting else ""
    reason = f"{seen}{which}; these formats are read (--from NAME says which it is):{known}"
    raise RecordingFormatError(path, reason)


def _looked(path: Path, start: bytes) -> tuple[str, list[str]]:
    """What a file's start looks like, in words, and the formats that fit."""
    text = start.removeprefix(BOM).lstrip()
    if not text:
        return "the file is empty", []
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it begins as UTF-16 does: save it as UTF-8", []
    if _FLOW.match(text):
        return "it begins with a tnetstring", ["mitmproxy"]
    if text.startswith((b"{", b"[")):
        return _json(text)
    if b"\0" in text[:1_000]:
        return "it holds bytes that are no text", []
    return _table(path, start)


def _json(text: bytes) -> tuple[str, list[str]]:
    if FORMAT.encode() in text.split(b"\n", 1)[0]:
        return "it is a recording already: nothing is to be imported", []
    if _HAR.match(text):
        return "it is JSON that begins with a log", ["har"]
    if _WEBHOOKS.search(text):
        return "it is JSON with webhooks", ["webhooks"]
    return "it is JSON without a log of HAR's, and without webhooks near its start", []


def _table(path: Path, start: bytes) -> tuple[str, list[str]]:
    if log_rows.is_combined(start):
        return "it is a web server's log", ["logs"]
    first = first_rows(path, delimiter(start))
    shown = plain(first[0][0] if first and len(first[0]) == 1 else ", ".join(first[0][:8])
                  if first else "")[:100]  # fmt: skip
    seen = f"it begins with {shown!r}"
    if any(map(error_statistics.is_statistics, first)):
        return seen, ["logs"]
    fitting: list[str] = []
    logged = columns(first, log_columns.NAMES, log_rows.LEAST_NAMES)
    named = [] if logged is None else [logged.by_name]
    guesses = [log_columns.guessed(cells)[1] for cells in first[:3]]
    if any(set(log_columns.OURS) <= each.keys() for each in named + guesses):
        fitting.append("logs")
    told = columns(first, message_columns.NAMES, 2)
    columns_of_its_own = {"customer", "direction"} if fitting else {"text"}
    if (
        told is not None
        and {"time", "text"} <= told.by_name.keys()
        and (not columns_of_its_own.isdisjoint(told.by_name))
    ):
        fitting.append("csv")
    return seen, fitting
