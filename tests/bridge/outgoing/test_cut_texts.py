"""Texts are cut where readers see an end; names are as LINE takes them."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge.outgoing.texts import blank, sender_name, split, staff_name, whole
from line_sim.wire.counting import utf16
from line_sim.wire.limits import LIMITS

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
SIGNS = st.sampled_from(["a", " ", "\n", "é", "e\u0301", "漢", "\U0001f600", FAMILY, "\r\n", "ก็"])
TEXTS = st.lists(SIGNS, max_size=40).map("".join)
MOST_NAME = LIMITS["sender.name"].most


@given(text=TEXTS, most=st.integers(12, 30))
def test_parts_are_the_text_fit_and_end_between_signs(text: str, most: int) -> None:
    parts = split(text, most)

    assert text == "".join(parts)
    assert all(0 < utf16(part) <= most for part in parts)
    signs = [sign for part in parts for sign in regex.findall(r"\X", part)]
    assert regex.findall(r"\X", text) == signs


@given(text=TEXTS, most=st.integers(12, 30))
def test_a_part_is_blank_only_where_white_space_has_no_room_beside_a_sign(
    text: str, most: int
) -> None:
    longest = max((utf16(found) for found in regex.findall(r"\s+", text)), default=0)
    sign = max((utf16(found) for found in regex.findall(r"\X", text)), default=0)
    if blank(text) or longest + sign > most // 2:
        return

    assert not any(map(blank, split(text, most)))


def test_a_sign_longer_than_a_part_is_cut_between_code_points() -> None:
    assert ["e\u0301", "\u0301\u0301"] == split("e" + "\u0301" * 3, 2)


@given(st.text())
def test_a_text_is_whole_if_it_can_be_written(text: str) -> None:
    assert whole(text)
    assert not whole(text + "\ud800")


NAMES = [
    (("Aom", "Suk", "en", "full_name"), "Aom Suk"),
    (("Aom", "Suk", "th", "full_name"), "Aom Suk"),
    (("太郎", "山田", "ja", "full_name"), "山田太郎"),
    (("Taro", "Yamada", "ja", "full_name"), "Yamada Taro"),
    (("小明", "王", "zh-TW", "full_name"), "王小明"),
    (("小明", "王", "zh-TW", "first_name"), "小明"),
    (("", "Suk", "en", "first_name"), "Suk"),
    (("Aom", "", "ja", "full_name"), "Aom"),
    (("", "", "ja", "full_name"), ""),
    (("Aom", "Suk", "en", "none"), ""),
]


@pytest.mark.parametrize(("given_name", "shown"), NAMES)
def test_names_are_in_the_order_of_their_locale(
    given_name: tuple[str, str, str, str], shown: str
) -> None:
    assert shown == staff_name(*given_name)


@given(st.lists(SIGNS, max_size=20).map("".join))
def test_a_senders_name_is_a_beginning_that_fits(name: str) -> None:
    shown = sender_name(name)

    assert utf16(shown) <= MOST_NAME
    assert name.strip().startswith(shown) or shown == ""
    assert regex.findall(r"\X", name.strip())[: len(regex.findall(r"\X", shown))] == (
        regex.findall(r"\X", shown)
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("LINE Help", ""), ("\uff2c\uff29\uff2e\uff25", ""), ("The line", ""),
        ("Caroline", "Caroline"), ("Linen Shop", "Linen Shop"), ("a\ud800", ""),
    ],
)  # fmt: skip
def test_a_name_that_line_refuses_is_left_out(name: str, shown: str) -> None:
    assert shown == sender_name(name)
