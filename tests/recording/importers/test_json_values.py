"""Cutting JSON into values agrees with a parser, whatever the blocks."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.recording.importers.found import Unusable
from line_sim.recording.importers.json_values import MOST_LEVELS, values
from line_sim.recording.importers.reading import BlockFile

if TYPE_CHECKING:
    from collections.abc import Iterator

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8)
    | st.sampled_from(['"', "\\", '\\"', "{[", "]}", "\\u0022"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)  # fmt: skip


def cut(content: bytes, steps: tuple[str, ...] | None, size: int = 7) -> list[Any]:
    def blocks() -> Iterator[bytes]:
        for place in range(0, len(content), size):
            yield content[place : place + size]

    found = values(BlockFile(Path("a.json"), blocks()), steps, noun="value")
    return [each if isinstance(each, Unusable) else each[1] for each in found]


@given(
    documents=st.lists(JSON, min_size=1, max_size=4), indent=st.none() | st.just(2),
    ascii_only=st.booleans(), size=st.integers(1, 40), between=st.sampled_from(["\n", "\n\n", " "]),
)  # fmt: skip
def test_documents_one_after_another_are_those_that_were_written(
    documents: list[Any],
    indent: int | None,
    ascii_only: bool,  # noqa: FBT001 - hypothesis fills it in
    size: int,
    between: str,
) -> None:
    texts = [json.dumps(each, indent=indent, ensure_ascii=ascii_only) for each in documents]

    found = cut(between.join(texts).encode("utf-8", "surrogatepass"), None, size)

    told = [inner for each in documents for inner in (each if isinstance(each, list) else [each])]
    assert told == found


@given(entries=st.lists(JSON, max_size=4), beside=JSON, size=st.integers(1, 40))
def test_values_within_are_found_by_the_way_to_them(
    entries: list[Any],
    beside: Any,  # noqa: ANN401
    size: int,
) -> None:
    whole = {"log": {"pages": beside, "entries": entries, "x": {"entries": [1]}}, "entries": [2]}

    assert entries == cut(json.dumps(whole).encode(), ("log", "entries", "item"), size)


def test_what_is_broken_inside_costs_that_value_alone() -> None:
    found = cut(b'{"a":1}\n{"a":nope}\n{"a":"\xff"}\n{"a":2}', None)

    assert [{"a": 1}, Unusable, Unusable, {"a": 2}] == [
        type(each) if isinstance(each, Unusable) else each for each in found
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"a":', "the file ends within a value"),
        (b'{"a":1} "abc', "a text does not end"),
        (b'{"a":1]', "closes what another bracket opened"),
        (b'"\\', "a text does not end"),
        (b"1 }", "stands where a value must"),
        (b"[1, 2", "the file ends within"),
    ],
)
def test_where_it_cannot_be_cut_is_told_by_the_byte(content: bytes, words: str) -> None:
    last = cut(content, None)[-1]

    assert words in last.reason
    assert "from about byte" in last.reason


def test_nesting_has_a_limit_and_costs_nothing_more() -> None:
    started = time.perf_counter()
    deep = b"[" * 200_000 + b"]" * 200_000
    allowed = b'{"a":' + b"[" * (MOST_LEVELS - 1) + b"]" * (MOST_LEVELS - 1) + b"}"

    found = cut(b"{" + b'"a":' + deep + b"}" + allowed, None, 1 << 16)

    assert f"nested deeper than {MOST_LEVELS} levels" == found[0].reason
    assert json.loads(allowed) == found[1]
    assert time.perf_counter() - started < 10


def test_texts_of_many_escapes_take_time_in_proportion() -> None:
    taken: list[float] = []
    for many in (200_000, 800_000):
        started = time.perf_counter()
        assert ["\\" * many] == cut(b'"' + b"\\\\" * many + b'"', None, 1 << 16)
        taken.append(time.perf_counter() - started)

    assert taken[1] < 20 * taken[0] + 0.1
