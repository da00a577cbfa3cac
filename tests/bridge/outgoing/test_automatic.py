"""What is said by itself: due by the desk, once, in one call with what is due beside it."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from bridge_at_work import ALICE, BOB, AtWork, told
from sqlalchemy import update

from line_sim.bridge.channels import states
from line_sim.bridge.desk.setup import next_number
from line_sim.bridge.outgoing.automatic import NOTICE
from line_sim.bridge.outgoing.outbox import STALE_S
from line_sim.bridge.store import tables

Test = Callable[[AtWork], Coroutine[Any, Any, None]]
TEXTS = {"welcome": "Welcome!", "away": "We are away.", "close": "Goodbye from {staff}."}
ALL_ON = {"messages": {name: {"on": True, "text": text} for name, text in TEXTS.items()}}


class UndoneError(Exception):
    """Ends a transaction."""


def run(test: Test, folder: Path, **config: Any) -> None:  # noqa: ANN401
    """Run a test with a bridge whose group has one member, Aom Suk, who is not there."""

    async def whole() -> None:
        work = AtWork(told(folder))
        await work.begin()
        try:
            store = work.bridge.store
            with store.transaction():
                made = store.add(
                    tables.staff, number=next_number(store, tables.staff), login="aom",
                    first_name="Aom", last_name="Suk", created_at=0.0,
                )  # fmt: skip
                group = {"kind": "group", "staff": [made]}
                store.run(update(tables.destinations).values(config=group))
                work.bridge.desk.reconfigure()
            (channel,) = work.bridge.channels
            states.edit(work.bridge, channel, config=config or ALL_ON)
            await test(work)
        finally:
            await work.end()

    asyncio.run(whole())


def present(work: AtWork) -> None:
    """Let the member of staff be there."""
    work.bridge.desk.heartbeat(0, used=True)
    work.bridge.desk.set_status(0, "active")


def said(work: AtWork) -> list[list[str]]:
    """The texts of each call in the outbox."""
    return [[each["text"] for each in row.messages] for row in work.rows("outbox")]


def test_what_is_due_at_once_is_one_call_and_one_entry(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        await work.post([work.event()])

        assert [["Welcome!", "We are away."]] == said(work)
        assert "Welcome!\n\nWe are away." in work.texts()

    run(test, tmp_path)


def test_customers_of_one_webhook_are_each_told_their_own(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        await work.post([work.event(), work.event(BOB), work.event()])

        assert [["Welcome!", "We are away."]] * 2 == said(work)
        assert 2 == len({row.chat for row in work.rows("outbox")})

    run(test, tmp_path)


def test_the_welcome_comes_once_for_a_visitor_and_away_once_for_an_enquiry(
    tmp_path: Path,
) -> None:
    async def test(work: AtWork) -> None:
        for _ in range(3):
            await work.post([work.event()])
        await work.clock.advance(61.0)
        await work.post([work.event()])

        assert [["Welcome!", "We are away."], ["We are away."]] == said(work)

    run(test, tmp_path)


@pytest.mark.parametrize(
    ("form", "text"), [("first_name", "Goodbye from Aom."), ("none", "Goodbye from .")]
)
def test_the_close_text_names_who_had_the_enquiry(tmp_path: Path, form: str, text: str) -> None:
    async def test(work: AtWork) -> None:
        present(work)
        await work.post([work.event()])
        assert work.bridge.desk.pick_up(0, 0)
        assert work.bridge.desk.close(0)

        assert [text] == said(work)[-1]

    run(test, tmp_path, display_name_format=form, **ALL_ON)


def test_what_was_due_while_the_bridge_was_down_is_shown_and_not_sent(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        present(work)
        await work.post([work.event()])
        await work.end()
        work.clock.catch_up(work.clock.now() + 60.0 + STALE_S + 1.0)
        await work.begin()

        away = work.rows("outbox")[-1]
        assert ("away", "skipped_stale") == (away.cause, away.state)
        assert "We are away." in work.texts()

    run(test, tmp_path)


def test_a_suspended_channel_says_nothing_by_itself(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        present(work)
        await work.post([work.event()])
        assert work.bridge.desk.pick_up(0, 0)
        before = said(work)
        (channel,) = work.bridge.channels
        states.suspend(work.bridge, channel)
        assert work.bridge.desk.close(0)

        assert before == said(work)

    run(test, tmp_path)


def test_an_undone_webhook_leaves_nothing_to_say(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        def comes_to_nothing() -> None:
            (channel,) = work.bridge.channels
            with work.bridge.store.transaction():
                work.bridge.chats.of(channel.id, "user", ALICE)
                work.bridge.desk.receive(0, 0, "text")
                assert said(work)
                raise UndoneError

        with pytest.raises(UndoneError):
            comes_to_nothing()
        assert [] == said(work)
        await work.post([work.event()])

        assert [["Welcome!", "We are away."]] == said(work)

    run(test, tmp_path)


INFO = {"custom_info_switch": True, "custom_info": "Ask for the order number."}


def test_staff_see_the_channels_note_beside_an_enquiry_also_a_missed_one(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        await work.post([work.event()])
        await work.clock.advance(61.0)

        assert "missed" == work.rows("enquiries")[0].state
        assert [("system", "custom_info", "Ask for the order number.")] == [
            (row.author, row.kind, row.text) for row in work.entries() if row.author == "system"
        ]
        assert [] == said(work)

    run(test, tmp_path, **INFO)


@pytest.mark.parametrize("initiated_by", ["direct", "campaign"])
def test_the_channels_note_is_not_shown_where_no_visitor_began(
    tmp_path: Path, initiated_by: str
) -> None:
    async def test(work: AtWork) -> None:
        (channel,) = work.bridge.channels
        work.bridge.chats.of(channel.id, "user", ALICE)
        work.bridge.desk.receive(0, 0, "text", initiated_by)

        assert [] == work.texts()

    run(test, tmp_path, **INFO)


def test_staff_alone_see_that_a_chat_is_about_to_be_closed(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        store = work.bridge.store
        service = {"auto_close": True, "auto_close_after_s": 600.0, "auto_close_notice_s": 60.0}
        with store.transaction():
            store.run(tables.meta.delete().where(tables.meta.c.name == "service"))
            store.add(tables.meta, name="service", value=service)
            work.bridge.desk.reconfigure()
        present(work)
        await work.post([work.event()])
        assert work.bridge.desk.pick_up(0, 0)
        await work.clock.advance(541.0)

        assert NOTICE in work.texts()
        assert ["Welcome!"] == [text for texts in said(work) for text in texts]

    run(test, tmp_path)
