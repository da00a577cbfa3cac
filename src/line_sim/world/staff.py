"""When each member is there, really: shifts with jitter and absence, breaks, spells away.

Each member's luck comes from streams of their own, so one more member moves nobody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from line_sim.desk.model import SECOND
from line_sim.world.drawn import (
    AWAY_END,
    AWAY_START,
    BREAK_END,
    BREAK_START,
    FINISH,
    HAND_OVER,
    KEEP,
    SHIFT_END,
    SHIFT_START,
    STAFF_EVENT,
    TURNS_IDLE,
    TURNS_OFFLINE,
    WORKER,
)
from line_sim.world.quantiles import Tables, duration_table, microseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from line_sim.desk.setup import Member, Service
    from line_sim.scenario.behaviour import Duration, Punctuality, SlowDown, Spells, StaffBehaviour
    from line_sim.world.streams import Streams

_AT_ONCE = 64  # delays drawn in one go
_UNLIMITED = 256
"""Chats at once up to which a slow-down is worked out where nobody has a cap; it holds beyond."""
_AT_SHIFT_END = {"finish": FINISH, "keep": KEEP, "transfer": HAND_OVER}


class PlannedShift(Protocol):
    """A shift on the clock of a run, half-open, microseconds; its breaks inside it, in order."""

    @property
    def start_us(self) -> int: ...  # noqa: D102 - said above
    @property
    def end_us(self) -> int: ...  # noqa: D102
    @property
    def breaks(self) -> tuple[tuple[int, int], ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Worked:
    """A shift as it is worked, in the same terms as it is planned."""

    start_us: int
    end_us: int
    breaks: tuple[tuple[int, int], ...] = ()


def draw_staff_events(
    members: Sequence[Member],
    shifts: Mapping[str, Sequence[PlannedShift]],
    behaviour: StaffBehaviour,
    service: Service,
    streams: Streams,
) -> np.ndarray:
    """Array of ``STAFF_EVENT``: what happens to every member, sorted by (at, staff).

    Parameters
    ----------
    members
        All of them; one without a shift never comes.
    shifts
        Planned, by name of member, in order of time.
    behaviour, service
        How staff keep to them; when idleness begins.
    streams
        Where the luck comes from.
    """
    rows: list[tuple[int, int, int]] = []
    for number, member in enumerate(members):
        mobile = member.device == "mobile"
        spells = behaviour.mobile_spells if mobile else behaviour.dashboard_spells
        idle_s = service.idle_after_mobile_s if mobile else service.idle_after_dashboard_s
        away = None if spells is None else _Away(spells, idle_s, member.name, streams)
        for shift in worked_shifts(
            shifts.get(member.name, ()), behaviour.punctuality, member.name, streams
        ):
            rows += [(at, number, what) for at, what in _events_of(shift, away)]
    listed = np.array(rows, np.int64).reshape(-1, 3)
    listed = listed[np.lexsort((listed[:, 1], listed[:, 0]))]
    events = np.zeros(len(listed), STAFF_EVENT)
    events["at"], events["staff"], events["what"] = listed.T
    return events


def worked_shifts(
    planned: Sequence[PlannedShift], punctuality: Punctuality, name: str, streams: Streams
) -> Iterator[Worked]:
    """The shifts member `name` really works: some missed, late, moved a little; never overlapping.

    A shift whose late start passes its end is missed. Breaks are kept inside the shift.
    """
    count = len(planned)
    absent = streams.of("absence", name).random(count) < punctuality.absence
    late = streams.of("late", name).random(count) < punctuality.late_share
    late_by = microseconds(punctuality.late_by.sample(streams.of("late by", name), count))
    moved = {
        what: _jitter(seconds, count, streams.of("jitter", what, name))
        for what, seconds in (
            ("start", punctuality.start_jitter_s),
            ("end", punctuality.end_jitter_s),
        )
    }
    breaks_rng = streams.of("jitter", "break", name)
    free_from = 0
    for place, shift in enumerate(planned):
        break_moves = _jitter(punctuality.break_jitter_s, len(shift.breaks), breaks_rng)
        start = shift.start_us + int(moved["start"][place]) + int(late[place] * late_by[place])
        start, end = max(start, free_from), shift.end_us + int(moved["end"][place])
        if absent[place] or end <= start:
            continue
        free_from = end + 1
        yield Worked(start, end, tuple(_kept_inside(shift.breaks, break_moves, start, end)))


def _jitter(seconds: float, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Whole microseconds, evenly up to `seconds` either way; shape (count,)."""
    return np.rint(rng.uniform(-1, 1, count) * (seconds * SECOND)).astype(np.int64)


def _kept_inside(
    breaks: Sequence[tuple[int, int]], moves: NDArray[np.int64], start: int, end: int
) -> Iterator[tuple[int, int]]:
    """The moved breaks, apart from each other and with some work before and after each."""
    free_from = start + 1
    for (begins, ends), move in zip(breaks, moves.tolist(), strict=True):
        begins_at = max(begins + move, free_from)
        ends_at = min(begins_at + ends - begins, end - 1)
        if begins_at < ends_at:
            yield begins_at, ends_at
            free_from = ends_at + 1


class _Away:
    """The spells of one member, one after the other from one stream."""

    def __init__(self, spells: Spells, idle_after_s: float, name: str, streams: Streams) -> None:
        self._idle_after = max(1, round(idle_after_s * SECOND))
        self._background_share = spells.background_share
        self._between = _delays(spells.between, streams.of("between spells", name))
        self._length = _delays(spells.length, streams.of("length of spells", name))
        self._background = streams.of("background", name)

    def between(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What happens within [`start`, `end`): (at, what) in order; each spell ends inside."""
        at = start
        while True:
            begins = at + next(self._between)
            at = begins + next(self._length)
            background = self._background.random() < self._background_share
            if begins >= end:
                return
            if at >= end:
                continue
            yield begins, AWAY_START
            if background:
                yield begins, TURNS_OFFLINE
            elif at - begins > self._idle_after:
                yield begins + self._idle_after, TURNS_IDLE
            yield at, AWAY_END


def _delays(law: Duration, rng: np.random.Generator) -> Iterator[int]:
    while True:
        yield from microseconds(law.sample(rng, _AT_ONCE)).tolist()


def _events_of(shift: Worked, away: _Away | None) -> Iterator[tuple[int, int]]:
    yield shift.start_us, SHIFT_START
    present_from = shift.start_us
    for begins, ends in (*shift.breaks, (shift.end_us, None)):
        if away is not None:
            yield from away.between(present_from, begins)
        if ends is None:
            yield begins, SHIFT_END
        else:
            yield begins, BREAK_START
            yield ends, BREAK_END
            present_from = ends


def draw_workers(
    members: Sequence[Member], behaviour: StaffBehaviour, tables: Tables, streams: Streams
) -> np.ndarray:
    """Array of ``WORKER``, one row a member; reaction tables are added to `tables`."""
    workers = np.zeros(len(members), WORKER)
    reaction, speed = behaviour.reaction, behaviour.speed
    variance = math.log1p(speed.cv**2)
    numbers: dict[Duration, int] = {}
    for worker, member in zip(workers, members, strict=True):
        luck = streams.of("speed", member.name).standard_normal()
        drawn = math.exp(math.sqrt(variance) * luck - variance / 2)
        worker["speed"] = speed.by_member.get(member.name, drawn)
        device = reaction.mobile if member.device == "mobile" else reaction.dashboard
        law = reaction.by_member.get(member.name, device)
        if law not in numbers:
            numbers[law] = tables.add(duration_table(law))
        worker["reaction_table"] = numbers[law]
        worker["at_shift_end"] = _AT_SHIFT_END[behaviour.at_shift_end]
    return workers


def rates(slow_down: SlowDown, caps: Sequence[int | None]) -> NDArray[np.float64]:
    """Rate of each of k chats, r(k) / k, for k = 0 (unused), 1, 2, ... up to the largest cap."""
    if slow_down.kind == "none":
        return np.array([0.0, 1.0])
    most = max((_UNLIMITED if cap is None else max(1, cap) for cap in caps), default=1)
    at_once = np.arange(1, most + 1)
    if slow_down.kind == "power":
        totals = at_once**slow_down.exponent
    else:
        listed = np.asarray(slow_down.total_rates, np.float64)
        totals = listed[np.minimum(at_once, len(listed)) - 1]
    return np.concatenate(([0.0], totals / at_once))
