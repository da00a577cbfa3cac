"""One person more, one person fewer: everything a scenario says of a member, added or taken out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from line_sim.desk.setup import Chatbot
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.desk.setup import Destination
    from line_sim.scenario.config import Content

__all__ = ["with_another", "without_member"]

_Value = TypeVar("_Value")
_ByName = dict[str, _Value]


def without_member(content: Content, name: str) -> dict[str, Any]:
    """What changes in a scenario when `name` is gone; see :meth:`.Scenario.without_member`."""
    _check_known(content, "member", name)
    shifts = tuple(shift for shift in content.roster.shifts if shift.member != name)
    if content.roster.shifts and not shifts:
        given = f"nobody but {name} has a line in the roster"
        mend = "an empty roster would put everybody on shift all the time"
        raise ConfigurationError([Fault("member", given, "a roster of several people", mend)])

    def fewer(named: _ByName[_Value]) -> _ByName[_Value]:
        return {each: value for each, value in named.items() if each != name}

    return {
        "members": tuple(member for member in content.members if member.name != name),
        "destinations": tuple(_left_by(each, name) for each in content.destinations),
        "roster": dataclasses.replace(content.roster, shifts=shifts),
        **_by_name(content, fewer),
    }


def with_another(content: Content, like: str, name: str) -> dict[str, Any]:
    """What changes when `name` joins who is as `like`; see :meth:`.Scenario.with_another`."""
    _check_known(content, "like", like)
    if any(member.name == name for member in content.members):
        raise ConfigurationError([Fault("name", repr(name), "a name nobody has")])
    pattern = next(member for member in content.members if member.name == like)
    twins = [
        dataclasses.replace(shift, member=name)
        for shift in content.roster.shifts
        if shift.member == like
    ]

    def more(named: _ByName[_Value]) -> _ByName[_Value]:
        return {**named, name: named[like]} if like in named else named

    shifts = (*content.roster.shifts, *twins)
    return {
        "members": (*content.members, dataclasses.replace(pattern, name=name)),
        "destinations": tuple(_joined_by(each, like, name) for each in content.destinations),
        "roster": dataclasses.replace(content.roster, shifts=shifts),
        **_by_name(content, more, warm=False),
    }


def _check_known(content: Content, where: str, name: str) -> None:
    names = [member.name for member in content.members]
    if name not in names:
        raise ConfigurationError([Fault.unknown(where, name, names)])


def _left_by(place: Destination, name: str) -> Destination:
    """The destination without `name`, and without their weight."""
    if isinstance(place, Chatbot) or name not in place.staff:
        return place
    at = place.staff.index(name)
    weights = None if place.weights is None else place.weights[:at] + place.weights[at + 1 :]
    staff = place.staff[:at] + place.staff[at + 1 :]
    return dataclasses.replace(place, staff=staff, weights=weights)


def _joined_by(place: Destination, like: str, name: str) -> Destination:
    """The destination with `name` last and the weight of `like`, where `like` serves."""
    if isinstance(place, Chatbot) or like not in place.staff:
        return place
    weights = place.weights
    if weights is not None:
        weights = (*weights, weights[place.staff.index(like)])
    return dataclasses.replace(place, staff=(*place.staff, name), weights=weights)


def _by_name(
    content: Content, change: Callable[[Any], Any], *, warm: bool = True
) -> dict[str, Any]:
    """Every table by member's name, changed; chats open at the start are nobody else's."""
    staff, start = content.staff, content.warm_start
    reaction = dataclasses.replace(staff.reaction, by_member=change(staff.reaction.by_member))
    speed = dataclasses.replace(staff.speed, by_member=change(staff.speed.by_member))
    chats = change(start.open_chats) if warm else start.open_chats
    return {
        "staff": dataclasses.replace(staff, reaction=reaction, speed=speed),
        "costs": dataclasses.replace(content.costs, by_member=change(content.costs.by_member)),
        "warm_start": dataclasses.replace(start, open_chats=chats),
    }
