"""The event log on disk: JSON Lines, the header first, then a row a line.

::

    {"format":"line_sim.log","version":1,...,"columns":["at_s","kind",...],"rows":2}
    [0.0,"status",null,null,null,0,null,null,"active"]
    [12.5,"received",0,0,17,null,null,0,"customer"]

Names stand for kinds and reasons, so that a file outlives a renumbering; ``null`` is "nothing
there". Seconds have at most six decimals, so microseconds come back exactly.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import zlib
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from line_sim.desk.model import KINDS, REASONS, RECEIVED, SECOND
from line_sim.errors import Fault, LogFormatError, OutputExistsError
from line_sim.log.header import FORMAT, ORIGINS, VERSION, completed
from line_sim.log.table import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from line_sim.log.table import EventLog

COLUMNS = (
    "at_s", "kind", "channel", "enquiry", "visitor", "staff", "destination", "attempt", "reason",
)  # fmt: skip
WHOLE = COLUMNS[2:8]
TABLES = {"channel": "channels", "staff": "members", "destination": "destinations"}
BLOCK = 20_000  # lines at a time: a few megabytes of Python objects, whatever the file's length

KIND_NUMBERS = {name: number for number, name in enumerate(KINDS)}
REASON_NUMBERS = {None: -1} | {name: number for number, name in enumerate(REASONS)}


def write(log: EventLog, path: str | Path, *, force: bool) -> None:
    """Write `log` to a file beside `path`, and only when that is complete name it `path`.

    Raises
    ------
    OutputExistsError
        When `path` exists and not `force`.
    """
    target = Path(path)
    if target.exists() and not force:
        raise OutputExistsError(target)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as raw, _packed(raw, target) as file:
            for line in _lines(log):
                file.write(line)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _packed(raw: IO[bytes], target: Path) -> contextlib.AbstractContextManager[Any]:
    """`raw` itself, or a gzip stream into it that holds neither a name nor a date."""
    if target.suffix != ".gz":
        return contextlib.nullcontext(raw)
    return gzip.GzipFile("", "wb", compresslevel=5, fileobj=raw, mtime=0)


def _lines(log: EventLog) -> Iterator[bytes]:
    """The header, then blocks of lines."""
    import orjson  # noqa: PLC0415 - read and written files only

    header = {**log.header, "columns": COLUMNS, "rows": len(log)}
    yield orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE)
    classes = log.names("classes")
    for start in range(0, len(log), BLOCK):
        block = log.rows[start : start + BLOCK]
        cells = zip(*_cells(block, classes), strict=True)
        yield b"\n".join(map(orjson.dumps, map(list, cells))) + b"\n"


def _cells(block: np.ndarray, classes: Sequence[str]) -> Iterator[Sequence[Any]]:
    """The columns of a block, as they stand in the file."""
    yield (block["at"] / SECOND).tolist()
    kinds = block["kind"].tolist()
    yield [KINDS[kind] for kind in kinds]
    for column in WHOLE:
        yield [None if number < 0 else number for number in block[column].tolist()]
    reasons = block["reason"].tolist()
    names = (*REASONS, None)  # -1 is the last
    yield [
        (classes[reason] if 0 <= reason < len(classes) else reason)
        if kind == RECEIVED
        else names[reason]
        for kind, reason in zip(kinds, reasons, strict=True)
    ]


def read(path: str | Path) -> tuple[np.ndarray, dict[str, Any]]:
    """The rows and the header of the file at `path`.

    Raises
    ------
    LogFormatError
        When the file is not a whole log of a version this program reads; says which line.
    """
    source = Path(path)
    opened: Any = gzip.open if source.suffix == ".gz" else open
    try:
        with opened(source, "rb") as file:
            header, count = _header(source, file.readline())
            blocks = list(_blocks(source, file, header))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LogFormatError(source, f"not a whole gzip file ({error}); copy it anew") from None
    rows = np.concatenate(blocks) if blocks else np.zeros(0, ROW)
    if count is not None and count != len(rows):
        reason = f"the first line promises {count} rows, the file holds {len(rows)}; copy it anew"
        raise LogFormatError(source, reason)
    backwards = np.flatnonzero(np.diff(rows["at"]) < 0)
    if backwards.size:
        place = int(backwards[0]) + 1
        before = rows["at"][place - 1] / SECOND
        after = rows["at"][place] / SECOND
        reason = f"line {place + 2}: at_s is {after}; at least {before}, the line above, is allowed"
        raise LogFormatError(source, reason)
    return rows, header


def _header(source: Path, line: bytes) -> tuple[dict[str, Any], int | None]:
    """The first line, checked; the number of rows it promises apart."""
    import orjson  # noqa: PLC0415 - as above

    try:
        header = orjson.loads(line)
    except orjson.JSONDecodeError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        reason = f'line 1: not the head of a log; {{"format": "{FORMAT}", ...}} belongs there'
        raise LogFormatError(source, reason)
    version = header.get("version")
    if version != VERSION:
        mend = "; a newer line_sim wrote it" if isinstance(version, int) and version > 1 else ""
        raise LogFormatError(source, f"line 1: version {version}; {VERSION} can be read{mend}")
    columns, count = tuple(header.pop("columns", COLUMNS)), header.pop("rows", None)
    if columns != COLUMNS:
        reason = f"line 1: columns are {', '.join(columns)}; they must be {', '.join(COLUMNS)}"
        raise LogFormatError(source, reason)
    if header.get("origin", ORIGINS[0]) not in ORIGINS:
        fault = Fault.unknown("origin", str(header["origin"]), ORIGINS)
        raise LogFormatError(source, f"line 1: {fault}")
    return completed(header), count


def _blocks(source: Path, file: IO[bytes], header: Mapping[str, Any]) -> Iterator[np.ndarray]:
    """The rows of the file, a block at a time."""
    classes = {name: number for number, name in enumerate(header["classes"])}
    sizes = {column: len(header[table]) for column, table in TABLES.items()}
    number = 2
    while lines := list(islice(file, BLOCK)):
        try:
            yield _parsed(lines, classes, sizes)
        except (ValueError, TypeError, KeyError):
            for place, line in enumerate(lines):
                try:
                    _parsed([line], classes, sizes)
                except (ValueError, TypeError, KeyError) as error:
                    reason = f"line {number + place}: {_said(error)}"
                    raise LogFormatError(source, reason) from None
            raise
        number += len(lines)


def _said(error: Exception) -> str:
    """What is wrong with a line, from the error its parsing raised."""
    import orjson  # noqa: PLC0415 - as above

    if isinstance(error, orjson.JSONDecodeError):
        return f"not JSON ({error}); a list of {len(COLUMNS)} values belongs there"
    return str(error.args[0])


def _parsed(lines: list[bytes], classes: Mapping[str, int], sizes: Mapping[str, int]) -> np.ndarray:
    """A block of lines as rows.

    Raises
    ------
    ValueError, TypeError, KeyError
        When some line is wrong; for a block of one line the message says how.
    """
    import orjson  # noqa: PLC0415 - as above

    parsed = orjson.loads(b"[" + b",".join(lines) + b"]")
    if len(parsed) != len(lines) or any(
        type(cells) is not list or len(cells) != len(COLUMNS) for cells in parsed
    ):
        message = f"a list of {len(COLUMNS)} values is allowed: {', '.join(COLUMNS)}"
        raise ValueError(message)
    at, kinds, *whole, reasons = zip(*parsed, strict=True)
    rows = np.zeros(len(lines), ROW)
    rows["at"] = _microseconds(at)
    rows["kind"] = [_number("kind", kind, KIND_NUMBERS) for kind in kinds]
    for column, cells in zip(WHOLE, whole, strict=True):
        rows[column] = _whole(column, cells, sizes.get(column, 0))
    rows["reason"] = [
        _class(reason, classes) if kind == "received" else _number("reason", reason, REASON_NUMBERS)
        for kind, reason in zip(kinds, reasons, strict=True)
    ]
    return rows


def _microseconds(cells: Sequence[Any]) -> np.ndarray:
    seconds = np.array(cells)
    if seconds.dtype.kind not in "if" or not np.all(abs(seconds) < 2**53 / SECOND):
        message = f"at_s is {cells[0]!r}; seconds since the start are allowed"
        raise ValueError(message)
    microseconds: np.ndarray = np.rint(seconds * SECOND).astype("i8")
    return microseconds


def _whole(column: str, cells: Sequence[Any], size: int) -> np.ndarray:
    """A column of whole numbers, -1 for null, each below `size` where that is known."""
    values = np.array([-1 if cell is None else cell for cell in cells])
    limit = size or int(np.iinfo(ROW[column]).max) + 1
    if values.dtype.kind != "i" or values.min() < -1 or values.max() >= limit:
        allowed = f"null or a whole number from 0 to {limit - 1} is allowed"
        message = f"{column} is {cells[0]!r}; {allowed}"
        raise ValueError(message)
    return values.astype(ROW[column])


def _number(column: str, name: object, numbers: Mapping[Any, int]) -> int:
    number = numbers.get(name)
    if number is None:
        raise ValueError(str(Fault.unknown(column, str(name), [n for n in numbers if n])))
    return number


def _class(name: object, classes: Mapping[str, int]) -> int:
    if isinstance(name, int) and -1 <= name <= np.iinfo(ROW["reason"]).max:
        return name
    return _number("class", name, classes)
