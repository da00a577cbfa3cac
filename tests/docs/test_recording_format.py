"""The page of the recording format says what the code does: kinds, fields, words and limits."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

import line_sim as ls
from line_sim.recording.checking import checked_line
from line_sim.recording.lines import (
    BINARY_BYTES,
    COMMON,
    FIELDS,
    INLINE_BYTES,
    LACKS,
    LINE_BYTES,
    MEDIA_NAME,
    RATIO,
    TEXT_BYTES,
)
from line_sim.recording.media_files import MEDIA_BYTES
from line_sim.recording.reader import Reader
from line_sim.recording.recording import Recording
from line_sim.recording.redaction import Redactor
from line_sim.recording.shapes import TYPES
from line_sim.recording.writer import Writer
from line_sim.recording.zstd_frames import WINDOW_BYTES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "recording-format.md").read_text(encoding="utf-8")


def table(page: str, *heading: str) -> list[list[str]]:
    """The rows of the table with these columns."""
    _, _, rest = page.partition(f"| {' | '.join(heading)} |\n")
    assert rest
    lines = rest.split("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def words(cell: str) -> tuple[str, ...]:
    """What stands there in code."""
    return tuple(re.findall(r"`(\w+)`", cell))


def test_the_table_of_kinds_is_the_one_of_the_code(page: str) -> None:
    shown = {
        words(kind)[0]: words(fields)
        for kind, fields, _ in table(page, "kind", "fields", "what happened")
    }

    assert FIELDS == shown
    assert list(FIELDS) == list(shown)


def test_the_table_of_fields_says_what_is_checked(page: str) -> None:
    shown = {words(name)[0]: holds for name, holds, _ in table(page, "field", "holds", "meaning")}

    assert {name for fields in FIELDS.values() for name in fields} == set(shown)
    assert {name: allowed.rstrip(",") for name, (_, allowed) in TYPES.items()} == {
        name: holds for name, holds in shown.items() if name in TYPES
    }


def test_what_every_line_has_is_listed(page: str) -> None:
    assert list(COMMON) == [words(row[0])[0] for row in table(page, "field", "holds")]


def test_the_words_of_lacks_are_those_of_the_code(page: str) -> None:
    assert LACKS == {word.strip("`"): meaning for word, meaning in table(page, "word", "meaning")}


def test_the_limits_are_those_of_the_code(page: str) -> None:
    found = [row[1] for row in table(page, "what", "at most")]

    assert [
        f"{LINE_BYTES:,} bytes", f"{RATIO}", f"{WINDOW_BYTES:,} bytes", f"{MEDIA_BYTES:,} bytes",
    ] == found  # fmt: skip
    for limit in (TEXT_BYTES, BINARY_BYTES, INLINE_BYTES):
        assert f"{limit:,} bytes" in page
    assert f"^{MEDIA_NAME.pattern}$" in page


def test_the_example_is_a_recording(page: str, tmp_path: Path) -> None:
    example = page.split("```\n")[1].replace("{...}", "{}")
    (tmp_path / "a.jsonl").write_text(example, encoding="utf-8")
    found = Recording.load(tmp_path / "a.jsonl")

    assert ["webhook", "call", "call_end", "webhook_end", "end"] == [each["kind"] for each in found]
    assert () == found.warnings
    for line in found:
        assert set(line) <= {*COMMON, *FIELDS[line["kind"]]}


def test_every_kind_and_field_can_be_written_and_read(tmp_path: Path) -> None:
    example = {
        int: 5, float: 0.5, str: "text", dict: {"id": "R1"}, list: ["slow"], bool: True,
    }  # fmt: skip
    special = {"sha256": "a" * 64, "media": "b" * 64, "body_b64": "aGVsbG8=", "headers": {"a": "b"}}
    path = tmp_path / "a.jsonl"
    with Writer(path, lambda: 0, redact=Redactor()) as ledger:
        for kind, fields in FIELDS.items():
            ledger.write(
                kind, **{name: special.get(name, example[TYPES[name][0][0]]) for name in fields}
            )
    for line, kind in zip(Reader(path), FIELDS, strict=False):
        assert {*COMMON, *FIELDS[kind]} == set(line)
        for name in FIELDS[kind]:
            wrong = orjson.dumps({**line, name: {"a": 5}})
            if name in TYPES and TYPES[name][0] != (dict,):
                with pytest.raises(ValueError, match=name):
                    checked_line(path, wrong, 2, 0)


async def callback(_request: object) -> Response:
    """Answers, and calls nothing."""
    return Response()


def test_the_mock_writes_what_the_page_lists_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with ls.MockLine(log=path, strict=False) as line:
        line.connect(Starlette(routes=[Route("/callback", callback, methods=["POST"])]))
        visitor = line.visitor("Alice")
        visitor.says("hello")
        line.settle()
        for to in (visitor.id, "nobody"):
            httpx.post(
                f"{line.url}/v2/bot/message/push",
                headers={"authorization": f"Bearer {line.channel.access_token}"},
                json={"to": to, "messages": [{"type": "text", "text": "hello"}]},
            )
    found = list(Recording.load(path))

    assert {"webhook", "webhook_end", "call", "call_end", "end"} <= {each["kind"] for each in found}
    for each in found:
        if each["kind"] != "note":
            assert set(each) <= {*COMMON, *FIELDS[each["kind"]]}


def test_the_examples_of_the_how_to_are_python(repository: Path) -> None:
    how_to = (repository / "docs" / "recording.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", how_to, re.DOTALL)

    assert 2 == len(blocks)
    for block in blocks:
        ast.parse(block)
