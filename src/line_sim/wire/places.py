"""Where something stands in a request: pydantic's place as LINE's path; line and column."""

from __future__ import annotations

import json
import re
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    NamedTuple,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from line_sim.wire.checking import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Key: TypeAlias = str | int


class _Each(NamedTuple):
    """An array, or an object whose keys the bot chooses."""

    inside: _Shape


_Shape: TypeAlias = "type[Part] | dict[str, type[Part]] | _Each | None"
"""An object, one of several by its type, many, or nothing to go into."""


def _shape(annotation: Any) -> _Shape:  # noqa: ANN401 - any annotation
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(inner[0])
    if origin in {Union, UnionType}:
        members = [member for member in inner if member is not NoneType]
        if len(members) == 1:
            return _shape(members[0])
        return {get_args(each.model_fields["type"].annotation)[0]: each for each in members}
    if origin in {list, dict}:
        return _Each(_shape(inner[-1]))
    return annotation if isinstance(annotation, type) and issubclass(annotation, Part) else None


@cache
def _properties(model: type[Part]) -> dict[str, _Shape]:
    hints = get_type_hints(model, include_extras=True)
    fields = model.model_fields.items()
    return {field.alias or name: _shape(hints[name]) for name, field in fields}


@cache
def _written(model: type[Part]) -> dict[str, str]:
    return {name: field.alias or name for name, field in model.model_fields.items()}


def _walk(loc: Iterable[Key], model: type[Part]) -> Iterator[tuple[_Shape, Key]]:
    """What is gone through, and the key that is taken there."""
    here: _Shape = model
    for segment in loc:
        if isinstance(here, dict) and segment in here:
            here = here[str(segment)]
            continue
        yield here, segment
        if isinstance(here, _Each):
            here = here.inside
        elif isinstance(here, type):
            here = _properties(here).get(str(segment))
        else:
            here = None


def keys(loc: Iterable[Key], model: type[Part], *, names: bool = False) -> list[Key]:
    """A place in a `model` without the types that pydantic names where an object is one of several.

    The bot may choose keys and give types as it likes, so only the model can tell which they are.
    With `names`, a field's own name stands for its property, as pydantic calls it where a default
    is refused.
    """
    return [
        _written(here).get(str(key), key) if names and isinstance(here, type) else key
        for here, key in _walk(loc, model)
    ]


def beside(loc: Iterable[Key], model: type[Part]) -> tuple[str, ...]:
    """The properties that LINE knows where `loc` names another."""
    *_, (here, _) = _walk(loc, model)
    return tuple(_properties(here)) if isinstance(here, type) else ()


def path(place: Iterable[Key]) -> str:
    """Keys as LINE writes a path: ``messages[0].text``."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
    return text.removeprefix(".")


_BETWEEN = re.compile(r"[\s,:]*")


def line_and_column(body: bytes, name: str) -> tuple[int, int]:
    """Where the value of a top-level property of a JSON object starts, both counted from 1."""
    text = body.decode()
    decoder = json.JSONDecoder()

    def skip(place: int) -> int:
        match = _BETWEEN.match(text, place)
        return match.end() if match else place

    at, found = skip(text.index("{") + 1), 0
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        at = skip(at)
        found = at if key == name else found
        at = skip(decoder.raw_decode(text, at)[1])
    return text.count("\n", 0, found) + 1, found - text.rfind("\n", 0, found)
