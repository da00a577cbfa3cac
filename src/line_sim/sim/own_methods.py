"""Planners' own distributions in a run: what goes wrong in one is said with member and instant."""

from __future__ import annotations

import dataclasses
import inspect
import math
from typing import TYPE_CHECKING, Any

from line_sim.desk.model import SECOND
from line_sim.errors import DistributionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.desk.setup import DeskSetup, Key
    from line_sim.world.drawn import World


def with_methods(world: World, methods: Mapping[str, Key]) -> World:
    """The same world under other methods, by destination."""
    return dataclasses.replace(world, setup=dataclasses.replace(world.setup, methods=dict(methods)))


def guarded(world: World) -> World:
    """The same world with methods that say what went wrong in them."""
    setup = world.setup
    if not setup.methods:
        return world
    return with_methods(world, {d: guard(key, setup) for d, key in setup.methods.items()})


def guard(function: Key, setup: DeskSetup) -> Key:
    """A planner's function that gives a number or raises :class:`DistributionError`."""

    def key(member: Any, enquiry: Any, now: int) -> float:  # noqa: ANN401 - rows
        try:
            value = float(function(member, enquiry, now))
        except Exception as error:
            what = f"raised {type(error).__name__}: {error}"
            raise _error(function, what, setup, member, enquiry, now) from error
        if math.isnan(value):
            raise _error(function, "gave nan, which has no order", setup, member, enquiry, now)
        return value

    return key


def _error(  # noqa: PLR0913, PLR0917 - what there is to say
    function: Key,
    what: str,
    setup: DeskSetup,
    member: Any,  # noqa: ANN401 - a row
    enquiry: Any,  # noqa: ANN401 - a row
    now: int,
) -> DistributionError:
    number = _number(member, "members")
    name = setup.members[number].name if number >= 0 else "unknown"
    asked = _number(enquiry, "enquiries")
    place = f"member {name!r}, enquiry {asked}, at {now / SECOND:g} s"
    return DistributionError(named(function), [f"{what} ({place})"])


def _number(row: object, table: str) -> int:
    """The number of a row, which it does not know itself: the desk that asked has the table."""
    frame = inspect.currentframe()
    while frame is not None:
        desk = frame.f_locals.get("desk")
        if desk is not None and hasattr(desk, table):
            return next((i for i, each in enumerate(getattr(desk, table)) if each is row), -1)
        frame = frame.f_back
    return -1


def named(function: Callable[..., Any]) -> str:
    """What to call a planner's function."""
    return getattr(function, "__name__", type(function).__name__)
