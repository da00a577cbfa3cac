"""Visits in plain form only while they are needed: a row of Python numbers takes 450 bytes.

The drawn visits are an array of 96 bytes a row. Rows are made of it shortly before visitors write,
and given back when the visit is over; whoever still asks reads the array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.desk import rows
from line_sim.sim.tables import VISIT

if TYPE_CHECKING:
    import numpy as np

    from line_sim.desk.rows import Layout

__all__ = ["VisitsAtHand"]

NOTHING = 0.0
"""One number for all, where each had its own."""


class _Bygone:
    """A visit that is over: what was drawn for it is looked up in the array."""

    __slots__ = ("_drawn", "_number")

    def __init__(self, drawn: np.ndarray, number: int) -> None:
        self._drawn = drawn
        self._number = number

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a number
        return self._drawn[self._number][name].item()


class VisitsAtHand:
    """A form of rows (see :mod:`line_sim.desk.rows`) whose table of visits is filled bit by bit.

    Give it to :func:`line_sim.sim.start.start`; call :meth:`provide` before the loop goes on.
    """

    def __init__(self) -> None:
        self._drawn: np.ndarray
        self._table: list[Any] = []
        self._made = 0
        self._open: list[int] = []
        self._enough = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the words of the plain form
        return getattr(rows, name)

    def adopt(self, layout: Layout, array: np.ndarray) -> list[Any]:
        """Make a table of an array; of visits an empty one."""
        if layout is not VISIT:
            return rows.adopt(layout, array)
        self._drawn = array
        self._table = [None] * len(array)
        return self._table

    def provide(self, desk: Any, people: Any, steps: int) -> None:  # noqa: ANN401 - rows
        """Make the rows that the next steps may reach, and give back those of visits over."""
        last = min(people.next_visit + steps + 1, len(self._table))
        if last > self._made:
            self._table[self._made : last] = rows.adopt(VISIT, self._drawn[self._made : last])
            self._open.extend(range(self._made, last))
            self._made = last
        if len(self._open) > self._enough:
            self._open = [v for v in self._open if not self._give_back(desk, people.chats[v], v)]
            self._enough = 2 * (len(self._open) + steps)  # so that each is looked at a few times

    def _give_back(self, desk: Any, chat: Any, v: int) -> bool:  # noqa: ANN401 - a row
        if chat.over == 0 or chat.active == 1:
            return False
        chat.segment = chat.target = NOTHING  # set anew before they are read
        same = desk.enquiries[chat.enquiry].visit  # the number v again, but no new object
        self._table[v] = _Bygone(self._drawn, same)
        return True
