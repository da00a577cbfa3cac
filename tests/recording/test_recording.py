"""A recording as everybody else reads it: anew each time, with a summary and what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from line_sim.errors import RecordingFormatError
from line_sim.recording.lines import LACKS
from line_sim.recording.recording import Recording
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path


def event(user: str, kind: str = "message", **source: str) -> dict[str, object]:
    return {"type": kind, "source": {"type": "user", "userId": user, **source}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    clock = iter(range(2_500_000, 10**9, 500_000))
    path = tmp_path / "a.jsonl.zst"
    header = {"origin": "imported", "lacks": ["calls", "headers"], "epoch_ms": 1_764_000_000_000}
    with Writer(path, lambda: next(clock), redact=Redactor(), header=header) as ledger:
        for channel, events in (
            ("shop", [event("U1"), event("U2", "follow")]),
            ("shop", [event("U1", groupId="C1")]),
            ("desk", []),
        ):
            ledger.write("webhook", exchange=1, channel=channel, body={"events": events})
        ledger.write("webhook", exchange=2, body=b"no json")
    return path


def test_it_is_iterated_anew_each_time_even_at_once(path: Path) -> None:
    found = Recording.load(path)
    one, other = iter(found), iter(found)

    assert [next(one), next(one)] == [next(other), next(other)]
    assert list(found) == list(found)
    assert list(one) == list(other) == list(found)[2:]


def test_the_summary_counts_what_is_there(path: Path) -> None:
    assert {
        "lines": 5,
        "kinds": {"end": 1, "webhook": 4},
        "events": {"follow": 1, "message": 2},
        "chats": 3,
        "channels": {"": 1, "desk": 1, "shop": 2},
        "from_s": 2.5,
        "to_s": 4.5,
        "span_s": 2.0,
        "media": {"named": 0, "missing": 0},
        "complete": True,
    } == Recording.load(path).summary()


def test_what_it_lacks_is_said_in_words_of_the_format(path: Path) -> None:
    found = Recording.load(path)

    assert ("calls", "headers") == found.lacks
    assert set(found.lacks) <= set(LACKS)
    assert 1_764_000_000_000 == found.header["epoch_ms"]


def test_a_cut_off_recording_warns_and_gives_what_there_is(tmp_path: Path) -> None:
    ledger = Writer(tmp_path / "a.jsonl", lambda: 0, redact=Redactor())
    ledger.write("note", text="one")
    with (tmp_path / "a.jsonl").open("ab") as file:
        file.write(b'{"seq":2,')
    found = Recording.load(tmp_path / "a.jsonl")

    assert ["one"] == [line["text"] for line in found]
    assert ["cut off" in warning for warning in found.warnings] == [True]
    assert not found.summary()["complete"]


def test_an_empty_recording_has_a_summary_too(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b'{"format":"line_sim.recording","version":1}\n')
    found = Recording.load(str(tmp_path / "a")).summary()

    assert (0, 0, 0.0, {}) == tuple(found[name] for name in ("lines", "chats", "span_s", "kinds"))


def test_fixed_keys_and_clocks_make_equal_files(tmp_path: Path) -> None:
    """So that generated data can be shipped and made anew."""
    made = []
    for name in ("a.jsonl.gz", "b.jsonl.gz", "a.jsonl.zst", "b.jsonl.zst"):
        redact = Redactor(key=b"generated" * 3)
        with Writer(tmp_path / name, lambda: 0, redact=redact, wall_ms=lambda: 9) as ledger:
            ledger.write("webhook", exchange=1, body={"events": [{"replyToken": "a" * 32}]})
        made.append((tmp_path / name).read_bytes())

    assert made[0] == made[1]
    assert made[2] == made[3]
    assert made[0] != made[2]
    found = list(Recording.load(tmp_path / "a.jsonl.gz"))
    assert {9} == {line["wall_ms"] for line in found}
    assert "a" * 32 not in found[0]["body"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"lacks": "media"}, "lacks is 'media'; a list of words"),
        ({"lacks": [5]}, "lacks is [5]; a list of words"),
        ({"channels": ["shop"]}, "channels is ['shop']; a list of objects"),
        ({"epoch_ms": "now"}, "epoch_ms is 'now'; Unix time in ms"),
        ({"origin": 5}, "origin is 5; a word"),
        ({"version": True}, "version True; 1 can be read"),
        ({"version": "1"}, "version '1'; 1 can be read"),
        ({"version": -3}, "version -3; 1 can be read (record it anew)"),
    ],
)
def test_a_header_is_checked_where_others_rely_on_it(
    tmp_path: Path, more: dict[str, object], reason: str
) -> None:
    head = {"format": "line_sim.recording", "version": 1, **more}
    (tmp_path / "a").write_bytes(orjson.dumps(head) + b"\n")

    with pytest.raises(RecordingFormatError) as caught:
        Recording.load(tmp_path / "a")

    assert caught.value.reason.startswith(f"line 1: {reason}")
