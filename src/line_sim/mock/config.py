"""Settings of a mock, from a TOML file or keywords; every fault at once, each with its place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from line_sim.errors import ConfigurationError, Fault, ScenarioSyntaxError
from line_sim.mock.settings import Settings
from line_sim.scenario.faulty import path_text, steps
from line_sim.scenario.positions import line_of, lines
from line_sim.scenario.tables import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: str | Path) -> tuple[Settings, list[dict[str, Any]]]:
    """Settings, and the tables under ``faults``, in a TOML file.

    Raises
    ------
    ConfigurationError
        With every fault, each with its line.
    ScenarioSyntaxError
        Where the text is no TOML.
    """
    text = read_text(Path(path))
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(text, str(path), str(error)) from None
    faults = data.pop("faults", [])
    try:
        return settings_of(data), _tables(faults)
    except ConfigurationError as error:
        known = lines(text)
        placed = [
            Fault(f"line {line}, {each.where}", each.given, each.allowed, each.mend)
            if (line := line_of(steps(each.where), known))
            else each
            for each in error.faults
        ]
        raise ConfigurationError(placed, str(path)) from None


def _tables(faults: object) -> list[dict[str, Any]]:
    if not isinstance(faults, list) or not all(isinstance(each, dict) for each in faults):
        raise ConfigurationError([Fault("faults", repr(faults), "tables [[faults]]")])
    return faults


def load_faults(path: Path) -> list[dict[str, Any]]:
    """The tables under ``faults`` in a TOML file of nothing else; raises as :func:`load`."""
    _, faults = load(path)
    text = read_text(path)
    others = sorted(tomllib.loads(text).keys() - {"faults"})
    if others:
        where = f"line {line_of((others[0],), lines(text))}, {others[0]}"
        mend = "settings are for --config"
        raise ConfigurationError([Fault(where, "not a fault", "only [[faults]]", mend)], str(path))
    return faults


def settings_of(data: Mapping[str, Any]) -> Settings:
    """Settings from plain data.

    Raises
    ------
    ConfigurationError
        With every fault.
    """
    try:
        found = Settings.model_validate(dict(data))
    except ValidationError as error:
        raise ConfigurationError(faults_of(error, Settings)) from None
    names = [channel.name for channel in found.channels]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        mend = "give each a name of its own"
        where = f"channels[{len(names) - 1 - names[::-1].index(twice[0])}].name"
        raise ConfigurationError([Fault(where, f"{twice[0]!r} twice", "each name once", mend)])
    return found


def faults_of(
    error: ValidationError, model: type[BaseModel] | None = None, names: Iterable[str] = ()
) -> list[Fault]:
    """Pydantic's findings in the project's words; `names` are those that a function takes."""
    return [
        fault for found in error.errors(include_url=False) for fault in _faults(found, model, names)
    ]


def _faults(
    found: ErrorDetails, model: type[BaseModel] | None, names: Iterable[str]
) -> Iterator[Fault]:
    path = tuple(step for step in found["loc"] if not str(step).startswith("function-"))
    where = path_text(path)
    kind = found["type"]
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        table = _table(model, path[:-1])
        if table is None:
            yield Fault.unknown("argument", where, names)
        else:
            yield Fault.unknown(where, str(path[-1]), table.model_fields)
    elif kind == "unexpected_positional_argument":
        yield Fault(where, repr(found["input"])[:80], "arguments by name")
    elif kind in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        yield Fault(where, "missing", "it is needed")
    else:
        yield Fault(where, repr(found["input"])[:80], found["msg"])


def _table(model: type[BaseModel] | None, path: Sequence[int | str]) -> type[BaseModel] | None:
    """The model that stands at a path."""
    for step in path:
        if model is None:
            return None
        if isinstance(step, str):
            field = model.model_fields.get(step)
            model = _model_in(field.annotation) if field else None
    return model


def _model_in(hint: object) -> type[BaseModel] | None:
    """The first model that a type mentions."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return hint
    return next((found for each in get_args(hint) if (found := _model_in(each))), None)


def _no_toml(text: str, source: str, message: str) -> ScenarioSyntaxError:
    place = _PLACE.search(message)
    reason = _PLACE.sub("", message).strip()
    if place and place[1]:
        return ScenarioSyntaxError(source, int(place[1]), int(place[2]), reason)
    column = len(text) - text.rfind("\n")
    return ScenarioSyntaxError(source, text.count("\n") + 1, column, reason)
