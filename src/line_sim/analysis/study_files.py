"""A study as JSON: to keep, to send, and to read back exactly."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

from line_sim.analysis.study import Study
from line_sim.analysis.study_records import Record
from line_sim.errors import ConfigurationError, LogFormatError, OutputExistsError

FORMAT = "line_sim.study"
VERSION = 1
_TEXT = "a text"  # stands for the path where there is no file


def to_json(study: Study) -> str:
    """The study as JSON text, one record a line; nan is null."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "names": study.names,
        "baseline": study.baseline,
        "seed": study.seed,
        "level": study.level,
        "notes": study.given_notes,
        "definitions": study.definitions,
        "better": study.better,
        "columns": Record._fields,
    }
    lines = ",\n".join(_dumps([_plain(value) for value in one]) for one in study.records)
    return f'{_dumps(head)[:-1]}, "records": [\n{lines}\n]}}\n'


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> object:
    """What JSON can say: nan as nothing, infinity in a word."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value


def _record(values: list[Any]) -> Record:
    one = Record(*values)
    return one._replace(value=math.nan if one.value is None else one.value)


def from_json(text: str, source: str | Path = _TEXT) -> Study:
    """The study in `text`; `source` is named where it is none."""
    try:
        head = json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise LogFormatError(source, reason) from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        reason = f'not a study: it does not say "format": {FORMAT!r}'
        raise LogFormatError(source, reason)
    if head.get("version") != VERSION:
        reason = f"version {head.get('version')!r}; this line_sim reads {VERSION} (update it?)"
        raise LogFormatError(source, reason)
    names = ("names", "baseline", "notes", "seed", "definitions", "better", "level")
    try:
        records = [_record(values) for values in head["records"]]
        return Study(records, **{name: head[name] for name in names})
    except ConfigurationError as error:
        raise LogFormatError(source, "; ".join(str(fault) for fault in error.faults)) from None
    except (KeyError, TypeError, ValueError) as error:
        reason = f"not a whole study ({type(error).__name__}: {error})"
        raise LogFormatError(source, reason) from None


def write(study: Study, path: str | Path, *, force: bool) -> None:
    """Write a file beside `path`, and only when that is complete name it `path`."""
    target = Path(path)
    if target.exists() and not force:
        raise OutputExistsError(target)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_text(to_json(study), encoding="utf-8", newline="\n")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def read(path: str | Path) -> Study:
    """The study in the file at `path`."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise LogFormatError(path, "not a study: not UTF-8 text") from None
    return from_json(text, path)
