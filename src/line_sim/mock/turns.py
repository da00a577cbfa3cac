"""Whose turn it is: webhooks of one chat are handed over in their order, and wait for no answer.

One webhook may have to connect where the next finds a kept connection: without turns the later one
would overtake.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Turns:
    """Who is last in each lane; a lane is a name, such as a chat's id."""

    def __init__(self) -> None:
        self._last: dict[str, Turn] = {}

    def next(self, lanes: Iterable[str]) -> Turn:
        """The next turn in all of these lanes; it is over once :meth:`Turn.over` was called."""
        names = tuple(lanes)
        last = self._last
        before = [last[name] for name in names if name in last]
        made = Turn(self, names, [each for each in before if each.is_waited_for])
        for name in names:
            last[name] = made
        return made

    def forget(self, turn: Turn) -> None:
        """Nobody has to wait for a turn any more."""
        for name in turn.lanes:
            if self._last.get(name) is turn:
                del self._last[name]


class Turn:
    """One webhook's place in its lanes: made by :meth:`Turns.next`."""

    __slots__ = ("_before", "_turns", "_waiter", "is_over", "lanes")

    def __init__(self, turns: Turns, lanes: tuple[str, ...], before: list[Turn]) -> None:
        self.lanes = lanes
        self.is_over = False
        self._turns = turns
        self._before = before
        self._waiter: asyncio.Future[None] | None = None

    @property
    def is_waited_for(self) -> bool:
        """Whether it, or one before it, is still to come."""
        waiting = [self]
        while waiting:
            each = waiting.pop()
            if not each.is_over:
                return True
            waiting += each._before  # noqa: SLF001 - of one that gave up
        return False

    async def come(self) -> None:
        """Wait until all before it are over. Then it is over too, for its bytes follow at once."""
        waiting = self._before
        while waiting:
            each = waiting.pop()
            if not each.is_over:
                await each.end()
            waiting += each._before  # noqa: SLF001 - of one that gave up: still before us
        self.over()

    def over(self) -> None:
        """Let the next come: the bytes are handed over, or never will be."""
        if self.is_over:
            return
        self.is_over = True
        self._before = [each for each in self._before if not each.is_over]
        if not self._before:
            self._turns.forget(self)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def end(self) -> None:
        """Wait until it is over."""
        if self._waiter is None:
            self._waiter = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._waiter)
