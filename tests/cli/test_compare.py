"""``line-sim compare``, called in this process."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from line_sim.analysis.study import Study
from line_sim.cli.exits import Exit

Call = Callable[..., Result]
METHODS = "destinations.*.distribution=most_idle,round_robin"
TWO = ("--vary", METHODS, "--replications", 2)


def test_strategies_are_compared_with_intervals_differences_and_a_best(
    called: Call, tiny: Path
) -> None:
    found = called("compare", tiny, *TWO)

    assert Exit.DONE == found.exit_code
    for words in (
        "Tiny: 2 strategies, 2 runs each", "most_idle", "round_robin", "95 % interval", "differs",
        "baseline", "Targets", "Which is best", "away_rate: the same with all (0.0 %)",
    ):  # fmt: skip
        assert words in found.stdout
    assert [] == [line for line in found.stdout.splitlines() if len(line) > 80]


def test_every_strategy_is_tried_and_what_was_switched_off_is_said(
    called: Call, tiny: Path
) -> None:
    found = called("compare", tiny, "--every-strategy", "--replications", 2, "--json")
    document = json.loads(found.stdout)

    assert 9 == len(document["strategies"])
    assert any("strict_cinnox was switched off" in note for note in document["notes"])


KEYS = {
    "format": str, "version": int, "line_sim": str, "strategies": list, "baseline": str,
    "seed": int, "engine": str, "replications": int, "level": float, "table": list, "best": list,
    "targets": list, "notes": list, "files": dict,
}  # fmt: skip
ROW = {
    "metric", "strategy", "mean", "low", "high", "replications", "difference", "difference_low",
    "difference_high", "p",
}  # fmt: skip


def test_json_is_one_document_of_the_documented_shape(called: Call, tiny: Path) -> None:
    found = called("compare", tiny, *TWO, "--json", "--baseline", "round_robin")
    document = json.loads(found.stdout)

    assert KEYS.keys() == document.keys()
    assert {key: kind for key, kind in KEYS.items() if type(document[key]) is kind} == KEYS
    assert [ROW] * len(document["table"]) == [row.keys() for row in document["table"]]
    rows = {(row["metric"], row["strategy"]): row for row in document["table"]}
    assert rows["away_rate", "round_robin"]["difference"] is None
    assert rows["received", "most_idle"]["difference"] == 0.0
    assert {"metric", "strategy", "prefer", "tied", "sentence"} == document["best"][0].keys()
    assert {"met"} == {one["verdict"] for one in document["targets"]}


def test_metrics_are_chosen_by_name(called: Call, tiny: Path) -> None:
    one = called("compare", tiny, *TWO, "--metric", "occupancy").stdout
    everything = called("compare", tiny, *TWO, "--metric", "all").stdout

    assert "occupancy (%)" in one
    assert "away_rate (" not in one
    assert "waiting_time_missed_s_p95 (seconds)" in everything
    assert "more metrics" not in everything


def test_two_scenarios_are_compared_by_name(called: Call, tiny: Path, tmp_path: Path) -> None:
    busy = tmp_path / "busy.toml"
    busy.write_text(tiny.read_text().replace("per_hour = 20", "per_hour = 40"))

    found = called("compare", tiny, busy, "--replications", 2)

    assert "the scenarios differ in customers" in found.stdout.replace("\n  ", " ")
    assert "busy" in found.stdout  # by file, for both say their name is Tiny


def test_one_scenario_twice_is_no_comparison(called: Call, tiny: Path) -> None:
    found = called("compare", tiny, tiny)

    assert Exit.WRONG_USE == found.exit_code
    assert "twice" in found.stderr


def test_more_runs_are_made_until_it_is_precise_enough(called: Call, tiny: Path) -> None:
    precise = ("--precision", "received=100%", "--json")
    found = called("compare", tiny, "--vary", METHODS, "--replications", 5, *precise)
    document = json.loads(found.stdout)

    assert 5 < document["replications"]
    assert any("precise enough from" in note for note in document["notes"])


def test_precision_stops_at_the_most(called: Call, tiny: Path) -> None:
    hopeless = ("--precision", "received=0.001", "--most", 4, "--json")
    document = json.loads(called("compare", tiny, *TWO, *hopeless).stdout)

    assert 4 == document["replications"]
    assert any("stopped by the limit of 4" in note for note in document["notes"])


def test_files_are_written_and_can_be_read(called: Call, tiny: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "out", tmp_path / "page"
    found = called("compare", tiny, *TWO, "--out", out, "--report", report)

    assert {"study.json", "summary.json", "table.csv"} == {path.name for path in out.iterdir()}
    assert 2 == len(Study.load(out / "study.json").replications)
    page = (report / "report.html").read_text("utf-8")
    assert "data:image/png" in page
    assert "round_robin" in page
    assert "Written:" in found.stdout


@pytest.mark.parametrize(("option", "name"), [("--out", "table.csv"), ("--report", "report.html")])
def test_nothing_is_replaced_or_even_run_without_force(
    called: Call, long: Path, tmp_path: Path, option: str, name: str
) -> None:
    (tmp_path / name).write_text("mine")

    found = called("compare", long, *TWO, option, tmp_path)  # would take minutes

    assert Exit.WOULD_OVERWRITE == found.exit_code
    assert "mine" == (tmp_path / name).read_text()


def test_several_workers_find_the_same_as_one(called: Call, tiny: Path) -> None:
    one = called("compare", tiny, *TWO, "--json").stdout
    two = called("compare", tiny, *TWO, "--json", "--workers", 2).stdout

    assert one == two


def test_targets_decide_the_exit_code_only_when_asked(called: Call, tiny: Path) -> None:
    assert Exit.DONE == called("compare", tiny, *TWO, "--check").exit_code

    tiny.write_text(tiny.read_text().replace(">= 1 %", ">= 100 %"))

    assert Exit.DONE == called("compare", tiny, *TWO).exit_code
    assert Exit.TARGETS_MISSED == called("compare", tiny, *TWO, "--check").exit_code


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to compare"),
        (["--vary", METHODS, "--every-strategy"], "--vary and --every-strategy"),
        (["--vary", "nonsense"], "KEY=V1,V2"),
        (["--vary", "service.max_wait=1,2"], "did you mean 'max_wait_s'"),
        (["--vary", "service.max_wait_s=soon,late"], "'soon'"),
        (["--vary", "destinations.*.distribution=most_idle,most_idel"], "'most_idle'"),
        ([*map(str, TWO), "--baseline", "most_idel"], "did you mean 'most_idle'"),
        ([*map(str, TWO), "--metric", "away"], "--metric"),
        ([*map(str, TWO), "--precision", "away_rate"], "--precision"),
        ([*map(str, TWO), "--precision", "away_rate=5%", "--most", "1"], "--most"),
        (["--every-strategy", "--replications", "5", "--most", "2", "--precision", "load=5%"],
         "--most"),
        (["--every-strategy", "--replications", "1"], "--replications"),
        (["--every-strategy", "--replications", "1000000000000"], "--replications"),
        (["--every-strategy", "--workers", "0"], "--workers"),
        (["--every-strategy", "--engine", "simpi"], "did you mean 'simpy'"),
        (["--evry-strategy"], "--every-strategy"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_before_anything_runs(
    called: Call, long: Path, arguments: list[str], words: str
) -> None:
    found = called("compare", long, *arguments)  # would take minutes

    assert (Exit.WRONG_USE, "") == (found.exit_code, found.stdout)
    assert words in found.stderr
    assert "Traceback" not in found.stderr


def test_a_key_without_effect_is_said_to_have_none(called: Call, tiny: Path) -> None:
    kept = ("--vary", "service.transfer_wait_s=10,20", "--replications", 2)
    found = called("compare", tiny, *kept)

    assert "what was varied has no effect" in found.stdout
    assert "transfer_wait_s  mean" in found.stdout
