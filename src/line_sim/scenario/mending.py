"""A scenario's data with its faults taken out, so that the rest can still be looked at."""

from __future__ import annotations

import copy
import datetime as dt
import typing
from typing import TYPE_CHECKING, Any

from line_sim.errors import Fault, suggest
from line_sim.scenario import shape
from line_sim.scenario.config import Content
from line_sim.scenario.faulty import path_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.scenario.shape import Step

    Path = tuple[Step, ...]
    Note = Callable[[Path, Fault], None]

__all__ = ["Mended", "spelt"]

_NOTHING = "none"


def spelt(data: Any, hint: Any, path: Path, note: Note) -> Any:  # noqa: ANN401 - plain data
    """The data as the types spell it: ``"none"`` is None, times of day are text, kinds are known.

    Where a table must say its ``kind`` and does not, or says an unknown one, `note` is told, and
    the kind that fits its keys best stands in.
    """
    if data == _NOTHING and shape.is_nullable(hint):
        return None
    if isinstance(data, dt.time):
        return data.isoformat("minutes")
    if isinstance(data, list):
        return [
            spelt(item, shape.child(hint, data, place), (*path, place), note)
            for place, item in enumerate(data)
        ]
    if not isinstance(data, dict):
        return data
    by_kind = shape.kinds(hint)
    if by_kind and data.get("kind") not in by_kind:
        data = {**data, "kind": _likely_kind(data, by_kind, path, note)}
    return {
        key: spelt(value, shape.child(hint, data, key), (*path, key), note)
        for key, value in data.items()
    }


def _likely_kind(data: dict[str, Any], by_kind: dict[str, type], path: Path, note: Note) -> str:
    def fit(kind: str) -> int:
        return sum(key in shape.keys(by_kind[kind]) for key in data)

    given = data.get("kind")
    nearest = suggest(given, by_kind) if isinstance(given, str) else ""
    likely = nearest or max(by_kind, key=fit)
    where = path_text((*path, "kind"))
    given_words = "missing" if given is None else f"{given!r} is unknown"
    mend = f'kind = "{likely}"?'
    note((*path, "kind"), Fault(where, given_words, f"one of {', '.join(by_kind)}", mend))
    return likely


class Mended:
    """A copy of a scenario's data, and what has been done to it.

    Attributes
    ----------
    data
        The copy.
    dead
        Paths whose values were taken out or are stand-ins: what is said about them later is a
        consequence, not a fault of its own.
    kept
        For a list from which items were taken, the places in the file of those still there.
    renamed
        Paths of misspelt keys, and the paths that were meant.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = copy.deepcopy(data)
        self.dead: list[Path] = []
        self.kept: dict[Path, list[int]] = {}
        self.renamed: list[tuple[Path, Path]] = []

    def touched(self, path: Path) -> bool:
        """Whether a path leads to, into or through something that was taken out."""
        return any(path[: len(dead)] == dead for dead in self.dead)

    def original(self, path: Path) -> Path:
        """The path in the file that a path in the copy, from which items have gone, stands for."""
        found: Path = ()
        for step in path:
            places = self.kept.get(found)
            known = places is not None and isinstance(step, int) and step < len(places)
            found = (*found, places[step] if known else step)  # type: ignore[index]
        return found

    def mend(self, path: Path, meant: str = "") -> bool:
        """Put right, put a stand-in for, or take out what is wrong at a path of the copy.

        A whole item of a list goes only where nothing smaller helps.

        Returns
        -------
        bool
            False where an item of a list went, so that other places in the list are not right any
            more.
        """
        if meant:
            self._rename(path, meant)
            return True
        while path:
            holder, hint = self._holder(path[:-1])
            first_time = self.original(path) not in self.dead
            self.dead.append(self.original(path))
            if first_time and self._may_go(path, holder, hint):
                del holder[path[-1]]
                return True
            stand_in = _stand_in(shape.child(hint, holder, path[-1]), path)
            if first_time and stand_in is not None:
                holder[path[-1]] = stand_in
                return True
            *above, last = path
            if isinstance(holder, list) and isinstance(last, int):
                kept = self.kept.setdefault(self.original(tuple(above)), [*range(len(holder))])
                del holder[last], kept[last]
                return False
            path = tuple(above)
        self.data = {}  # not a table of keys at all
        return False

    def _rename(self, path: Path, meant: str) -> None:
        holder, _ = self._holder(path[:-1])
        value = holder.pop(path[-1])
        if meant not in holder:
            holder[meant] = value
            before = self.original(path[:-1])
            self.renamed.append(((*before, path[-1]), (*before, meant)))

    def _holder(self, path: Path) -> tuple[Any, Any]:
        """What a path leads to in the copy, and its type."""
        data: Any = self.data
        hint: Any = Content
        for step in path:
            hint = shape.child(hint, data, step)
            data = data[step]
        return data, hint

    def _may_go(self, path: Path, holder: Any, hint: Any) -> bool:  # noqa: ANN401
        """Whether a key may be left out: it is unknown, or free, or has a default."""
        if not isinstance(holder, dict) or path[-1] not in holder:
            return False
        table = shape.chosen(hint, holder)
        if not shape.is_table(table):
            return True
        if path[-1] not in shape.keys(table):
            return True
        return not shape.is_required(table, str(path[-1]))


def _stand_in(hint: Any, path: Path) -> object:  # noqa: ANN401
    """A value of a type, for a required key that has none worth keeping; None = no idea."""
    wanted = shape.alternatives(hint)[0] if hint is not None else None
    if wanted is str:
        return "+00:00" if path[-1] == "utc_offset" else f"({path_text(path)})"
    if typing.get_origin(wanted) is tuple:
        return []
    if typing.get_origin(wanted) is dict:
        return {}
    plain: dict[Any, object] = {int: 1, float: 1.0, bool: False}
    plain[dt.datetime] = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - local to its offset
    return plain.get(wanted)
