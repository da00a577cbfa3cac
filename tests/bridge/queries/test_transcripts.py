"""Pages of transcripts and chats: whole, in order, with what is unread and how far things got."""

from __future__ import annotations

import pytest
from daily_shop import NOW, Shop
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge.queries import chats, transcript
from line_sim.bridge.queries.visibility import Sight, Viewer
from line_sim.bridge.store import tables

ALL = Viewer(1, administrator=True)
SHOP = Shop.with_one()


@pytest.fixture
def shop() -> Shop:
    """A shop with one channel."""
    return Shop.with_one()


@given(st.lists(st.integers(0, 4), max_size=20), st.integers(1, 7))
def test_pages_joined_are_the_transcript(times: list[int], limit: int) -> None:
    shop, made = SHOP, list[tuple[int, int]]()
    shop.store.run(tables.entries.delete())
    chat, other = shop.chat(1), shop.chat(1, "U2")
    for at_ms in times:
        made.append((at_ms, shop.entry(chat, at_ms=at_ms)))
        shop.entry(other, at_ms=at_ms)

    found, before = list[int](), None
    while page := transcript.page(shop.store, chat, before=before, limit=limit):
        assert len(page) <= limit
        found = [each["id"] for each in page] + found
        before = found[0]

    assert [entry for _, entry in sorted(made)] == found
    assert found == [each["id"] for each in transcript.whole(shop.store, chat)]


def test_an_entry_of_another_chat_begins_no_page(shop: Shop) -> None:
    chat, other = shop.chat(1), shop.chat(1, "U2")
    shop.entry(chat)
    mark = shop.entry(other)

    assert [] == transcript.page(shop.store, chat, before=mark)


def test_what_was_taken_back_is_told_as_its_notice(shop: Shop) -> None:
    chat = shop.chat(1)
    shop.entry(chat, "[taken back]", state="retracted", fetch="")

    (told,) = transcript.page(shop.store, chat)

    assert ("[taken back]", None, "retracted") == (told["text"], told["media"], told["state"])


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([], ""),
        (["sent"], "sent"),
        (["sent", "queued"], "queued"),
        (["trying"], "queued"),
        (["sent", "unknown", "queued"], "unknown"),
        (["failed", "unknown"], "failed"),
        (["skipped_stale"], "skipped_stale"),
        (["withdrawn"], "withdrawn"),
    ],
)
def test_a_message_is_as_far_as_the_worst_of_its_calls(
    shop: Shop, states: list[str], told: str
) -> None:
    chat = shop.chat(1)
    entry = shop.entry(chat, "Yes", "staff", staff=1)
    for state in states:
        shop.store.add(
            tables.outbox, channel=1, chat=chat, entry=entry, cause="staff", at_ms=0, made_at=NOW,
            messages=[], retry_key="k", state=state,
        )  # fmt: skip

    (found,) = transcript.page(shop.store, chat)

    assert (told, "Anong Suk") == (found["delivery"], found["staff"]["name"])


def test_unread_is_what_customers_wrote_since_somebody_read(shop: Shop) -> None:
    chat, quiet = shop.chat(1), shop.chat(1, "U2")
    read = shop.entry(chat)
    shop.entry(chat, "Yes", "staff")
    shop.entry(chat)
    shop.entry(chat, state="retracted")
    shop.entry(chat)
    shop.store.run(tables.chats.update().where(tables.chats.c.id == chat).values(read_to=read))
    sight = Sight(shop.store, ALL)

    assert {chat: 2, quiet: 0} == {e["id"]: e["unread"] for e in chats.page(shop.store, sight)}
    assert [chat] == [each["id"] for each in chats.page(shop.store, sight, unread=True)]


def test_chats_written_in_last_come_first_page_by_page(shop: Shop) -> None:
    for who, at_ms in (("U1", 30), ("U2", 10), ("U3", 20)):
        shop.entry(shop.chat(1, who), at_ms=at_ms)
    sight, found, before = Sight(shop.store, ALL), list[int](), None
    while page := chats.page(shop.store, sight, before_ms=before, limit=2):
        found += [each["id"] for each in page]
        before = page[-1]["latest_ms"]

    assert [1, 3, 2] == found


@pytest.mark.parametrize("label", ["VIP", "vip", 'say "hi"', "ประจำ", "100%"])
def test_chats_are_found_by_a_whole_label(shop: Shop, label: str) -> None:
    held = {1: ["VIP", 'say "hi"'], 2: ["VIP2", "not VIP"], 3: ["x", "ประจำ", "100%"], 4: ["1000"]}
    for number, labels in held.items():
        chat = shop.chat(1, f"U{number}")
        shop.store.run(tables.chats.update().where(tables.chats.c.id == chat).values(labels=labels))

    found = chats.page(shop.store, Sight(shop.store, ALL), label=label)

    expected = {n for n, labels in held.items() if label.lower() in [x.lower() for x in labels]}
    assert expected == {each["id"] for each in found}
    assert expected


def test_custom_info_stands_beside_what_visitors_began_alone(shop: Shop) -> None:
    from line_sim.bridge.queries import enquiries  # noqa: PLC0415

    channel = shop.channel(1, custom_info_switch=True, custom_info="Ask for the receipt")
    shop.desk.reconfigure()
    enquiry = shop.writes(shop.chat(channel))
    sight = Sight(shop.store, ALL)

    told = {}
    for begun in ("visitor", "direct", "campaign"):
        shop.store.run(tables.enquiries.update().values(initiated_by=begun))
        found = enquiries.one(shop.store, sight, enquiry)
        assert found is not None
        told[begun] = found["custom_info"]
    assert {"visitor": "Ask for the receipt", "direct": "", "campaign": ""} == told
