"""Fairness read off logs written by hand, and off long ones routed by a known method."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from line_sim.analysis import fairness, indices
from line_sim.log import EventLog

from .written import ANN, BEN, CAT, Written, place, team

HOUR = 3600.0
Chooser = Callable[[int, np.random.Generator], int]


def served(log: Written, at: float, enquiry: int, staff: int, **how: object) -> Written:
    """One enquiry, offered and taken at `at`, closed a second later."""
    alert = {"staff": staff, "destination": 0, "attempt": 1, **how}
    log.received(at, enquiry).offered(at, enquiry, **alert).picked_up(at, enquiry, **alert)
    return log.closed(at + 1, enquiry, staff=staff, reason="staff")


def day(chooser: Chooser, decisions: int = 300, seed: int = 4) -> EventLog:
    """Three members from 0:00, an enquiry every 10 s, taken at once by whom `chooser` names."""
    rng = np.random.default_rng(seed)
    written = Written(until_s=decisions * 10.0)
    for member in (ANN, BEN, CAT):
        written.on(0, member)
    for number in range(decisions):
        served(written, 1 + 10.0 * number, number, chooser(number, rng))
    return written.log


def by_turns(number: int, _: np.random.Generator) -> int:
    return number % 3


def anybody(_: int, rng: np.random.Generator) -> int:
    return int(rng.integers(3))


def mostly_ann(_: int, rng: np.random.Generator) -> int:
    return int(rng.choice(3, p=[0.6, 0.2, 0.2]))


@pytest.fixture(scope="module")
def short() -> EventLog:
    """Two hours: Ann throughout, Ben the second hour; Cat never. Four enquiries, one sticky."""
    written = Written(until_s=2 * HOUR).on(0, ANN).on(HOUR, BEN)
    served(written, 100, 0, ANN)
    served(written, HOUR + 100, 1, ANN)
    served(written, HOUR + 200, 2, ANN, reason="sticky")
    served(written, HOUR + 300, 3, BEN)
    return written.log


def test_a_member_s_row_counts_work_time_and_turns(short: EventLog) -> None:
    found = fairness.table(short, repetitions=200)

    ann, ben, cat = (found.loc[name] for name in ("Ann", "Ben", "Cat"))
    assert (3, 1, 0) == tuple(found["assigned"])
    assert (1, 0, 0) == tuple(found["sticky"])
    assert (2.0, 1.0, 0.0) == tuple(found["available_h"])
    assert (1.5, 1.0) == (ann["per_available_h"], ben["per_offerable_h"])
    assert math.isnan(cat["per_available_h"])
    assert ann["idle_h"] == pytest.approx(2 - 3 / 3600)
    assert math.isnan(cat["idle_share"])
    # Ben could have had enquiry 1, Ann was served then although served before; not so enquiry 3
    assert (0, 1, 0) == tuple(found["passed_over"])
    assert (1, 1, 0) == tuple(found["longest_gap"])


def test_what_routing_could_not_choose_stays_in_every_redrawn_run(short: EventLog) -> None:
    """Enquiry 0 (Ann alone) and the sticky one are fixed; the other two are even chances."""
    found = fairness.table(short, repetitions=4_000)

    assert found["expected"].tolist() == pytest.approx([3, 1, 0], abs=4 * math.sqrt(0.5 / 4_000))
    assert (2, 4) == (found.loc["Ann", "low"], found.loc["Ann", "high"])


def test_the_documented_columns_are_the_real_ones(short: EventLog) -> None:
    found, totals = fairness.table(short, repetitions=10), fairness.summary(short, repetitions=10)

    for shown, documented in ((found, fairness.table.__doc__), (totals, fairness.summary.__doc__)):
        named = [name for name in (*shown.columns, *shown.index.names) if name]
        assert [] == [name for name in named if f"``{name}``" not in (documented or "")]


def test_scopes_are_all_without_sticky_and_each_destination(short: EventLog) -> None:
    totals = fairness.summary(short, repetitions=10)

    scopes = totals.index.get_level_values("scope")
    assert ["all", "without sticky", "Sales"] == list(dict.fromkeys(scopes))
    assert 4 == totals.loc[("all", "chats", "gini"), "decisions"]
    assert 3 == totals.loc[("Sales", "chats", "gini"), "decisions"]
    assert 2 == totals.loc[("all", "chats", "gini"), "members"]


def test_each_basis_divides_by_its_hours(short: EventLog) -> None:
    totals = fairness.summary(short, repetitions=10)["observed"]

    raw = totals.loc["all", "chats"]
    assert raw["jain"] == pytest.approx(float(indices.jain([3, 1])))
    assert raw["theil_within"] + raw["theil_between"] == pytest.approx(raw["theil"])
    rate = totals.loc["all", "chats_per_available_hour"]
    assert rate["gini"] == pytest.approx(float(indices.gini([1.5, 1])))
    assert raw["passed_over"] == pytest.approx(1 / 4)
    assert raw["longest_gap"] == 1


@pytest.mark.parametrize(
    ("chooser", "gini", "passed_over"),
    [
        (by_turns, "more even than chance", "more even than chance"),
        (anybody, "as chance", "as chance"),
        (mostly_ann, "less even than chance", "less even than chance"),
    ],
)
def test_a_verdict_compares_with_chance(chooser: Chooser, gini: str, passed_over: str) -> None:
    totals = fairness.summary(day(chooser)).loc[("all", "chats")]

    assert gini == totals.loc["gini", "verdict"]
    assert gini == totals.loc["jain", "verdict"]
    if chooser is not mostly_ann:
        assert passed_over == totals.loc["passed_over", "verdict"]
    assert totals.loc["gini", "excess"] == pytest.approx(
        totals.loc["gini", "observed"] - totals.loc["gini", "expected"]
    )


def test_the_same_seed_gives_the_same_numbers() -> None:
    log = day(anybody, 40)

    pd.testing.assert_frame_equal(
        fairness.summary(log, repetitions=50, seed=3), fairness.summary(log, repetitions=50, seed=3)
    )
    once, again = (fairness.table(log, repetitions=50, seed=seed) for seed in (3, 4))
    assert not once["expected"].equals(again["expected"])


def test_groups_split_theil_s_index() -> None:
    log = day(mostly_ann, 100)
    together = fairness.summary(log, repetitions=20)["observed"].loc["all", "chats"]
    groups = {"Ann": "early", "Ben": "late", "Cat": "late"}
    apart = fairness.summary(log, groups=groups, repetitions=20)["observed"].loc["all", "chats"]

    assert together["theil_between"] == pytest.approx(0, abs=1e-12)
    assert apart["theil_between"] > 0.8 * apart["theil"]
    assert apart["theil"] == pytest.approx(together["theil"])


def test_a_log_without_decisions_has_no_index_and_no_verdict() -> None:
    log = Written(until_s=HOUR).on(0, ANN).received(5, 0)
    log = log.missed(60, 0, reason="unanswered", destination=0).log

    totals = fairness.summary(log, repetitions=10).loc["all"]
    found = fairness.table(log, repetitions=10)

    assert totals.loc[("chats", "gini"), ["observed", "expected", "low"]].isna().all()
    assert "" == totals.loc[("chats", "gini"), "verdict"]
    assert (0, 0, 0) == tuple(found["assigned"])
    assert 1.0 == found.loc["Ann", "idle_share"]


def test_a_log_of_nobody_gives_an_empty_table() -> None:
    log = EventLog(None, {"members": [], "destinations": []})

    assert 0 == len(fairness.table(log, repetitions=10))
    assert fairness.summary(log, repetitions=10).loc[("all", "chats", "jain")].isna()["observed"]


def test_two_destinations_are_judged_apart() -> None:
    """Ann alone serves one destination, Ben and Cat take turns in the other: nothing is unfair."""
    written = Written(
        until_s=4_000.0,
        members=team(),
        destinations=[place("Sales", "Ann"), place("Support", "Ben Cat")],
    )
    for member in (ANN, BEN, CAT):
        written.on(0, member)
    for number in range(120):
        support = number % 4 == 0
        staff = BEN + number // 4 % 2 if support else ANN
        served(written, 1 + 10 * number, number, staff, destination=int(support))

    totals = fairness.summary(written.log, repetitions=100)["verdict"]

    assert "as chance" == totals.loc["Sales", "chats", "gini"]
    assert "more even than chance" == totals.loc["Support", "chats", "longest_gap"]
    assert "less even than chance" not in set(totals)
