"""The few kinds of JSON Schema that LINE's bodies are made of, each in one short call."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
URL: Schema = {"type": "string", "format": "uri"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DATE: Schema = {"type": "string", "pattern": "^[0-9]{8}$"}
"""LINE's ``yyyyMMdd``, in UTC+9."""
NOTHING: Schema = {"type": "object", "properties": {}}
"""What LINE answers where there is nothing to say."""


def text(least: int | None = None, most: int | None = None, pattern: str = "") -> Schema:
    """A string of `least` to `most` characters."""
    limits = {"minLength": least, "maxLength": most, "pattern": pattern or None}
    return {"type": "string", **_told(limits)}


def whole(least: int | None = None, most: int | None = None) -> Schema:
    """An integer from `least` to `most`."""
    return {"type": "integer", **_told({"minimum": least, "maximum": most})}


def choice(*values: str) -> Schema:
    """One of some words."""
    return {"type": "string", "enum": list(values)}


def many(items: Schema, least: int | None = None, most: int | None = None) -> Schema:
    """A list of `least` to `most` of them."""
    return {"type": "array", "items": items, **_told({"minItems": least, "maxItems": most})}


def record(needed: dict[str, Schema] | None = None, /, **optional: Schema) -> Schema:
    """An object: what it must have, and what it may have."""
    schema: Schema = {"type": "object", "properties": {**(needed or {}), **optional}}
    if needed:
        schema["required"] = list(needed)
    return schema


def ref(name: str) -> Schema:
    """The schema of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    """`schema`, or null where LINE says it is nullable."""
    return {**schema, "type": [schema["type"], "null"]}


def variants(**names: str) -> Schema:
    """One of several records, told apart by their ``type``: its value, and the record's name."""
    mapping = {value: ref(name)["$ref"] for value, name in names.items()}
    return {
        "oneOf": [ref(name) for name in names.values()],
        "discriminator": {"propertyName": "type", "mapping": mapping},
    }


def _told(limits: dict[str, Any]) -> Schema:
    """Those limits that were given."""
    return {name: value for name, value in limits.items() if value is not None}
