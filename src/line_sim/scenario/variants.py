"""Variants of a scenario by dotted paths: ``destinations.*.distribution = most_idle``."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from line_sim.errors import ConfigurationError, Fault
from line_sim.scenario import shape
from line_sim.scenario.config import Content, content_from
from line_sim.scenario.faulty import faults_of
from line_sim.scenario.mending import spelt
from line_sim.scenario.writing import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.scenario.shape import Step

__all__ = ["with_value"]

_STEP = re.compile(r'\[(?P<place>\d+|\*)\]|"(?P<quoted>[^"]*)"|(?P<key>[^.\[\]"]+)')
_EVERY = "*"


def with_value(content: Content, path: str, value: object) -> Content:
    """The content with another value where `path` leads; see :meth:`.Scenario.with_value`."""
    data = plain(content, defaults=True)
    places = list(_places(data, Content, _steps(path), path))
    if not places:
        raise ConfigurationError([_nowhere(data, path)])
    for holder, step, hint in places:
        holder[step] = _value(value, hint)
    faults: list[Fault] = []
    data = spelt(data, Content, (), lambda _, fault: faults.append(fault))
    if faults:
        raise ConfigurationError(faults)
    try:
        return content_from(data)
    except ValidationError as error:
        raise ConfigurationError(faults_of(error, data)) from None


def _steps(path: str) -> list[Step]:
    steps: list[Step] = []
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None or (path[found.end() : found.end() + 1] not in {"", ".", "["}):
            mend = 'put a name with dots or brackets in it in "quotation marks"'
            raise ConfigurationError([Fault(path, "not a path", "keys with dots between", mend)])
        place = found["place"]
        steps.append(int(place) if place and place != _EVERY else found[0].strip('[]"'))
        at = found.end() + (path[found.end() : found.end() + 1] == ".")
    return steps


def _places(
    data: Any,  # noqa: ANN401 - plain data
    hint: Any,  # noqa: ANN401 - and its type
    steps: list[Step],
    path: str,
) -> Iterator[tuple[Any, Step, Any]]:
    """Every (holder, key, type) a path leads to.

    Items that an asterisk finds and that do not know the next key are passed over: a chatbot has
    no distribution.
    """
    if not steps:
        raise ConfigurationError([Fault("path", "empty", "keys with dots between")])
    first, *rest = steps
    for step in _fitting(data, hint, first, new=not rest):
        inside = shape.child(hint, data, step)
        if inside is None:
            continue
        if not rest:
            yield data, step, inside
        elif isinstance(data, dict) and step not in data:
            continue
        else:
            yield from _places(data[step], inside, rest, path)


def _fitting(data: Any, hint: Any, step: Step, *, new: bool) -> list[Step]:  # noqa: ANN401
    """The keys or places of a holder that one step of a path means; `new` = or might mean."""
    if isinstance(data, list):
        return _items(data, step)
    if not isinstance(data, dict):
        return []
    if step == _EVERY:
        return list(data)
    table = shape.chosen(hint, data)
    known = shape.keys(table) if shape.is_table(table) else data
    free = new and not shape.is_table(table)  # such as names of members
    return [step] if free or step in known else []


def _items(listed: list[Any], step: Step) -> list[Step]:
    """The places in a list that a name, a place or an asterisk means."""
    names = [shape.key_of_item(item) for item in listed]
    if step == _EVERY:
        return list(range(len(listed)))
    if step in names:
        return [names.index(str(step))]
    place = int(step) if str(step).isdigit() else len(listed)
    return [place] if place < len(listed) else []


def _nowhere(data: Any, path: str) -> Fault:  # noqa: ANN401
    """The fault of a path that leads nowhere: how far it led, and what would lead on."""
    steps = _steps(path)
    for length in range(1, len(steps) + 1):
        if not list(_places(data, Content, steps[:length], path)):
            break
    step = steps[length - 1]
    choices: dict[str, None] = {}
    holders = (
        [(data, Content)]
        if length == 1
        else [
            (holder[key], hint)
            for holder, key, hint in _places(data, Content, steps[: length - 1], path)
        ]
    )
    for holder, hint in holders:
        table = shape.chosen(hint, holder)
        if isinstance(holder, list):
            choices |= dict.fromkeys(shape.key_of_item(item) for item in holder)
        elif shape.is_table(table):
            choices |= dict.fromkeys(shape.keys(table))
        elif isinstance(holder, dict):
            choices |= dict.fromkeys(holder)
    if not choices:
        return Fault(path, f"nothing is inside {steps[length - 2]!r}", "a path that ends there")
    return Fault.unknown(path, str(step), choices)


def _value(value: object, hint: Any) -> Any:  # noqa: ANN401
    """The value as plain data; a text that is TOML is read as such where no text is wanted."""
    if not isinstance(value, str):
        return plain(value, defaults=True)
    wants_text = {str} & set(shape.alternatives(hint)) or shape.words(hint)
    if wants_text:
        return value
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        return value
