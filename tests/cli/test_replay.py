"""``line-sim replay``: what it is told, what it prints, and its exit codes."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from line_sim.cli.exits import Exit
from line_sim.cli.replay import replay
from line_sim.net.serve import Server
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer
from line_sim.replay.asked import listen_of, ramp_of, speed_of, targets_of

app = typer.Typer()
app.command()(replay)


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A recording of five texts, one a tenth of a second."""
    path = tmp_path / "tape.jsonl"
    times = iter(range(0, 1_000_000, 100_000))
    with Writer(path, lambda: next(times), redact=Redactor(), header={"epoch_ms": 0}) as writer:
        for number in range(5):
            event = {"type": "message", "message": {"type": "text", "id": f"{number}"},
                     "source": {"type": "user", "userId": f"U{number:032x}"},
                     "webhookEventId": f"01HXPYV3Z5E4Q8J2N6T7R9S0K{number}"}  # fmt: skip
            body = {"destination": "U" + "b" * 32, "events": [event]}
            writer.write("webhook", exchange=number, channel="shop", attempt=1, body=body)
    return path


@contextmanager
def bridge(status: int = 200) -> Iterator[str]:
    """A bridge that answers every webhook so; its URL."""

    async def answers(_scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    server = Server(answers, lifespan="off").start_in_thread()
    try:
        yield f"{server.url}/callback"
    finally:
        server.stop_in_thread()


def run(*words: object) -> Result:
    """The command in this process."""
    return CliRunner().invoke(app, [*map(str, words)])


def test_a_replay_prints_what_it_was_and_keeps_its_ledger(tape: Path, tmp_path: Path) -> None:
    log = tmp_path / "run.jsonl.gz"
    with bridge() as url:
        found = run(tape, "--to", url, "--log", log, "--late", 500)
    assert found.exit_code == Exit.DONE, found.output
    assert "5 webhooks" in found.stdout
    assert "5 confirmed" in found.stdout
    assert log.exists()


def test_json_is_one_document_and_an_invalid_run_has_its_code(tape: Path) -> None:
    with bridge() as url:
        found = run(tape, "--to", url, "--json", "--late", 0, "--speed", "2x")
    assert found.exit_code == Exit.RUN_INVALID
    told = json.loads(found.stdout)
    assert told["format"] == "line_sim.replay_report"
    run_ = told["run"]
    assert (run_["confirmed"], run_["speed"], told["valid"]) == (5, "2", False)


def test_windows_samples_and_loops_are_told_by_options(tape: Path) -> None:
    with bridge() as url:
        found = run(tape, "--to", url, "--json", "--late", 500, "--since", "0.2", "--until", "0.4",
                    "--loops", 3, "--speed", "max")  # fmt: skip
    assert json.loads(found.stdout)["run"]["sent"] == 6


def test_pages_logs_and_expectations_are_written(tape: Path, tmp_path: Path) -> None:
    names = ("page.html", "junit.xml", "events.jsonl")
    page, junit, events = (tmp_path / name for name in names)
    wanted = tmp_path / "expect.toml"
    assert run(tape, "--write-expectations", wanted).exit_code == Exit.DONE
    with bridge() as url:
        words = [tape, "--to", url, "--late", 500, "--speed", "max", "--expect", wanted]
        found = run(*words, "--html", page, "--junit", junit, "--event-log", events)
        assert found.exit_code == Exit.DONE, found.output
        again = run(*words, "--html", page)
    assert again.exit_code == Exit.WOULD_OVERWRITE
    assert "<html" in page.read_text(encoding="utf-8")
    assert "<testsuites" in junit.read_text(encoding="utf-8")
    assert '"replay"' in events.read_text(encoding="utf-8").partition("\n")[0]
    assert "All expectations were met" in found.stdout


def test_what_was_expected_and_did_not_come_fails(tape: Path, tmp_path: Path) -> None:
    wanted = tmp_path / "expect.toml"
    run(tape, "--write-expectations", wanted)
    text = wanted.read_text(encoding="utf-8")
    wanted.write_text(text.replace("at_most = 0", 'answers = [{ text = "hi" }]', 1))
    with bridge() as url:
        found = run(tape, "--to", url, "--late", 500, "--speed", "max", "--expect", wanted)
    assert found.exit_code == Exit.CHECK_FAILED
    assert "did not come" in found.stdout


def test_nobody_there_is_unreachable_and_leaves_no_ledger(tape: Path, tmp_path: Path) -> None:
    log = tmp_path / "run.jsonl"
    found = run(tape, "--to", "http://127.0.0.1:9/callback", "--log", log)
    assert found.exit_code == Exit.UNREACHABLE
    assert not log.exists()
    program = f"{sys.executable} -c 'raise SystemExit(5)'"
    found = run(tape, "--command", program, "--log", log)
    assert found.exit_code == Exit.UNREACHABLE
    assert "exit code 5" in found.stderr
    assert not log.exists()


def test_an_existing_ledger_is_left_alone(tape: Path, tmp_path: Path) -> None:
    log = tmp_path / "run.jsonl"
    log.write_text("mine")
    with bridge() as url:
        found = run(tape, "--to", url, "--log", log)
    assert found.exit_code == Exit.WOULD_OVERWRITE
    assert log.read_text() == "mine"


@pytest.mark.parametrize(
    "words",
    [
        ["--speed", "fast"],
        ["--ramp", "1:2"],
        ["--since", "noon"],
        ["--share", "0"],
        ["--in-flight", "6000"],
        ["--listen", "127.0.0.1:99999"],
        ["--listen", "8.8.8.8:80"],
        ["--since", "0.3", "--until", "0.2"],
        ["--profile", "nobody"],
        ["--to", "ftp://127.0.0.1/"],
        ["--html", "same.html", "--junit", "same.html"],
        [],
        ["--to", "http://127.0.0.1:9/", "--command", "true"],
        ["--to", "nobody=http://127.0.0.1:9/"],
    ],
)
def test_mistakes_are_told_in_a_line(tape: Path, words: list[str]) -> None:
    more = [] if "--to" in words or not words else ["--to", "http://127.0.0.1:9/"]
    found = run(tape, *words, *more)
    assert found.exit_code == Exit.WRONG_USE
    assert "Traceback" not in found.output
    assert found.stderr.startswith("line-sim: ")


def test_nothing_is_played_where_a_report_cannot_be_written(tape: Path, tmp_path: Path) -> None:
    with bridge() as url:
        found = run(tape, "--to", url, "--html", tmp_path, "--force")
        assert found.exit_code == Exit.WRONG_USE
        assert "--html" in found.stderr
        read = run(tape, "--to", url, "--log", tape, "--force")
    assert read.exit_code == Exit.WRONG_USE
    assert "what is read" in read.stderr
    assert found.stdout == read.stdout == ""


def test_a_recording_that_was_cut_off_is_played_and_that_is_told(
    tape: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(tape.read_bytes()[:-40])
    with bridge() as url:
        found = run(cut, "--to", url, "--late", 500, "--speed", "max")
        whole = run(tape, "--to", url, "--late", 500, "--speed", "max")
    assert "no end" in found.stderr
    assert "no end" not in whole.stderr


def test_an_empty_choice_says_what_there_was(tape: Path) -> None:
    with bridge() as url:
        found = run(tape, "--to", url, "--since", 100)
    assert found.exit_code == Exit.RUN_INVALID
    assert "none of the recording's 5 webhooks" in found.stdout
    assert "nothing was measured" in found.stdout


def test_what_is_no_recording_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("hello\n")
    assert run(tmp_path / "x.jsonl", "--to", "http://127.0.0.1:9/").exit_code == Exit.WRONG_USE
    assert run(tmp_path / "y.jsonl", "--to", "http://127.0.0.1:9/").exit_code == Exit.WRONG_USE


def test_options_are_read_as_they_are_written() -> None:
    assert [speed_of(each) for each in ("60", "60x", "0.5", "MAX")] == [60.0, 60.0, 0.5, "max"]
    assert ramp_of("0.1:1:60", 10.0) == (0.1, 1.0, 600.0)
    assert targets_of([]) is None
    assert targets_of(["http://h/?a=b"]) == "http://h/?a=b"
    assert targets_of(["shop=http://h/a", "bar=http://h/b"]) == {
        "shop": "http://h/a",
        "bar": "http://h/b",
    }
    assert listen_of("8040") == ("127.0.0.1", 8040)
    assert listen_of("localhost:0") == ("localhost", 0)
