"""A channel as the desk sees it: its rule, with names of destinations in the place of their ids.

``channels.config`` speaks of destinations by id, as :class:`~line_sim.bridge.channels.config.
ChannelConfig` has it; everything else of a rule is spelled as in :mod:`line_sim.desk.routing`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from line_sim.desk.model import CHANNEL_STATES
from line_sim.desk.routing import Alternative, Rule
from line_sim.desk.setup import AutoMessages, Channel, Sticky

if TYPE_CHECKING:
    from sqlalchemy import Row

_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_STICKY = TypeAdapter(Sticky)
_MESSAGES = TypeAdapter(AutoMessages)
NAMES = frozenset({"destinations", "other_schedule", "percentage_remainder"})
"""Fields of rules that list destinations."""


def channel_of(row: Row[Any] | None, name: str, by_id: Mapping[int, str]) -> Channel:
    """The channel of one row of ``channels``; ``None`` = its row is gone.

    Raises
    ------
    pydantic.ValidationError
        Its config is none.
    """
    if row is None:
        return Channel(name=name, rule=Alternative(), state="deleted")
    config = row.config or {}
    sticky = config.get("sticky") or {}
    return Channel(
        name=name,
        line_account=row.bot_user_id or "",
        rule=_RULE.validate_python(_named(config.get("rule") or {"kind": "alternative"}, by_id)),
        sticky=_STICKY.validate_python(_fields(Sticky, sticky)),
        messages=_MESSAGES.validate_python(_switches(config.get("messages") or {})),
        state=row.state if row.state in CHANNEL_STATES else "suspended",
        utc_offset=config.get("utc_offset") or None,
    )


def _named(value: Any, by_id: Mapping[int, str], field: str = "") -> Any:
    """A rule with names for ids: those of destinations that are not there are left out."""
    if isinstance(value, Mapping):
        return {key: _named(each, by_id, key) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        if field in NAMES:
            return [by_id[each] for each in value if each in by_id]
        return [_named(each, by_id) for each in value]
    return value


def _fields(of: type, values: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.name for field in dataclasses.fields(of)}
    return {name: value for name, value in values.items() if name in known}


def _switches(messages: Mapping[str, Any]) -> dict[str, Any]:
    """The automatic messages: a message's switch is what the desk asks for, not its text."""
    made = _fields(AutoMessages, messages)
    for name in ("welcome", "away", "close"):
        said = made.get(name)
        if isinstance(said, Mapping):
            made[name] = said.get("on") is True
    return made
