"""What a recording shows, indexed: webhooks, their events, the calls each event caused.

Checks, the history of a replay, comparisons and the derived event log all read recordings through
this index. It holds the whole recording; what must be bounded reads line by line instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from line_sim.mock.call_records import CallRecord, records
from line_sim.recording.causes import Cause
from line_sim.recording.causes import Event as CausingEvent
from line_sim.recording.lines import body_bytes, body_json
from line_sim.replay.completing import completed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SENDING = ("replyMessage", "pushMessage", "multicast", "narrowcast", "broadcast")
"""The operations that send messages, by LINE's operationId."""
RETRY_KEY = "x-line-retry-key"


@dataclass(slots=True)
class Delivery:
    """One webhook as it went out, and how the bridge answered."""

    exchange: int
    channel: str
    attempt: int
    at_s: float
    """Schedule seconds of its sending; `due_s` when it was intended."""
    due_s: float
    headers: Mapping[str, str]
    body: bytes | None
    events: tuple[Mapping[str, Any], ...]
    test: bool = False
    """Whether it was the verification of a URL."""
    ended: bool = False
    """Whether its end is in the recording; where not, it was in flight at the end."""
    ended_s: float | None = None
    status: int | None = None
    reason: str = ""
    """LINE's word where there was no 2xx: could_not_connect, request_timeout, ..."""
    detail: str = ""
    took_ms: float | None = None
    faults: tuple[str, ...] = ()
    """Names of the planned faults that met it."""

    @property
    def ok(self) -> bool:
        """Whether the bridge confirmed it: a 2xx in time."""
        return self.status is not None and 200 <= self.status < 300 and not self.reason  # noqa: PLR2004 - HTTP's 2xx


@dataclass(slots=True)
class Event:
    """One event, however often it was delivered, and what the bridge did about it."""

    id: str
    type: str
    channel: str
    chat: str
    """Group, room or user; empty where the event names none."""
    user: str
    data: Mapping[str, Any]
    """The event as it first went out."""
    deliveries: list[Delivery] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)
    """The calls it caused, refused ones included (:mod:`line_sim.recording.causes`)."""

    @property
    def message(self) -> Mapping[str, Any]:
        """Its message; empty where it has none."""
        found = self.data.get("message")
        return found if isinstance(found, dict) else {}

    @property
    def text(self) -> str | None:
        """The text of its message."""
        found = self.message.get("text")
        return found if isinstance(found, str) else None

    @property
    def says(self) -> str:
        """Its text, or its kind in brackets: ``[image]``, ``[follow]``."""
        return self.text or f"[{self.message.get('type', self.type)}]"

    @property
    def at_s(self) -> float:
        """Schedule seconds of its first sending."""
        return self.deliveries[0].at_s

    @property
    def confirmed(self) -> bool:
        """Whether the bridge ever answered it with a 2xx."""
        return any(each.ok for each in self.deliveries)

    @property
    def sends(self) -> list[CallRecord]:
        """The calls that LINE accepted and that sent messages because of it."""
        return [each for each in self.calls if each.sent is not None]


class _Again:
    """Finds the event of a send that nothing else explains: one that came, and was answered, twice.

    A push that says what an event's own answer said, after that event came once more, is no new
    thought of the bridge. (By cause alone it is unsolicited, for the event was answered by then.)
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._by_chat: dict[str, list[Event]] = {}
        for event in events:
            if len(event.deliveries) > 1 and event.chat:
                self._by_chat.setdefault(event.chat, []).append(event)

    def caused(self, call: CallRecord) -> CallRecord:
        """The call, with the event as its cause where there is one."""
        for chat in call.chats:
            for event in reversed(self._by_chat.get(chat, ())):
                came_s = [each.at_s for each in event.deliveries[1:]]
                said = [each.messages for each in event.calls if each.sent is not None]
                if came_s[0] <= call.at_s and call.messages in said:
                    about = CausingEvent(
                        event.id, event.type, event.channel, event.chat,
                        event.deliveries[-1].exchange, came_s[0],
                    )  # fmt: skip
                    return replace(call, cause=Cause("chat", about, call.at_s - came_s[0]))
        return call


class Evidence:
    """The index of one recording.

    Attributes
    ----------
    deliveries : list of Delivery
        In the order of their sending; verifications of a URL included.
    events : dict of str to Event
        By ``webhookEventId`` (``exchange/place`` where there is none), in order of first sending.
    calls : list of CallRecord
        Every call, oldest first.
    notes, agent, faults, media : list of dict
        Lines of those kinds.
    complete : bool
        Whether there is an ``end`` line.
    """

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.events: dict[str, Event] = {}
        self.calls: list[CallRecord] = []
        self.notes: list[Mapping[str, Any]] = []
        self.agent: list[Mapping[str, Any]] = []
        self.faults: list[Mapping[str, Any]] = []
        self.media: list[Mapping[str, Any]] = []
        self.complete = False
        self.end_s = 0.0
        self._open: dict[int, Delivery] = {}

    @classmethod
    def of(cls, lines: Iterable[Mapping[str, Any]]) -> Evidence:
        """From the lines of a recording, or of a ledger."""
        made = cls()
        kept: list[Mapping[str, Any]] = []
        for line in completed(lines):
            kept.append(line)
            made._see(line)
        again = _Again(made.events.values())
        for call in records(kept):
            known = call if call.event or call.sent is None else again.caused(call)
            made.calls.append(known)
            event = made.events.get(known.event)
            if event is not None:
                event.calls.append(known)
        return made

    @property
    def sends(self) -> list[CallRecord]:
        """The accepted calls that sent messages, oldest first."""
        return [each for each in self.calls if each.sent is not None]

    def of_chat(self, chat: str) -> list[Event]:
        """The events of a chat, in order of first sending."""
        return [each for each in self.events.values() if each.chat == chat]

    def sends_to(self, chat: str) -> list[CallRecord]:
        """The accepted sends to a chat, oldest first."""
        return [each for each in self.sends if chat in each.chats]

    def in_flight(self) -> list[Delivery]:
        """The webhooks whose end is not in the recording."""
        return [each for each in self.deliveries if not each.ended]

    def _see(self, line: Mapping[str, Any]) -> None:
        kind = line["kind"]
        self.end_s = max(self.end_s, line["at_s"])
        if kind == "webhook":
            self._webhook(line)
        elif kind == "webhook_end":
            self._webhook_end(line)
        elif kind == "end":
            self.complete = True
        elif kind in {"note", "agent", "media"}:
            kept: dict[str, list[Mapping[str, Any]]] = {
                "note": self.notes, "agent": self.agent, "media": self.media
            }  # fmt: skip
            kept[kind].append(line)
        elif kind == "fault":
            self.faults.append(line)
            struck = self._open.get(line.get("exchange", 0))
            if struck is not None:
                struck.faults = (*struck.faults, str(line.get("fault")))

    def _webhook(self, line: Mapping[str, Any]) -> None:
        payload = body_json(line)
        found = payload.get("events") if isinstance(payload, dict) else None
        events = tuple(each for each in found or () if isinstance(each, dict))
        exchange = line["exchange"]
        made = Delivery(
            exchange=exchange,
            channel=str(line.get("channel", "")),
            attempt=int(line.get("attempt") or 1),
            at_s=line["at_s"],
            due_s=float(line.get("due_s", line["at_s"])),
            headers=dict(line.get("headers") or {}),
            body=body_bytes(line),
            events=events,
            test=bool(line.get("test")),
        )
        self.deliveries.append(made)
        self._open[exchange] = made
        for place, data in enumerate(events):
            self._event(data, f"{exchange}/{place}", made)

    def _event(self, data: Mapping[str, Any], place: str, delivery: Delivery) -> None:
        source = data.get("source")
        source = source if isinstance(source, dict) else {}
        name = str(data.get("webhookEventId") or place)
        event = self.events.get(name)
        if event is None:
            user = str(source.get("userId") or "")
            event = self.events[name] = Event(
                name, str(data.get("type")), delivery.channel,
                str(source.get("groupId") or source.get("roomId") or user), user, data,
            )  # fmt: skip
        event.deliveries.append(delivery)

    def _webhook_end(self, line: Mapping[str, Any]) -> None:
        delivery = self._open.pop(line.get("exchange", 0), None)
        if delivery is None:
            return
        delivery.ended, delivery.ended_s = True, line["at_s"]
        delivery.status = line.get("status")
        delivery.reason = str(line.get("reason") or "")
        delivery.detail = str(line.get("detail") or "")
        delivery.took_ms = line.get("took_ms")
