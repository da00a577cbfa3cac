"""What happened since, for one member at a time: what the event stream sends.

Two things are told in the order in which they are stored, so a position in them is good for ever:
entries of transcripts by id, happenings of the desk by number. That an entry changed (edited, taken
back, sent, fetched) is remembered in memory for a while; where that is lost, the reader is told to
look again.

Nothing is kept for a reader: each asks for what came after its position when it has sent what came
before. So a slow one costs nothing, and reading on after an interruption is the same as reading on.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from line_sim.bridge.desk.words import HappeningRow, in_words
from line_sim.bridge.queries import enquiries as telling
from line_sim.bridge.queries import transcript
from line_sim.bridge.queries.people import Names
from line_sim.bridge.store.tables import desk_log, entries, staff

if TYPE_CHECKING:
    from line_sim.bridge.api.daily.needs import Bridge
    from line_sim.bridge.queries.visibility import Sight

CHANGES_KEPT = 10_000
"""Changes of entries that are remembered (chosen)."""
PIECE = 200
"""Entries, and happenings, that are read at once (chosen)."""
FARTHEST = 10_000
"""Entries or happenings that a reader may be behind; farther, it looks again (chosen)."""
LOOK_AGAIN = "look_again"
"""The event that says what a reader may have missed: ``entries`` (those it knows may have changed)
or ``everything``."""
_POSITION = re.compile(r"([0-9]{1,15})\.([0-9]{1,15})\.([0-9a-f]{16})\.([0-9]{1,15})")
_ROW = ("at_us", "kind", "reason", "channel", "enquiry", "visitor", "staff", "destination",
        "attempt")  # fmt: skip


class Position(NamedTuple):
    """How far a reader is; as text, the id of an event."""

    entry: int
    row: int
    life: str
    """Of the bridge that counted the change."""
    change: int

    def __str__(self) -> str:
        return f"{self.entry}.{self.row}.{self.life}.{self.change}"


class Event(NamedTuple):
    """One event: its kind, what it says, and where a reader is after it."""

    kind: str
    data: dict[str, Any]
    position: Position


class Feed:
    """All that happens, for as many readers as there are.

    Belongs to one event loop.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge, self._store = bridge, bridge.store
        self._life = secrets.token_hex(8)
        self._newest = self._highest(entries.c.id)
        self._changes: deque[tuple[int, int]] = deque(maxlen=CHANGES_KEPT)
        self._counted = 0
        self._woken = asyncio.Event()
        bridge.transcript.on_changed(self._entry_changed)
        bridge.outbox.on_changed(self._entry_changed)
        bridge.desk.on_row(lambda _row: self._store.after_commit(self._wake))

    def mark(self) -> asyncio.Event:
        """What is set when there may be something newer than what is there now."""
        return self._woken

    def now(self) -> Position:
        """Where a reader is that wants only what comes."""
        return Position(
            self._highest(entries.c.id), self._highest(desk_log.c.seq), self._life, self._counted
        )

    def resumed(self, text: str) -> tuple[Position, str]:
        """Where a reader goes on, and what it has to look at again: nothing, entries, everything.

        Parameters
        ----------
        text
            The id of the last event it got.
        """
        now, parts = self.now(), _POSITION.fullmatch(text)
        if parts is None:
            return now, "everything"
        entry, row, life, change = int(parts[1]), int(parts[2]), parts[3], int(parts[4])
        behind = (now.entry - entry, now.row - row)
        if min(behind) < 0 or max(behind) > FARTHEST:
            return now, "everything"
        known = life == self._life and self._oldest - 1 <= change <= self._counted
        at = change if known else self._counted
        return Position(entry, row, self._life, at), "" if known else "entries"

    def after(self, position: Position, sight: Sight, me: int) -> tuple[list[Event], Position]:
        """What a member sees of what came after a position, and where they are then.

        Parameters
        ----------
        me
            Their number on the desk: what concerns them is told, whatever they see of the enquiry.
        """
        found: list[Event] = []
        at = position
        shown: dict[int, dict[str, Any] | None] = {}
        for each in self._happenings(at.row):
            at = at._replace(row=each.seq)
            if each.enquiry >= 0 and each.enquiry not in shown:
                shown[each.enquiry] = telling.one(self._store, sight, each.enquiry)
            if event := self._happening(each, sight, me, shown.get(each.enquiry)):
                found.append(Event(*event, at))
        new = self._store.rows(
            select(entries).where(entries.c.id > at.entry).order_by(entries.c.id).limit(PIECE)
        )
        seen: dict[int, bool] = {}
        for entry in self._told([row.id for row in new], sight, seen):
            at = at._replace(entry=entry["id"])
            found.append(Event("entry", entry, at))
        at = at._replace(entry=new[-1].id if new else at.entry)
        return self._changed_since(at, position.entry, sight, seen, found)

    def _changed_since(
        self,
        at: Position,
        known: int,
        sight: Sight,
        seen: dict[int, bool],
        found: list[Event],
    ) -> tuple[list[Event], Position]:
        """Add the changes of entries that the reader knew before."""
        if at.change < self._oldest - 1:  # a reader so slow that changes were forgotten
            at = at._replace(change=self._oldest - 1)
            found.append(Event(LOOK_AGAIN, {"at": "entries"}, at))
        since = {
            entry: number
            for number, entry in self._changes
            if number > at.change and entry <= known
        }
        told = {each["id"]: each for each in self._told(list(since), sight, seen)}
        for entry, number in sorted(since.items(), key=lambda pair: pair[1]):
            if entry in told:
                at = at._replace(change=number)
                found.append(Event("entry_changed", told[entry], at))
        return found, at._replace(change=self._counted)

    @property
    def _oldest(self) -> int:
        """The number of the oldest change that is remembered."""
        return self._changes[0][0] if self._changes else self._counted + 1

    def _happenings(self, after: int) -> list[HappeningRow]:
        query = select(desk_log).where(desk_log.c.seq > after).order_by(desk_log.c.seq)
        return [
            in_words(row.seq, tuple(getattr(row, name) for name in _ROW), self._bridge.desk.started)
            for row in self._store.rows(query.limit(PIECE))
        ]

    def _happening(
        self, row: HappeningRow, sight: Sight, me: int, shown: dict[str, Any] | None
    ) -> tuple[str, dict[str, Any]] | None:
        """What a member is told of a happening; None: nothing."""
        if row.enquiry < 0:
            if not (sight.viewer.administrator or row.staff == me) or row.kind != "status":
                return None
            return "status", {"at": row.at, "staff": self._member(row.staff), "status": row.reason}
        if shown is None and row.staff != me:
            return None
        return "enquiry", {
            "at": row.at, "happening": row.kind, "reason": row.reason, "number": row.enquiry,
            "staff": self._member(row.staff), "enquiry": shown,
        }  # fmt: skip

    def _told(self, ids: list[int], sight: Sight, seen: dict[int, bool]) -> list[dict[str, Any]]:
        """Those entries that are seen, by id."""
        told = []
        for entry in sorted(transcript.of_ids(self._store, ids), key=lambda each: each["id"]):
            chat = entry["chat"]
            if chat not in seen:
                seen[chat] = sight.chat(chat)
            if seen[chat]:
                told.append(entry)
        return told

    def _member(self, number: int) -> dict[str, Any] | None:
        if number < 0:
            return None
        key = self._store.value(select(staff.c.id).where(staff.c.number == number))
        return Names(self._store).staff(key)

    def _entry_changed(self, _chat: int, entry: int) -> None:
        if entry > self._newest:
            self._newest = entry
        else:
            self._counted += 1
            self._changes.append((self._counted, entry))
        self._wake()

    def _wake(self) -> None:
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()

    def _highest(self, column: Any) -> int:  # noqa: ANN401 - a column of numbers
        return int(self._store.value(select(func.max(column))) or 0)
