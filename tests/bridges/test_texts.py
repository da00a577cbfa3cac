"""Laws of splitting texts and of cutting names."""

import pytest
from echo_bridge.texts import CLUSTER, shown_name, split
from hypothesis import given
from hypothesis import strategies as st

from line_sim.wire.counting import utf16
from line_sim.wire.limits import LIMITS

PIECES = st.sampled_from(["a", " ", "\n", "ก", "ำ", "🙂", "👩‍👩‍👧", "🇹🇭", "e\u0301", "\U00020000"])
TEXTS = st.lists(PIECES, max_size=60).map("".join)


@given(TEXTS, st.integers(2, 30))
def test_parts_together_are_the_text_and_none_is_too_long_or_empty(text: str, most: int) -> None:
    parts = split(text, most)

    assert (text if text.strip() else "") == "".join(parts)
    assert all(0 < utf16(part) <= most for part in parts)


@given(TEXTS)
def test_no_cluster_is_torn_that_fits_into_a_part(text: str) -> None:
    parts = split(text, 12)
    clusters = CLUSTER.findall(text) if parts else []

    assert clusters == [cluster for part in parts for cluster in CLUSTER.findall(part)]


def test_a_blank_end_is_no_message_of_its_own() -> None:
    assert ["aaa", "a  "] == split("aaaa  ", 4)[:1] + split("aaaa  ", 4)[1:]


@given(TEXTS)
def test_a_shown_name_is_never_longer_than_line_takes(name: str) -> None:
    assert utf16(shown_name(name, "first_last")) <= LIMITS["sender.name"].most


@pytest.mark.parametrize(
    ("name", "form", "shown"),
    [
        ("Aom Suk", "none", ""),
        ("Aom Suk", "first", "Aom"),
        ("Aom Suk", "first_last", "Aom Suk"),
        ("LINE Support", "first_last", ""),
        ("\uff2c\uff49\uff4e\uff45 Support", "first", ""),
        ("Caroline Berg", "first", "Caroline"),
        ("A" * 25, "first", "A" * 20),
        ("A" * 19 + "👩‍👩‍👧", "first", "A" * 19),
        ("", "first", ""),
    ],
)
def test_staff_are_shown_by_the_chosen_form(name: str, form: str, shown: str) -> None:
    assert shown == shown_name(name, form)
