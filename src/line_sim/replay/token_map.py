"""What stands for what: recorded ids and tokens, and those of this run; both directions.

People and chats keep their live id for the whole run. Events, messages and tokens are minted anew
in each loop, and equal recorded ones stay equal within it: a redelivery keeps its event's id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Table = dict[str, str]
    """Recorded to live."""

KEPT = 200_000
"""Of each kind in each loop: beyond it the oldest are forgotten (chosen; LINE redelivers within
minutes, and quotes are of lately)."""
NOTE = "map"
"""The text of the notes in a ledger that hold a map."""
_WORD = re.compile(r"[0-9A-Za-z_\-]{6,}")


class LoopTables:
    """What stands for what in one loop."""

    __slots__ = ("events", "messages", "quotes", "reads", "replies", "sets")

    def __init__(self) -> None:
        self.events: Table = {}
        self.messages: Table = {}
        self.quotes: Table = {}
        self.reads: Table = {}
        self.replies: Table = {}
        self.sets: Table = {}

    def all(self) -> tuple[Table, ...]:
        """Every table."""
        return tuple(getattr(self, name) for name in self.__slots__)


class TokenMap:
    """From recorded to live and back.

    Attributes
    ----------
    people, chats
        Recorded to live ids, the same in all loops.
    fresh
        Live to recorded, what came since it was last cleared: for the ledger. Reply tokens, being
        secrets, are not among them.
    """

    def __init__(self) -> None:
        self.people: Table = {}
        self.chats: Table = {}
        self.fresh: Table = {}
        self._loops: dict[int, LoopTables] = {}
        self._recorded: Table = {}

    def __len__(self) -> int:
        return len(self._recorded)

    def loop(self, number: int) -> LoopTables:
        """The tables of a loop; those of the last but one are forgotten with it."""
        found = self._loops.get(number)
        if found is None:
            found = self._loops[number] = LoopTables()
            for old in [each for each in self._loops if each < number - 1]:
                for table in self._loops.pop(old).all():
                    for live in table.values():
                        self._recorded.pop(live, None)
        return found

    def put(self, table: Table, recorded: str, live: str, *, secret: bool = False) -> str:
        """Let `live` stand for `recorded` in one of the tables; returns `live`."""
        table[recorded] = live
        self._recorded[live] = recorded
        if not secret:
            self.fresh[live] = recorded
        if len(table) > KEPT and table is not self.people and table is not self.chats:
            self._recorded.pop(table.pop(next(iter(table))), None)
        return live

    def recorded(self, live: str) -> str | None:
        """What a live value stands for."""
        return self._recorded.get(live)

    def back(self, text: str) -> str:
        """A text with every live value in it made the recorded one."""

        def found(word: re.Match[str]) -> str:
            return self._recorded.get(word[0], word[0])

        return _WORD.sub(found, text)

    def back_in(self, value: Any) -> Any:  # noqa: ANN401 - JSON of any shape, and the same back
        """JSON with every live value in it made the recorded one."""
        if isinstance(value, str):
            return self.back(value)
        if isinstance(value, dict):
            return {name: self.back_in(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.back_in(inner) for inner in value]
        return value

    @classmethod
    def from_lines(cls, lines: Iterable[Mapping[str, Any]]) -> TokenMap:
        """The way back, read from the notes of a ledger."""
        made = cls()
        for line in lines:
            if line["kind"] == "note" and line.get("text") == NOTE:
                made._recorded.update(line["recorded"])
        return made
