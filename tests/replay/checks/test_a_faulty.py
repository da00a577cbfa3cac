"""Faulty cousins of the good bridge fail exactly the check of their fault, and what follows."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from c_bench import AT_ONCE, PROFILE, checked, told
from echo_bridge.app import Parts
from echo_bridge.reception import Reception
from faults import FAULTS

from line_sim.recording.recording import Recording
from line_sim.replay.checks.report import CheckReport
from line_sim.replay.checks.running import check_bridge, check_recording

MINE = range(1, 39)
WITH_AGENT = {10, 12, 19, 24, 26, 29, 30, 32, 37}
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

PROGRAMS = {
    "good": ({24, 29}, set(), set()),
    "dies_on_missing_signature": ({2, 3, 4, 5, 9}, {2}, {3, 4, 5}),
    "exact_header_name": ({6}, {6}, set()),
}
"""Those started by command: what is played, what fails, what a bridge that was gone leaves open."""
BRIDGES = Path(__file__).parents[2] / "bridges"
Reports = dict[str, CheckReport]


def cousin(name: str, folder: Path) -> CheckReport:
    """All checks on what the situations of one fault show."""
    log = folder / f"{name}.jsonl"
    parts = MORE[name] if name in MORE else FAULTS[name].parts
    only = EXPECTED[name][0]
    checked(only, log, parts=parts, agent=bool(only & WITH_AGENT))
    return check_recording(Recording.load(log), profile=PROFILE, only=MINE)


def program(name: str, folder: Path) -> CheckReport:
    """A bridge started by command; its saved ledger says the same."""
    log, state, only = folder / f"{name}.jsonl", folder / f"{name}.sqlite", PROGRAMS[name][0]
    report = check_bridge(
        command=f"'{sys.executable}' '{BRIDGES}' {name} --agent --state '{state}'",
        view="same", profile=PROFILE, only=only, log=log,
    )  # fmt: skip
    assert (
        report.verdicts == check_recording(Recording.load(log), profile=PROFILE, only=only).verdicts
    )
    return report


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """All of them on the bench, several at a time: they mostly wait."""
    folder: Path = tmp_path_factory.mktemp("faulty")
    slowest = sorted(EXPECTED, key=lambda name: -len(EXPECTED[name][0]))
    with ThreadPoolExecutor(AT_ONCE) as some:
        runs = {name: some.submit(program, name, folder) for name in PROGRAMS}
        runs |= {name: some.submit(cousin, name, folder) for name in slowest}
        return {name: run.result() for name, run in runs.items()}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_faulty_cousin_fails_what_it_must_and_nothing_else(name: str, reports: Reports) -> None:
    wanted, found = EXPECTED[name][1], reports[name]

    assert wanted == set(found.numbers("fail")), told(found, wanted)


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_what_a_program_does_is_told(name: str, reports: Reports) -> None:
    _, fails, open_ = PROGRAMS[name]
    found = reports[name]

    assert (fails, open_) == (set(found.numbers("fail")), set(found.numbers("not observed")))


def test_every_check_has_a_cousin_that_fails_it() -> None:
    found = [fails for _, fails in EXPECTED.values()] + [each[1] for each in PROGRAMS.values()]

    assert set(MINE) == set().union(*found)


def test_every_fault_of_these_checks_is_on_the_bench() -> None:
    planted = {name for name, fault in FAULTS.items() if fault.checks & set(MINE)}

    assert planted - {"silent"} == (set(EXPECTED) | set(PROGRAMS)) - set(MORE) - {"good"}
