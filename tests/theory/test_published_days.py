"""Days of a call centre as the ContactCenters guide publishes them (Buist and L'Ecuyer).

4.2 calls a minute, 12 agents, two minutes of work each; the centre opens empty, closes after eight
hours and serves who is left. In MMCAb callers leave after a minute on average. Published are means
over 1,000 days; where an interval is printed its error enters, else one of 1,000 days as ours, and
half of the last digit.
"""

import functools
import math

import pytest
from estimates import STANDARD_ERRORS, Estimate
from runs import Run
from support import desk, members, queue, replications, rows_of, world_of

DAYS, PUBLISHED_DAYS = 30, 1000
DAY = 480.0
Published = dict[str, tuple[float, float | None, float]]
"""By name: the number, half its 95 % interval if printed, and half of its last digit."""

MMC: Published = {
    "good": (1816.16, 3.5, 0.005),
    "service level": (0.902, 0.002, 0.0005),
    "mean wait of the served": (0.099, 0.0025, 0.0005),
    "occupancy to closing": (0.695, None, 0.0005),
}
MMC_AB: Published = {
    "abandoned": (58.61, 0.95, 0.005),
    "good": (1906.0, 2.2, 0.05),
    "service level of the served": (0.975, None, 0.0005),
    "mean wait of the served": (0.024, None, 0.0005),
    "service level with late abandons": (0.968, None, 0.0005),
}


@functools.cache
def days(
    *, patience: float | None, agents: int = 12, threshold: float = 20 / 60
) -> dict[str, Estimate]:
    """What the guide reports, over independent days."""
    customers = replications(81, 4.2, DAYS, DAY, rest=120.0)
    setup = desk(queue("calls", members(agents)))
    world = world_of(setup, customers, work=2.0, patience=patience)
    run = Run(rows_of(world), customers)
    in_time = run.wait <= threshold
    good = run.answered & in_time
    a_day = 4.2 * DAY
    return {
        "good": run.mean(good) * a_day,
        "abandoned": run.mean(run.lost) * a_day,
        "service level": run.mean(good),
        "service level of the served": run.mean(good, run.answered),
        "service level with late abandons": run.mean(good, ~(run.lost & in_time)),
        "mean wait of the served": run.mean(run.wait, run.answered),
        "occupancy to closing": run.present(run.taken, run.ended) * (1 / agents),
    }


def off(published: Published, found: dict[str, Estimate]) -> set[str]:
    """The names of the numbers more than 4 errors (ours and theirs together) from the published."""
    wrong = set()
    for name, (number, half, digit) in published.items():
        ours = found[name].error
        theirs = half / 1.96 if half else ours * math.sqrt(DAYS / PUBLISHED_DAYS)
        if abs(found[name].z(number, math.hypot(theirs, digit))) > STANDARD_ERRORS:
            wrong.add(name)
    return wrong


@pytest.mark.parametrize(("published", "patience"), [(MMC, None), (MMC_AB, 1.0)])
def test_published_days_are_reproduced(published: Published, patience: float | None) -> None:
    assert set() == off(published, days(patience=patience))


def test_errors_of_the_days_are_small_enough_to_tell() -> None:
    calls, leaving = days(patience=None), days(patience=1.0)

    assert calls["good"].error < 12
    assert calls["service level"].error < 0.006
    assert leaving["abandoned"].error < 2.5
    assert leaving["service level of the served"].error < 0.0015


def test_days_with_one_agent_fewer_or_patience_mistaken_are_rejected() -> None:
    assert set(MMC) == off(MMC, days(patience=None, agents=11))
    assert set(MMC_AB) == off(MMC_AB, days(patience=1.0, agents=11))
    assert set(MMC_AB) == off(MMC_AB, days(patience=None))
    assert "abandoned" in off(MMC_AB, days(patience=2.0))
    assert "service level" in off(MMC, days(patience=None, threshold=0.0))
