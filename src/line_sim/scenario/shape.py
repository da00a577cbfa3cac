"""What may stand where in a scenario: types read as a tree of keys.

The dataclasses of the desk and of people's behaviour are the only definition of the file format.
This module answers the questions that reading, writing and varying a scenario put to it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import types
import typing
from typing import Annotated, Any, Literal

__all__ = [
    "alternatives",
    "child",
    "chosen",
    "described",
    "is_nullable",
    "key_of_item",
    "keys",
    "kinds",
]

# A step through a scenario is a key (text) or a place in a list (number).
Step = str | int

_WORDS: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dt.date: "a date such as 2026-11-02",
    dt.datetime: "a date and time such as 2026-11-02T09:00:00",
}
_ITEM_NAMES = ("name", "code", "metric")


def alternatives(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a type hint may be anything
    """The alternatives of a type: what a union offers without None, else the type alone."""
    while typing.get_origin(hint) is Annotated:
        hint = typing.get_args(hint)[0]
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        inside = [choice for choice in typing.get_args(hint) if choice is not type(None)]
        return tuple(each for choice in inside for each in alternatives(choice))
    return (hint,)


def is_nullable(hint: Any) -> bool:  # noqa: ANN401
    """Whether None, in a file ``"none"``, may stand there."""
    while typing.get_origin(hint) is Annotated:
        hint = typing.get_args(hint)[0]
    union = typing.get_origin(hint) in {typing.Union, types.UnionType}
    return union and type(None) in typing.get_args(hint)


@functools.cache
def keys(table: type) -> dict[str, Any]:
    """The keys of a table and their types: the fields of a dataclass or of a pydantic model."""
    hints = typing.get_type_hints(table, localns={"ConfigDict": dict}, include_extras=True)
    if dataclasses.is_dataclass(table):
        return {field.name: hints[field.name] for field in dataclasses.fields(table)}
    return {name: hints[name] for name in table.model_fields}  # type: ignore[attr-defined]


def is_table(hint: Any) -> bool:  # noqa: ANN401
    """Whether a type is a table with fixed keys."""
    return isinstance(hint, type) and (
        dataclasses.is_dataclass(hint) or hasattr(hint, "model_fields")
    )


def kinds(hint: Any) -> dict[str, type]:  # noqa: ANN401
    """The tables that a key ``kind`` tells apart, by kind; empty where there is no choice."""
    tables = [choice for choice in alternatives(hint) if is_table(choice)]
    if len(tables) <= 1:
        return {}
    return {typing.get_args(keys(table)["kind"])[0]: table for table in tables}


def chosen(hint: Any, found: object) -> Any:  # noqa: ANN401
    """The alternative of a type that what was found in a file is meant to be.

    A table is told by its ``kind``, everything else by being a table, a list or neither.
    """
    options = alternatives(hint)
    if isinstance(found, dict):
        by_kind = kinds(hint)
        if by_kind:
            return by_kind.get(str(found.get("kind")))
        fitting = [
            choice for choice in options if is_table(choice) or typing.get_origin(choice) is dict
        ]
    elif isinstance(found, list | tuple):
        fitting = [choice for choice in options if typing.get_origin(choice) is tuple]
    else:
        fitting = [choice for choice in options if not is_table(choice)]
    return (fitting or list(options))[0]


def child(hint: Any, found: object, step: Step) -> Any:  # noqa: ANN401
    """The type of what stands one step further down; None where nothing may stand there."""
    here = chosen(hint, found)
    if is_table(here):
        return keys(here).get(str(step))
    origin, inside = typing.get_origin(here), typing.get_args(here)
    if origin is dict:
        return inside[1]
    if origin is tuple and isinstance(step, int):
        endless = inside[-1] is Ellipsis
        return inside[0] if endless else inside[step] if step < len(inside) else None
    return None


def key_of_item(item: object) -> str:
    """The name by which an item of a list may be called in a path; ``""`` where it has none."""
    for name in _ITEM_NAMES:
        value = item.get(name) if isinstance(item, dict) else None
        if isinstance(value, str):
            return value
    return ""


def words(hint: Any) -> tuple[str, ...]:  # noqa: ANN401
    """The fixed words a type allows, none where it is no such list."""
    found = [choice for choice in alternatives(hint) if typing.get_origin(choice) is Literal]
    return tuple(str(word) for choice in found for word in typing.get_args(choice))


def described(hint: Any) -> str:  # noqa: ANN401
    """What may stand there, in words: ``a number or "none"``."""
    parts = []
    for choice in alternatives(hint):
        origin = typing.get_origin(choice)
        if origin is Literal:
            parts.append(" or ".join(repr(word) for word in typing.get_args(choice)))
        elif origin is tuple:
            parts.append("a list")
        elif origin is dict or is_table(choice):
            parts.append("a table")
        else:
            parts.append(_WORDS.get(choice, str(choice)))
    if is_nullable(hint):
        parts.append('"none"')
    return " or ".join(dict.fromkeys(parts))


def is_required(table: type, key: str) -> bool:
    """Whether a table must have a key."""
    if dataclasses.is_dataclass(table):
        (field,) = (each for each in dataclasses.fields(table) if each.name == key)
        missing = dataclasses.MISSING
        return field.default is missing and field.default_factory is missing
    required: bool = table.model_fields[key].is_required()  # type: ignore[attr-defined]
    return required


def default(table: type, key: str) -> object:
    """A key's default; ``dataclasses.MISSING`` where it has none."""
    if dataclasses.is_dataclass(table):
        (field,) = (each for each in dataclasses.fields(table) if each.name == key)
        if field.default_factory is not dataclasses.MISSING:
            return field.default_factory()
        return field.default
    info = table.model_fields[key]  # type: ignore[attr-defined]
    return dataclasses.MISSING if info.is_required() else info.default
