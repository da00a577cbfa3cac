"""``line-sim pseudonymise``: what it is told, what it prints, and its exit codes."""

import json
import stat
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer
from typer.testing import CliRunner, Result

from line_sim.cli.exits import Exit
from line_sim.cli.pseudonymise import pseudonymise
from line_sim.recording.lines import body_json
from line_sim.recording.pseudonyms import Pseudonymiser, export
from line_sim.recording.recording import Recording

app = typer.Typer()
app.command()(pseudonymise)

AWAY = "ขณะนี้อยู่นอกเวลาทำการ\nWe are away."
TEXTS = ("Where is Nuttapong's order?", AWAY, "OK", AWAY)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A recording of a visitor who is told twice that nobody is there."""
    path = tmp_path / "day.jsonl"
    lines: list[dict[str, Any]] = [
        {
            "format": "line_sim.recording",
            "version": 1,
            "origin": "recorded",
            "epoch_ms": 1_764_000_000_000,
        }
    ]
    for seq, text in enumerate(TEXTS, 1):
        body = {"to": "U" + "ab" * 16, "messages": [{"type": "text", "text": text}]}
        lines.append(
            {
                "seq": seq,
                "at_s": seq,
                "wall_ms": 1_764_000_000_000 + seq,
                "kind": "call",
                "exchange": seq,
                "method": "POST",
                "path": "/v2/bot/message/push",
                "body": json.dumps(body),
            }
        )
    lines.append(
        {"seq": 9, "at_s": 9, "wall_ms": 1_764_000_000_009, "kind": "end", "reason": "closed"}
    )
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return path


def run(*words: object) -> Result:
    """The command in this process."""
    return CliRunner().invoke(app, [*map(str, words)])


def texts(path: Path) -> list[str]:
    """What was sent."""
    return [body_json(line)["messages"][0]["text"] for line in Recording(path) if "body" in line]


def test_a_recording_is_masked_with_a_key_made_for_it(day: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "masked.jsonl.gz", tmp_path / "shop.key"
    found = run(day, "-o", out, "--key", key, "--new-key")

    assert found.exit_code == Exit.DONE, found.output
    assert "5 lines" in found.stdout
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_bytes().hex() not in found.output
    made = texts(out)
    assert made[1] == made[3] != AWAY
    assert [len(text) for text in made] == [len(text) for text in TEXTS]


def test_the_same_key_gives_the_same_and_another_key_another(day: Path, tmp_path: Path) -> None:
    run(day, "-o", tmp_path / "a.jsonl", "--key", tmp_path / "one", "--new-key")
    run(day, "-o", tmp_path / "b.jsonl", "--key", tmp_path / "one")
    run(day, "-o", tmp_path / "c.jsonl", "--key", tmp_path / "two", "--new-key")

    assert texts(tmp_path / "a.jsonl") == texts(tmp_path / "b.jsonl") != texts(tmp_path / "c.jsonl")


def test_json_says_what_was_done(day: Path, tmp_path: Path) -> None:
    found = run(day, "-o", tmp_path / "a.jsonl", "--key", tmp_path / "k", "--new-key", "--json")

    told = json.loads(found.stdout)
    assert (told["format"], told["version"], told["lines"], told["leaks"]) == (
        "line_sim.pseudonymise",
        1,
        5,
        [],
    )
    assert told["key_id"] == Recording(tmp_path / "a.jsonl").header["pseudonyms"]["key_id"]


@pytest.mark.parametrize("form", ["json", "lines"])
def test_texts_in_a_file_stay(day: Path, tmp_path: Path, form: str) -> None:
    kept = tmp_path / "kept"
    kept.write_text(json.dumps([AWAY]) if form == "json" else "OK\n\n", encoding="utf-8")
    found = run(
        day, "-o", tmp_path / "a.jsonl", "--key", tmp_path / "k", "--new-key", "--keep-texts", kept
    )

    assert found.exit_code == Exit.DONE, found.output
    made = texts(tmp_path / "a.jsonl")
    assert ([made[1], made[3]] == [AWAY, AWAY]) is (form == "json")
    assert (made[2] == "OK") is (form == "lines")
    assert made[0] != TEXTS[0]


def test_times_stay_or_are_shifted(day: Path, tmp_path: Path) -> None:
    for name, option in (("a", "--keep-times"), ("b", "--shift-times")):
        new = ["--new-key"] if name == "a" else []
        run(day, "-o", tmp_path / f"{name}.jsonl", "--key", tmp_path / "k", option, *new)

    kept, shifted = (Recording(tmp_path / f"{name}.jsonl").header["epoch_ms"] for name in "ab")
    assert kept == 1_764_000_000_000
    assert (kept - shifted) % (7 * 86_400_000) == 0 < kept - shifted


def test_a_leak_is_exit_code_1_and_no_file(
    day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetful(Pseudonymiser):
        def line(self, line: Any) -> dict[str, Any]:  # noqa: ANN401 - as it comes
            return {**super().line(line), "body": line.get("body", "")}

    monkeypatch.setattr(export, "Pseudonymiser", Forgetful)
    out = tmp_path / "a.jsonl"
    found = run(day, "-o", out, "--key", tmp_path / "k", "--new-key", "--json")

    assert found.exit_code == Exit.CHECK_FAILED
    assert not out.exists()
    assert "line 1, body.messages[].text: value" in found.stderr
    assert {leak["kind"] for leak in json.loads(found.stdout)["leaks"]} == {"value"}
    assert "Nuttapong" not in found.output


def test_mistakes_are_told_without_a_traceback(day: Path, tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_bytes(b"too short")
    short.chmod(0o600)
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    out = tmp_path / "out.jsonl"
    cases = {
        "no such file": (day, "-o", out, "--key", tmp_path / "none"),
        "at least 32 random bytes": (day, "-o", out, "--key", short),
        "another name": (day, "-o", day, "--key", key, "--force"),
        "not the head of a recording": (short, "-o", out, "--key", key),
        "UTF-8 text": (day, "-o", out, "--key", key, "--keep-texts", tmp_path / "bad.txt"),
        "none.txt": (day, "-o", out, "--key", key, "--keep-texts", tmp_path / "none.txt"),
    }
    for words, told in cases.items():
        found = run(*told)
        assert found.exit_code == Exit.WRONG_USE, words
        assert words in found.stderr
        assert "Traceback" not in found.output
        assert not out.exists()


def test_nothing_is_replaced_without_force_and_a_key_never(day: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "out.jsonl", tmp_path / "key"
    out.write_text("mine", encoding="utf-8")
    assert run(day, "-o", out, "--key", key, "--new-key").exit_code == Exit.WOULD_OVERWRITE
    assert not key.exists()

    assert run(day, "-o", out, "--key", key, "--new-key", "--force").exit_code == Exit.DONE
    before = key.read_bytes()
    again = run(day, "-o", out, "--key", key, "--new-key", "--force")
    assert again.exit_code == Exit.WOULD_OVERWRITE
    assert key.read_bytes() == before
