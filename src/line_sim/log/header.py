"""The head of a log: who took part, where the run came from, and what the numbers stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from line_sim.desk.model import NEVER, SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.desk.setup import Chatbot, DeskSetup, Member, Queue, ServiceGroup

FORMAT = "line_sim.log"
VERSION = 1

Origin = Literal["simulation", "replay", "live"]
ORIGINS = ("simulation", "replay", "live")


def completed(header: Mapping[str, Any]) -> dict[str, Any]:
    """`header` with every key that the analyses read, absent ones at their neutral value.

    So a log made by hand, or by a bridge that knows less, can still be counted: unnamed members
    are ``staff 0``, ``staff 1`` and so on, and the run ends with its last row.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "origin": "simulation",
        "seed": None,
        "start": "2000-01-01T00:00:00",
        "utc_offset": "+00:00",
        "end_s": None,
        "until_s": None,
        "channels": [],
        "destinations": [],
        "members": [],
        "shifts": [],
        "classes": ["customer"],
        "languages": [],
        "receiving_statuses": ["active"],
        **header,
    }


def header_of(  # noqa: PLR0913 - one argument a source of facts
    setup: DeskSetup,
    *,
    end_us: int,
    until_us: int,
    seed: int | None = None,
    origin: Origin = "simulation",
    cast: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The header of a log of a run of `setup`, as plain JSON.

    Parameters
    ----------
    setup
        The desk that ran.
    end_us, until_us
        No arrivals after the first, no row after the second; microseconds since the start. NEVER
        for the second: the run ends with its last row.
    seed
        What the people were drawn from; ``None`` where nobody was drawn.
    origin
        Where the rows came from.
    cast
        More to carry. ``shifts`` (one list of ``[start_s, end_s]`` a member) and
        ``cost_per_hour`` (one number or ``None`` a member) are understood; any other key goes
        into the header as it is.

    Returns
    -------
    dict
        The keys that ``docs/log.md`` lists.
    """
    more = dict(cast or {})
    costs = more.pop("cost_per_hour", None) or [None] * len(setup.members)
    general = setup.service.max_concurrent
    return {
        "format": FORMAT,
        "version": VERSION,
        "origin": origin,
        "seed": seed,
        "start": setup.start.isoformat(),
        "utc_offset": setup.utc_offset,
        "end_s": end_us / SECOND,
        "until_s": None if until_us >= NEVER else until_us / SECOND,
        "channels": [{"name": channel.name} for channel in setup.channels],
        "destinations": [_destination(one, setup) for one in setup.destinations],
        "members": [
            _member(member, general, cost)
            for member, cost in zip(setup.members, costs, strict=True)
        ],
        "shifts": [[] for _ in setup.members],
        "classes": list(setup.classes),
        "languages": list(setup.languages),
        "receiving_statuses": list(setup.service.receiving_statuses),
        **more,
    }


def _destination(place: ServiceGroup | Queue | Chatbot, setup: DeskSetup) -> dict[str, Any]:
    if place.kind == "chatbot":
        return {"name": place.name, "kind": place.kind, "distribution": None, "staff": []}
    method = "custom" if place.name in setup.methods else place.distribution
    return {
        "name": place.name,
        "kind": place.kind,
        "distribution": method,
        "staff": list(place.staff),
    }


def _member(member: Member, general: int | None, cost: float | None) -> dict[str, Any]:
    cap = general if member.max_concurrent is None else member.max_concurrent
    return {
        "name": member.name,
        "role": member.role,
        "device": member.device,
        "account": member.account,
        "max_concurrent": cap,
        "cost_per_hour": cost,
    }
