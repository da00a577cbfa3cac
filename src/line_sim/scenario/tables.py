"""Text files and CSV tables, read with every fault at once and with the line it stands in."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from line_sim.errors import (
    ConfigurationError,
    Fault,
    OutputExistsError,
    ScenarioSyntaxError,
    suggest,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

__all__ = ["Row", "read_rows", "read_text", "write_rows", "write_text"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the line of the file it ends in (the header is line 1), and its cells."""

    line: int
    cells: Mapping[str, str]

    def where(self, column: str) -> str:
        """The place of a cell, as faults name it."""
        return f"line {self.line}, {column}"


def read_text(path: Path) -> str:
    """The text of a UTF-8 file; a byte order mark at its beginning is dropped.

    Raises
    ------
    ConfigurationError
        Where there is no such file, or it is a folder, or may not be read.
    ScenarioSyntaxError
        Where it is not UTF-8: the line and column of the first byte that is not.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError([_missing(path)]) from None
    except IsADirectoryError:
        fault = Fault(str(path), "a folder", "a file", "name one of the files in it")
        raise ConfigurationError([fault]) from None
    except OSError as error:
        fault = Fault(str(path), error.strerror or str(error), "a file that may be read")
        raise ConfigurationError([fault]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace").split("\n")
        reason = f"not UTF-8 (byte 0x{content[error.start]:02x}); save the file as UTF-8"
        raise ScenarioSyntaxError(path, len(before), len(before[-1]) + 1, reason) from None


def _missing(path: Path) -> Fault:
    folder = path.parent
    if not folder.is_dir():
        return Fault(str(path), "no such file", "a file", f"there is no folder {folder}")
    nearest = suggest(path.name, (entry.name for entry in folder.iterdir()))
    mend = f"did you mean {nearest!r}?" if nearest else ""
    return Fault(str(path), "no such file", "a file", mend)


def read_rows(
    text: str, required: Sequence[str], allowed: Collection[str]
) -> tuple[list[Row], list[Fault]]:
    """The rows of a CSV text, and what is wrong with its shape.

    Parameters
    ----------
    text
        Comma-separated, first line the names of the columns. Empty lines, and lines that begin
        with ``#``, are passed over.
    required
        Columns that must be there.
    allowed
        All columns that may be there, the required ones included.

    Returns
    -------
    tuple of list of Row and list of Fault
        Rows of a wrong number of cells are left out and are faults. Cells are stripped.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    header: list[str] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if not any(stripped) or stripped[0].startswith("#"):
                continue
            if not header:
                header = stripped
                faults += _header_faults(header, required, allowed, reader.line_num)
            elif len(stripped) != len(header):
                given, wanted = f"{len(stripped)} cells", f"{len(header)}, one a column"
                faults.append(Fault(f"line {reader.line_num}", given, wanted))
            else:
                cells_by_name = dict(zip(header, stripped, strict=True))
                rows.append(Row(reader.line_num, cells_by_name))
    except csv.Error as error:
        faults.append(Fault(f"line {reader.line_num}", str(error), "comma-separated values"))
    if not header:
        faults.append(Fault("line 1", "an empty table", f"columns {', '.join(required)}"))
    return rows, faults


def _header_faults(
    header: Sequence[str], required: Sequence[str], allowed: Collection[str], line: int
) -> list[Fault]:
    missing = [name for name in required if name not in header]
    found = [
        Fault(f"line {line}", f"no column {name!r}", f"columns {', '.join(required)}")
        for name in missing
    ]
    found += [
        Fault.unknown(f"line {line}, {name or 'a column without a name'}", name, allowed)
        for name in header
        if name not in allowed
    ]
    found += [
        Fault(f"line {line}, {name}", "stands here twice", "each column once")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    return found


def write_rows(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], *, force: bool = False
) -> None:
    """Write a CSV table; see :func:`write_text`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_text(path, text.getvalue(), force=force)


def write_text(path: Path, text: str, *, force: bool = False) -> None:
    """Write a UTF-8 file.

    Raises
    ------
    OutputExistsError
        Where the file is there already and `force` is not set; nothing is written then.
    """
    try:
        with Path(path).open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise OutputExistsError(path) from None
