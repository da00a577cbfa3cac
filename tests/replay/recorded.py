"""Recordings made for tests: in memory, or by a mock with a bot on a real socket."""

import copy
import json
from collections.abc import Iterator
from typing import Any

Line = dict[str, Any]

BOT = "U" + "b" * 32
EPOCH_MS = 1_764_000_000_000


class Tape:
    """A recording in memory."""

    def __init__(self, lines: list[Line], header: dict[str, Any] | None = None) -> None:
        self.header = {
            "format": "line_sim.recording",
            "version": 1,
            "origin": "recorded",
            "epoch_ms": EPOCH_MS,
            "channels": [{"name": "shop", "bot_user_id": BOT}],
            **(header or {}),
        }
        self.lines = [
            {"seq": number, "wall_ms": EPOCH_MS, **line} for number, line in enumerate(lines, 1)
        ]
        self.files: dict[str, bytes] = {}

    def __iter__(self) -> Iterator[Line]:
        return iter(copy.deepcopy(self.lines))

    def media(self, sha256: str) -> bytes | None:
        """The bytes of that name."""
        return self.files.get(sha256)


def user(number: int) -> str:
    """A recorded user."""
    return f"U{number:032x}"


def text_event(number: int, who: str, at_s: float, text: str = "hello", **more: object) -> Line:
    """A recorded message event; `number` makes its ids."""
    return {
        "type": "message",
        "message": {
            "type": "text",
            "id": f"{500_000_000_000_000_000 + number}",
            "quoteToken": f"quote-{number}",
            "text": text,
        },
        "webhookEventId": f"01ARZ3NDEKTSV4RRFFQ{number:07d}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": EPOCH_MS + round(at_s * 1_000),
        "source": {"type": "user", "userId": who},
        "replyToken": f"{number:032x}",
        "mode": "active",
        **more,
    }


def webhook(exchange: int, at_s: float, *events: Line, body: str = "", **more: object) -> Line:
    """A recorded webhook."""
    return {
        "kind": "webhook",
        "at_s": at_s,
        "exchange": exchange,
        "channel": "shop",
        "attempt": 1,
        "body": body or json.dumps({"destination": BOT, "events": list(events)}),
        **more,
    }


def reply(exchange: int, at_s: float, token: str, status: int = 200) -> list[Line]:
    """A recorded reply: the call and its end."""
    body = json.dumps({"replyToken": token, "messages": [{"type": "text", "text": "hi"}]})
    return [
        {"kind": "call", "at_s": at_s, "exchange": exchange, "channel": "shop", "method": "POST",
         "path": "/v2/bot/message/reply", "body": body},
        {"kind": "call_end", "at_s": at_s + 0.01, "exchange": exchange, "status": status,
         "body": json.dumps({"sentMessages": [{"id": f"{900_000_000_000_000_000 + exchange}"}]})},
    ]  # fmt: skip


def conversation(webhooks: int, people: int = 3, gap_s: float = 0.01) -> Tape:
    """So many texts of so many people in turn."""
    return Tape([
        webhook(n + 1, n * gap_s, text_event(n, user(n % people), n * gap_s, f"text {n}"))
        for n in range(webhooks)
    ])  # fmt: skip
