"""The whole desk as bytes, and back: so that a start need not begin with the first input.

A snapshot is a shortcut, never a truth: one that another version wrote, or that is damaged, is not
read, and the desk is derived from an older one or from the first input.
"""

from __future__ import annotations

import itertools
import json
import operator
import struct
import zlib
from typing import TYPE_CHECKING, Any

from line_sim.bridge.desk.inputs import DeskState
from line_sim.bridge.desk.words import from_json, to_json
from line_sim.desk.rows import Layout
from line_sim.desk.tables import DESK

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = 1
CODES = {"i1": "b", "i2": "h", "i4": "i", "i8": "q", "f8": "d"}
PASSING = ("log", "told")
"""Empty between two inputs."""


def encode(state: DeskState) -> bytes:
    """A desk between two inputs, as bytes."""
    desk, parts = state.desk, []
    counts: dict[str, int] = {}
    for name, kind in DESK.kinds.items():
        if isinstance(kind, Layout) or kind in ("heap", "list:i8"):
            rows = getattr(desk, name)
            counts[name] = len(rows)
            parts.append(_packed(kind, rows))
    head = {
        "format": FORMAT,
        "shape": shape(),
        "setup": None if state.setup is None else to_json(state.setup),
        "chosen": state.chosen,
        "at": state.at,
        "input_seq": state.input_seq,
        "log_seq": state.log_seq,
        "counts": counts,
        "single": {name: getattr(desk, name) for name in _single()},
    }
    words = json.dumps(head).encode()
    return zlib.compress(b"".join((struct.pack("<I", len(words)), words, *parts)), 1)


def decode(data: bytes) -> DeskState | None:
    """The desk a snapshot holds; None if it is damaged or was written by another version."""
    try:
        plain = zlib.decompress(data)
        (length,) = struct.unpack_from("<I", plain)
        head = json.loads(plain[4 : 4 + length])
        if head["format"] != FORMAT or head["shape"] != shape():
            return None
        return _made(head, memoryview(plain)[4 + length :])
    except (zlib.error, struct.error, ValueError, KeyError, TypeError):
        return None


def shape() -> int:
    """A number that changes when any table of the desk gains, loses or changes a field."""
    words = repr(
        [
            (name, list(kind.kinds.items()) if isinstance(kind, Layout) else kind)
            for name, kind in DESK.kinds.items()
        ]
    )
    return zlib.crc32(words.encode())


def _single() -> list[str]:
    return [name for name, kind in DESK.kinds.items() if kind in ("i8", "f8")]


def _packer(kind: Any) -> struct.Struct:
    if isinstance(kind, Layout):
        return struct.Struct("<" + "".join(CODES[each] for each in kind.kinds.values()))
    return struct.Struct("<5q" if kind == "heap" else "<q")


def _packed(kind: Any, rows: list[Any]) -> bytes:
    pack = _packer(kind).pack
    if not isinstance(kind, Layout):
        numbers: Iterable[Any] = rows if kind == "heap" else ((number,) for number in rows)
        return b"".join(itertools.starmap(pack, numbers))
    fields = operator.attrgetter(*kind.kinds)
    return b"".join(pack(*fields(row)) for row in rows)


def _made(head: dict[str, Any], data: memoryview) -> DeskState:
    desk = DESK.Row()
    for name in PASSING:
        setattr(desk, name, [])
    desk.keys = []
    start = 0
    for name, count in head["counts"].items():
        kind = DESK.kinds[name]
        packer = _packer(kind)
        end = start + count * packer.size
        found = packer.iter_unpack(data[start:end])
        if isinstance(kind, Layout):
            rows = [kind.Row(*values) for values in found]
        else:
            rows = list(found) if kind == "heap" else [number for (number,) in found]
        setattr(desk, name, rows)
        start = end
    for name, value in head["single"].items():
        setattr(desk, name, value)
    setup = None if head["setup"] is None else from_json(head["setup"])
    return DeskState(setup, desk, head["chosen"], head["at"], head["input_seq"], head["log_seq"])
