"""Numbers and findings in words."""

import math

import pytest

from line_sim.analysis.study import Record, Study
from line_sim.cli.wording import chance, counted, listed, number, span, winner, with_unit


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        ("away_rate", 0.1234, "12.3 %"),
        ("away_rate_in_hours", 0.0, "0.0 %"),
        ("service_level", 1.0, "100.0 %"),
        ("waiting_time_s_mean", 61.26, "61.3 s"),
        ("received", 12345.0, "12,345"),
        ("cost_per_enquiry", 7.8167, "7.82"),
        ("staff_hours_per_enquiry", 0.08685, "0.087"),
        ("staff_hours", 85.72, "85.7 h"),
        ("gini_per_available_hour", 0.0404, "0.040"),
        ("missed_rate", math.nan, "–"),  # noqa: RUF001 - the dash for "no such number"
        ("waiting_time_s_mean", math.inf, "infinite s"),
    ],
)
def test_a_number_is_rounded_once_and_has_its_unit(metric: str, value: float, said: str) -> None:
    assert said == with_unit(metric, value)


def test_a_difference_has_a_sign_and_one_too_small_to_show_has_none() -> None:
    assert "+1.0" == number("away_rate", 0.0101, signed=True)
    assert "-1.0" == number("away_rate", -0.0101, signed=True)
    assert "0.0" == number("away_rate", -0.0001, signed=True)
    assert "-1.0 to +2.0" == span("away_rate", -0.01, 0.02, signed=True)


def test_a_p_value_is_never_zero() -> None:
    assert ["<.001", "0.050", "1.000"] == [chance(p) for p in (1e-9, 0.05, 1.0)]


def test_lists_of_most_name_those_that_are_missing() -> None:
    four = ["a", "b", "c", "d"]

    assert "a, b and c" == listed(["a", "b", "c"], ["a", "b", "c"])
    assert "all 4" == listed(four, four)
    assert "all but d" == listed(["a", "b", "c"], four)
    assert "a and b" == listed(["a", "b"], four)
    assert "all others but d" == listed(["a", "b", "c"], four, "all others")
    assert "1 run" == counted(1, "run")
    assert "2,000 enquiries" == counted(2000, "enquiry", "enquiries")


def study(**values: list[float]) -> Study:
    """A study of one metric under several strategies."""
    records = [
        Record(name, place, "away_rate", value, None, None, 1)
        for name, several in values.items()
        for place, value in enumerate(several)
    ]
    return Study(records, list(values), seed=1, better={"away_rate": "low"})


def test_a_clear_winner_is_said_to_lead_by_more_than_chance() -> None:
    found = study(a=[0.1, 0.11, 0.1, 0.12], b=[0.5, 0.51, 0.5, 0.53])

    assert "lowest with a (10.8 %); the lead over every other is more than chance" in winner(
        "away_rate", found
    )


def test_what_chance_could_explain_is_no_win() -> None:
    found = study(a=[0.1, 0.5, 0.2, 0.4], b=[0.5, 0.1, 0.4, 0.21])

    assert "no strategy can be told from the best" in winner("away_rate", found)


def test_a_tie_between_some_names_them() -> None:
    found = study(a=[0.1, 0.11, 0.12, 0.1], b=[0.11, 0.1, 0.12, 0.11], c=[0.5, 0.52, 0.51, 0.53])

    assert "lowest with a (10.8 %); b may be as good" in winner("away_rate", found)


def test_equal_results_have_no_winner_and_one_run_proves_nothing() -> None:
    assert "the same with all" in winner("away_rate", study(a=[0.1, 0.1], b=[0.1, 0.1]))
    assert "one run proves nothing" in winner("away_rate", study(a=[0.1], b=[0.2]))
