"""A world from plain arrays: for theory tests, benchmarks and random small worlds.

Nothing is drawn but the visits' luck; whatever is not given is neutral.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from line_sim.desk.model import NEVER, NOBODY, SECOND
from line_sim.errors import ConfigurationError, Fault
from line_sim.scenario.counts import FixedCount, Geometric, ListedCount
from line_sim.world.drawn import FINISH, SHIFT_START, STAFF_EVENT, TABLE_SIZE, VISIT, WORKER, World
from line_sim.world.quantiles import Tables, count_table, duration_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from line_sim.desk.setup import DeskSetup
    from line_sim.scenario.behaviour import Count, Duration

    Delay = int | Duration | Count | Sequence[int] | NDArray[np.int64]

_COLUMNS: tuple[str, ...] = VISIT.names or ()
_NEUTRAL: dict[str, float] = {
    "visitor_class": 0,
    "channel": 0,
    "language": 0,
    "turns": 1,
    "owner": NOBODY,
    "patience": NEVER,
    "notice": 1.0,
    "retries": 0,
    "bot_solves": 0,
    "bot_time": SECOND,
    "follow_up": NEVER,
    "transfer_at": -1.0,
    "take_over_at": -1.0,
}


def plain_world(  # noqa: PLR0913 - every part of a world may be given, and none need be
    setup: DeskSetup,
    arrivals_us: ArrayLike,
    work_us: ArrayLike,
    *,
    reactions: Delay | Sequence[Delay] = 1,
    speeds: ArrayLike = 1.0,
    at_shift_end: ArrayLike = FINISH,
    staff_events: ArrayLike | None = None,
    rates: ArrayLike = (0.0, 1.0),
    pauses: Delay | Sequence[Delay] = 1,
    retry_delay: Delay = 1,
    per_go: Delay = 1,
    spacing: Delay = 1,
    message_types: Delay | Sequence[Delay] = 0,
    known: ArrayLike = (),
    memory: ArrayLike = (),
    abandonment: str = "silent",
    transfer_to: str = "",
    seed: int = 0,
    end_us: int | None = None,
    until_us: int = NEVER,
    header: dict[str, Any] | None = None,
    **columns: ArrayLike,
) -> World:
    """A :class:`World` of the given visits, everybody ACTIVE from 0 on unless `staff_events` say.

    Parameters
    ----------
    setup
        The desk.
    arrivals_us
        When each visit begins, microseconds, not falling; shape (visits,).
    work_us
        Microseconds of work of each visit, above 0; one number or shape (visits,).
    reactions, pauses, message_types
        What a table is made of: a number (always that many microseconds), a law of durations or
        counts, or a sequence of TABLE_SIZE numbers not falling. One for all, or a list with one a
        member (`reactions`), a class (`pauses`), a language (`message_types`; numbers of
        ``MESSAGE_TYPES``, not microseconds).
    retry_delay, per_go, spacing
        One such table each; `per_go` counts messages.
    speeds, at_shift_end
        One for all, or one a member.
    staff_events
        Rows of (at, staff, what) in microseconds; sorted here by (at, staff), keeping their order.
    rates
        See :class:`World`.
    known, memory, abandonment, transfer_to
        See :class:`World`.
    seed
        Where the visits' luck comes from, unless `luck` is given.
    end_us, until_us
        ``None`` = just after the last arrival; a run without ``until_us`` ends when nothing is
        left to happen.
    header
        The world's ``cast``, as it is.
    columns
        Any other column of ``VISIT``, one number or shape (visits,): ``patience``, ``visitor``,
        ``retries``, ... By default nobody leaves, every visit is another visitor's, on channel 0.

    Raises
    ------
    ConfigurationError
        Arrivals fall, work is not above 0, an unknown column, a list of tables of the wrong length.
    """
    visits = _visits(arrivals_us, work_us, seed, columns)
    workers = np.zeros(len(setup.members), WORKER)
    workers["speed"] = speeds
    workers["at_shift_end"] = at_shift_end
    tables = Tables()
    workers["reaction_table"] = _one_each(tables, "reactions", reactions, len(workers))
    last = int(visits["at"][-1]) if len(visits) else 0
    return World(
        setup=setup,
        seed=seed,
        end_us=last + 1 if end_us is None else end_us,
        until_us=until_us,
        visits=visits,
        visitors=int(visits["visitor"].max(initial=-1)) + 1,
        staff_events=_staff_events(staff_events, len(workers)),
        workers=workers,
        rates=np.array(rates, np.float64),
        gap_table=tuple(_one_each(tables, "pauses", pauses, len(setup.classes))),
        retry_table=tables.add(_table(retry_delay)),
        burst_table=tables.add(_table(per_go)),
        spacing_table=tables.add(_table(spacing)),
        type_table=tuple(
            _one_each(tables, "message_types", message_types, max(1, len(setup.languages)))
        ),
        quantiles=tables.array(),
        known=np.array(known, np.int32).reshape(-1),
        memory=np.array(memory, np.int32).reshape(-1, 3),
        abandonment=abandonment,
        transfer_to=transfer_to,
        cast=header or {},
    )


def _visits(
    arrivals_us: ArrayLike, work_us: ArrayLike, seed: int, columns: dict[str, ArrayLike]
) -> np.ndarray:
    at = np.asarray(arrivals_us, np.int64)
    visits = np.zeros(len(at), VISIT)
    visits["at"] = at
    visits["work"] = work_us
    visits["visitor"] = np.arange(len(at))
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    visits["luck"] = generator.integers(0, 2**31, len(at), dtype=np.uint32)
    for name, value in {**_NEUTRAL, **columns}.items():
        if name not in _COLUMNS:
            raise ConfigurationError([Fault.unknown("columns", name, _COLUMNS)])
        visits[name] = value
    if np.any(np.diff(at) < 0):
        raise ConfigurationError([Fault("arrivals_us", "times that fall", "sorted times")])
    if not np.all(visits["work"] > 0):
        raise ConfigurationError([Fault("work_us", "work of 0 or less", "numbers above 0")])
    return visits


def _staff_events(rows: ArrayLike | None, members: int) -> np.ndarray:
    if rows is None:
        rows = [(0, member, SHIFT_START) for member in range(members)]
    listed = np.array(rows, np.int64).reshape(-1, 3)
    listed = listed[np.lexsort((listed[:, 1], listed[:, 0]))]
    events = np.zeros(len(listed), STAFF_EVENT)
    events["at"], events["staff"], events["what"] = listed.T
    return events


def _table(delay: Delay) -> NDArray[np.int64]:
    if isinstance(delay, int):
        return np.full(TABLE_SIZE, delay, np.int64)
    if isinstance(delay, (np.ndarray, Sequence)):
        return np.asarray(delay, np.int64)
    if isinstance(delay, (FixedCount, Geometric, ListedCount)):
        return count_table(delay)
    return duration_table(delay)


def _one_each(tables: Tables, where: str, delays: Delay | Sequence[Delay], count: int) -> list[int]:
    """Numbers of `count` tables: of one delay for all, or of a list with one each."""
    if isinstance(delays, (list, tuple)) and len(delays) != TABLE_SIZE:
        if len(delays) != count:
            raise ConfigurationError([Fault(where, f"{len(delays)} tables", f"1 or {count}")])
        return [tables.add(_table(cast("Delay", delay))) for delay in delays]
    return [tables.add(_table(cast("Delay", delays)))] * count
