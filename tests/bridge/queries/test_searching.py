"""Search finds exactly what was written, in any script, and takes nothing for a wildcard."""

from __future__ import annotations

import pytest
from daily_shop import Shop, clear, open_store
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge.queries import searching
from line_sim.bridge.queries.visibility import Sight, Viewer
from line_sim.bridge.store import tables

STORE = open_store()
ALL = Viewer(1, administrator=True)
LETTERS = st.one_of(
    st.sampled_from("aAzZ0e1u%_!\\'\"[]"),
    st.sampled_from("กำ้สวัสดีขอบคุณ語店ぁアｱ한éÉßẞİKÅåЖж"),
    st.sampled_from("\x00\n\t\ud83d\ude00\N{GRINNING FACE}\N{DESERET CAPITAL LETTER LONG I}"),
    st.characters(),
)
TEXTS = st.text(LETTERS, max_size=12)


def fill(texts: list[str]) -> None:
    """A chat with these texts."""
    clear(STORE)
    with STORE.transaction():
        STORE.add(tables.channels, id=1, name="C", path="p", created_at=0.0, config={})
        STORE.add(tables.chats, id=1, channel=1, kind="user", line_id="U1")
        for number, text in enumerate(texts, 1):
            STORE.add(
                tables.entries, id=number, chat=1, author="customer", kind="text", text=text,
                at_ms=number,
            )  # fmt: skip


@st.composite
def texts_and_parts(draw: st.DrawFn) -> tuple[list[str], str]:
    """Texts, and something to look for: often a part of one."""
    texts = [  # two halves of a pair that stand together are stored as what they make
        each.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        for each in draw(st.lists(TEXTS, max_size=6))
    ]
    if texts and draw(st.booleans()):
        text = draw(st.sampled_from(texts))
        start = draw(st.integers(0, len(text)))
        part = text[start : draw(st.integers(start, len(text)))]
        return texts, draw(st.sampled_from([part, part.upper(), part.lower()]))
    return texts, draw(TEXTS)


@given(texts_and_parts())
def test_every_text_with_the_part_is_found_and_no_other(given_: tuple[list[str], str]) -> None:
    texts, part = given_
    part = part.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    fill(texts)

    found = searching.window(STORE, Sight(STORE, ALL), part, limit=100)

    wanted = searching.folded(part)
    expected = [n for n, text in enumerate(texts, 1) if wanted in searching.folded(text)]
    assert expected[::-1] == [each["id"] for each in found.entries]
    assert found.before is None


@pytest.mark.parametrize(
    ("text", "part", "there"),
    [
        ("สวัสดีค่ะ", "สวัส", True),
        ("ขอบคุณ", "e02", False),  # a part of an escape
        ("ご用件をどうぞ", "用件", True),
        ("100 %", "0 %", True),
        ("1000", "0%", False),
        ("a_b", "a_b", True),
        ("axb", "a_b", False),
        ("ÉTÉ", "été", True),
        ("Order", "oRDER", True),
        ("a\\nb", "\\n", True),
        ("a\nb", "\\n", False),
        ("it's", "'; DROP TABLE entries; --", False),
    ],
)
def test_examples(text: str, part: str, there: bool) -> None:  # noqa: FBT001 - a row of the table
    fill([text])

    assert there is bool(searching.window(STORE, Sight(STORE, ALL), part).entries)


def test_windows_go_through_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fill([f"word {number % 3}" for number in range(50)])
    monkeypatch.setattr(searching, "WINDOW", 7)

    found = [*searching.windows(STORE, Sight(STORE, ALL), "word 1", limit=10)]
    ids = [each["id"] for one in found for each in one.entries]
    rest = searching.windows(STORE, Sight(STORE, ALL), "word 1", before=found[-1].before)
    ids += [each["id"] for one in rest for each in one.entries]

    assert [number + 1 for number in range(49, -1, -1) if number % 3 == 1] == ids


def test_only_what_is_seen_is_found_and_nothing_that_was_taken_back() -> None:
    shop = Shop()
    mine, other = shop.staff("Anong"), shop.staff("Boon")
    here = shop.channel(shop.destination(mine), name="Here")
    there = shop.channel(shop.destination(other, name="Back"), name="There")
    shop.desk.begin()
    seen = shop.chat(here, "U1", "Somchai")
    shop.writes(seen, "my parcel")
    shop.entry(seen, "parcel, taken back", state="retracted")
    hidden = shop.chat(there, "U2", "Somsak")
    shop.writes(hidden, "my parcel too")
    sight = Sight(shop.store, Viewer(mine))

    found = searching.window(shop.store, sight, "PARCEL")

    assert ["my parcel"] == [each["text"] for each in found.entries]
    assert [seen] == [each["chat"] for each in searching.names(shop.store, sight, "som")]
    both = searching.names(shop.store, Sight(shop.store, ALL), "som")
    assert [hidden, seen] == [each["chat"] for each in both]


def test_names_notes_and_labels_are_found() -> None:
    shop = Shop.with_one()
    chat = shop.chat(1, "U1", "ก้อย")
    change = tables.chats.update().where(tables.chats.c.id == chat)
    shop.store.run(change.values(note='calls "back"', labels=["ประจำ", "50%"]))
    sight = Sight(shop.store, ALL)

    for part in ("ก้", '"back"', "ประ", "50%"):
        assert [chat] == [each["chat"] for each in searching.names(shop.store, sight, part)]
    for part in ("0e", "5_%", "[", '","'):
        assert [] == searching.names(shop.store, sight, part)
