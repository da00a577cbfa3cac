"""Settings and bad luck of a mock, from TOML or keywords; every mistake at once, with its place."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from line_sim.errors import ConfigurationError, Fault, ScenarioSyntaxError
from line_sim.mock.faults import Fault as BadLuck
from line_sim.mock.faults import fault_from
from line_sim.mock.settings import Settings
from line_sim.scenario.faulty import path_text, steps
from line_sim.scenario.positions import line_of, lines
from line_sim.scenario.tables import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

_QUOTED = re.compile("'([^']*)'")
_ALLOWED = {
    "tuple_type": "a list; of tables, as [[channels]]",
    "model_type": "a table, as [reply]",
    "dict_type": "a table",
    "too_short": "at least one",
}
"""What pydantic calls by Python's names."""
_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: str | Path) -> tuple[Settings, list[BadLuck]]:
    """Settings, and the bad luck in the tables under ``faults``, of a TOML file.

    Raises
    ------
    ConfigurationError
        With every fault, each with its line.
    ScenarioSyntaxError
        Where the text is no TOML.
    """
    data, known = _read(path)
    tables = data.pop("faults", [])
    wrong: list[Fault] = []
    settings, found = Settings(), list[BadLuck]()
    try:
        settings = settings_of(data)
    except ConfigurationError as error:
        wrong += error.faults
    try:
        found = _bad_luck(tables)
    except ConfigurationError as error:
        wrong += error.faults
    if wrong:
        raise ConfigurationError([_placed(each, known) for each in wrong], str(path))
    return settings, found


def load_faults(path: Path) -> list[BadLuck]:
    """The bad luck in a TOML file of nothing else; raises as :func:`load`."""
    data, known = _read(path)
    mend = "settings are for --config"
    wrong = [
        Fault(name, "not a fault", "only [[faults]]", mend)
        for name in sorted(data.keys() - {"faults"})
    ]
    found: list[BadLuck] = []
    try:
        found = _bad_luck(data.get("faults", []))
    except ConfigurationError as error:
        wrong += error.faults
    if wrong:
        raise ConfigurationError([_placed(each, known) for each in wrong], str(path))
    return found


def _read(path: str | Path) -> tuple[dict[str, Any], dict[tuple[int | str, ...], int]]:
    """What a TOML file says, and the line of each path in it."""
    text = read_text(Path(path))
    try:
        return tomllib.loads(text), lines(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(text, str(path), str(error)) from None


def _placed(fault: Fault, known: dict[tuple[int | str, ...], int]) -> Fault:
    """A fault with its line, where it has one."""
    line = line_of(steps(fault.where), known)
    return replace(fault, where=f"line {line}, {fault.where}") if line else fault


def _bad_luck(tables: object) -> list[BadLuck]:
    """Every fault that tables describe; all mistakes in them at once."""
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise ConfigurationError([Fault("faults", repr(tables), "tables [[faults]]")])
    found, wrong = list[BadLuck](), list[Fault]()
    for place, table in enumerate(tables):
        try:
            found.append(fault_from(table, f"faults[{place}]"))
        except ConfigurationError as error:
            wrong += error.faults
    if wrong:
        raise ConfigurationError(wrong)
    return found


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
    every = error.errors(include_url=False)
    return [
        fault
        for found in every
        if not _follows(found, every)
        for fault in _faults(found, model, names)
    ]


def _follows(found: ErrorDetails, every: list[ErrorDetails]) -> bool:
    """Whether a list seems too short only because what stands in it is wrong."""
    size = len(found["loc"])
    return found["type"] == "too_short" and any(
        other is not found and other["loc"][:size] == found["loc"] for other in every
    )


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
            beside = ("faults",) if table is Settings else ()
            yield Fault.unknown(where, str(path[-1]), (*table.model_fields, *beside))
    elif kind == "unexpected_positional_argument":
        yield Fault(where, repr(found["input"])[:80], "arguments by name")
    elif kind in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        yield Fault(where, "missing", "it is needed")
    elif kind == "literal_error" and isinstance(found["input"], str):
        yield Fault.unknown(where, found["input"], _QUOTED.findall(found["ctx"]["expected"]))
    else:
        yield Fault(where, repr(found["input"])[:80], _ALLOWED.get(kind, found["msg"]))


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
