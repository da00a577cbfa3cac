"""An import as a whole: which format, secrets, one file or none, and the command."""

from __future__ import annotations

import gzip
import json
import stat
from typing import TYPE_CHECKING

import pytest
import typer
from exporting import (
    REPLY,
    SECRET,
    START_MS,
    TOKEN,
    call,
    dump,
    flows,
    har,
    imported,
    log,
    of_kind,
    reply_token,
    table,
    text_event,
    webhook,
)
from typer.testing import CliRunner

from line_sim.cli.exits import Exit
from line_sim.cli.import_ import import_
from line_sim.errors import (
    ConfigurationError,
    LineSimError,
    OutputExistsError,
    RecordingFormatError,
)
from line_sim.recording.importers import importing, lacking
from line_sim.recording.importers.detecting import FORMATS, detected
from line_sim.recording.importers.importing import READERS, import_recording
from line_sim.recording.lines import LACKS
from line_sim.recording.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

HOOK = webhook(1, START_MS, [text_event(1, START_MS, 1, "hi")])
JPEG = b"\xff\xd8\xff" + bytes(5_000)
DAY = [
    HOOK,
    call(START_MS + 9, "POST", REPLY, {"replyToken": reply_token(1), "messages": []}),
    call(START_MS + 50, "GET", "/v2/bot/message/4/content", None, answer=JPEG,
         answer_type="image/jpeg"),
]  # fmt: skip
MESSAGES = [HOOK, call(START_MS + 9, "POST", REPLY, {"to": "U1", "messages": []})]
FILES = {
    "csv": table(MESSAGES), "har": har(DAY), "logs": log(DAY[:2]), "mitmproxy": flows(DAY),
    "webhooks": dump(DAY),
}  # fmt: skip
command = typer.Typer()
command.command()(import_)


def run(*arguments: object) -> tuple[int, str, str]:
    found = CliRunner().invoke(command, list(map(str, arguments)))
    return found.exit_code, found.stdout, found.stderr


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_format_is_told_by_the_content_packed_or_not(tmp_path: Path, form: str) -> None:
    for pack in (bytes, gzip.compress):
        source = tmp_path / "a.txt"
        source.write_bytes(pack(FILES[form]))

        assert form == detected(source)


def test_every_format_has_a_reader_and_every_lack_a_sentence() -> None:
    assert FORMATS.keys() == READERS.keys()
    assert LACKS.keys() == lacking.SENTENCES.keys()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfeh\0i\0", "save it as UTF-8"),
        (b"\x7fELF\0\0\0", "bytes that are no text"),
        (b'{"a": 1}', "JSON without a log of HAR's"),
        (b'{"format":"line_sim.recording","version":1}', "a recording already"),
        (b"Dear all,\nplease find", "it begins with 'Dear all"),
        (b"time,customer,text,method,path,status\n", "logs or csv"),
    ],
)
def test_what_cannot_be_told_is_refused_with_what_was_seen_and_the_formats(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(RecordingFormatError) as told:
        imported(tmp_path, content)

    assert words in str(told.value)
    assert all(f"{name}: " in str(told.value) for name in FORMATS)
    assert not (tmp_path / "day.jsonl").exists()


def test_no_secret_is_in_the_recording_or_its_media(tmp_path: Path) -> None:
    leaky = call(START_MS + 60, "GET", "/v2/bot/message/5/content", None, answer=JPEG
                 + TOKEN.encode() + SECRET.encode(), answer_type="image/jpeg")  # fmt: skip
    early = webhook(2, START_MS - 5_000, [text_event(7, START_MS - 5_000, 1, f"my {TOKEN}")])

    found = imported(tmp_path, har([early, *DAY, leaky]), secrets=[SECRET])

    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".source"]
    canaries = [TOKEN, SECRET, reply_token(1), reply_token(7)]
    assert 3 == len(kept)
    assert [] == [
        (path.name, canary) for path in kept for canary in canaries
        if canary.encode() in path.read_bytes()
    ]  # fmt: skip
    assert 2 == len({line["media"] for line in of_kind(found, "call_end") if "media" in line})


def test_one_key_gives_the_same_bytes_and_another_other_stand_ins(tmp_path: Path) -> None:
    made = [
        imported(tmp_path, har(DAY), f"day{n}", key=key) for n, key in enumerate([b"a", b"a", b"b"])
    ]
    told = [(tmp_path / f"day{n}.jsonl").read_bytes() for n, _ in enumerate(made)]

    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_what_is_written_is_private_and_whole(tmp_path: Path, suffix: str) -> None:
    source, out = tmp_path / "a.har", tmp_path / f"day.jsonl{suffix}"
    source.write_bytes(har(DAY))

    import_recording(source, out)

    recording = Recording(out)
    assert 0o600 == stat.S_IMODE(out.stat().st_mode)
    assert ((), True) == (recording.warnings, recording.summary()["complete"])
    assert {"a.har", out.name, "day.media"} == {path.name for path in tmp_path.iterdir()}
    assert JPEG == recording.media(
        next(line["sha256"] for line in recording if line["kind"] == "media")
    )


def test_nothing_is_replaced_unless_told(tmp_path: Path) -> None:
    source, out = tmp_path / "a.har", tmp_path / "day.jsonl"
    source.write_bytes(har(DAY))
    out.write_text("precious", encoding="utf-8")

    with pytest.raises(OutputExistsError):
        import_recording(source, out)

    assert "precious" == out.read_text(encoding="utf-8")
    import_recording(source, out, force=True)
    assert 7 < len(list(Recording(out)))


def test_a_failure_while_writing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "a.har", tmp_path / "day.jsonl.gz"
    source.write_bytes(har(DAY))
    real, written = importing.Copying._end, []  # noqa: SLF001 - breaks there

    def breaks(*arguments: object) -> None:
        written.append(arguments)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        real(*arguments)

    monkeypatch.setattr(importing.Copying, "_end", breaks)
    with pytest.raises(OSError, match="No space left"):
        import_recording(source, out)

    assert ["a.har"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"form": "harr"}, "did you mean 'har'"),
        ({"channel": ""}, "1 to 100 characters"),
        ({"channel": "x" * 101}, "1 to 100 characters"),
    ],
)
def test_wrong_options_are_told(tmp_path: Path, options: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        imported(tmp_path, har(DAY), **options)


def test_a_file_is_not_imported_onto_itself(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(dump(DAY))

    with pytest.raises(ConfigurationError, match="the file to import itself"):
        import_recording(source, source, force=True)

    assert dump(DAY) == source.read_bytes()


def test_the_command_tells_counts_lacks_and_what_was_left_out(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(dump(DAY) + b"\x1b[31mnonsense\n")

    code, out, err = run(source, "-o", tmp_path / "day.jsonl")

    assert 0 == code
    assert "1 webhook, 1 event, 0 calls from webhooks" in out
    assert (
        "no calls of the bridge: what it answered (checks 66 to 91) cannot be read from it" in out
    )
    assert "1 part of" in err
    assert "line 2: not JSON" in err


def test_the_commands_json_is_the_report(tmp_path: Path) -> None:
    source, secret = tmp_path / "a.har", tmp_path / "secret"
    source.write_bytes(har(DAY))
    secret.write_text(f"{SECRET}\n", encoding="utf-8")

    code, out, _ = run(
        source, "-o", tmp_path / "day.jsonl", "--json", "--secret-file", secret, "--channel", "shop"
    )

    told = json.loads(out)
    assert (0, "line_sim.import", 1, 1, 2, []) == (
        code, told["format"], told["version"], told["webhooks"], told["calls"], told["lacks"],
    )  # fmt: skip
    assert "shop" == told["channels"][0]["name"]
    assert SECRET not in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["missing.har", "-o", "day.jsonl"], Exit.WRONG_USE, "is not there"),
        (["a.har", "-o", "nowhere/day.jsonl"], Exit.WRONG_USE, "the folder"),
        (["a.har", "-o", "there.jsonl"], Exit.WOULD_OVERWRITE, "already exists"),
        (
            ["a.har", "-o", "day.jsonl", "--from", "csv"],
            Exit.WRONG_USE,
            "nothing in it can be used",
        ),
        (["a.har", "-o", "day.jsonl", "--secret-file", "empty"], Exit.WRONG_USE, "one a line"),
        (["a.har", "-o", "day.jsonl", "--secret-file", "missing"], Exit.WRONG_USE, "No such file"),
    ],
)
def test_the_commands_errors_have_codes_and_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.har").write_bytes(har(DAY))
    (tmp_path / "there.jsonl").touch()
    (tmp_path / "empty").touch()

    found, out, err = run(*arguments)

    assert (code, "") == (found, out)
    assert words in err
    assert "Traceback" not in err
    assert not (tmp_path / "day.jsonl").exists()


def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    import os  # noqa: PLC0415 - only where there are pipes

    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(LineSimError, match="a pipe or a device"):
        import_recording(tmp_path / "pipe", tmp_path / "day.jsonl")
