"""Small exporters, one a format, and what must be the same after an import."""

from __future__ import annotations

import base64
import csv
import io
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from line_sim.recording.importers.importing import import_recording
from line_sim.recording.lines import body_bytes, body_json
from line_sim.recording.recording import Recording
from line_sim.wire import bodies, signature

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from line_sim.recording.importers.report import ImportReport

SECRET = "fake-channel-secret-of-tests"  # noqa: S105 - obviously fake
TOKEN = "fake-access-token-of-tests-0123456789abcdef"  # noqa: S105
BOT = "U" + "b" * 32
START_MS = 1_764_034_648_000
REPLY = "/v2/bot/message/reply"
PUSH = "/v2/bot/message/push"


@dataclass(frozen=True)
class Happening:
    """A webhook (no method) or a call."""

    at_ms: int
    body: bytes
    status: int
    took_ms: int
    method: str = ""
    path: str = "/callback"
    answer: bytes = b""
    answer_type: str = "application/json"

    @property
    def headers(self) -> list[tuple[str, str]]:
        """As LINE sends them, or as a bot does."""
        if not self.method:
            return bodies.headers(signature.sign(SECRET, self.body), "title")
        kind = [("content-type", "application/json")] if self.body else []
        return [("authorization", f"Bearer {TOKEN}"), *kind]


def user(number: int) -> str:
    return f"U{number:032x}"


def reply_token(number: int) -> str:
    return f"{0xABC0FFEE + number:032x}"


def text_event(number: int, at_ms: int, who: int, text: str) -> dict[str, Any]:
    return {
        "type": "message", "message": {"type": "text", "id": str(480 * 10**15 + number),
        "quoteToken": f"fake-quote-{number}", "text": text}, "webhookEventId": f"01HF{number:022d}",
        "deliveryContext": {"isRedelivery": False}, "timestamp": at_ms,
        "source": {"type": "user", "userId": user(who)}, "replyToken": reply_token(number),
        "mode": "active",
    }  # fmt: skip


def webhook(number: int, at_ms: int, events: list[dict[str, Any]], *, style: str = "line") -> Any:  # noqa: ANN401
    body = bodies.encode({"destination": BOT, "events": events}, style, number)
    return Happening(at_ms, body, 200, 7)


def call(at_ms: int, method: str, path: str, asked: object, **answered: Any) -> Happening:  # noqa: ANN401
    body = b"" if asked is None else json.dumps(asked).encode()
    return Happening(at_ms, body, answered.pop("status", 200), 40, method, path, **answered)


def iso(at_ms: float) -> str:
    return datetime.fromtimestamp(at_ms / 1e3, UTC).isoformat(timespec="milliseconds")


def har(day: Iterable[Happening]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "tests", "version": "1"},
                               "entries": [_entry(each) for each in day]}}).encode()  # fmt: skip


def _entry(each: Happening) -> dict[str, Any]:
    host = "api.line.me" if each.method else "bot.example"
    request = {
        "method": each.method or "POST", "url": f"https://{host}{each.path}",
        "headers": [{"name": name, "value": value} for name, value in each.headers],
    }  # fmt: skip
    if each.body:
        request["postData"] = {"mimeType": "application/json", "text": each.body.decode()}
    content = {
        "size": len(each.answer), "mimeType": each.answer_type, "encoding": "base64",
        "text": base64.b64encode(each.answer).decode(),
    }  # fmt: skip
    kind = [{"name": "Content-Type", "value": each.answer_type}]
    response = {"status": each.status, "headers": kind, "content": content}
    return {"startedDateTime": iso(each.at_ms), "time": each.took_ms, "request": request,
            "response": response}  # fmt: skip


def tnetstring(value: Any) -> bytes:  # noqa: ANN401
    match value:
        case None:
            data, kind = b"", b"~"
        case bool():
            data, kind = str(value).lower().encode(), b"!"
        case int():
            data, kind = str(value).encode(), b"#"
        case float():
            data, kind = repr(value).encode(), b"^"
        case str():
            data, kind = value.encode(), b";"
        case bytes():
            data, kind = value, b","
        case dict():
            data = b"".join(tnetstring(each) for pair in value.items() for each in pair)
            kind = b"}"
        case _:
            data, kind = b"".join(map(tnetstring, value)), b"]"
    return b"%d:%s%s" % (len(data), data, kind)


def flow(each: Happening, version: object = 21) -> bytes:
    start_s = each.at_ms / 1e3
    pairs = [[name.encode(), value.encode()] for name, value in each.headers]
    request = {
        "method": (each.method or "POST").encode(), "host": "api.line.me" if each.method else "bot",
        "path": each.path.encode(), "scheme": b"https", "headers": pairs, "content": each.body,
        "timestamp_start": start_s,
    }  # fmt: skip
    response = {
        "status_code": each.status, "content": each.answer, "timestamp_start": start_s,
        "headers": [[b"content-type", each.answer_type.encode()]],
        "timestamp_end": start_s + each.took_ms / 1e3,
    }  # fmt: skip
    return tnetstring({"type": "http", "version": version, "request": request,
                       "response": response, "error": None})  # fmt: skip


def flows(day: Iterable[Happening]) -> bytes:
    # mitmproxy writes a flow when it has ended
    return b"".join(map(flow, sorted(day, key=lambda each: each.at_ms + each.took_ms)))


def dump(day: Iterable[Happening]) -> bytes:
    return b"".join(
        json.dumps({
            "time": iso(each.at_ms), "headers": dict(each.headers), "body": each.body.decode(),
            "status": each.status, "took_ms": each.took_ms,
        }).encode() + b"\n"
        for each in day
        if not each.method
    )  # fmt: skip


def events(day: Iterable[Happening]) -> bytes:
    return b"\n".join(
        json.dumps(event, indent=2).encode()
        for each in day
        if not each.method
        for event in json.loads(each.body)["events"]
    )


def log(day: Iterable[Happening], delimiter: str = "\t") -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, delimiter=delimiter)
    rows.writerow(["request id", "time", "method", "endpoint", "status", "signature", "body",
                   "response", "took_ms"])  # fmt: skip
    for each in day:
        signed = dict(each.headers).get("X-Line-Signature", "")
        path = f"https://api.line.me{each.path}" if each.method else each.path
        rows.writerow(["", iso(each.at_ms), each.method or "POST", path, each.status, signed,
                       each.body.decode(), each.answer.decode(), each.took_ms])  # fmt: skip
    return text.getvalue().encode()


def table(day: Iterable[Happening], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, delimiter=delimiter)
    rows.writerow(["time", "customer", "from", "text"])
    for each in day:
        asked = json.loads(each.body)
        for event in asked.get("events", []):
            who = event["source"]["userId"]
            rows.writerow([iso(event["timestamp"]), who, "customer", event["message"]["text"]])
        for message in asked.get("messages", []):
            rows.writerow([iso(each.at_ms), asked["to"], "staff", message["text"]])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


@dataclass
class Imported:
    """A recording that was imported, and what was told of it."""

    report: ImportReport
    recording: Recording
    lines: list[dict[str, Any]] = field(default_factory=list)


def imported(folder: Path, content: bytes | Path, name: str = "day", **options: Any) -> Imported:  # noqa: ANN401
    source = content
    if isinstance(content, bytes):
        source = folder / f"{name}.source"
        source.write_bytes(content)
    out = folder / f"{name}.jsonl"
    report = import_recording(source, out, force=True, **options)
    recording = Recording(out)
    return Imported(report, recording, list(recording))


def payloads(found: Imported) -> list[Any]:
    return [body_json(line) for line in found.lines if line["kind"] == "webhook"]


def of_kind(found: Imported, *kinds: str) -> list[dict[str, Any]]:
    return [line for line in found.lines if line["kind"] in kinds]


def traffic(found: Imported) -> list[tuple[Any, ...]]:
    """All that was sent and answered, in order, secrets replaced by their number of appearance."""
    numbers: dict[str, str] = {}
    told: list[tuple[Any, ...]] = []
    for line in found.lines:
        kind = line["kind"]
        if kind in {"media", "end"}:
            continue
        body = body_bytes(line)
        if line.get("media"):
            body = found.recording.media(line["media"])
        what = (line.get("method"), line.get("path"), line.get("status"))
        at_ms = round(line["at_s"] * 1e3) + found.recording.header["epoch_ms"]
        told.append((kind, at_ms, *what, _without_tokens(body or b"", numbers)))
    return told


def _without_tokens(body: bytes, numbers: dict[str, str]) -> bytes:
    parts = body.split(b'"replyToken"')
    for place, part in enumerate(parts[1:], 1):
        token = part.split(b'"')[1]
        number = numbers.setdefault(token.decode(), f"token-{len(numbers)}")
        parts[place] = part.replace(token, number.encode(), 1)
    return b'"replyToken"'.join(parts)


def expected(day: Iterable[Happening]) -> list[tuple[Any, ...]]:
    """The same of what was exported."""
    told: list[tuple[int, int, tuple[Any, ...]]] = []
    numbers: dict[str, str] = {}
    for each in day:
        kind = "call" if each.method else "webhook"
        path = each.path if each.method else None
        sent = (kind, each.at_ms, each.method or None, path, None,
                _without_tokens(each.body, numbers))  # fmt: skip
        end_ms = each.at_ms + each.took_ms
        answer = each.answer if each.method else b""
        told.append((each.at_ms, len(told), sent))
        told.append((end_ms, len(told), (f"{kind}_end", end_ms, None, None, each.status, answer)))
    return [each for _, _, each in sorted(told)]


def without_answers(day: Iterable[Happening]) -> list[Happening]:
    return [replace(each, answer=b"") for each in day]
