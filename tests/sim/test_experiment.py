"""Experiments: the same customers under every strategy, and what a study is told of them."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import pytest

from line_sim.analysis.stopping import Goal
from line_sim.errors import ConfigurationError
from line_sim.log import EventLog
from line_sim.scenario import Scenario
from line_sim.sim.engine import run_world
from line_sim.sim.experiment import EXCESS, UNFAIRNESS, compare
from line_sim.sim.variants import DISTRIBUTIONS, STRICT_OFF, Strategy, every_strategy, vary
from line_sim.world.draw import draw

TEXT = """
name = "Two people"
start = 2026-11-02T09:00:00
utc_offset = "+07:00"
days = 0.125
members = [{ name = "Ann" }, { name = "Bo" }, { name = "Cy" }]
[service]
max_concurrent = 1
[[destinations]]
kind = "queue"
name = "desk"
distribution = "round_robin"
staff = ["Ann", "Bo", "Cy"]
[[destinations]]
kind = "chatbot"
name = "bot"
[[channels]]
name = "shop"
rule = { kind = "alternative", destinations = ["desk"] }
messages = { away = true }
[customers.arrivals.shop]
kind = "constant"
per_hour = 40
"""


@lru_cache
def scenario() -> Scenario:
    return Scenario.from_toml(TEXT)


def customers(log: EventLog) -> list[tuple[int, int]]:
    received = log.rows[log.rows["kind"] == 3]
    return received[["at", "visitor"]].tolist()


def test_changing_the_strategy_does_not_change_the_customers() -> None:
    study = vary(scenario(), {"destinations.*.distribution": ["most_idle", "fixed_order"]})

    met = [
        customers(run_world(draw(each.scenario, seed=4), engine="python"))
        for each in study.strategies.values()
    ]

    assert met[0] == met[1]
    assert len(met[0]) > 50


def test_another_seed_or_replication_meets_other_customers() -> None:
    worlds = [draw(scenario(), seed=s, replication=r) for s, r in ((1, 0), (2, 0), (1, 1))]
    met = [customers(run_world(world, engine="python")) for world in worlds]

    assert met[0] != met[1]
    assert met[0] != met[2]


def test_a_study_has_every_strategy_in_every_replication_and_pairs_them() -> None:
    study = compare(every_strategy(scenario()), replications=3, seed=1, engine="python")

    assert study.names == DISTRIBUTIONS
    assert study.replications == (0, 1, 2)
    received = study.frame().query("metric == 'received'").groupby("replication").value
    assert (received.nunique() == 1).all()
    assert {UNFAIRNESS, EXCESS, "away_rate", "service_level"} <= set(study.metrics)
    assert STRICT_OFF in study.notes


def test_fixed_order_is_less_fair_than_most_idle_beyond_chance() -> None:
    quiet = scenario().with_value("customers.arrivals.shop.per_hour", 20)
    study = compare(
        vary(quiet, {"destinations.*.distribution": ["most_idle", "fixed_order"]}),
        replications=6, seed=2, engine="python",
    )  # fmt: skip

    found = study.table([EXCESS]).loc[(EXCESS, "fixed_order")]

    assert found["difference_low"] > 0.02


def test_an_executor_changes_nothing_but_the_time() -> None:
    strategies = vary(scenario(), {"service.max_wait_s": [30, 90]})

    with ThreadPoolExecutor(2) as executor:
        there = compare(strategies, replications=2, engine="python", executor=executor)

    here = compare(strategies, replications=2, engine="python")
    assert here.to_json() == there.to_json()


def test_goals_go_on_until_every_strategy_is_precise_or_the_limit() -> None:
    goals = [Goal(metric="service_level", absolute=0.004)]

    study = compare({"only": scenario()}, replications=4, most=8, goals=goals, engine="python")

    assert len(study.replications) == 8
    assert any("limit of 8" in note for note in study.notes)


def test_a_planners_own_method_runs_beside_the_others() -> None:
    def latest(member: Any, enquiry: Any, now: int) -> float:  # noqa: ANN401, ARG001  # noqa: ARG001
        return -member.last_activity

    loose = scenario().with_value("service.strict_cinnox", value=False)
    study = compare(
        {"round robin": loose, "latest": Strategy(loose, {"desk": latest})},
        replications=2, engine="python",
    )  # fmt: skip

    table = study.table([UNFAIRNESS])
    assert (
        table.loc[(UNFAIRNESS, "latest"), "mean"] > table.loc[(UNFAIRNESS, "round robin"), "mean"]
    )


def test_progress_is_told_after_every_run() -> None:
    seen = []

    compare(
        {"a": scenario(), "b": scenario()}, replications=2, engine="python",
        progress=lambda done, of, name: seen.append((done, of, name)),
    )  # fmt: skip

    assert seen == [(1, 4, "a"), (2, 4, "b"), (3, 4, "a"), (4, 4, "b")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"replications": 1}, "replications"),
        ({"replications": 5, "most": 3}, "most"),
    ],
)
def test_what_makes_no_experiment_is_refused(arguments: dict[str, int], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        compare({"a": scenario()}, engine="python", **arguments)


def test_no_strategy_at_all_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="strategies"):
        compare({})


def test_a_variant_that_may_not_be_names_its_key() -> None:
    with pytest.raises(ConfigurationError, match="distribution"):
        vary(scenario(), {"destinations.*.distribution": ["most_idel"]})


def test_without_a_cap_most_spare_capacity_is_left_out_and_said_so() -> None:
    made = every_strategy(scenario().with_value("service.max_concurrent", "none"))

    assert "most_spare_capacity" not in made.strategies
    assert any("most_spare_capacity" in note for note in made.notes)


def test_combinations_are_named_by_key_and_value() -> None:
    made = vary(scenario(), {"service.max_wait_s": [30, 60], "service.late_join": [True]})

    assert list(made.strategies) == [
        "service.max_wait_s=30, service.late_join=True",
        "service.max_wait_s=60, service.late_join=True",
    ]
