"""Flows of mitmproxy (``mitmdump -w day.mitm``): HTTP exchanges as its own program keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.recording.importers import tnetstrings
from line_sim.recording.importers.found import Ended, Other, Remark, Unusable, plain
from line_sim.recording.importers.har import LONGEST_MS
from line_sim.recording.importers.line_traffic import NO_ANSWER, Exchange, decoded, recognised
from line_sim.recording.importers.reading import opened
from line_sim.recording.importers.times import unix_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from line_sim.recording.importers.found import Found

OLDEST, NEWEST = 7, 21
"""Flow formats read as they are: what mitmproxy 5 and all after it write."""


def found(path: Path) -> Iterator[Found]:
    """The exchanges in a file of flows."""
    number = 0
    newer: set[int] = set()
    try:
        for number, flow in enumerate(tnetstrings.values(opened(path)), 1):
            version = flow.get("version") if isinstance(flow, dict) else None
            if type(version) is int and version > NEWEST and version not in newer:
                newer.add(version)
                text = f"flow format {version} is newer than {NEWEST} and was read as {NEWEST}"
                yield Remark(f"{text}; look whether nothing is missing")
            yield _found(f"flow {number}", flow)
    except tnetstrings.BrokenError as error:
        place = f"after flow {number}" if number else "before the first flow"
        yield Unusable(place, f"not mitmproxy's format from there on ({error})")


def _found(place: str, flow: object) -> Found:
    if not isinstance(flow, dict) or "type" not in flow:
        return Unusable(place, "no flow: an object with type, version and request is one")
    version = flow.get("version")
    if type(version) is not int or version < OLDEST:
        shown = ".".join(map(str, version)) if isinstance(version, list) else repr(version)
        mend = "write it anew with a current mitmproxy: mitmdump -nr OLD -w NEW"
        return Unusable(
            place, f"flow format {plain(shown)[:40]} was not understood; {OLDEST} to {NEWEST} are "
            f"read ({mend})"
        )  # fmt: skip
    if _text(flow.get("type")) != "http":
        return Other(place)
    request = flow.get("request")
    if not isinstance(request, dict):
        return Unusable(place, "an HTTP flow without a request")
    exchange = _exchange(place, flow, request)
    return recognised(exchange) if isinstance(exchange, Exchange) else exchange


def _exchange(
    place: str, flow: Mapping[str, Any], request: Mapping[str, Any]
) -> Exchange | Unusable:
    started = request.get("timestamp_start")
    read = unix_ms(started) if isinstance(started, int | float) else None
    if read is None:
        given = plain(repr(started))[:60]
        return Unusable(place, f"timestamp_start is {given}; Unix seconds are allowed")
    headers = _headers(request)
    host = _text(request.get("host"))
    path = _text(request.get("path"))
    if not path.startswith("/"):
        return Unusable(place, f"the path is {path[:60]!r}; one that begins with / is allowed")
    body = request.get("content")
    ended = _ended(flow, started)
    raw = body if isinstance(body, bytes) else None
    return Exchange(place, read[0], _text(request.get("method")), host, path, headers, raw, ended)


def _ended(flow: Mapping[str, Any], started: Any) -> Ended | None:  # noqa: ANN401
    response = flow.get("response")
    if not isinstance(response, dict) or type(response.get("status_code")) is not int:
        error = flow.get("error")
        if isinstance(error, dict):
            return Ended(reason=NO_ANSWER, detail=_text(error.get("msg"))[:200] or "no answer")
        return None
    stopped = response.get("timestamp_end") or response.get("timestamp_start")
    took_ms = (stopped - started) * 1e3 if isinstance(stopped, int | float) else -1.0
    content = response.get("content")
    headers = _headers(response)
    body = content if isinstance(content, bytes) else None
    if body:
        body, headers = decoded(body, headers)
    known = 0 <= took_ms <= LONGEST_MS
    status = response["status_code"]
    if not 100 <= status < 1_000:  # noqa: PLR2004 - three digits
        return None
    return Ended(
        status, took_ms=round(took_ms, 3) if known else None, headers=headers, body=body or None
    )


def _headers(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    given = message.get("headers")
    return [
        (_text(pair[0]), _text(pair[1]))
        for pair in (given if isinstance(given, list) else ())
        if isinstance(pair, list) and len(pair) == 2  # noqa: PLR2004 - name and value
    ]


def _text(value: object) -> str:
    """What should be text: HTTP's bytes are Latin-1."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return plain(value) if isinstance(value, str) else ""
