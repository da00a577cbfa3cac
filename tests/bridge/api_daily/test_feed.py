"""Who is cut off and reads on is told what they would have been told, once each."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from daily_shop import NOW, Shop
from hypothesis import given, settings
from hypothesis import strategies as st

from line_sim.bridge.api.daily import feed as feeds
from line_sim.bridge.api.daily.feed import Feed, Position
from line_sim.bridge.intake.transcript import Transcript
from line_sim.bridge.queries.visibility import Sight, Viewer
from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from collections.abc import Callable

ACTS = ("writes 1", "writes 2", "edits", "takes back", "picks up", "answers", "closes", "status",
        "nothing", "read", "cut", "restart")  # fmt: skip
LIVES = st.lists(st.sampled_from(ACTS), max_size=25)


class Outbox:
    """Tells of deliveries."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[int, int], object]] = []

    def on_changed(self, listener: Callable[[int, int], object]) -> None:
        """Keep it."""
        self.listeners.append(listener)


class Told(Shop):
    """A shop with a transcript and a feed, of one group and of another."""

    def __init__(self) -> None:
        super().__init__()
        media: Any = SimpleNamespace(on_fetched=lambda _call: None, forget=lambda _entry: None)
        self.media = media
        self.transcript = Transcript(self)  # type: ignore[arg-type]
        self.outbox = Outbox()
        self.ann, self.bea = self.staff("Ann"), self.staff("Bea")
        self.boss = self.staff("Boss", role="administrator")
        self.channel(self.destination(self.ann))
        self.channel(self.destination(self.bea, name="Back"), name="Second")
        self.desk.begin()
        self.feed = Feed(self)  # type: ignore[arg-type]

    def sight(self, staff: int) -> Sight:
        """What somebody sees."""
        return Sight(self.store, Viewer(staff, staff == self.boss))

    def wrote(self, chat: int, text: str, author: str = "customer", **more: Any) -> int:  # noqa: ANN401
        """An entry, as the bridge's parts write it."""
        at_ms = round(self.clock.now() * 1_000)
        return self.transcript.note(
            chat,
            author=author,
            kind="text",
            text=text,
            at_ms=at_ms,
            **more,  # type: ignore[arg-type]
        )

    def acts(self, act: str) -> None:
        """Something happens in the shop."""
        (newest,) = self.store.rows(
            tables.entries.select().order_by(tables.entries.c.id.desc()).limit(1)
        ) or (None,)
        if act.startswith("writes"):
            chat = self.chat(int(act[-1]))
            with self.store.transaction():
                enquiry = self.desk.receive(int(act[-1]) - 1, 0, "text")
                self.wrote(chat, act, enquiry=enquiry)
        elif act == "edits" and newest:
            self.transcript.edit(newest.id, newest.text + "!", "")
        elif act == "takes back" and newest:
            self.transcript.retract(1, "[taken back]")
        elif act == "picks up":
            for row in self.store.rows(tables.offers.select()):
                self.desk.pick_up(row.enquiry, self.number(row.staff))
        elif act == "answers" and newest:
            with self.store.transaction():
                entry = self.wrote(newest.chat, "Yes", "staff", staff=self.ann)
                self.store.after_commit(lambda: self.sent(newest.chat, entry))
        elif act == "closes":
            for row in self.store.rows(tables.enquiries.select()):
                self.desk.close(row.number)
        elif act == "status":
            busy = self.desk.state.desk.members[0].status == 1
            self.desk.set_status(0, "busy" if busy else "active")

    def sent(self, chat: int, entry: int) -> None:
        """The outbox tells of an entry."""
        for listener in self.outbox.listeners:
            listener(chat, entry)


class Reader:
    """Somebody who reads, and keeps what a browser keeps: the last id."""

    def __init__(self, shop: Told, staff: int) -> None:
        self.shop, self.staff = shop, staff
        self.position = shop.feed.now()
        self.last = str(self.position)
        self.entries: list[int] = []
        self.rows: list[tuple[Any, ...]] = []
        self.known: dict[int, dict[str, Any]] = {}
        self.changes: list[int] = []
        self.look_again: list[str] = []

    def reads(self, taken: int | None = None) -> None:
        """Take what there is, or only so many events of it before the line breaks."""
        while True:
            number = self.shop.number(self.staff)
            events, after = self.shop.feed.after(self.position, self.shop.sight(self.staff), number)
            for event in events[:taken]:
                self.last = str(event.position)
                self.hears(event)
            if taken is not None or after == self.position:
                self.position = after
                return
            self.position = after

    def hears(self, event: feeds.Event) -> None:
        """Note an event."""
        data = event.data
        match event.kind:
            case "entry":
                self.entries.append(data["id"])
                self.known[data["id"]] = data
            case "entry_changed":
                self.changes.append(data["id"])
                self.known[data["id"]] = data
            case "look_again":
                self.look_again.append(data["at"])
            case kind:
                told = {**data, "enquiry": None}
                self.rows.append((kind, str(sorted(told.items(), key=str))))

    def comes_again(self) -> None:
        """Connect anew."""
        self.position, again = self.shop.feed.resumed(self.last)
        if again:
            self.look_again.append(again)


@settings(max_examples=30)
@given(LIVES, st.sampled_from(["ann", "bea", "boss"]), st.integers(1, 4), st.data())
def test_reading_on_loses_nothing_and_doubles_nothing(
    acts: list[str], who: str, piece: int, data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feeds, "PIECE", piece)
        shop = Told()
        shop.desk.set_status(0, "active")
        shop.desk.set_status(1, "active")
        steady, broken = (Reader(shop, getattr(shop, who)) for _ in range(2))
        restarted = False
        for act in acts:
            shop.clock.catch_up(shop.clock.now() + 1)
            shop.acts(act)
            if act == "read":
                broken.reads()
            elif act == "cut":
                broken.reads(data.draw(st.integers(0, 3)))
                broken.comes_again()
            elif act == "restart":
                steady.reads()
                restarted = True
                shop.feed = Feed(shop)  # type: ignore[arg-type]
                steady.comes_again()
                broken.comes_again()
            steady.reads()
        broken.reads()
        shop.store.close()

    assert steady.entries == broken.entries == sorted(set(steady.entries))
    assert steady.rows == broken.rows
    if not restarted:
        assert [] == steady.look_again == broken.look_again
        assert steady.known == broken.known
    else:
        assert {"entries"} >= set(steady.look_again)
    assert set(broken.changes) <= set(steady.changes) | set(steady.entries)


def test_a_new_entry_is_no_change_of_one() -> None:
    shop = Told()
    shop.desk.set_status(0, "active")
    reader = Reader(shop, shop.ann)
    for act in ("writes 1", "picks up", "answers"):
        shop.acts(act)
    reader.reads()

    assert ([1, 2], []) == (reader.entries, reader.changes)
    shop.sent(1, 2)
    shop.sent(1, 2)
    reader.reads()
    assert [2] == reader.changes


def test_only_what_one_sees_is_told() -> None:
    shop = Told()
    shop.desk.set_status(0, "active")
    ann, bea, boss = (Reader(shop, who) for who in (shop.ann, shop.bea, shop.boss))
    for act in ("writes 1", "picks up", "edits", "writes 2"):
        shop.acts(act)
    for each in (ann, bea, boss):
        each.reads()

    assert ([1], [2], [1, 2]) == (ann.entries, bea.entries, boss.entries)
    assert ([], [], []) == (ann.changes, bea.changes, boss.changes)  # new ones are as they are now
    shop.desk.transfer(0, staff_number=1)
    shop.desk.set_status(1, "active")
    shop.desk.transfer(0, staff_number=1)
    bea.reads()
    told = [row for _, row in bea.rows if "'offered'" in row and "('number', 0)" in row]
    assert 1 == len(told)


@pytest.mark.parametrize(
    "last",
    ["", "x", "1.2.3", "99.0.{life}.0", "0.99.{life}.0", "-1.0.{life}.0", "0.0.{life}.0 ",
     "0.0.{life}.99999999999999999", "\x00"],
)  # fmt: skip
def test_a_position_that_is_none_has_everything_looked_at_again(last: str) -> None:
    shop = Told()
    shop.acts("writes 1")

    position, again = shop.feed.resumed(last.format(life=shop.feed.now().life))

    assert (shop.feed.now(), "everything") == (position, again)


def test_who_was_away_for_too_long_looks_at_everything_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = Told()
    start = str(shop.feed.now())
    monkeypatch.setattr(feeds, "FARTHEST", 3)
    for _ in range(3):
        shop.wrote(shop.chat(1), "x")
    assert "" == shop.feed.resumed(start)[1]
    shop.wrote(shop.chat(1), "x")

    assert "everything" == shop.feed.resumed(start)[1]


def test_more_changes_than_are_remembered_have_entries_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feeds, "CHANGES_KEPT", 2)
    shop = Told()
    shop.acts("writes 1")
    slow = Reader(shop, shop.boss)
    away = slow.last
    for _ in range(3):
        shop.acts("edits")

    slow.reads()

    assert (["entries"], [1]) == (slow.look_again, slow.changes)
    assert "entries" == shop.feed.resumed(away)[1]
    assert isinstance(shop.feed.resumed(slow.last)[0], Position)
    assert "" == shop.feed.resumed(slow.last)[1]
    assert NOW <= shop.clock.now()
