"""Pydantic's findings in the project's words: where, what stands there, what may, likely mend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from line_sim.desk.misfits import shown
from line_sim.errors import ConfigurationError, Fault, suggest
from line_sim.scenario import shape
from line_sim.scenario.config import Content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from line_sim.scenario.shape import Step

__all__ = ["faults_of", "findings", "path_text", "steps"]

_STEP = re.compile(r"([^.\[\]]+)(?![^\[]*\])|\[(\d+)\]")
_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}
_MISSING = {"missing", "missing_argument", "missing_keyword_only_argument"}


def path_text(path: Sequence[Step]) -> str:
    """A path as people write it: ``channels[0].rule.shares``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def steps(where: str) -> tuple[Step, ...]:
    """The path that a text such as ``shares[0].percentage`` stands for."""
    found = _STEP.findall(where)
    return tuple(int(place) if place else key for key, place in found)


def faults_of(error: ValidationError, data: dict[str, Any]) -> list[Fault]:
    """Pydantic's findings about `data` as faults."""
    return [fault for _, fault, _ in findings(error, data)]


def findings(
    error: ValidationError, data: dict[str, Any]
) -> Iterator[tuple[tuple[Step, ...], Fault, str]]:
    """Each finding's path, its fault, and the key that was meant where an unknown one is near it.

    Of the findings about a choice of tables only those about the table that ``kind`` names count.
    """
    seen = set()
    for found in error.errors(include_url=False):
        path = _path(found["loc"], data)
        if path is None:
            continue
        for place, fault, meant in _finding(found, path, data):
            if (fault.where, fault.given) not in seen:
                seen.add((fault.where, fault.given))
                yield place, fault, meant


def _path(loc: tuple[Step, ...], data: Any) -> tuple[Step, ...] | None:  # noqa: ANN401
    """Where a finding is in the data; None where it is about an alternative that was not meant.

    Wherever a type is a choice, pydantic puts the name of the alternative into its path.
    """
    hint: Any = Content
    path: list[Step] = []
    for step in loc:
        if step == "[key]":  # the finding is about a key of a table of free keys
            break
        if len(shape.alternatives(hint)) > 1:
            meant = shape.chosen(hint, data)
            kind = data.get("kind") if isinstance(data, dict) else None
            if meant is None or str(step).partition("[")[0] not in {kind, _label(meant)}:
                return None
            hint = meant
            continue
        path.append(step)
        hint, data = shape.child(hint, data, step), _inside(data, step)
    return tuple(path)


def _label(hint: Any) -> str:  # noqa: ANN401
    return str(getattr(hint, "__name__", hint)).partition("[")[0]


def _inside(data: Any, step: Step) -> Any:  # noqa: ANN401
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list | tuple) and isinstance(step, int):
        return data[step] if step < len(data) else None
    return getattr(data, str(step), None)


def _finding(
    found: ErrorDetails,
    path: tuple[Step, ...],
    data: Any,  # noqa: ANN401
) -> Iterator[tuple[tuple[Step, ...], Fault, str]]:
    where, kind = path_text(path), found["type"]
    table: Any = None
    hint: Any = Content
    for step in path:
        table = shape.chosen(hint, data)
        hint, data = shape.child(hint, data, step), _inside(data, step)
    inner = found.get("ctx", {}).get("error")
    if isinstance(inner, ConfigurationError):
        for fault in inner.faults:
            deeper = (*path, *steps(fault.where))
            yield deeper, Fault(path_text(deeper), fault.given, fault.allowed, fault.mend), ""
    elif found["loc"][-1] == "[key]":
        yield path, Fault(where, repr(path[-1]), "another kind of key", found["msg"]), ""
    elif kind in _UNKNOWN:
        allowed = shape.keys(table)
        key = str(path[-1])
        yield path, Fault.unknown(where, key, allowed), suggest(key, allowed)
    elif kind in _MISSING:
        yield path, Fault(where, "missing", shape.described(hint)), ""
    elif shape.words(hint) and isinstance(data, str):
        yield path, Fault.unknown(where, data, shape.words(hint)), ""
    else:
        allowed_words = shape.described(hint) if hint is not None else found["msg"]
        yield path, Fault(where, shown(data), allowed_words, _quoted(data, hint)), ""


def _quoted(value: object, hint: Any) -> str:  # noqa: ANN401
    """The mend where a number stands in quotation marks, or a single word stands for a list."""
    if isinstance(value, str):
        if hint is not None and {int, float} & set(shape.alternatives(hint)):
            try:
                float(value)
            except ValueError:
                return ""
            return f"without quotation marks: {value}"
        if "a list" in shape.described(hint):
            return f'["{value}"]'
    return ""
