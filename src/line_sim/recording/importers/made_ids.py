"""Ids for what came without: made of what they name and its place, so always the same.

None is secret, and none is LINE's.
"""

from __future__ import annotations

import re
from hashlib import blake2b

USER = re.compile(r"U[0-9a-f]{32}")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FIRST_MESSAGE = 480_000_000_000_000_000
_MESSAGES = 10**17
_LONGEST_MS = (1 << 48) - 1


def _named(kind: str, *names: str) -> str:
    """64 hexadecimal digits that belong to names of a kind."""
    text = "\x1f".join((kind, *names)).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=32, person=b"line_sim import").hexdigest()


def digits(kind: str, name: str, below: int) -> int:
    """A number from 0 that belongs to a name."""
    return int(_named(kind, name)[:16], 16) % below


def made_user(name: str) -> str:
    """The id of the user of that name: U and 32 digits."""
    return "U" + _named("user", name)[:32]


def made_bot(channel: str) -> str:
    """The id of a channel's bot, the `destination` of its webhooks."""
    return "U" + _named("bot", channel)[:32]


def made_message(place: str, content: str) -> str:
    """The id of a message: 18 decimal digits."""
    return str(_FIRST_MESSAGE + int(_named("message", place, content)[:16], 16) % _MESSAGES)


def made_token(place: str, content: str) -> str:
    """A reply token: 32 digits. Nobody gave it out, so it opens nothing."""
    return _named("reply token", place, content)[:32]


def made_quote_token(place: str, content: str) -> str:
    """A quote token, of the look that the mock's have where nothing is redacted."""
    return f"fake-quote-{_named('quote token', place, content)[:32]}"


def made_event(place: str, content: str, unix_ms: int) -> str:
    """A ``webhookEventId``: a ULID, which begins with the time."""
    number = max(0, min(unix_ms, _LONGEST_MS)) << 80 | int(_named("event", place, content)[:20], 16)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
