"""Values of a wrong type in a desk made in Python, where no file reader has looked at them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import types
import typing
from typing import TYPE_CHECKING, Any, Literal

from line_sim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["misfits", "shown"]


def misfits(value: object, where: str = "") -> Iterator[tuple[Fault, bool]]:
    """Fields of a dataclass, at any depth, that do not hold what they are declared to hold.

    Parameters
    ----------
    value
        A dataclass of :mod:`line_sim.desk.setup`.
    where
        Its place, the beginning of each fault's path; ``""`` for the whole desk.

    Yields
    ------
    tuple of Fault and bool
        The bool is true where the value is of a wrong type, so that nothing more can be asked of
        it, and false where it is only a word outside a fixed list.
    """
    for field, hint in typing.get_type_hints(type(value)).items():
        if field != "methods":  # planners' own functions: faults() looks at them
            place = f"{where}.{field}" if where else field
            yield from _misfit(getattr(value, field), hint, place)


def _misfit(value: object, hint: Any, where: str) -> Iterator[tuple[Fault, bool]]:
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        yield from _misfit_choice(value, inside, where)
    elif origin is Literal:
        if value not in inside:
            yield Fault.unknown(where, str(value), (str(choice) for choice in inside)), False
    elif origin is tuple:
        if not isinstance(value, tuple):
            yield Fault(where, shown(value), "a tuple (in a file: a list)"), True
            return
        for place, item in enumerate(value):
            yield from _misfit(item, inside[0], f"{where}[{place}]")
    elif origin is dict:
        if not isinstance(value, dict):
            yield Fault(where, shown(value), "a table"), True
            return
        for key, item in value.items():
            yield from _misfit(item, inside[1], f"{where}.{key}")
    elif not _is_a(value, hint):
        yield Fault(where, shown(value), _WORDS.get(hint, f"a {hint.__name__}")), True
    elif dataclasses.is_dataclass(value):
        yield from misfits(value, where)


def _misfit_choice(
    value: object, choices: tuple[type, ...], where: str
) -> Iterator[tuple[Fault, bool]]:
    some = [choice for choice in choices if choice is not type(None)]
    own = [choice for choice in some if dataclasses.is_dataclass(choice) and _is_a(value, choice)]
    if value is None and len(some) < len(choices):
        return
    if own or len(some) == 1:
        yield from _misfit(value, (own or some)[0], where)
    else:
        yield Fault(where, shown(value), f"one of {_names(some)}"), True


_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _is_a(value: object, hint: type) -> bool:
    if hint is float:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole or (isinstance(value, float) and math.isfinite(value))
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint is dt.date:
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return isinstance(value, hint)


def _names(choices: Iterable[type]) -> str:
    return ", ".join(_WORDS.get(choice, choice.__name__) for choice in choices)


def shown(value: object) -> str:
    """The value as Python writes it, cut to what fits in a line of a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
