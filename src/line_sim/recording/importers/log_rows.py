"""Rows of a developer's own log: what LINE advises to keep of calls and of webhooks.

Of a call: request id, time, method, endpoint, status; of a webhook: sender's address, time, method,
path, status, and optionally signature, body and answer (Messaging API guides, development
guidelines, saving logs). With tabs, commas, semicolons or blanks, with or without names of
columns; also a web server's log in the combined format.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from line_sim.recording.importers.found import Call, Ended, Other, Remark, Unusable, Webhook, plain
from line_sim.recording.importers.json_values import loaded
from line_sim.recording.importers.line_traffic import SIGNATURE, is_api, is_webhook, split_url
from line_sim.recording.importers.log_columns import METHODS, NAMES, guessed
from line_sim.recording.importers.reading import head, raw_lines
from line_sim.recording.importers.tables import PREAMBLE, Row, begun
from line_sim.recording.importers.times import unix_ms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from line_sim.recording.importers.found import Found

AGENT = "linebotwebhook"
"""How the user agent of LINE's webhooks begins, as seen."""
LEAST_NAMES = 3
COMBINED = re.compile(
    r'^(?P<sender>\S+) \S+ \S+ \[(?P<time>[^\]]{1,40})\] "(?P<method>[A-Z]{1,10}) (?P<path>\S+)'
    r'(?: HTTP/[\d.]+)?" (?P<status>\d{3}) \S+(?: "[^"]*" "(?P<agent>[^"]*)")?'
)
"""Apache's and nginx's combined format, and the common one that it begins with."""
LONGEST_CELL = 8_000


def found(path: Path) -> Iterator[Found]:
    """The webhooks and calls that rows tell of."""
    if is_combined(head(path)):
        yield from _of_a_server(path)
        return
    table = begun(path, NAMES, LEAST_NAMES)
    named = table.named
    zoneless = False
    for each in table.rows:
        if isinstance(each, Unusable):
            yield each
            continue
        line, cells = each
        row = Row(line, *((cells, named.by_name) if named else guessed(cells)))
        read_row = _row(row)
        if isinstance(read_row, tuple):
            zoneless |= read_row[1]
            yield read_row[0]
        else:
            yield read_row
    if zoneless:
        yield Remark("times without a zone were taken as UTC")


def is_combined(start: bytes) -> bool:
    """Whether the first lines are those of a web server's log."""
    lines = start.decode("utf-8", "replace").splitlines()[:PREAMBLE]
    return any(COMBINED.match(line) for line in lines)


def _of_a_server(path: Path) -> Iterator[Found]:
    for number, raw in raw_lines(path):
        text = (raw or b"")[:LONGEST_CELL].decode("utf-8", "replace").strip()
        if not text:
            continue
        matched = COMBINED.match(text)
        if matched is None:
            yield Unusable(f"line {number}", "no line of the combined log format")
            continue
        parts = matched.groupdict(default="")
        row = Row(number, tuple(parts.values()), {name: n for n, name in enumerate(parts)})
        agent = matched["agent"]
        hook = agent is None or agent == "-" or agent.lower().startswith(AGENT)
        read_row = _row(row) if hook or is_api(*split_url(row["path"])) else Other(f"line {number}")
        yield read_row[0] if isinstance(read_row, tuple) else read_row


def _row(row: Row) -> tuple[Found, bool] | Unusable | Other:
    """What a row tells of, and whether its time had no zone."""
    place = f"line {row.line}"
    host, path = split_url(row["path"])
    read = unix_ms(row["time"]) if row["time"] else None
    fault = _fault(row, host + path)
    if fault or read is None:
        given = plain(row["time"])[:40]
        return Unusable(place, fault or f"the time is {given!r}; ISO 8601 or Unix time is allowed")
    ended = Ended(int(row["status"]), took_ms=_number(row["took_ms"]))
    if is_api(host, path):
        return _call(row, read[0], path, ended), read[1]
    if row["method"].upper() != "POST":
        return Other(place)
    return _webhook(row, read[0], ended), read[1]


def _fault(row: Row, path: str) -> str:
    """Why a row is none of a log, its time apart; empty where it is one."""
    method, status = plain(row["method"].upper())[:20], plain(row["status"])[:20]
    if not path:
        return "no path or endpoint"
    if len(path) > LONGEST_CELL:
        return f"a path of {len(path):,} characters"
    if method not in METHODS:
        return f"the method is {method!r}; GET, POST ... are allowed"
    if not re.fullmatch(r"[1-9][0-9]{2}", status):
        return f"the status is {status!r}; 200, 400 ... are allowed"
    return ""


def _call(row: Row, at_ms: float, path: str, ended: Ended) -> Call:
    request_id = row["request_id"][:200]
    if request_id:
        ended.headers = [("x-line-request-id", plain(request_id))]
    answer, body = row["answer"], row["body"]
    ended.body = answer.encode("utf-8", "replace") or None
    return Call(
        f"line {row.line}", at_ms, row["method"].upper(), plain(path), None,
        body.encode("utf-8", "replace") or None, body_known=bool(body), ended=ended,
        answer_known=True,
    )  # fmt: skip


def _webhook(row: Row, at_ms: float, ended: Ended) -> Webhook | Unusable:
    body, signature = row["body"], row["signature"][:200]
    raw = body.encode("utf-8", "replace") if body and body != "-" else None
    payload = loaded(raw) if raw else None
    if raw is not None and not signature and not is_webhook(payload):
        return Unusable(f"line {row.line}", "the body is no webhook's and has no signature")
    headers = [(SIGNATURE, plain(signature))] if signature and signature != "-" else None
    found_payload = payload if is_webhook(payload) else None
    return Webhook(f"line {row.line}", at_ms, raw, found_payload, headers, ended, answer_known=True)


def _number(text: str) -> float | None:
    if not re.fullmatch(r"\d{1,8}(?:\.\d{1,9})?", text):
        return None
    return float(text)
