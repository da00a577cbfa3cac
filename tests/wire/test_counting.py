"""Units of length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.wire.counting import graphemes, json_bytes, utf16

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("text", "units", "seen"),
    [
        ("", 0, 0),
        ("abc", 3, 3),
        ("りんご", 3, 3),
        ("\U0001f34e", 2, 1),
        (FAMILY, 8, 1),
        ("e\u0301", 2, 1),
        ("\U0001f1ef\U0001f1f5", 4, 1),
        ("a\r\nb", 4, 3),
    ],
    ids=["nothing", "ASCII", "kana", "emoji", "family", "accent", "flag", "line break"],
)
def test_units_and_characters_are_counted_as_line_counts_them(
    text: str, units: int, seen: int
) -> None:

    assert (units, seen) == (utf16(text), graphemes(text))


@given(st.text())
def test_a_text_has_one_unit_for_every_two_bytes_of_utf_16(text: str) -> None:

    assert len(text.encode("utf-16-le")) == 2 * utf16(text)


@given(st.text())
def test_no_text_has_more_characters_than_code_points_nor_more_code_points_than_units(
    text: str,
) -> None:

    assert graphemes(text) <= len(text) <= utf16(text) <= 2 * len(text)


@given(st.text(), st.text())
def test_units_of_two_texts_add_up(left: str, right: str) -> None:

    assert utf16(left) + utf16(right) == utf16(left + right)


def test_json_is_measured_in_bytes_of_its_shortest_utf_8() -> None:

    assert len('{"a":["り"]}'.encode()) == json_bytes({"a": ["り"]})
