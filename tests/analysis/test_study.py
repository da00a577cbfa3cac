"""A study compares what it should, says how, and comes back from a file as it was."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.analysis import output
from line_sim.analysis.study import Record, Study
from line_sim.errors import (
    ConfigurationError,
    LogFormatError,
    NotEnoughDataError,
    OutputExistsError,
)

STRATEGIES = ("most idle", "round robin", "fixed order")


def experiment(runs: int = 30, seed: int = 1) -> list[Record]:
    """Waits 10, 10.2 and 15 s on the same noisy days; a missed share of 10 % under all."""
    rng = np.random.default_rng(seed)
    records = []
    for run in range(runs):
        busy, received = rng.gamma(10, 0.1), int(rng.poisson(100))
        for name, level in zip(STRATEGIES, (10, 10.2, 15), strict=True):
            wait = level * busy + rng.normal(0, 1)
            missed = int(rng.binomial(received, 0.1))
            records += [
                Record(name, run, "wait_s", wait, seed=1_000 + run),
                Record(name, run, "missed_rate", missed / received, missed, received, 1_000 + run),
            ]
    return records


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(
        records=experiment(),
        names=STRATEGIES,
        baseline="round robin",
        notes=["strict_cinnox was switched off"],
        seed=7,
        definitions={"wait_s": "mean wait of the answered, seconds"},
        better={"wait_s": "low"},
    )


def test_the_table_has_the_interval_and_the_difference_of_every_strategy(study: Study) -> None:
    table = study.table()

    fixed = table.loc[("wait_s", "fixed order")]
    tidy = study.frame().query("metric == 'wait_s'").pivot_table("value", "replication", "strategy")
    alone = output.mean_interval(tidy["fixed order"])
    pairs = {name: (tidy[name], tidy["round robin"]) for name in ("most idle", "fixed order")}
    apart = output.paired_differences(pairs)["fixed order"]
    assert (fixed["mean"], fixed["low"], fixed["high"], fixed["replications"]) == pytest.approx(
        (alone.estimate, alone.low, alone.high, 30)
    )
    assert (fixed["difference"], fixed["difference_low"], fixed["difference_high"], fixed["p"]) == (
        pytest.approx((apart.estimate, apart.low, apart.high, apart.p_adjusted))
    )
    assert fixed["p"] < 0.001
    assert table.loc[("wait_s", "round robin"), "difference":].isna().all()


def test_rows_come_in_the_order_given_and_look_up_without_a_warning(study: Study) -> None:
    table = study.table()

    assert ["wait_s", "missed_rate"] == list(dict.fromkeys(table.index.get_level_values(0)))
    assert list(STRATEGIES) == list(table.loc["wait_s"].index)
    assert ["missed_rate"] == list(study.table(["missed_rate"]).index.unique("metric"))


def test_the_documented_columns_are_the_real_ones(study: Study) -> None:
    for table, documented in (
        (study.table(), Study.table.__doc__),
        (study.frame(), Study.frame.__doc__),
    ):
        named = [name for name in (*table.columns, *table.index.names) if name]
        assert [] == [name for name in named if f"``{name}``" not in (documented or "")]


def test_a_ratio_is_that_of_totals(study: Study) -> None:
    tidy = study.frame().query("metric == 'missed_rate' and strategy == 'most idle'")

    found = study.table().loc[("missed_rate", "most idle"), "mean"]

    assert found == pytest.approx(tidy["numerator"].sum() / tidy["denominator"].sum())
    assert found != pytest.approx(tidy["value"].mean(), rel=1e-6)


def test_another_baseline_turns_the_difference_round(study: Study) -> None:
    one = study.table(["wait_s"]).loc[("wait_s", "fixed order"), "difference"]
    other = study.table(["wait_s"], baseline="fixed order").loc[("wait_s", "round robin")]

    assert other["difference"] == pytest.approx(-one)


def test_the_best_comes_with_those_not_told_apart_from_it(study: Study) -> None:
    best = study.best("wait_s")

    assert {best.strategy, *best.tied} == {"most idle", "round robin"}
    assert str(best) == f"lowest wait_s: {best.strategy}; not told apart from it: {best.tied[0]}"
    assert study.best("wait_s", prefer="high").strategy == "fixed order"
    with pytest.raises(ConfigurationError, match="unknown which is better"):
        study.best("missed_rate")


def test_pairing_by_replication_is_what_tells_strategies_apart(study: Study) -> None:
    """The faulty cousin pairs day 1 with day 2: its differences drown in the days' own."""
    values, _ = study.series("wait_s", "fixed order")
    base, _ = study.series("wait_s", "round robin")
    apart = study.differences("wait_s")["fixed order"]
    shifted = output.paired_difference(values, np.roll(base, 1))

    assert (shifted.high - shifted.low) > 1.3 * (apart.high - apart.low)


def test_notes_say_what_was_given_how_numbers_were_made_and_what_they_mean(study: Study) -> None:
    text = "\n".join(study.notes)

    assert study.notes[0] == "strict_cinnox was switched off"
    assert "95 % intervals: Student's t over 30 replications" in text
    assert "p by Holm and intervals by Bonferroni over the 2 comparisons" in text
    assert study.notes[-1] == "wait_s: mean wait of the answered, seconds"


def test_a_series_feeds_the_stopping_rule(study: Study) -> None:
    series = {name: study.series(name, "most idle") for name in study.metrics}

    stop = output.when_precise(series, [output.Goal(metric="missed_rate", relative=0.2)])

    assert stop.reached


def test_one_replication_gives_means_alone() -> None:
    table = Study(experiment(1), STRATEGIES).table()

    assert table["mean"].notna().all()
    assert table[["low", "high", "difference", "p"]].isna().all(axis=None)


def test_a_value_that_does_not_exist_is_left_out_and_counted() -> None:
    records = [
        Record(name, run, "wait_s", math.nan if (run, name) == (0, "b") else run, seed=run)
        for name in "ab"
        for run in range(4)
    ]
    table = Study(records, "ab").table()

    assert [4, 3] == table["replications"].tolist()
    nothing = Study([Record("a", run, "wait_s", math.nan, seed=run) for run in range(3)], "a")
    assert nothing.table()["mean"].isna().all()
    with pytest.raises(NotEnoughDataError):
        nothing.best("wait_s", prefer="low")
    no_customers = Study([Record("a", r, "missed_rate", math.nan, 0, 0, r) for r in range(3)], "a")
    assert no_customers.table()["mean"].isna().all()


def test_the_first_name_is_the_baseline_unless_told() -> None:
    assert Study(experiment(3), STRATEGIES).baseline == "most idle"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"baseline": "most idel"}, "did you mean 'most idle'"),
        ({"names": STRATEGIES[:2]}, "records: 'fixed order' is unknown"),
        ({"names": (*STRATEGIES, "new")}, "'new' without records"),
        ({"names": ()}, "at least one"),
        ({"more": Record("most idle", 0, "wait_s", 1.0, seed=1_000)}, "2 records"),
        ({"more": Record("most idle", 0, "x", 1.0, 1.0, None, 1_000)}, "half a ratio"),
        ({"more": Record("most idle", 99, "wait_s", 1.0, 2.0, 2.0)}, "a ratio in some records"),
        ({"more": Record("most idle", 0, "x", 1.0, seed=5)}, "seeds 5, 1000; one seed"),
    ],
)
def test_records_that_are_no_study_are_refused(change: dict[str, object], complaint: str) -> None:
    change = {"names": STRATEGIES, "baseline": None, **change}
    more = [change.pop("more")] if "more" in change else []

    with pytest.raises(ConfigurationError, match=complaint):
        Study([*experiment(3), *more], **change)


def test_an_unknown_metric_suggests_the_nearest(study: Study) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'missed_rate'"):
        study.table(["mised_rate"])


def test_a_study_comes_back_from_its_file(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "study.json"

    study.save(path)

    again = Study.load(path)
    assert again == study
    assert again != Study(experiment(seed=2), STRATEGIES)
    assert again.table().equals(study.table())
    assert (again.seed, again.notes, again.better) == (study.seed, study.notes, study.better)
    with pytest.raises(OutputExistsError):
        study.save(path)
    study.save(path, force=True)
    assert [path] == list(tmp_path.iterdir())


@given(
    st.lists(
        st.tuples(st.floats(allow_nan=True), st.integers(0, 9), st.integers(0, 2**63)),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_json_keeps_every_number(rows: list[tuple[float, int, int]]) -> None:
    records = [
        Record('แชท "x"', run, "m", value, float(top), 10.0, seed)
        for run, (value, top, seed) in enumerate(rows)
    ]
    study = Study(records, ['แชท "x"'], seed=3, level=0.9)

    again = Study.from_json(study.to_json())

    assert json.loads(study.to_json())["format"] == "line_sim.study"
    assert repr(again.records) == repr(study.records)
    assert (again.names, again.seed, again.level) == (study.names, 3, 0.9)


def test_numpy_s_numbers_are_kept_as_plain_ones() -> None:
    records = [
        Record("a", int(run), "m", np.float64(run), np.int64(run), np.int32(4), int(run))
        for run in range(3)
    ]

    study = Study(records, ["a"], seed=1)

    assert Study.from_json(study.to_json()) == study


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "line 1, column 2"),
        ("[]", "not a study"),
        ('{"format": "line_sim.log", "version": 1}', "not a study"),
        ('{"format": "line_sim.study", "version": 2}', "version 2; this line_sim reads 1"),
        ('{"format": "line_sim.study", "version": 1}', "not a whole study"),
    ],
)
def test_a_file_that_is_no_study_says_why(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "study.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(LogFormatError, match=reason) as caught:
        Study.load(path)

    assert caught.value.path == str(path)


def test_a_broken_list_of_records_is_named(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "study.json"
    path.write_text(study.to_json().replace('"round robin", 3,', '"round robin", 2,'))

    with pytest.raises(LogFormatError, match="2 records; one"):
        Study.load(path)


def test_a_notebook_shows_rounded_numbers_marks_and_notes(study: Study) -> None:
    shown = study._repr_html_()

    wait = study.interval("wait_s", "fixed order")
    assert f"{wait.estimate:.2f} ± {wait.half_width:.2f} *" in shown or (
        f"{wait.estimate:.1f} ± {wait.half_width:.1f} *" in shown
    )
    assert "* differs from &#x27;round robin&#x27;" in shown
    assert "strict_cinnox was switched off" in shown
    assert repr(study) == (
        "<Study: 3 strategies x 30 replications, 2 metrics, baseline 'round robin', seed 7>"
    )


def test_the_brief_table_says_each_number_once_and_marks_what_chance_does_not_make(
    study: Study,
) -> None:
    brief = study.brief(["missed_rate", "wait_s"])
    missed = study.interval("missed_rate", "most idle")

    assert list(STRATEGIES) == list(brief.index)
    assert ["missed_rate", "wait_s"] == list(brief.columns)
    assert (
        f"{missed.estimate:.3f} ± {missed.half_width:.3f}" == brief.loc["most idle", "missed_rate"]
    )
    assert [False, False, True] == [text.endswith(" *") for text in brief["wait_s"]]


def test_a_brief_table_of_an_unknown_metric_names_the_nearest(study: Study) -> None:
    with pytest.raises(ConfigurationError, match="missed_rate"):
        study.brief(["mised_rate"])


def test_a_name_cannot_break_out_of_a_notebook_s_table() -> None:
    shown = Study([Record("<b>", 0, "<script>", 1.0)], ["<b>"])._repr_html_()

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
