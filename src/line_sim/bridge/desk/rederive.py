"""Deriving a desk again from its inputs, and holding what comes out against what was stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import delete, select

from line_sim.bridge.desk.inputs import DeskState, apply
from line_sim.bridge.desk.snapshot import decode, encode
from line_sim.bridge.desk.words import Numbers, rows_of
from line_sim.bridge.store.tables import desk_inputs, desk_log, desk_snapshots
from line_sim.desk.model import KINDS, NEVER, REASONS, RECEIVED, SECOND, SHIFT_ENDED, SHIFT_STARTED
from line_sim.desk.rows import ROW_ORDER
from line_sim.errors import DeskLogError
from line_sim.log import ROW, EventLog, header_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.bridge.store.store import Store

PIECE = 5_000
"""Rows read at once."""

KEPT = 2
"""Snapshots kept: the one before the newest is there should the newest be damaged."""

_COLUMNS = [desk_log.c["at_us" if name == "at" else name] for name in ROW_ORDER]


def load(store: Store) -> DeskState:
    """The desk as its last input left it: the newest snapshot, and the inputs since.

    Raises
    ------
    DeskLogError
        The inputs give other rows than those stored: the first that differs.
    """
    for (data,) in store.rows(
        select(desk_snapshots.c.state).order_by(desk_snapshots.c.input_seq.desc())
    ):
        state = decode(bytes(data))
        if state is not None:
            return derive(store, state)
    return derive(store, DeskState())


def derive(store: Store, state: DeskState) -> DeskState:
    """Let all inputs after `state` happen to it, and compare each row with the stored one.

    Raises
    ------
    DeskLogError
        At the first row that differs.
    """
    stored = _stored(store, state.log_seq)
    for seq, at, kind, args in _inputs(store, state.input_seq):
        apply(state, kind, at, args)
        state.input_seq = seq
        for row in taken(state):
            state.log_seq += 1
            found = next(stored, None)
            if found != row:
                raise DeskLogError(state.log_seq, told(found), told(row))
    left = next(stored, None)
    if left is not None:
        raise DeskLogError(state.log_seq + 1, told(left), told(None))
    return state


def taken(state: DeskState) -> list[Numbers]:
    """The rows the desk has logged since the last time, which are taken away."""
    if state.desk is None:
        return []
    rows = rows_of(state.desk.log)
    state.desk.log.clear()
    return rows


def told(row: Numbers | None) -> str:
    """A row for an error message."""
    if row is None:
        return "nothing"
    at, kind, reason, *numbers = row
    why = "" if kind == RECEIVED else REASONS[reason]
    words = [f"{KINDS[kind]} at {at / SECOND:.6f} s", *([why] if why else [])]
    pairs = zip(ROW_ORDER[3:], numbers, strict=True)
    return " ".join([*words, *(f"{name} {number}" for name, number in pairs if number >= 0)])


def keep_snapshot(store: Store, state: DeskState) -> None:
    """Store the desk as it stands; older snapshots but one are dropped."""
    seq = state.input_seq
    if store.value(select(desk_snapshots.c.input_seq).where(desk_snapshots.c.input_seq == seq)):
        return
    with store.transaction():
        store.add(desk_snapshots, input_seq=seq, log_seq=state.log_seq, state=encode(state))
        kept = [
            number
            for (number,) in store.rows(
                select(desk_snapshots.c.input_seq)
                .order_by(desk_snapshots.c.input_seq.desc())
                .limit(KEPT)
            )
        ]
        store.run(delete(desk_snapshots).where(desk_snapshots.c.input_seq < kept[-1]))


def rederive(store: Store) -> EventLog:
    """The event log of a live service, derived from its first input.

    Returns
    -------
    EventLog
        With ``origin="live"``; its header names everybody of the present setup.

    Raises
    ------
    DeskLogError
        The inputs give other rows than those stored.
    """
    state = derive(store, DeskState())
    return _log_of(store, state)


def event_log(store: Store) -> EventLog:
    """The event log as stored, without deriving it anew; see :func:`rederive`."""
    return _log_of(store, load(store))


def _log_of(store: Store, state: DeskState) -> EventLog:
    rows = list(_stored(store, 0))
    table = np.zeros(len(rows), ROW)
    numbers = np.array(rows, np.int64).reshape(-1, len(ROW_ORDER))
    for name, column in zip(ROW_ORDER, numbers.T, strict=True):
        table[name] = column
    if state.setup is None:
        return EventLog(table, {"origin": "live"})
    shifts = _shifts(rows, len(state.setup.members), state.at)
    cast: dict[str, Any] = {"shifts": shifts}
    header = header_of(state.setup, end_us=state.at, until_us=NEVER, origin="live", cast=cast)
    return EventLog(table, header)


def _shifts(rows: list[Numbers], members: int, end: int) -> list[list[list[float]]]:
    """When each member was on shift, seconds; a shift that goes on ends with the last input."""
    shifts: list[list[list[float]]] = [[] for _ in range(members)]
    begun: dict[int, int] = {}
    for at, kind, _reason, _channel, _enquiry, _visitor, staff, *_ in rows:
        if kind == SHIFT_STARTED:
            begun[staff] = at
        elif kind == SHIFT_ENDED and staff in begun:
            shifts[staff].append([begun.pop(staff) / SECOND, at / SECOND])
    for staff, at in begun.items():
        shifts[staff].append([at / SECOND, end / SECOND])
    return shifts


def _inputs(store: Store, after: int) -> Iterator[tuple[int, int, str, dict[str, Any]]]:
    """The inputs after one, in order: number, time in microseconds, kind, arguments."""
    while True:
        found = store.rows(
            select(desk_inputs).where(desk_inputs.c.seq > after).order_by(desk_inputs.c.seq)
            .limit(PIECE)
        )  # fmt: skip
        for row in found:
            yield row.seq, row.at_us, row.kind, row.args
        if len(found) < PIECE:
            return
        after = found[-1].seq


def _stored(store: Store, after: int) -> Iterator[Numbers]:
    """The rows of the log after one, in order."""
    while True:
        found = store.rows(
            select(desk_log.c.seq, *_COLUMNS).where(desk_log.c.seq > after)
            .order_by(desk_log.c.seq).limit(PIECE)
        )  # fmt: skip
        for row in found:
            yield tuple(row)[1:]
        if len(found) < PIECE:
            return
        after = found[-1].seq
