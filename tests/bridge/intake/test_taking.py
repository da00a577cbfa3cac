"""A webhook is stored with all it causes, once, or not at all; and events harm no others."""

import asyncio
from typing import Any

import pytest
from bridge_at_work import ALICE, BOB, AtWork, text
from sqlalchemy import exc
from sqlalchemy import text as sql

from line_sim.bridge.intake import taking
from line_sim.bridge.intake.events import Events
from line_sim.bridge.intake.showing import UNREADABLE
from line_sim.bridge.store.store import Store
from line_sim.wire.events import redelivered


def planted(message: str) -> Exception:
    return ValueError(message)


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception]:
    """Texts that break what takes them, after everything else about them was written."""
    errors: dict[str, Exception] = {}
    whole = Events.take

    def take(self: Events, channel: Any, event: dict[str, Any]) -> None:  # noqa: ANN401
        whole(self, channel, event)
        if error := errors.get(event.get("message", {}).get("text")):
            raise error

    monkeypatch.setattr(Events, "take", take)
    return errors


@pytest.mark.parametrize("flag", [True, False])
def test_a_second_copy_is_known_whatever_it_says_of_itself(
    on_both: AtWork, runner: asyncio.Runner, *, flag: bool
) -> None:
    on_both.hire()
    event = on_both.event()
    again = redelivered(event) if flag else event

    assert runner.run(on_both.post([event])) == 200
    assert runner.run(on_both.post([again])) == 200
    assert runner.run(on_both.post([again, on_both.event()])) == 200

    assert ["text 1", "text 2"] == on_both.texts()
    assert len(on_both.rows("enquiries")) == 1
    kinds = [row.kind for row in on_both.rows("desk_inputs")]
    assert ["receive", "receive"] == [kind for kind in kinds if kind == "receive"]


def test_copies_at_the_same_instant_are_handled_once(
    on_both: AtWork, runner: asyncio.Runner
) -> None:
    event = on_both.event()

    async def race() -> list[int]:
        return await asyncio.gather(*(on_both.post([event, event]) for _ in range(10)))

    assert [200] * 10 == runner.run(race())
    assert ["text 1"] == on_both.texts()


def test_equal_texts_at_the_same_time_are_two_messages(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    events = [at_work.event(message=text("yes", n), timestamp=5) for n in (1, 2)]

    assert runner.run(at_work.post(events)) == 200
    assert ["yes", "yes"] == at_work.texts()


def test_events_without_an_id_are_all_taken(at_work: AtWork, runner: asyncio.Runner) -> None:
    event = at_work.event()
    del event["webhookEventId"]

    for _ in range(2):
        assert runner.run(at_work.post([event])) == 200
    assert ["text 1", "text 1"] == at_work.texts()


def test_an_event_that_breaks_us_harms_no_other_and_is_told(
    on_both: AtWork, runner: asyncio.Runner, breaking: dict[str, Exception]
) -> None:
    before, poison, after = (on_both.event() for _ in range(3))
    bob = on_both.event(BOB)
    on_both.hire()
    breaking["text 2"] = planted("no such thing")

    assert runner.run(on_both.post([before, poison, after, bob])) == 200

    assert ["text 1", UNREADABLE, "text 3"] == on_both.texts(ALICE)
    assert ["text 4"] == on_both.texts(BOB)
    assert len(on_both.rows("enquiries")) == 2
    (alert,) = on_both.alerts()
    assert "ValueError: no such thing" in alert
    assert alert in [row.text for row in on_both.rows("alerts") if row.kind == "broken"]
    assert runner.run(on_both.post([redelivered(poison)])) == 200
    assert len(on_both.texts(ALICE)) == 3


def test_what_the_desk_did_for_a_poisoned_event_did_not_happen(
    at_work: AtWork, runner: asyncio.Runner, breaking: dict[str, Exception]
) -> None:
    breaking["text 1"] = planted("after the desk")

    assert runner.run(at_work.post([at_work.event()])) == 200
    assert [] == at_work.rows("enquiries")
    assert runner.run(at_work.post([at_work.event()])) == 200

    (enquiry,) = at_work.rows("enquiries")
    assert enquiry.number == 0
    assert at_work.bridge.desk.state.desk.enquiry_count == 1


def test_a_database_that_is_away_is_not_the_events_fault(
    on_both: AtWork, runner: asyncio.Runner, breaking: dict[str, Exception]
) -> None:
    event = on_both.event()
    breaking["text 1"] = exc.OperationalError("INSERT", {}, OSError("disk full"))

    assert runner.run(on_both.post([event])) == 503
    assert [] == on_both.rows("entries")
    assert [] == on_both.rows("events")
    breaking.clear()
    assert runner.run(on_both.post([redelivered(event)])) == 200
    assert ["text 1"] == on_both.texts()


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_connection_that_was_cut_costs_no_webhook(
    on_both: AtWork, store_url: str, runner: asyncio.Runner
) -> None:
    other = Store(store_url)
    cut = sql(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert runner.run(on_both.post([on_both.event()])) == 200
    assert [(True,)] == other.rows(cut)
    other.close()

    assert runner.run(on_both.post([on_both.event()])) == 200
    assert ["text 1", "text 2"] == on_both.texts()


def test_webhooks_that_share_a_commit_do_not_share_its_failure(
    on_both: AtWork, runner: asyncio.Runner, breaking: dict[str, Exception]
) -> None:
    good, bad = on_both.event(), on_both.event(BOB)
    breaking["text 2"] = exc.OperationalError("INSERT", {}, OSError("planted"))

    async def both() -> list[int]:
        return await asyncio.gather(on_both.post([good]), on_both.post([bad]))

    assert [200, 503] == runner.run(both())
    assert ["text 1"] == on_both.texts(ALICE)
    assert [] == on_both.texts(BOB)


def test_many_webhooks_at_once_need_few_commits(
    at_work: AtWork, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = 0
    stored = taking.Taking._stored  # noqa: SLF001 - counted

    def counting(self: taking.Taking, webhooks: list[taking.Webhook]) -> bool:
        nonlocal commits
        commits += 1
        return stored(self, webhooks)

    monkeypatch.setattr(taking.Taking, "_stored", counting)

    async def many() -> list[int]:
        return await asyncio.gather(
            *(at_work.post([at_work.event(f"U{n:032x}")]) for n in range(100))
        )

    assert [200] * 100 == runner.run(many())
    assert len(at_work.rows("entries")) == 100
    assert commits <= 20


def test_messages_of_a_user_keep_their_order_within_a_webhook_and_over_several(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    now = round(at_work.clock.now() * 1_000)
    first, second, late = (at_work.event(timestamp=now + at) for at in (10, 20, 15))

    assert runner.run(at_work.post([second, first])) == 200
    assert [1, 2] == [row.id for row in at_work.entries()]
    assert runner.run(at_work.post([redelivered(late)])) == 200

    assert ["text 1", "text 3", "text 2"] == at_work.texts()


def test_what_is_no_object_is_told_and_harms_no_other(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    assert runner.run(at_work.post([None, 1, "x", [], at_work.event()])) == 200
    assert ["text 1"] == at_work.texts()
    assert len(at_work.alerts()) == 1


def test_who_waits_at_the_end_is_told_to_deliver_again(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    async def ending() -> int:
        posting = asyncio.ensure_future(at_work.post([at_work.event()]))
        while not at_work.bridge.intake._taking._waiting:  # noqa: SLF001, ASYNC110 - until it waits
            await asyncio.sleep(0)
        at_work.bridge.intake.close()
        return await posting

    assert runner.run(ending()) == 503
    assert [] == at_work.rows("entries")


def test_a_restart_between_two_copies_changes_nothing(
    on_both: AtWork, runner: asyncio.Runner
) -> None:
    event = on_both.event()
    assert runner.run(on_both.post([event])) == 200
    before = on_both.rows("desk_log")

    runner.run(on_both.bridge.restart())
    assert runner.run(on_both.post([redelivered(event)])) == 200

    assert ["text 1"] == on_both.texts()
    assert before == on_both.rows("desk_log")
