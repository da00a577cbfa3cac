"""Planners' own distributions stand beside those there are."""

import pytest

from line_sim.errors import ConfigurationError
from line_sim.scenario import Scenario
from line_sim.sim.experiment import compare
from line_sim.sim.variants import DISTRIBUTIONS, STRICT_OFF, Strategy, Variants, every_strategy


def by_place(member: object, enquiry: object, now: int) -> int:  # noqa: ARG001 - a key's own
    return 0


def test_every_strategy_and_ours_name_each_one_and_every_staffed_place() -> None:
    bank = Scenario.load("tokyo_bank")

    made = every_strategy(bank, own={"ours": by_place})

    assert (*DISTRIBUTIONS, "ours") == tuple(made.strategies)
    assert {"customer desk", "second line", "night desk"} == set(made.strategies["ours"].methods)
    assert STRICT_OFF in made.notes


def test_a_method_of_ours_that_asks_for_the_least_place_is_fixed_order() -> None:
    pair = Scenario.load("mobile_pair")
    strategies = every_strategy(pair, own={"ours": by_place}).strategies
    chosen: dict[str, Strategy] = {name: strategies[name] for name in ("fixed_order", "ours")}

    study = compare(Variants(chosen), replications=2, seed=3, engine="python")

    table = study.table(["answered", "waiting_time_answered_s_mean", "offers"])
    assert (table["difference"].dropna() == 0).all()


def test_ours_may_not_hide_one_that_there_is() -> None:
    with pytest.raises(ConfigurationError, match=r"own\.most_idle"):
        every_strategy(Scenario.load("bangkok_shop"), own={"most_idle": by_place})
