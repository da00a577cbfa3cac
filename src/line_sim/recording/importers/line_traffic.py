"""What in HTTP traffic is LINE's: webhooks, and calls of its API."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from line_sim.recording.importers.found import (
    LONGEST_HEAD,
    Call,
    Ended,
    Other,
    Unusable,
    Webhook,
    header,
    plain,
)
from line_sim.recording.importers.json_values import loaded
from line_sim.recording.importers.reading import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.recording.importers.found import Found, Pairs

SIGNATURE = "x-line-signature"
HOSTS = frozenset({"api.line.me", "api-data.line.me"})
"""LINE's hosts (Messaging API reference, domain name)."""
NO_ANSWER = "unclassified"
"""LINE's reason for an answer that did not come, where no other is known."""
# also under another host: a mock's, or a proxy's
_API = re.compile(r"/(?:v2/bot/|v2/oauth/|oauth2/v2\.1/|v3/token|bot/)")


@dataclass(slots=True)
class Exchange:
    """A request and its answer as HTTP has them."""

    place: str
    at_ms: float | None
    method: str
    host: str
    path: str
    """With the query."""
    headers: Pairs
    body: bytes | None
    ended: Ended | None


def is_webhook(payload: object) -> bool:
    """Whether JSON is the body of a webhook: an object with `destination` and `events`."""
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("destination"), str)
        and isinstance(payload.get("events"), list)
    )


def is_api(host: str, path: str) -> bool:
    """Whether a request is to LINE's API, by its host or its path."""
    return host.lower() in HOSTS or _API.match(path) is not None


def recognised(exchange: Exchange) -> Found:
    """An exchange as the webhook or call that it is."""
    head = sum(len(name) + len(value) for name, value in exchange.headers) + len(exchange.path)
    api, signed = (
        is_api(exchange.host, exchange.path),
        header(exchange.headers, SIGNATURE) is not None,
    )
    post = exchange.method.upper() == "POST"
    body = exchange.body
    hook = post and (signed or (not api and body is not None and is_webhook(loaded(body))))
    if not hook and not api:
        return Other(exchange.place)
    if head > LONGEST_HEAD:
        given = f"{head:,} characters of headers and path"
        return Unusable(exchange.place, f"{given}; at most {LONGEST_HEAD:,} are allowed")
    headers = kept(exchange.headers)
    if not hook:
        return Call(
            exchange.place, exchange.at_ms, plain(exchange.method.upper()),
            plain(exchange.path), headers, body, ended=exchange.ended, answer_known=True,
        )  # fmt: skip
    if body is None:
        return Unusable(exchange.place, "a webhook without its body (export with contents)")
    ended = exchange.ended or Ended(reason=NO_ANSWER, detail="no answer was recorded")
    return Webhook(
        exchange.place, exchange.at_ms, raw=body, headers=headers, ended=ended, answer_known=True
    )


def split_url(url: str) -> tuple[str, str]:
    """Host and path, with its query, of an address or a bare path."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return host, f"{parts.path}?{parts.query}" if parts.query else parts.path


def kept(headers: Pairs) -> list[tuple[str, str]]:
    """Headers without what HTTP/2 writes among them and no header is."""
    return [(plain(name), plain(value)) for name, value in headers if name and name[0] != ":"]


def decoded(body: bytes, headers: Pairs) -> tuple[bytes, list[tuple[str, str]]]:
    """A body without its Content-Encoding, and its headers without that; else both as they are."""
    coding = (header(headers, "content-encoding") or "").strip().lower()
    plainly = _inflated(body, coding) if coding in {"gzip", "deflate", "x-gzip"} else None
    if plainly is None:
        return body, list(headers)
    names = {"content-encoding", "content-length"}
    return plainly, [(name, value) for name, value in headers if name.lower() not in names]


def _inflated(body: bytes, coding: str) -> bytes | None:
    """None where it is broken, or becomes too large."""
    try:
        if coding == "deflate":
            machine = zlib.decompressobj()
            found = machine.decompress(body, MOST_BYTES)
            return None if machine.unconsumed_tail else found
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            found = file.read(MOST_BYTES)
            return None if len(found) == MOST_BYTES else found
    except (OSError, EOFError, zlib.error):
        return None


def text_of(raw: Mapping[str, Any], name: str) -> str:
    """A member that should be text; empty where it is not."""
    value = raw.get(name)
    return value if isinstance(value, str) else ""
