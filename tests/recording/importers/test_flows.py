"""Flows of mitmproxy: a file of its own, other versions, broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from exporting import START_MS, flow, flows, imported, of_kind, text_event, webhook

from line_sim.errors import RecordingFormatError
from line_sim.recording.importers.reading import BlockFile
from line_sim.recording.importers.tnetstrings import BrokenError, values
from line_sim.recording.lines import body_json

SAMPLES = Path(__file__).parents[1] / "samples"
SECRET = "fake-channel-secret-of-the-samples"  # noqa: S105 - obviously fake
HOOK = webhook(1, START_MS, [text_event(1, START_MS, 1, "hi")])


def test_a_file_that_mitmproxy_wrote_is_read_whole(tmp_path: Path) -> None:
    # flows.mitm was written by mitmproxy 11.0.2's own FlowWriter: samples/make_flows.py
    found = imported(tmp_path, SAMPLES / "flows.mitm", secrets=[SECRET])

    assert ("mitmproxy", 2, 2, 2, []) == (
        found.report.form, found.report.webhooks, found.report.calls, found.report.other,
        found.report.lacks,
    )  # fmt: skip
    reply, content = of_kind(found, "call_end")
    assert "480000000000000009" == body_json(reply)["sentMessages"][0]["id"]  # it was gzipped
    assert bytes(range(256)) * 20 == found.recording.media(content["media"])
    assert [40.0, None] == [line.get("took_ms") for line in of_kind(found, "webhook_end")]
    assert {"status": None, "reason": "unclassified", "detail": "peer closed connection"} == {
        name: of_kind(found, "webhook_end")[1].get(name) for name in ("status", "reason", "detail")
    }


def test_signatures_are_those_of_the_bytes(tmp_path: Path) -> None:
    right = imported(tmp_path, SAMPLES / "flows.mitm", secrets=[SECRET])
    wrong = imported(tmp_path, SAMPLES / "flows.mitm", secrets=["another-fake-secret"])

    assert [] == right.report.remarks
    assert "none of 2 signatures fits its bytes" in wrong.report.remarks[0]
    assert ["signatures"] == wrong.report.lacks


def test_a_forged_signature_among_right_ones_is_kept_as_wrong(tmp_path: Path) -> None:
    sample = (SAMPLES / "flows.mitm").read_bytes()
    forged = sample.replace(b"d4CUfzzy", b"AAAAAAAA")
    assert forged != sample

    found = imported(tmp_path, forged, secrets=[SECRET])

    assert [None, "wrong"] == [line.get("signature") for line in of_kind(found, "webhook")]
    assert ["1 of 2 signatures do not fit: kept wrong"] == found.report.remarks


@pytest.mark.parametrize("version", [[0, 18], 4, 6, None])
def test_an_old_version_is_named_with_the_way_out(tmp_path: Path, version: object) -> None:
    with pytest.raises(RecordingFormatError, match="was not understood; 7 to 21 are read") as told:
        imported(tmp_path, flow(HOOK, version), form="mitmproxy")

    assert "mitmdump -nr OLD -w NEW" in str(told.value)
    shown = ".".join(map(str, version)) if isinstance(version, list) else str(version)
    assert f"flow format {shown} " in str(told.value)


def test_a_newer_version_is_read_and_said(tmp_path: Path) -> None:
    found = imported(tmp_path, flow(HOOK, 99))

    assert 1 == found.report.webhooks
    assert "flow format 99 is newer than 21" in found.report.remarks[0]


def test_a_file_cut_off_gives_the_flows_before_the_cut(tmp_path: Path) -> None:
    found = imported(tmp_path, flows([HOOK, HOOK])[:-3])

    assert (1, "after flow 1") == (found.report.webhooks, found.report.first_unusable[0].place)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"x", "length"),
        (b":,", "length"),
        (b"1234567890:", "length"),
        (b"999999999:a", "at most"),
        (b"5:abc,", "cut off"),
        (b"3:9:a]", "beyond"),
        (b"3:abc#", "no value"),
        (b"1:a!", "no value"),
        (b"1:a?", "no value"),
    ],
)
def test_what_is_no_tnetstring_is_told_by_its_bytes(raw: bytes, words: str) -> None:
    with pytest.raises(BrokenError, match=words):
        list(values(BlockFile(Path("a"), iter([raw]))))


def test_nesting_and_numbers_of_values_have_limits() -> None:
    deep = b""
    for _ in range(40):
        deep = b"%d:%s]" % (len(deep), deep)
    many = b"0:~" * 200_000
    for raw in (deep, b"%d:%s]" % (len(many), many)):
        with pytest.raises(BrokenError, match="levels"):
            list(values(BlockFile(Path("a"), iter([raw]))))
