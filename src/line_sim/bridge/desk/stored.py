"""A desk in a store: what an input does is written with it, in one transaction, or not at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import func, select

from line_sim.bridge.desk.inputs import DeskState, act, due_before
from line_sim.bridge.desk.projection import Projection
from line_sim.bridge.desk.rederive import keep_snapshot, load, taken
from line_sim.bridge.desk.setup import began
from line_sim.bridge.desk.timing import fire
from line_sim.bridge.desk.words import in_words, to_json
from line_sim.bridge.parts import HasClock, HasStore
from line_sim.bridge.store.tables import desk_inputs, desk_log, visitors
from line_sim.desk.build import tag_conditions
from line_sim.desk.model import SECOND
from line_sim.desk.rows import ROW_ORDER
from line_sim.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.desk.words import HappeningRow, Numbers
    from line_sim.bridge.store.store import Store
    from line_sim.desk.setup import DeskSetup

SNAPSHOT_EVERY = 5_000
"""Inputs between two snapshots: what a start derives again at most, in about a second (chosen)."""
_COLUMNS = ["at_us" if name == "at" else name for name in ROW_ORDER]


class Around(HasStore, HasClock, Protocol):
    """What a desk asks of the bridge it is part of."""


class StoredDesk:
    """A desk in memory that is what its store says, input by input.

    Parameters
    ----------
    bridge : whose store and clock it uses.
    setup : reads the desk as data from the store.
    """

    def __init__(self, bridge: Around, setup: Callable[[Store], DeskSetup]) -> None:
        self.store, self.clock = bridge.store, bridge.clock
        self.started = 0.0
        self.changed = asyncio.Event()
        self.projection = Projection(self.store)
        self._read_setup = setup
        self._listeners: list[Callable[[HappeningRow], object]] = []
        self._state: DeskState | None = None
        self._tags: dict[str, int] | None = None
        self._snapshot_seq = 0
        self._busy = False
        self.store.on_undone(self._forget)

    def load(self) -> None:
        """Derive the desk from what is stored, and bring it to the present setup.

        Raises
        ------
        DeskLogError
            The stored inputs no longer give the stored log: the first row that differs.
        ConfigurationError
            What administrators set up makes no desk.
        """
        self.started = began(self.store, self.clock.now()).timestamp()
        self._state = load(self.store)
        self._snapshot_seq = self._state.input_seq
        self.reconfigure()

    def end(self) -> None:
        """Keep a snapshot, for a quick start: the clean stop."""
        if self._state is not None and self._state.desk is not None:
            keep_snapshot(self.store, self._state)

    def on_row(self, listener: Callable[[HappeningRow], object]) -> None:
        """Call it for each new row of the log, within the transaction that writes it.

        Listeners may write to the store; they may not call the desk.
        """
        self._listeners.append(listener)

    @property
    def state(self) -> DeskState:
        """The desk as it stands, to look at."""
        if self._state is None:
            self._state = load(self.store)
            self._tags = None
        return self._state

    @property
    def setup(self) -> DeskSetup:
        """What it is made of."""
        setup = self.state.setup
        if setup is None:
            law = "a desk begins with begin()"
            raise InvariantError(law, "it was asked before")
        return setup

    @property
    def tags(self) -> dict[str, int]:
        """The condition that stands for each tag, to transfer to."""
        if self._tags is None:
            self._tags = tag_conditions(self.setup)
        return self._tags

    def reconfigure(self) -> bool:
        """Read the setup again; True if it changed, and the desk with it.

        Raises
        ------
        ConfigurationError
            With every fault; nothing was changed.
        """
        setup = self._read_setup(self.store)
        if setup == self.state.setup:
            return False
        return bool(self.do("setup", {"setup": to_json(setup)}))

    def visitor(self, line_user_id: str) -> int:
        """The number of a visitor, a new one where needed."""
        query = select(visitors.c.number).where(visitors.c.line_user_id == line_user_id)
        known = self.store.value(query)
        if known is not None:
            return int(known)
        highest = self.store.value(select(func.max(visitors.c.number)))
        desk = self.state.desk  # may know of visitors who are erased
        known_to_desk = len(desk.contacts) // desk.contact_width if desk.contact_width else 0
        number = max(0 if highest is None else int(highest) + 1, known_to_desk)
        self.store.run(visitors.insert().values(number=number, line_user_id=line_user_id))
        return number

    def now_us(self) -> int:
        """Microseconds since the service began; never before the last input."""
        return max(round((self.clock.now() - self.started) * SECOND), self.state.at)

    def _forget(self) -> None:
        """What a transaction wrote came to nothing: the desk is what the store says."""
        self._state = self._tags = None
        self.projection.forget()

    def do(self, kind: str, args: dict[str, Any], initiated_by: str = "") -> int:
        """Let one input happen now, in the caller's transaction or its own.

        See :func:`line_sim.bridge.desk.inputs.apply` for kinds, arguments and what is returned.
        """
        if self._busy:
            law = "a listener of the desk does not call it"
            raise InvariantError(law, f"{kind} within another input")
        self._busy = True
        try:
            with self.store.transaction():
                return self._input(kind, args, initiated_by)
        finally:
            self._busy = False

    def _input(self, kind: str, args: dict[str, Any], initiated_by: str) -> int:
        state, at = self.state, self.now_us()
        before = due_before(kind, at)
        fired = 0 if state.desk is None or kind == "timers" else fire(state.desk, before)
        logged = 0 if state.desk is None else len(state.desk.log)
        got = act(state, kind, at, args)
        if got > 0 or len(state.desk.log) > logged:
            self._write(state, kind, at, args, initiated_by)
        elif fired:
            self._write(state, "timers", before, {}, "")
        if kind == "setup":
            self._tags = None
        return got

    def _write(
        self, state: DeskState, kind: str, at: int, args: dict[str, Any], initiated_by: str
    ) -> None:
        """Write an input, the rows it gave, and what they changed; then tell the listeners."""
        state.at = max(state.at, at)
        state.input_seq += 1
        values = {"seq": state.input_seq, "at_us": at, "kind": kind, "args": args}
        self.store.run(desk_inputs.insert(), values)
        rows = taken(state)
        first, state.log_seq = state.log_seq + 1, state.log_seq + len(rows)
        if rows:
            self._follow(state, first, rows, initiated_by)
        if state.input_seq - self._snapshot_seq >= SNAPSHOT_EVERY:
            keep_snapshot(self.store, state)
            self._snapshot_seq = state.input_seq
        self.store.after_commit(self.changed.set)

    def _follow(self, state: DeskState, first: int, rows: list[Numbers], initiated_by: str) -> None:
        numbered = list(enumerate(rows, first))
        written = [{"seq": seq, **dict(zip(_COLUMNS, row, strict=True))} for seq, row in numbered]
        self.store.run(desk_log.insert(), written)
        told = [in_words(seq, row, self.started) for seq, row in numbered]
        self.projection.follow(state.desk, told, self.started, initiated_by)
        for row in told:
            for listener in self._listeners:
                listener(row)
