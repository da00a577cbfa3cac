"""Every number of a shipped scenario's run, computed again from its log alone, row by row."""

from pathlib import Path

import numpy as np
import pytest
from slowly import People, Slowly

from line_sim.analysis import exposure, metrics
from line_sim.log import EventLog
from line_sim.scenario import Scenario
from line_sim.sim.engine import run_world
from line_sim.world.draw import draw

SCENARIOS = sorted((Path(__file__).parents[2] / "data" / "scenarios").glob("*.toml"))


@pytest.fixture(scope="module", params=SCENARIOS, ids=[path.stem for path in SCENARIOS])
def log(request: pytest.FixtureRequest) -> EventLog:
    """One run of each shipped scenario in the plain loop."""
    return run_world(draw(Scenario.load(request.param), seed=1), engine="python")


def test_every_number_is_found_again_in_the_saved_rows(log: EventLog, tmp_path: Path) -> None:
    log.save(tmp_path / "log.jsonl.gz")
    again = EventLog.load(tmp_path / "log.jsonl.gz")
    slow = Slowly(again).numbers()
    fast = metrics.measures(log)

    assert slow == pytest.approx({name: fast[name] for name in slow}, nan_ok=True)


def test_whoever_was_chosen_really_could_be(log: EventLog) -> None:
    part = log[:3000]
    people = People(part)
    made = exposure.decisions(part)

    assert len(made) > 20
    assert all(
        staff in people.able[row]
        for row, staff, direct in zip(made.row, made.staff, made.sticky, strict=True)
        if not direct
    )
    assert [able for _, _, able in people.decisions()] == [
        set(np.flatnonzero(line).tolist()) for line in made.eligible
    ]


def test_hours_are_found_again(log: EventLog) -> None:
    part = log[:3000]
    slow = People(part).hours

    assert exposure.available_hours(part) == pytest.approx(slow["available"])
    assert exposure.offerable_hours(part) == pytest.approx(slow["offerable"])
