"""A scenario as plain data, and as a TOML text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import tomlkit

from line_sim.scenario import shape
from line_sim.scenario.config import Content

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["plain", "to_toml"]


def to_toml(content: Content) -> str:
    """The scenario as TOML, without what equals the defaults; None is written ``"none"``."""
    return tomlkit.dumps(_without_none(plain(content, defaults=False)))


def plain(value: Any, *, defaults: bool) -> Any:  # noqa: ANN401 - whatever a scenario holds
    """Tables as dicts, tuples as lists; with or without what equals the defaults."""
    if isinstance(value, Content) or dataclasses.is_dataclass(value):
        return {
            key: plain(item, defaults=defaults) for key, item in _pairs(value, defaults=defaults)
        }
    if isinstance(value, dict):
        return {str(key): plain(item, defaults=defaults) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item, defaults=defaults) for item in value]
    return value


def _pairs(table: Any, *, defaults: bool) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    kind: type = Content if isinstance(table, Content) else type(table)
    for key in shape.keys(kind):
        value = getattr(table, key)
        if defaults or key == "kind" or value != shape.default(kind, key):
            yield key, value


def _without_none(data: Any) -> Any:  # noqa: ANN401
    if isinstance(data, dict):
        return {key: _without_none(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_without_none(value) for value in data]
    return "none" if data is None else data
