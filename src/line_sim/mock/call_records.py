"""One call of a bot and what became of it, read from the lines of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from line_sim.mock.mismatch import short
from line_sim.recording.causes import UNSOLICITED, Cause, Tracer
from line_sim.recording.lines import body_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REFUSED = 400
"""The least status of a refusal."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call and what became of it."""

    exchange: int
    """Joins the lines of the ledger."""
    at_s: float
    """Schedule seconds since the start."""
    method: str
    path: str
    operation: str = ""
    """LINE's operationId; empty where the path is none of LINE's, or no answer came."""
    channel: str = ""
    """The channel whose access token it came with, by name."""
    channel_id: str = ""
    """The same by id."""
    status: int | None = None
    """None while there is no answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """The JSON asked with, else the text; secrets are stand-ins."""
    answer: Any = None
    """The JSON answered, else the text."""
    rule: Mapping[str, str] | None = None
    """The rule that answered: `id`, `source` and `basis`, where the call was refused."""
    why: str = ""
    findings: tuple[str, ...] = ()
    fault: Any = None
    """The planned faults that met the call, where any did."""
    sent: Mapping[str, Any] | None = None
    """What the platform accepted: `kind`, `chats`, `delivered`, `messages`, `ids`."""
    cause: Cause = UNSOLICITED
    took_ms: float | None = None

    @property
    def kind(self) -> str:
        """reply, push, multicast, broadcast or narrowcast; empty for what sent nothing."""
        return str(self.sent["kind"]) if self.sent else ""

    @property
    def event(self) -> str:
        """The webhook event that caused it; empty when unsolicited."""
        if self.sent and self.sent.get("event"):
            return str(self.sent["event"])
        return self.cause.event.id if self.cause.event else ""

    @property
    def token_age_s(self) -> float | None:
        """Contract seconds from the reply token's delivery to its use."""
        return self.sent.get("token_age_s") if self.sent else None

    @property
    def accepted(self) -> bool:
        """Whether LINE said yes, whatever the bot heard of it."""
        return self.sent is not None or (self.status is not None and self.status < REFUSED)

    @property
    def messages(self) -> tuple[Mapping[str, Any], ...]:
        """The messages sent; nothing where the call was refused."""
        return tuple(self.sent["messages"]) if self.sent else ()

    @property
    def chats(self) -> tuple[str, ...]:
        """The chats it was accepted for."""
        return tuple(self.sent.get("chats") or ()) if self.sent else ()

    @property
    def delivered(self) -> tuple[str, ...]:
        """The chats whose phones show it."""
        return tuple(self.sent.get("delivered") or ()) if self.sent else ()

    def __str__(self) -> str:
        name = self.operation or f"{self.method} {self.path}"
        status = "no answer" if self.status is None else str(self.status)
        rule = f" {self.rule['id']}" if self.rule else ""
        why = f" ({self.why})" if self.why else ""
        to = f" to {', '.join(self.chats[:3])}" if self.chats else ""
        texts = "".join(f" {short(message)}" for message in self.messages)
        return f"{self.at_s:.3f} s {name}{to}: {status}{rule}{why}{texts}"


def records(lines: Iterable[Mapping[str, Any]]) -> list[CallRecord]:
    """Every call in a ledger, oldest first."""
    tracer, found = Tracer(), dict[int, CallRecord]()
    begun: dict[int, Mapping[str, Any]] = {}
    for line in lines:
        ended = tracer.see(line)
        if line["kind"] == "call":
            begun[line["exchange"]] = line
            found[line["exchange"]] = _record(line, {}, UNSOLICITED)
        elif ended is not None:
            exchange, cause = ended
            found[exchange] = _record(begun.pop(exchange), line, cause)
    for exchange, cause in tracer.unanswered():
        found[exchange] = _record(begun[exchange], {}, cause)
    return list(found.values())


def _record(call: Mapping[str, Any], end: Mapping[str, Any], cause: Cause) -> CallRecord:
    return CallRecord(
        exchange=call["exchange"],
        at_s=call["at_s"],
        method=str(call.get("method", "")),
        path=str(call.get("path", "")),
        operation=end.get("operation") or "",
        channel=str(call.get("channel") or ""),
        channel_id=str(end.get("channel_id") or ""),
        status=end.get("status"),
        headers=dict(call.get("headers") or {}),
        body=_content(call),
        answer=_content(end),
        rule=end.get("rule"),
        why=end.get("why") or "",
        findings=tuple(end.get("findings") or ()),
        fault=end.get("fault"),
        sent=end.get("sent"),
        cause=cause,
        took_ms=end.get("took_ms"),
    )


def _content(line: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON of any shape
    """The body of a line: as JSON, else as text, else the hash of its media."""
    found = body_json(line)
    return found if found is not None else line.get("body", line.get("media"))
