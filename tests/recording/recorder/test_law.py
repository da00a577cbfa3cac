"""The law of the recorder: traffic with it is traffic without it, and the file holds all of it.

A mock of LINE, a bot on the official Python SDK, and the recorder between them both ways; the
mock's own ledger says what was really sent.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sdk_bots
from standing import recording
from starlette.applications import Starlette

from line_sim.mock.server import MockLine
from line_sim.net.serve import Server
from line_sim.recording.reader import Reader

BOTS = [sdk_bots.async_bot, sdk_bots.bot]
TEXTS = [
    "hello \N{RED APPLE}",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    'a "b" \\ / \u2028 c',
    "push",
]
Lines = list[dict[str, Any]]


def talk(line: MockLine) -> None:
    """Two visitors write to the bot, one act after the other."""
    for name, texts in (("Alice", TEXTS), ("Bob", TEXTS[:1])):
        visitor = line.visitor(name)
        for text in texts:
            visitor.expect(push=1) if text == "push" else visitor.expect(reply=1)
            visitor.says(text)
            line.settle()
        visitor.expect(reply=1)
        visitor.sends_image(size_bytes=60_000)
        line.settle()


def crowd(line: MockLine) -> None:
    """Eight visitors write at once, three texts each."""
    visitors = [line.visitor(f"Visitor {number}") for number in range(8)]
    for visitor in visitors:
        visitor.expect(reply=3)
    for text in "abc":
        for visitor in visitors:
            visitor.says(text)
    line.settle(20)


def played(
    folder: Path, make: Callable[..., Starlette], acts: Callable[[MockLine], None], *, through: bool
) -> tuple[Lines, Lines, list[list[str]]]:
    """The mock's ledger, the recording, and what each visitor saw."""
    ledger, file = folder / f"ledger-{through}.jsonl", folder / "recorded.jsonl.zst"
    with ExitStack() as stack:
        line = stack.enter_context(MockLine(log=ledger))
        told, server = line.channel, Server(lambda *_: None)  # type: ignore[arg-type]
        webhook_url, api_url = server.url, line.url
        if through:
            standing = stack.enter_context(
                recording(file, to=server.url, api_to=line.url, channel=told["name"])
            )
            webhook_url = standing.recorder.webhook_url
            api_url = standing.recorder.api_url
        server.app = make(told["secret"], told["access_token"], host=api_url)
        stack.enter_context(server)
        line.connect(f"{webhook_url}/callback")
        acts(line)
        seen = [
            [each["text"] for each in line.visitor(name).sees()]
            for name in ("Alice", "Bob", "Visitor 7")
        ]
        line.finish()
    return list(Reader(ledger)), list(Reader(file)) if through else [], seen


TOKEN = re.compile(r'(?<="replyToken":")[0-9a-f]{32}')
STAND_IN = re.compile(r"redacted-[0-9a-f]{12}")
OWN = {"host", "via", "content-length", "content-type", "date"}
"""Headers that belong to one hop, or that one of the two writers does not see."""


def mapped(lines: Iterable[Mapping[str, Any]]) -> dict[str, Lines]:
    """The lines of each kind, each secret's stand-in replaced by when it first came."""
    known: dict[str, str] = defaultdict(lambda: f"<secret {len(known)}>")
    found: dict[str, Lines] = defaultdict(list)
    exchanges: dict[int, tuple[str, int]] = {}
    for line in lines:
        kind = line["kind"]
        if kind in {"webhook", "call"}:
            exchanges[line["exchange"]] = (kind, len(found[kind]))
        if kind not in {"webhook", "webhook_end", "call", "call_end"}:
            continue
        headers = {n: v for n, v in dict(line.get("headers", {})).items() if n not in OWN}
        headers = {n: STAND_IN.sub(lambda m: known[m[0]], v) for n, v in headers.items()}
        body = line.get("body", "").replace('"replyToken": "', '"replyToken":"')
        found[kind].append({
            "exchange": exchanges[line["exchange"]],
            "headers": headers,
            "body": TOKEN.sub(lambda m: known[m[0]], body),
            **{name: line.get(name) for name in
               ("attempt", "channel", "media", "method", "path", "status", "test")
               if not (kind == "call_end" and name == "channel")},
        })  # fmt: skip
    return found


TIMES = re.compile(r'("(?:timestamp|webhookEventId)": ?)("\w+"|\d+)')


def timeless(lines: dict[str, Lines]) -> dict[str, list[str]]:
    """Lines without what the time of day decides, signatures included."""
    return {
        kind: [TIMES.sub(r"\1", re.sub(r"'x-line-signature': '[^']+'", "", str(each)))
               for each in found]
        for kind, found in lines.items()
    }  # fmt: skip


@pytest.mark.parametrize("make", BOTS)
def test_a_conversation_is_the_same_and_is_in_the_file(
    tmp_path: Path, make: Callable[..., Starlette]
) -> None:
    plain, _, seen_plainly = played(tmp_path, make, talk, through=False)
    ledger, recorded, seen = played(tmp_path, make, talk, through=True)

    assert seen_plainly == seen
    assert 5 == len(seen[0])
    kept, told = mapped(recorded), mapped(ledger)
    for kind in ("webhook", "webhook_end", "call", "call_end"):
        assert told[kind] == kept[kind]
        assert len(kept[kind]) >= 6
    assert timeless(mapped(plain)) == timeless(told)


def test_a_crowd_is_answered_in_order_each_and_none_is_missing(tmp_path: Path) -> None:
    _, _, seen_plainly = played(tmp_path, sdk_bots.async_bot, crowd, through=False)
    ledger, recorded, seen = played(tmp_path, sdk_bots.async_bot, crowd, through=True)

    assert sorted(seen_plainly[2]) == sorted(seen[2])
    assert 3 == len(seen[2])
    kept, told = mapped(recorded), mapped(ledger)
    for kind in ("webhook", "webhook_end", "call", "call_end"):
        assert len(told[kind]) == len(kept[kind]) >= 24
    signatures = [line["headers"]["x-line-signature"] for line in told["webhook"]]
    found = [line["headers"]["x-line-signature"] for line in kept["webhook"]]
    assert sorted(signatures) == sorted(found)
