"""What an importer finds in a file: webhooks, calls, and what can be neither."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Pairs: TypeAlias = "Sequence[tuple[str, str]]"

LONGEST_HEAD = 256_000
"""Most characters of a request's headers and path: longer, no line of a recording would hold it."""


@dataclass(slots=True)
class Ended:
    """How a request ended."""

    status: int | None = None
    """None: no answer came."""
    reason: str = ""
    """LINE's word where a webhook got no 2xx: ``request_timeout`` ..."""
    detail: str = ""
    took_ms: float | None = None
    headers: Pairs | None = None
    body: bytes | None = None
    media_type: str = ""


@dataclass(slots=True)
class Webhook:
    """A webhook as it was seen."""

    place: str
    """Where in the file: ``line 3``, ``entry 17``."""
    at_ms: float | None = None
    """Unix time of its arrival; None where the file does not say."""
    raw: bytes | None = None
    """The body as it was sent."""
    payload: Mapping[str, Any] | None = None
    """The same as JSON, where only that is known."""
    headers: Pairs | None = None
    ended: Ended | None = None
    answer_known: bool = False
    """Whether `ended` None means that no answer came; else it is only not known."""
    channel: str = ""


@dataclass(slots=True)
class Call:
    """A call of LINE's API as it was seen."""

    place: str
    at_ms: float | None = None
    method: str = ""
    path: str = ""
    headers: Pairs | None = None
    body: bytes | None = None
    body_known: bool = True
    """Whether `body` None means that there was none."""
    media_type: str = ""
    ended: Ended | None = None
    answer_known: bool = False
    channel: str = ""
    to: str = ""
    """Not sent: the customer the call is to, where made from a row about messages."""


@dataclass(slots=True)
class Unusable:
    """A part of the file that should have been traffic, and why it is not."""

    place: str
    reason: str


@dataclass(slots=True)
class Other:
    """A part of the file that is sound and has nothing to do with LINE."""

    place: str


@dataclass(slots=True)
class Remark:
    """What was assumed or noticed while reading, a sentence; said once."""

    text: str
    lacks: tuple[str, ...] = field(default=())
    """Words of :data:`line_sim.recording.lines.LACKS` that follow from it."""


Found: TypeAlias = "Webhook | Call | Unusable | Other | Remark"


def header(pairs: Pairs | None, name: str) -> str | None:
    """The value of a header, whatever its capitals; None where it is absent."""
    return next((value for given, value in pairs or () if given.lower() == name), None)


def plain(text: object) -> str:
    """Text that UTF-8 can hold: half a surrogate pair becomes a question mark."""
    return str(text).encode("utf-8", "replace").decode()
