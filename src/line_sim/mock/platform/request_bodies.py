"""Reads a request's body by its schema, and refuses in LINE's words what does not fit.

For the bodies in :mod:`line_sim.mock.platform.schemas`; messages and rich menus have rules that no
schema tells and are read by :mod:`line_sim.wire`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.schemas import SCHEMAS
from line_sim.wire import richmenu
from line_sim.wire.reading import Read
from line_sim.wire.refusals import BODY_ERRORS, PROPERTY, Detail, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from line_sim.mock.platform.calls import Asked
    from line_sim.mock.platform.schemas.kinds import Schema

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def read(asked: Asked, name: str) -> Read:
    """The body of a call, which must fit the schema `name`.

    Raises
    ------
    RefusedError
        Where it is no JSON object, or does not fit; ``details`` then name every place.
    """
    return fitting(asked.json(), name, extra=asked.platform.settings.strict.extra)


def read_rich_menu(asked: Asked, kind: str = "menu") -> Read:
    """The body of a call about rich menus; `kind` as in :data:`line_sim.wire.richmenu.KINDS`."""
    told = asked.platform.settings
    found = richmenu.read(asked.call.body, kind=kind, profile=told.profile, extra=told.strict.extra)
    return found._replace(body=_told(found.body))


def fitting(body: dict[str, Any], name: str, *, extra: str = "warn") -> Read:
    """`body` without its nulls, if it fits the schema `name`; see :func:`read`."""
    unknown: list[str] = []
    details = list(_wrong(body, SCHEMAS[name], "", unknown))
    if extra == "refuse":
        details += [Detail("Unknown property", place) for place in unknown]
    if details:
        raise RefusedError(BODY_ERRORS, details, count=len(details))
    return Read(_told(body), tuple(f"LINE knows no property {place}" for place in unknown))


def _told(value: Any) -> Any:  # noqa: ANN401 - any part of a body
    """The value without properties that are null: LINE takes them as absent (chosen)."""
    if isinstance(value, dict):
        return {name: _told(item) for name, item in value.items() if item is not None}
    return [_told(item) for item in value] if isinstance(value, list) else value


def _wrong(value: object, schema: Schema, place: str, unknown: list[str]) -> Iterator[Detail]:
    """What is wrong with `value`; what LINE does not know goes to `unknown`."""
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if "discriminator" in schema:
        yield from _variant(value, schema, place, unknown)
        return
    _check_type(value, schema["type"], place)
    if isinstance(value, dict):
        yield from _object(value, schema, place, unknown)
    elif isinstance(value, list):
        yield from _size(len(value), schema, "Items", "Size", place)
        for number, item in enumerate(value):
            yield from _wrong(item, schema["items"], f"{place}[{number}]", unknown)
    elif isinstance(value, str):
        yield from _string(value, schema, place)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        least, most = schema.get("minimum", value), schema.get("maximum", value)
        if not least <= value <= most:
            yield Detail(_between("Must be", schema.get("minimum"), schema.get("maximum")), place)


def _check_type(value: object, kind: str, place: str) -> None:
    """Raise where the JSON type is another: LINE then reads no further."""
    fits = isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
    if not fits:
        why = f"a JSON {kind} is expected, not {type(value).__name__}"
        raise RefusedError(PROPERTY, name=place or "-", line="-", column="-", why=why)


def _object(
    value: Mapping[str, Any], schema: Schema, place: str, unknown: list[str]
) -> Iterator[Detail]:
    """What is wrong with an object's properties."""
    properties = schema["properties"]
    for name in schema.get("required", ()):
        if value.get(name) is None:
            yield Detail("must be specified", _joined(place, name))
    for name, item in value.items():
        if name not in properties:
            unknown.append(_joined(place, name))
        elif item is not None:
            yield from _wrong(item, properties[name], _joined(place, name), unknown)


def _variant(value: object, schema: Schema, place: str, unknown: list[str]) -> Iterator[Detail]:
    """What is wrong with a record that its type tells apart."""
    _check_type(value, "object", place)
    named = schema["discriminator"]
    mapping = named["mapping"]
    kind = value.get(named["propertyName"]) if isinstance(value, dict) else None
    if isinstance(kind, str) and kind in mapping:
        yield from _wrong(value, {"$ref": mapping[kind]}, place, unknown)
        return
    yield Detail(_one_of(mapping), _joined(place, named["propertyName"]))


def _string(value: str, schema: Schema, place: str) -> Iterator[Detail]:
    """What is wrong with a string."""
    if "enum" in schema and value not in schema["enum"]:
        yield Detail(_one_of(schema["enum"]), place)
    if not value and schema.get("minLength"):
        yield Detail("May not be empty", place)
        return
    yield from _size(len(value.encode("utf-16-le")) // 2, schema, "Length", "Length", place)
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        yield Detail(f"Must match {schema['pattern']}", place)
    if schema.get("format") == "uri" and not re.match(r"https?://[^\s/]+", value):
        yield Detail("invalid uri", place)


def _size(size: int, schema: Schema, ending: str, word: str, place: str) -> Iterator[Detail]:
    """What is wrong with a length or a number of items."""
    least, most = schema.get(f"min{ending}", 0), schema.get(f"max{ending}")
    if size < least or (most is not None and size > most):
        yield Detail(_between(f"{word} must be", least, most), place)


def _between(words: str, least: int | None, most: int | None) -> str:
    """LINE's words for a limit."""
    if most is None:
        return f"{words} at least {least}"
    return f"{words} between {least or 0} and {most}"


def _one_of(values: Iterable[str]) -> str:
    """LINE's words for a closed list."""
    return f"Must be one of the following values: [{', '.join(values)}]"


def _joined(place: str, name: str) -> str:
    """The path of a property, as LINE writes it."""
    return f"{place}.{name}" if place else name
