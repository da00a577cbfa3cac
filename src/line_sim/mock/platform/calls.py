"""A call to LINE's API, and its answer, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import orjson

from line_sim.wire.refusals import NOT_JSON, PROPERTY, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.operations import Operation
    from line_sim.mock.platform.platform import Platform
    from line_sim.net.clock import Instant
    from line_sim.wire.refusals import Rule


@dataclass(slots=True)
class Call:
    """One request, as it came.

    Header names are in lower case; `path` is percent-decoded and without its query.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Messages that LINE accepted: what the customers' phones show, and what was asked for."""

    kind: str
    """reply, push, multicast, broadcast, narrowcast or auto (the account's own responses)."""
    channel: str
    """The channel's id."""
    chats: tuple[str, ...]
    """Ids of the users, groups or rooms it was sent to."""
    delivered: tuple[str, ...]
    """Those of `chats` that it really reached: nobody who blocks the account."""
    messages: tuple[Mapping[str, Any], ...]
    ids: tuple[str, ...]
    """The id of each message."""
    event: str = ""
    """The webhook event whose reply token was used."""
    token_age_s: float | None = None
    """Contract seconds from the reply token's delivery to its use."""

    def to_wire(self) -> dict[str, Any]:
        """As the ledger tells it; the channel stands beside it there."""
        return {
            "kind": self.kind,
            "chats": self.chats,
            "delivered": self.delivered,
            "messages": self.messages,
            "ids": self.ids,
            "event": self.event,
            "token_age_s": self.token_age_s,
        }


@dataclass(slots=True)
class Answer:
    """What LINE answers.

    `content` is JSON unless it is bytes. With `probe`, the answer waits for a webhook test: whoever
    drives the platform sends it and passes its outcome to `complete`.
    """

    status: int = 200
    content: bytes | Mapping[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    rule: Rule | None = None
    """The rule broken, where the call was refused."""
    why: str = ""
    findings: tuple[str, ...] = ()
    """What the tester should know although the call was accepted."""
    sent: Sent | None = None
    probe: str = ""
    """The URL to send an empty webhook to before answering."""
    complete: Callable[[Outcome], Answer] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one sending of a webhook ended."""

    status: int | None
    """The HTTP status, None without an answer."""
    reason: str = ""
    """LINE's word for a failure: could_not_connect, request_timeout, error_status_code,
    unclassified; empty for a 2xx."""
    detail: str = ""
    took_ms: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the bot confirmed with a 2xx."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's 2xx


@dataclass(slots=True)
class Asked:
    """One call on its way to an operation."""

    platform: Platform
    operation: Operation
    parameters: Mapping[str, str]
    """What the path template's fields hold."""
    call: Call
    now: Instant
    channel: Channel
    """Whose access token it came with. Operations that need none do not look at it."""
    request_id: str = ""
    """What the answer's ``x-line-request-id`` will say."""

    def query(self, name: str) -> str | None:
        """The first value of a query parameter."""
        values = parse_qs(self.call.query, keep_blank_values=True).get(name)
        return values[0] if values else None

    def form(self) -> dict[str, str]:
        """The body as a form; the first value of each field."""
        text = self.call.body.decode("utf-8", "replace")
        return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}

    def json(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises
        ------
        RefusedError
            Where it is none.
        """
        return json_object(self.call.body)


def json_object(body: bytes) -> dict[str, Any]:
    """A body as a JSON object; raises :class:`RefusedError` in LINE's words, with the place."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(NOT_JSON, line=error.lineno, column=error.colno, why=error.msg) from None
    if not isinstance(found, dict):
        raise RefusedError(PROPERTY, name="-", line=1, column=1, why="a JSON object is expected")
    return found
