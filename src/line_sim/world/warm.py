"""What is already there when a day begins: open chats, known visitors, sticky memory.

Either drawn from a scenario's warm start, or carried over from the log of the day before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from line_sim.desk.model import (
    KIND_ABANDONED,
    KIND_CLOSED,
    KIND_FOLLOWED_UP,
    NEVER,
    NOBODY,
    PICKED_UP,
    RECEIVED,
    REOPENED,
    TAKEN_OVER,
    TRANSFERRED,
)
from line_sim.world.drawn import VISIT
from line_sim.world.visits import NOBODY_RETURNS, fill_what, fill_who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.desk.setup import DeskSetup
    from line_sim.log import EventLog
    from line_sim.scenario.behaviour import Customers, WarmStart
    from line_sim.world.streams import Streams

_NAME = ("warm",)
_GAINS_OWNER = (PICKED_UP, KIND_FOLLOWED_UP, TRANSFERRED, TAKEN_OVER, REOPENED)
_IS_OVER = (KIND_CLOSED, KIND_ABANDONED)
_OPEN = np.dtype([("visitor", "i4"), ("channel", "i2"), ("owner", "i4"), ("visitor_class", "i2")])


class AtStart(NamedTuple):
    """What a day begins with.

    Parameters
    ----------
    open_chats
        Structured rows of visitor (-1 = somebody new), channel, owner, visitor_class (-1 = drawn).
    known
        Visitors who have written before, sorted, int32.
    memory
        Rows of (visitor, channel, staff), int32; at most one a visitor and channel.
    visitors
        Numbers below this one are taken.
    """

    open_chats: np.ndarray
    known: np.ndarray
    memory: np.ndarray
    visitors: int


def warm_start(warm: WarmStart, setup: DeskSetup, population: int, streams: Streams) -> AtStart:
    """What a scenario's `warm` start says, drawn among the first `population` visitors."""
    staff = {member.name: number for number, member in enumerate(setup.members)}
    channels = [channel.name for channel in setup.channels]
    channel = 0 if warm.open_chats_channel is None else channels.index(warm.open_chats_channel)
    rows = [
        (NOBODY, channel, staff[name], NOBODY)
        for name, count in warm.open_chats.items()
        for _ in range(count)
    ]
    everybody = np.arange(population, dtype=np.int32)
    known = everybody[streams.of("warm", "known").random(population) < warm.known_share]
    memory = []
    for number, name in enumerate(channels):
        rng = streams.of("warm", "memory", name)
        helped = everybody[rng.random(population) < warm.memory_share]
        helper = rng.integers(0, max(1, len(staff)), len(helped))
        memory.append(np.column_stack((helped, np.full(len(helped), number), helper)))
    joined = np.concatenate(memory).astype(np.int32) if staff and memory else _no_memory()
    # whom somebody has helped has written before
    known = np.union1d(known, joined[:, 0]).astype(np.int32)
    return AtStart(np.array(rows, _OPEN), known, joined, population)


def open_visits(at_start: AtStart, customers: Customers, streams: Streams) -> np.ndarray:
    """The chats open at the start, as an array of ``VISIT`` at 0: their visitors do not leave."""
    visits = np.zeros(len(at_start.open_chats), VISIT)
    fill_who(visits, _NAME, customers, NOBODY_RETURNS, streams)
    for column in ("visitor", "channel", "owner"):
        visits[column] = at_start.open_chats[column]
    told = at_start.open_chats["visitor_class"]
    visits["visitor_class"] = np.where(told == NOBODY, visits["visitor_class"], told)
    fill_what(visits, _NAME, customers, streams)
    visits["patience"] = NEVER
    return visits


def _no_memory() -> np.ndarray:
    return np.zeros((0, 3), np.int32)


def carry_over(log: EventLog, setup: DeskSetup) -> AtStart:
    """What the day of `log` leaves behind: chats still open, everybody who wrote, who helped whom.

    Staff and channels are matched by name; what belongs to one that `setup` has not is left out.
    Enquiries still waiting at the log's end are not carried [chosen]: by then they are missed.
    Who is remembered follows the channel's ``sticky_who``: the last owner, the first, or the most
    frequent (ties: the latest). How long ago that was is not kept. A log does not tell work not
    yet done: the work of carried chats is drawn anew.
    """
    staff = _numbers(log.members, [member.name for member in setup.members])
    channels = _numbers(log.names("channels", "channel"), [each.name for each in setup.channels])
    rows = log.rows
    received = rows[rows["kind"] == RECEIVED]
    visitors = int(rows["visitor"].max(initial=NOBODY)) + 1
    known = np.unique(received["visitor"]).astype(np.int32)
    owned = rows[np.isin(rows["kind"], (*_GAINS_OWNER, *_IS_OVER)) & (rows["enquiry"] >= 0)]
    if not len(received) or not len(owned):
        return AtStart(np.zeros(0, _OPEN), known, _no_memory(), visitors)
    # whose each enquiry is stands in its first row
    enquiries, first = np.unique(received["enquiry"], return_index=True)
    about = received[first][np.searchsorted(enquiries, owned["enquiry"])]
    owner = np.where(owned["staff"] >= 0, staff[owned["staff"]], NOBODY)
    channel = channels[about["channel"]]
    usable = (owner >= 0) & (channel >= 0) & np.isin(owned["kind"], _GAINS_OWNER)
    last = np.zeros(len(owned), bool)
    last[len(owned) - 1 - np.unique(owned["enquiry"][::-1], return_index=True)[1]] = True
    still = np.flatnonzero(last & usable)
    open_chats = np.zeros(len(still), _OPEN)
    open_chats["visitor"] = about["visitor"][still]
    open_chats["channel"] = channel[still]
    open_chats["owner"] = owner[still]
    open_chats["visitor_class"] = about["reason"][still]
    helped = np.column_stack((about["visitor"], channel, owner))[usable].astype(np.int32)
    who = [each.sticky.sticky_who for each in setup.channels]
    return AtStart(open_chats, known, _remembered(helped, who), visitors)


def _numbers(old: tuple[str, ...], new: list[str]) -> np.ndarray:
    """The number each of the `old` names has among the `new` ones, -1 where it is gone."""
    places = {name: number for number, name in enumerate(new)}
    return np.array([places.get(name, NOBODY) for name in old] or [NOBODY], np.int64)


def _remembered(helped: np.ndarray, who: Sequence[str]) -> np.ndarray:
    """One row a visitor and channel; `helped` has rows of (visitor, channel, staff) by time."""
    memory: dict[tuple[int, int], dict[int, int]] = {}
    for visitor, channel, staff in helped.tolist():
        times = memory.setdefault((visitor, channel), {})
        # taken out and put back, so that the latest stands last
        times[staff] = times.pop(staff, 0) + 1 if who[channel] != "first_owner" else 1
    rows = []
    for (visitor, channel), times in memory.items():
        latest_first = list(reversed(times))
        if who[channel] == "first_owner":
            staff = latest_first[-1]
        elif who[channel] == "last_owner":
            staff = latest_first[0]
        else:
            staff = max(latest_first, key=times.__getitem__)
        rows.append((visitor, channel, staff))
    return np.array(sorted(rows), np.int32).reshape(-1, 3)
