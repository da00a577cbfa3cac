"""Messages compared field by field: exactly, or by the rule that a field has.

A field is named by its path without numbers: ``text``, ``sender.name``,
``quickReply.items.action.label``. A rule holds for the field and for what is below it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MISSING = object()
"""Stands for a field that is not there."""


class Rule(BaseModel):
    """How one field is compared; one of the four.

    Attributes
    ----------
    ignore
        Not at all.
    matches
        A regular expression that must be found in it.
    tolerance
        By how much a number may differ.
    same_as
        The path in the customer's event whose value it must have: ``message.text``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ignore: bool = False
    matches: str | None = None
    tolerance: float | None = Field(default=None, ge=0)
    same_as: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_a_word(cls, value: object) -> object:
        return {"ignore": True} if value == "ignore" else value

    @field_validator("matches")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            message = f"no regular expression: {error}"
            raise ValueError(message) from None
        return value


class Differs(NamedTuple):
    """One field that is not as it should be."""

    path: str
    wanted: object
    found: object

    def __str__(self) -> str:
        if self.found is MISSING:
            return f"{self.path} is missing (expected {_short(self.wanted)})"
        if self.wanted is MISSING:
            return f"{self.path} is new: {_short(self.found)}"
        return f"{self.path} is {_short(self.found)} instead of {_short(self.wanted)}"


def differences(
    wanted: Mapping[str, Any],
    found: Mapping[str, Any],
    rules: Mapping[str, Rule] | None = None,
    event: Mapping[str, Any] | None = None,
) -> list[Differs]:
    """Where `found` is not as `wanted`; `event` is what `same_as` looks into."""
    return list(_compare(wanted, found, "", rules or {}, event or {}))


def at(value: object, path: str) -> object:
    """What stands at a path like ``message.text``; `MISSING` where there is nothing."""
    for step in path.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return MISSING
    return value


def _compare(
    wanted: object,
    found: object,
    path: str,
    rules: Mapping[str, Rule],
    event: Mapping[str, Any],
) -> Iterator[Differs]:
    rule = rules.get(re.sub(r"\.\d+(?=\.|$)", "", path))
    if rule is not None:
        if not _holds(rule, wanted, found, event):
            yield Differs(path, _wish(rule, wanted, event), found)
    elif isinstance(wanted, dict) and isinstance(found, dict):
        for name in dict.fromkeys((*wanted, *found)):
            inner = f"{path}.{name}" if path else str(name)
            yield from _compare(
                wanted.get(name, MISSING), found.get(name, MISSING), inner, rules, event
            )
    elif isinstance(wanted, list | tuple) and isinstance(found, list | tuple):
        for place in range(max(len(wanted), len(found))):
            yield from _compare(
                wanted[place] if place < len(wanted) else MISSING,
                found[place] if place < len(found) else MISSING,
                f"{path}.{place}",
                rules,
                event,
            )
    elif wanted != found or isinstance(wanted, bool) != isinstance(found, bool):
        yield Differs(path, wanted, found)


def _holds(rule: Rule, wanted: object, found: object, event: Mapping[str, Any]) -> bool:
    if rule.ignore:
        return True
    if rule.matches is not None:
        return isinstance(found, str) and re.search(rule.matches, found) is not None
    if rule.same_as is not None:
        return found is not MISSING and found == at(event, rule.same_as)
    if rule.tolerance is not None and _number(wanted) and _number(found):
        return abs(float(str(wanted)) - float(str(found))) <= rule.tolerance
    return wanted == found


def _wish(rule: Rule, wanted: object, event: Mapping[str, Any]) -> object:
    if rule.matches is not None:
        return f"something that matches {rule.matches}"
    return at(event, rule.same_as) if rule.same_as is not None else wanted


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - a line's width
