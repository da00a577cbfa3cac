"""What the fields of the format hold, checked in every line that is read."""

from __future__ import annotations

import binascii
from functools import partial
from typing import TYPE_CHECKING, Any

from line_sim.recording.lines import FIELDS, MEDIA_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NUMBER = (int, float)
TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    **dict.fromkeys(("attempt", "bytes", "exchange", "status"), ((int,), "a whole number")),
    **dict.fromkeys(("due_s", "seconds", "took_ms"), (NUMBER, "a number")),
    **dict.fromkeys(
        (
            "body", "channel", "channel_id", "detail", "method", "operation", "path", "reason",
            "text", "type", "why",
        ),
        ((str,), "text"),
    ),
    **dict.fromkeys(("media", "sha256"), ((str,), "64 lower-case hexadecimal digits")),
    "body_b64": ((str,), "base64"),
    "fault": ((str, list), "a name, or a list of names,"),
    "findings": ((list,), "a list of texts"),
    "headers": ((dict, list), "an object of texts, or a list of pairs of texts,"),
    "rule": ((dict,), "an object"),
    "sent": ((dict,), "an object"),
    "test": ((bool,), "true or false"),
}  # fmt: skip
"""What a field of the format holds, and how that is called."""
_SHAPES = {
    kind: {name: (*TYPES[name][0], type(None)) for name in fields if name in TYPES}
    for kind, fields in FIELDS.items()
}
_ASKED = {
    **dict.fromkeys(("webhook", "webhook_end", "call", "call_end"), "exchange"),
    "media": "sha256",
}
"""The field that a line of a kind cannot do without."""


def shown(value: object) -> str:
    """A value as a message shows it, however long it is."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - what fits a line


def is_list_of(kind: type, value: object) -> bool:
    """Whether a value is a list, and all in it are of one type."""
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)


def misshapen(line: Mapping[str, Any], kind: str) -> str:
    """What is wrong with the fields of a line; empty when nothing, or when its kind is unknown."""
    shapes = _SHAPES.get(kind)
    if shapes is None:
        return ""
    asked = _ASKED.get(kind)
    if asked and line.get(asked) is None:
        return f"{asked} is missing; a {kind} line has one"
    for name, value in line.items():
        if name in shapes and (
            type(value) not in shapes[name]
            or (name in _INSIDE and value is not None and not _INSIDE[name](value))
        ):
            return f"{name} is {shown(value)}; {TYPES[name][1]} is allowed"
    return ""


def _are_headers(value: Mapping[str, object] | list[object]) -> bool:
    if isinstance(value, list):
        return all(isinstance(pair, list) and [*map(type, pair)] == [str, str] for pair in value)
    return {str}.issuperset(map(type, value.values()))


def _is_base64(value: str) -> bool:
    try:
        binascii.a2b_base64(value, strict_mode=True)
    except ValueError:
        return False
    return True


_INSIDE: dict[str, Callable[[Any], object]] = {
    "headers": _are_headers,
    "body_b64": _is_base64,
    "fault": lambda value: isinstance(value, str) or is_list_of(str, value),
    "findings": partial(is_list_of, str),
    **dict.fromkeys(("media", "sha256"), MEDIA_NAME.fullmatch),
}
"""What more is looked at where the type is right."""
