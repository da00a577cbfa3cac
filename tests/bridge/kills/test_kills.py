"""Whenever the bridge is killed, nothing is lost and nothing is done twice; who does is caught."""

import contextlib
import io
import sqlite3
import wave
from collections import Counter
from pathlib import Path

import bridge_bookkeeping as bookkeeping
import pytest
from bridge_kills import Killer, Plan, killed
from kill_bench import Trial
from spoilt_bridges import (
    COMMITTED,
    CONVERTED,
    FETCHED,
    FIRST_BYTE,
    MIGRATED,
    PLACES,
    PUSHED,
    REPLIED,
    SNAPSHOT,
    TOO_SOON,
    WITHIN,
)

from line_sim.bridge.media.vault import DRAFTS
from line_sim.replay.agent_words import Attachment
from line_sim.replay.run import Run

Played = tuple[bookkeeping.Findings, Run, Killer]


def a_sound() -> bytes:
    """A second of silence as WAV, which LINE does not take: it is converted."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))
    return made.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run below leaves its ledger and its database."""
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def ten_kills(folder: Path) -> Played:
    """Ten kills in a replay with faults."""
    return killed(folder, Plan(kills=10, messages=300, duration_s=14.0, chats=60, calm_s=3.0))


def test_ten_kills_lose_nothing_and_double_nothing(ten_kills: Played) -> None:
    found, run, killer = ten_kills

    assert [] == found.wrong
    assert 10 == sum(killer.done.values())
    assert 0 < killer.done["serving"]
    assert "done" == run.ended
    assert found.counts["messages"] == 300
    assert found.counts["confirmed"] > 0
    assert found.counts["messages that LINE sent"] > 0
    assert found.counts["messages of staff"] > 0


PLANTED = {
    "confirmed messages are LOST":
        "DELETE FROM entries WHERE id = (SELECT MIN(id) FROM entries WHERE author = 'customer')",
    "stand there twice":
        "UPDATE entries SET event = (SELECT MIN(event) FROM entries WHERE event <> '')"
        " WHERE id = (SELECT MAX(id) FROM entries WHERE author = 'customer')",
    "texts are not those that came":
        "UPDATE entries SET text = 'something else' WHERE author = 'customer' AND kind = 'text'",
    "calls sent what nobody had asked for":
        "DELETE FROM outbox WHERE cause = 'staff' AND state = 'sent'",
    "staff were told it was not sent": "UPDATE outbox SET state = 'failed' WHERE state = 'sent'",
    "staff were told it was sent":
        "INSERT INTO outbox SELECT MAX(id) + 1, channel, chat, entry, cause, at_ms, made_at,"
        " messages, reply_token, token_came_at, route, retry_key, first_tried_at, ambiguous, state,"
        " reason FROM outbox WHERE state = 'sent'",
    "never brought to an end": "UPDATE outbox SET state = 'queued' WHERE id = 1",
    "messages of staff that were accepted are LOST":
        "DELETE FROM entries WHERE staff_key IS NOT NULL",
    "is of no enquiry": "UPDATE entries SET enquiry = NULL WHERE author = 'customer'",
    "of an enquiry of somebody else": "UPDATE entries SET enquiry = 0",
    "enquiries stand otherwise": "UPDATE enquiries SET state = 'open' WHERE number = 0",
    "became": "DELETE FROM desk_log WHERE kind = (SELECT kind FROM desk_log WHERE enquiry = 0"
        " ORDER BY seq LIMIT 1)",
}  # fmt: skip


@pytest.mark.parametrize("told", PLANTED)
def test_what_is_wrong_is_found(ten_kills: Played, folder: Path, tmp_path: Path, told: str) -> None:
    _, run, _ = ten_kills
    database = tmp_path / "bridge.sqlite"
    with (
        contextlib.closing(sqlite3.connect(folder / "data" / "bridge.sqlite")) as whole,
        contextlib.closing(sqlite3.connect(database)) as db,
    ):
        whole.backup(db)
        db.execute(PLANTED[told])
        db.commit()
    wish = bookkeeping.Wish("wish-1", "U", "text", accepted=True)
    found = bookkeeping.judge(run.lines(), database, [wish])

    assert [each for each in found.wrong if told in each]


def test_it_may_die_at_any_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Trial(tmp_path, "dies_everywhere", monkeypatch) as trial:
        alice, bob = trial.line.visitor("Alice"), trial.line.visitor("Bob")
        for place in (WITHIN, COMMITTED, SNAPSHOT):
            trial.died_of(place, lambda: alice.says("Is it on its way?"))
        trial.died_of(FETCHED, bob.sends_image)
        trial.until(lambda: trial.view.transcript(alice.id) != [])
        for place in (FIRST_BYTE, REPLIED, PUSHED):
            trial.died_of(place, lambda: trial.sends(alice.id))
        sound = Attachment(a_sound(), "audio/wav", "answer.wav")
        trial.until(lambda: trial.sends(alice.id))
        trial.died_of(CONVERTED, lambda: trial.sends(alice.id, media=sound))
        trial.until(lambda: trial.sends(alice.id, media=sound))
        found = trial.judged()

    assert [] == found.wrong
    assert Counter() == found.unknowable
    assert 1 <= found.counts["pictures"]
    assert {*PLACES} == {each.name for each in trial.marks.iterdir()}
    assert [] == [*(tmp_path / "data" / "media" / DRAFTS).iterdir()]


def test_a_migration_that_was_cut_off_is_made_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Trial(tmp_path, "dies_migrating", monkeypatch) as trial:
        trial.line.visitor("Alice").says("hello")
        found = trial.judged()

    assert [] == found.wrong
    assert 1 == found.counts["confirmed"]
    assert [MIGRATED] == [each.name for each in trial.marks.iterdir()]


def test_who_confirms_before_storing_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Trial(tmp_path, "confirms_too_soon", monkeypatch) as trial:
        alice = trial.line.visitor("Alice")
        trial.died_of(TOO_SOON, lambda: alice.says("Is it on its way?"))
        found = trial.judged()

    assert any("confirmed messages are LOST" in each for each in found.wrong)


def test_who_makes_retry_keys_anew_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Trial(tmp_path, "makes_keys_anew", monkeypatch) as trial:
        alice = trial.line.visitor("Alice")
        alice.says("Is it on its way?")
        trial.until(lambda: trial.view.transcript(alice.id) != [])
        trial.died_of(PUSHED, lambda: trial.sends(alice.id))
        found = trial.judged()

    (twice,) = found.wrong
    assert twice.startswith("SENT TWICE")
    assert "under 2 retry keys" in twice
