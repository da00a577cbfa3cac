"""What stands for what: recorded ids and tokens, and those of this run; both directions.

People and chats keep their live id for the whole run. Events, messages and tokens are minted anew
in each loop, and equal recorded ones stay equal within it: a redelivery keeps its event's id.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["destination", "person", "chat", "event", "message", "reply", "quote", "read", "set"]

KEPT = 200_000
"""Of each kind in each loop: beyond it the oldest are forgotten (chosen; LINE redelivers within
minutes, and quotes are of lately)."""
NOTE = "map"
"""The text of the notes in a ledger that hold a map."""
_LASTING = frozenset({"destination", "person", "chat"})
_WORD = re.compile(r"[0-9A-Za-z_\-]{6,}")


class TokenMap:
    """From recorded to live and back.

    Attributes
    ----------
    fresh
        Live to recorded, what came since it was last cleared: for the ledger. Reply tokens, being
        secrets, are not among them.
    """

    def __init__(self) -> None:
        self.fresh: dict[str, str] = {}
        self._live: dict[tuple[str, int], OrderedDict[str, str]] = {}
        self._recorded: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._recorded)

    def live(self, kind: Kind, recorded: str, loop: int = 0) -> str | None:
        """What stands for a recorded value in a loop; None where nothing does yet."""
        table = self._live.get((kind, 0 if kind in _LASTING else loop))
        return table.get(recorded) if table is not None else None

    def put(self, kind: Kind, recorded: str, live: str, loop: int = 0) -> str:
        """Let `live` stand for `recorded`; returns `live`."""
        key = kind, 0 if kind in _LASTING else loop
        table = self._live.get(key)
        if table is None:
            table = self._live[key] = OrderedDict()
            self._forget_loop(loop - 2)
        table[recorded] = live
        self._recorded[live] = recorded
        if kind not in _LASTING and len(table) > KEPT:
            _, oldest = table.popitem(last=False)
            self._recorded.pop(oldest, None)
        if kind != "reply":
            self.fresh[live] = recorded
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

    def _forget_loop(self, loop: int) -> None:
        """Two loops later nothing refers to a loop's tokens any more."""
        if loop < 0:
            return
        for kind, number in [key for key in self._live if key[1] <= loop]:
            if kind in _LASTING:
                continue
            for live in self._live.pop((kind, number)).values():
                self._recorded.pop(live, None)
