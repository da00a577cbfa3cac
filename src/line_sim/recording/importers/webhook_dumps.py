"""Webhooks that a program wrote down: JSON Lines, an array, documents in a row, a folder."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import orjson

from line_sim.errors import RecordingFormatError
from line_sim.recording.importers import json_values
from line_sim.recording.importers.envelopes import webhook
from line_sim.recording.importers.found import Unusable
from line_sim.recording.importers.reading import BOM, LONGEST_LINE, head, opened, raw_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from line_sim.recording.importers.found import Found

SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
MOST_FILES = 100_000
"""Most files of a folder."""


def found(path: Path) -> Iterator[Found]:
    """The webhooks in a file, or in the files of a folder in the order of their names."""
    if not path.is_dir():
        yield from _in_file(path, "")
        return
    files = _files(path)
    for each in files:
        yield from _in_file(each, f"{each.name}, ")


def _files(folder: Path) -> list[Path]:
    files = sorted(
        each
        for each in folder.iterdir()
        if each.suffix in SUFFIXES and stat.S_ISREG(each.lstat().st_mode)
    )
    if not files:
        reason = "a folder without files that end in .json, .jsonl or .ndjson; those are read"
        raise RecordingFormatError(folder, reason)
    if len(files) > MOST_FILES:
        reason = f"a folder of {len(files):,} files; at most {MOST_FILES:,} are read at once"
        raise RecordingFormatError(folder, reason)
    return files


def _in_file(path: Path, before: str) -> Iterator[Found]:
    if is_lines(head(path)):
        yield from _in_lines(path, before)
        return
    for each in json_values.values(opened(path), None, noun="value"):
        if isinstance(each, Unusable):
            yield Unusable(f"{before}{each.place}", each.reason)
        else:
            yield webhook(f"{before}{each[0]}", each[1])


def is_lines(start: bytes) -> bool:
    """Whether a file is JSON Lines, told by its first line that is not empty."""
    first, _, rest = start.removeprefix(BOM).lstrip().partition(b"\n")
    # an array alone in its line is an array of webhooks; one among others is the events of one
    return _parsed(first.strip()) is not None and (not first.startswith(b"[") or bool(rest.strip()))


def _in_lines(path: Path, before: str) -> Iterator[Found]:
    for number, raw in raw_lines(path):
        place = f"{before}line {number}"
        if raw is None:
            yield Unusable(place, f"longer than {LONGEST_LINE:,} bytes")
            continue
        line = raw.removeprefix(BOM).strip()
        if not line:
            continue
        value = _parsed(line)
        if value is None:
            yield Unusable(place, "not JSON")
        elif _is_deep(line):
            yield Unusable(place, f"nested deeper than {json_values.MOST_LEVELS} levels")
        else:
            yield webhook(place, value)


def _parsed(line: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _is_deep(line: bytes) -> bool:
    """Whether JSON may be nested deeper than is looked at; brackets in texts count, too."""
    if line.count(b"[") + line.count(b"{") <= json_values.MOST_LEVELS:
        return False
    return _depth(_parsed(line)) > json_values.MOST_LEVELS


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return deepest
