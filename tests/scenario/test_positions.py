"""Every key of a TOML text is found, in the line it stands in."""

from __future__ import annotations

from typing import Any

import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from line_sim.scenario.positions import line_of, lines

texts = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)
keys = st.from_regex(r"[a-z]{1,4}", fullmatch=True)
values = st.recursive(
    st.one_of(st.integers(-9, 9), st.booleans(), texts, st.sampled_from(['a"]', "b # c", "d}"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


def paths(data: Any, above: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:  # noqa: ANN401
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    found = []
    for step, value in pairs:
        found.append((*above, step))
        if isinstance(value, dict | list):
            found += paths(value, (*above, step))
    return found


@given(st.dictionaries(keys, values, max_size=5))
def test_every_key_stands_in_its_line(data: dict[str, Any]) -> None:
    text = tomlkit.dumps(data)
    written = text.split("\n")

    known = lines(text)

    assert set(paths(data)) <= set(known)
    for path, line in known.items():
        if isinstance(path[-1], str):
            assert path[-1] in written[line - 1]


def test_lines_are_counted_through_comments_and_long_strings() -> None:
    text = '# [a]\nx = """\n[b]\n"""\n[[t]]\nk = 1 # [c]\n[[t]]\nk = [\n  1, # ]\n  {z = 2},\n]\n'

    assert lines(text) == {
        ("x",): 2,
        ("t",): 5,
        ("t", 0): 5,
        ("t", 0, "k"): 6,
        ("t", 1): 7,
        ("t", 1, "k"): 8,
        ("t", 1, "k", 0): 9,
        ("t", 1, "k", 1): 10,
        ("t", 1, "k", 1, "z"): 10,
    }


def test_what_is_missing_is_in_the_line_of_its_table() -> None:
    assert line_of(("t", 0, "z"), lines("\n[[t]]\nk = 1\n")) == 2
