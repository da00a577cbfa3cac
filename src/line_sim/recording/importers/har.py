"""HAR 1.2: what browsers and proxies export (http://www.softwareishard.com/blog/har-12-spec/)."""

from __future__ import annotations

import base64
import binascii
import contextlib
from typing import TYPE_CHECKING, Any

from line_sim.recording.importers import json_values
from line_sim.recording.importers.found import Ended, Unusable, plain
from line_sim.recording.importers.line_traffic import (
    NO_ANSWER,
    Exchange,
    recognised,
    split_url,
    text_of,
)
from line_sim.recording.importers.reading import opened
from line_sim.recording.importers.times import unix_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from line_sim.recording.importers.found import Found

LONGEST_MS = 86_400_000.0
"""Longest time an exchange is believed to have taken."""


def found(path: Path) -> Iterator[Found]:
    """The exchanges of a HAR file, read entry by entry."""
    for each in json_values.values(opened(path), ("log", "entries", "item"), noun="entry"):
        if isinstance(each, Unusable):
            yield each
            continue
        place, entry = each
        read = _exchange(place, entry)
        yield recognised(read) if isinstance(read, Exchange) else read


def _exchange(place: str, entry: object) -> Exchange | Unusable:
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(request, dict):
        return Unusable(place, "no object with a request")
    method, url = text_of(request, "method"), text_of(request, "url")
    if not method or not url:
        return Unusable(place, "the request lacks method or url")
    read = unix_ms(entry.get("startedDateTime"))
    if read is None:
        given = plain(repr(entry.get("startedDateTime")))[:60]
        return Unusable(place, f"startedDateTime is {given}; ISO 8601 is allowed")
    sent = request.get("postData")
    body = _content(sent) if isinstance(sent, dict) else None
    return Exchange(
        place, read[0], method, *split_url(url), _headers(request), body,
        _ended(entry, entry.get("response")),
    )  # fmt: skip


def _ended(entry: Mapping[str, Any], response: object) -> Ended | None:
    status = response.get("status") if isinstance(response, dict) else None
    if not isinstance(response, dict) or type(status) is not int or not 0 <= status < 1_000:  # noqa: PLR2004 - three digits
        return None
    time = entry.get("time")
    known = isinstance(time, int | float) and 0 <= time <= LONGEST_MS
    took_ms = round(float(time), 3) if known and not isinstance(time, bool) else None  # type: ignore[arg-type]
    if status == 0:  # browsers write so where the connection failed
        why = text_of(response, "_error") or text_of(response, "statusText") or "no answer"
        return Ended(reason=NO_ANSWER, detail=plain(why)[:200], took_ms=took_ms)
    content = response.get("content")
    content = content if isinstance(content, dict) else {}
    headers = _headers(response)
    return Ended(
        status,
        took_ms=took_ms,
        # the content is decoded already (section 18 of the specification)
        headers=[pair for pair in headers if pair[0].lower() != "content-encoding"],
        body=_content(content),
        media_type=plain(text_of(content, "mimeType").partition(";")[0].strip().lower())[:100],
    )


def _headers(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    given = message.get("headers")
    return [
        (each["name"], each["value"])
        for each in (given if isinstance(given, list) else ())
        if isinstance(each, dict)
        and isinstance(each.get("name"), str)
        and isinstance(each.get("value"), str)
    ]


def _content(content: Mapping[str, Any]) -> bytes | None:
    """The bytes of postData or content; None where they were not kept."""
    text = content.get("text")
    if not isinstance(text, str):
        return None
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text)
        except (binascii.Error, ValueError):
            return None
    plainly = text.encode("utf-8", "replace")
    size = content.get("size")
    if size == len(text) != len(plainly):
        # mitmproxy writes bytes as text, one character each, where they look like text to it
        with contextlib.suppress(UnicodeEncodeError):
            return text.encode("latin-1")
    return plainly
