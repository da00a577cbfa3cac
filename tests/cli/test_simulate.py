"""``line-sim simulate``, called in this process."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from line_sim.cli.exits import Exit
from line_sim.log import EventLog

Call = Callable[..., Result]


def test_one_run_answers_what_planners_ask_first(called: Call, tiny: Path) -> None:
    found = called("simulate", tiny)

    assert (Exit.DONE, "") == (found.exit_code, found.stderr)
    for words in (
        "Tiny: ", "got an away message", "picked up within 20 s", " of 59", "Who got which",
        "by chance", "How fair", "Targets", "met",
    ):  # fmt: skip
        assert words in found.stdout
    assert "95 % interval" not in found.stdout


def test_several_runs_have_intervals(called: Call, tiny: Path) -> None:
    found = called("simulate", tiny, "--replications", 2)

    assert "95 % interval" in found.stdout
    assert "Of the first of 2 runs" in found.stdout


def test_no_line_is_wider_than_eighty_columns(called: Call, tiny: Path) -> None:
    for more in ((), ("--replications", 2, "--explain", 3)):
        lines = called("simulate", tiny, *more).stdout.splitlines()

        assert [] == [line for line in lines if len(line) > 80]


def test_the_same_seed_tells_the_same_and_another_does_not(called: Call, tiny: Path) -> None:
    first, again, other = (called("simulate", tiny, "--seed", seed).stdout for seed in (3, 3, 4))

    assert first == again
    assert first.replace("seed 3", "") != other.replace("seed 4", "")


def test_an_enquiry_is_explained(called: Call, tiny: Path) -> None:
    found = called("simulate", tiny, "--explain", 3)

    assert "wrote to shop: enquiry 3" in found.stdout
    assert "What the customer saw" in found.stdout


def test_an_enquiry_that_never_was_is_wrong_use(called: Call, tiny: Path) -> None:
    found = called("simulate", tiny, "--explain", 10_000)

    assert (Exit.WRONG_USE, "") == (found.exit_code, found.stdout)
    assert "a number received: 0 to" in found.stderr


KEYS = {
    "format": str, "version": int, "line_sim": str, "scenario": dict, "seed": int, "engine": str,
    "replications": int, "metrics": list, "targets": list, "first_run": dict, "files": dict,
}  # fmt: skip


def test_json_is_one_document_of_the_documented_shape(called: Call, tiny: Path) -> None:
    found = called("simulate", tiny, "--json", "--explain", 0, "--replications", 2)
    document = json.loads(found.stdout)

    assert {*KEYS, "story"} == document.keys()
    assert {key: kind for key, kind in KEYS.items() if type(document[key]) is kind} == KEYS
    assert {"enquiry", "lines", "seen"} == document["story"].keys()
    assert {"rows", "staff", "reasons", "fairness"} == document["first_run"].keys()
    metrics = {one["metric"]: one for one in document["metrics"]}
    assert {"metric", "value", "low", "high", "replications"} == metrics["away_rate"].keys()
    assert 59 < metrics["received"]["value"] * 2 < 200
    assert {"met"} == {one["verdict"] for one in document["targets"]}


def test_json_of_one_run_knows_no_interval_and_no_story(called: Call, tiny: Path) -> None:
    document = json.loads(called("simulate", tiny, "--json").stdout)

    assert document["story"] is None
    assert {None} == {one["low"] for one in document["metrics"]}


def test_files_are_written_and_can_be_read(called: Call, tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "made" / "here"
    found = called("simulate", tiny, "--out", out)

    names = {"log.jsonl.gz", "summary.json", "summary.csv", "staff.csv"}
    assert names == {path.name for path in out.iterdir()}
    assert str(out / "log.jsonl.gz") in found.stdout.replace("\n", "")
    log = EventLog.load(out / "log.jsonl.gz")
    assert log.header["seed"] == 1
    document = json.loads((out / "summary.json").read_text("utf-8"))
    assert len(log) == document["first_run"]["rows"]
    with (out / "summary.csv").open(encoding="utf-8") as table:
        values = {row["metric"]: row["value"] for row in csv.DictReader(table)}
    assert "59.0" == values["received"]
    assert "Ann" in (out / "staff.csv").read_text("utf-8")


def test_nothing_is_replaced_or_even_run_without_force(
    called: Call, tiny: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "staff.csv"
    kept.write_text("mine")

    refused = called("simulate", "nowhere.toml", "--out", tmp_path)  # before it is even read
    forced = called("simulate", tiny, "--out", tmp_path, "--force")

    assert Exit.WOULD_OVERWRITE == refused.exit_code
    assert f"{kept}: already exists" in refused.stderr
    assert Exit.DONE == forced.exit_code
    assert "mine" != kept.read_text()


def test_targets_decide_the_exit_code_only_when_asked(called: Call, tiny: Path) -> None:
    tiny.write_text(tiny.read_text().replace(">= 1 %", ">= 100 %"))

    assert Exit.DONE == called("simulate", tiny).exit_code
    assert Exit.TARGETS_MISSED == called("simulate", tiny, "--check").exit_code


def test_targets_that_are_met_are_done(called: Call, tiny: Path) -> None:
    assert Exit.DONE == called("simulate", tiny, "--check").exit_code


def test_there_is_nothing_to_check_without_targets(called: Call, tiny: Path) -> None:
    tiny.write_text(tiny.read_text().partition("[targets]")[0])

    found = called("simulate", tiny, "--check")

    assert Exit.WRONG_USE == found.exit_code
    assert "no targets" in found.stderr


@pytest.mark.parametrize("target", ['servce_level = ">= 1 %"', 'away_rate = "low"'])
def test_a_target_that_cannot_be_read_is_found_before_the_run(
    called: Call, long: Path, target: str
) -> None:
    long.write_text(long.read_text().partition("[targets]")[0] + f"[targets]\n{target}\n")

    found = called("simulate", long)  # would take minutes

    assert Exit.WRONG_USE == found.exit_code
    assert "targets." in found.stderr


def test_warnings_go_before_the_run_to_stderr(called: Call, tiny: Path) -> None:
    text = tiny.read_text().replace('{ name = "Bo" }', '{ name = "Bo" }, { name = "Cy" }')
    tiny.write_text(text)

    found = called("simulate", tiny, "--json")

    assert "Cy is in no destination" in found.stderr
    (warning, *_) = json.loads(found.stdout)["scenario"]["warnings"]
    assert "members[2]" == warning["where"]


def test_names_cannot_steer_the_terminal(called: Call, tiny: Path) -> None:
    tiny.write_text(tiny.read_text().replace("Ann", r"A\u001b[31m[bold]nn"))

    found = called("simulate", tiny)

    assert "\x1b" not in found.output
    assert "[bold]nn" in found.stdout


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\x7fELF", b"name = ", b"[[[", b"name = 1"])
def test_a_file_that_is_no_scenario_is_refused_in_words(
    called: Call, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)

    found = called("simulate", path)

    assert (Exit.WRONG_USE, "") == (found.exit_code, found.stdout)
    assert str(path) in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seed", "-1"], "--seed"),
        (["--seed", "9" * 30], "--seed"),
        (["--seed", "x"], "--seed"),
        (["--replications", "0"], "--replications"),
        (["--replications", "-1"], "--replications"),
        (["--replications", "1000000000000"], "--replications"),
        (["--replications", "ten"], "--replications"),
        (["--engine", "compild"], "did you mean 'compiled'"),
        (["--explain", "-2"], "--explain"),
        (["--sed", "1"], "--seed"),
        (["another.toml"], "another.toml"),
    ],
)
def test_nonsense_is_refused_with_its_place(
    called: Call, tiny: Path, arguments: list[str], words: str
) -> None:
    found = called("simulate", tiny, *arguments)

    assert (Exit.WRONG_USE, "") == (found.exit_code, found.stdout)
    assert words in found.stderr
    assert "Traceback" not in found.stderr


def test_the_folder_itself_a_missing_file_and_a_near_name_are_told_apart(
    called: Call, tmp_path: Path
) -> None:
    assert "a folder" in called("simulate", tmp_path).stderr
    assert "no such file" in called("simulate", tmp_path / "x.toml").stderr
    assert "did you mean 'bangkok_shop'" in called("simulate", "bangkok_shp").stderr


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_be_is_found_before_the_run(
    called: Call, long: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").touch()

    found = called("simulate", long, "--out", tmp_path / place)  # would take minutes

    assert Exit.WRONG_USE == found.exit_code
    assert "a folder" in found.stderr
