"""Small ledgers made by hand: webhooks, answers and calls as the mock writes them."""
# ruff: noqa: ANN401, D102 - fields are whatever JSON can hold

from __future__ import annotations

import json
from typing import Any

from line_sim.wire.ids import Ids

OK = 200


class Ledger:
    """Lines of a recording, in the order they are told."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.ids = Ids(7)
        self._exchange = self._events = 0
        self.at_s = 0.0

    def write(self, kind: str, **fields: Any) -> dict[str, Any]:
        line = {"seq": len(self.lines) + 1, "at_s": self.at_s, "wall_ms": 0, "kind": kind, **fields}
        self.lines.append(line)
        return line

    def event(self, user: str, text: str, **more: Any) -> dict[str, Any]:
        self._events += 1
        number = self._events
        return {
            "type": "message",
            "mode": "active",
            "timestamp": int(self.at_s * 1000),
            "source": {"type": "user", "userId": user},
            "webhookEventId": f"E{number}",
            "replyToken": f"{number:032x}",
            "deliveryContext": {"isRedelivery": False},
            "message": {"type": "text", "id": str(number), "text": text},
            **more,
        }

    def webhook(
        self, *events: dict[str, Any], status: int | None = OK, faults: tuple[str, ...] = ()
    ) -> int:
        """One webhook and, unless status is None, how the bridge answered it."""
        self._exchange += 1
        exchange = self._exchange
        body = json.dumps({"destination": "U" + "0" * 32, "events": list(events)})
        self.write(
            "webhook", exchange=exchange, channel="shop", attempt=1, due_s=self.at_s,
            headers={}, body=body,
        )  # fmt: skip
        for fault in faults:
            self.write("fault", exchange=exchange, fault=fault)
        if status is not None:
            self.write("webhook_end", exchange=exchange, status=status, took_ms=1.0)
        return exchange

    def call(  # noqa: PLR0913 - what a line of a call has
        self, operation: str, body: dict[str, Any], *, status: int | None = OK,
        sent: dict[str, Any] | None = None, key: str = "", took_ms: float = 1.0,
    ) -> int:  # fmt: skip
        self._exchange += 1
        exchange = self._exchange
        path = {"replyMessage": "reply", "pushMessage": "push"}[operation]
        headers = {"x-line-retry-key": key} if key else {}
        self.write(
            "call", exchange=exchange, channel="shop", method="POST",
            path=f"/v2/bot/message/{path}", headers=headers, body=json.dumps(body),
        )  # fmt: skip
        if status is not None:
            self.write(
                "call_end", exchange=exchange, status=status, took_ms=took_ms, operation=operation,
                channel_id="1", **({"sent": sent} if sent else {}),
            )  # fmt: skip
        return exchange

    def reply(
        self, event: dict[str, Any], text: str, *, status: int | None = OK, took_ms: float = 1.0
    ) -> int:
        """A reply to an event, accepted where the status says so."""
        user = event["source"]["userId"]
        messages = [{"type": "text", "text": text}]
        sent = self.sent("reply", user, messages, event["webhookEventId"])
        body = {"replyToken": event["replyToken"], "messages": messages}
        taken = sent if status == OK else None
        return self.call("replyMessage", body, status=status, sent=taken, took_ms=took_ms)

    def push(
        self, user: str, text: str, *, status: int | None = OK, key: str = "", lost: bool = False
    ) -> int:
        """A push to a user, accepted where the status says so, or where only its answer is lost."""
        messages = [{"type": "text", "text": text}]
        sent = self.sent("push", user, messages) if status == OK or lost else None
        body = {"to": user, "messages": messages}
        return self.call("pushMessage", body, status=status, sent=sent, key=key)

    def sent(
        self, kind: str, user: str, messages: list[dict[str, Any]], event: str = ""
    ) -> dict[str, Any]:
        return {
            "kind": kind, "chats": [user], "delivered": [user], "messages": messages,
            "ids": [str(len(self.lines))], "event": event, "token_age_s": None,
        }  # fmt: skip

    def end(self) -> list[dict[str, Any]]:
        """All lines, the last one written."""
        self.write("end", reason="closed")
        return self.lines
