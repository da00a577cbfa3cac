"""Faulty cousins of the good bridge fail exactly the check of their fault, and what follows."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from c_bench import PROFILE, checked
from echo_bridge.app import Parts
from echo_bridge.reception import Reception
from faults import FAULTS

from line_sim.recording.recording import Recording
from line_sim.replay.checks.running import check_recording

MINE = range(1, 39)
AT_ONCE = 12
WITH_AGENT = {10, 12, 24, 26, 29, 32, 37}
"""Checks that need the agents' side, to see something or to have something done."""


class NotesBeforeTheWork(Reception):
    """Remembers an event's id at once, and does the work later: a crash between loses it."""

    def take(self, event: dict[str, Any]) -> None:
        """Only noted."""
        if self.is_new(event):
            self.bridge.start(self.later(event))

    async def later(self, event: dict[str, Any]) -> None:
        """The work."""
        await asyncio.sleep(0.3)
        with self.bridge.store.transaction():
            self.bridge.handling.take(event)
        self.bridge.outbox.wake()


class StopsWorking(Reception):
    """Confirms everything, and does nothing any more once it could not read a webhook."""

    stuck = False

    def read(self, body: bytes) -> dict[str, Any]:
        """Or nothing."""
        found = super().read(body)
        self.stuck = self.stuck or not isinstance(found.get("events"), list)
        return {} if self.stuck else found


MORE = {
    "notes_before_the_work": Parts(reception=NotesBeforeTheWork),
    "stops_working": Parts(reception=StopsWorking),
}
"""Beside those of tests/bridges."""

EXPECTED: dict[str, tuple[set[int], set[int]]] = {
    # signature and envelope
    "reserialises_body": ({7, 8}, {7, 8}),
    "checks_no_signature": ({2, 3, 4, 5, 10}, {2, 3, 4, 5, 10}),
    "accepts_hex_signature": ({5}, {5}),
    "compares_the_beginning": ({3}, {3}),
    "keeps_the_first_secret": ({10}, {10}),
    "wants_user_agent": ({14}, {14}),
    "refuses_empty_webhooks": ({11}, {11}),
    "dies_on_not_json": ({9}, {9}),
    "stops_working": ({9}, {9}),
    "refuses_all": ({1}, {1}),
    "takes_any_destination": ({12}, {12}),
    "refuses_big_batches": ({13}, {13}),
    # timing and reception
    "slow_handler": ({15, 16}, {15, 16}),
    "works_before_confirming": ({16}, {16}),
    "one_at_a_time": ({17}, {17}),
    "first_event_of_a_batch_only": ({18, 19, 20}, {18, 19, 20}),
    "crosses_users": ({19}, {19}),
    "no_dedupe": ({21, 22, 23, 25, 29}, {21, 22, 23, 25, 29}),
    "drops_redeliveries": ({24}, {24}),
    "notes_before_the_work": ({24}, {24}),
    "orders_by_arrival": ({26}, {26}),
    "loses_order": ({27}, {27}),
    "dedupes_by_text": ({28}, {28}),
    "forgets_after_restart": ({29}, {29}),
    "gives_up_after_an_outage": ({30}, {30}),
    # tolerance
    "crashes_on_unknown_type": ({20, 31, 32}, {20, 31, 32, 38}),  # and on types that are gone
    "hides_unsupported": ({32}, {32}),
    "knows_all_words": ({33}, {33}),
    "strict_about_properties": ({34}, {34}),
    "needs_every_property": ({35, 38}, {35, 38}),
    "strict_about_answers": ({36}, {36}),
    "edits_as_new": ({37}, {37}),
}
"""By name: the checks whose situations are played, and all up to 38 that fail then."""
Fails = dict[str, set[int]]


def failing(name: str, folder: Path) -> set[int]:
    """The numbers that fail on what the situations of one fault show."""
    log = folder / f"{name}.jsonl"
    parts = MORE[name] if name in MORE else FAULTS[name].parts
    only = EXPECTED[name][0]
    checked(only, log, parts=parts, agent=bool(only & WITH_AGENT))
    return set(check_recording(Recording.load(log), profile=PROFILE, only=MINE).numbers("fail"))


@pytest.fixture(scope="module")
def fails(tmp_path_factory: pytest.TempPathFactory) -> Fails:
    """All of them on the bench, several at a time: they mostly wait."""
    folder: Path = tmp_path_factory.mktemp("faulty")
    slowest = sorted(EXPECTED, key=lambda name: -len(EXPECTED[name][0]))
    with ThreadPoolExecutor(AT_ONCE) as some:
        return dict(
            zip(slowest, some.map(lambda name: failing(name, folder), slowest), strict=True)
        )


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_faulty_cousin_fails_what_it_must_and_nothing_else(name: str, fails: Fails) -> None:
    assert EXPECTED[name][1] == fails[name]


def test_every_check_has_a_cousin_that_fails_it() -> None:
    by_command = {2, 6}

    assert set(MINE) == {n for _, found in EXPECTED.values() for n in found} | by_command


def test_every_fault_of_these_checks_is_on_the_bench() -> None:
    planted = {name for name, fault in FAULTS.items() if fault.checks & set(MINE)}
    elsewhere = {"dies_on_missing_signature", "exact_header_name"}

    assert planted - elsewhere == set(EXPECTED) - set(MORE)
