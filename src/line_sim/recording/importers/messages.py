"""A table of messages, as chat programs export it: who wrote what to whom, and when.

A customer's row becomes a webhook with one message event, a row of staff or bot a call that pushes
the message to that customer. How it was really sent is not in such a table.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

import orjson

from line_sim.recording.importers.found import Call, Ended, Remark, Unusable, Webhook, plain
from line_sim.recording.importers.made_ids import USER, digits, made_user
from line_sim.recording.importers.message_columns import CUSTOMER, NAMES, STAFF, TYPES, ZONE
from line_sim.recording.importers.tables import Columns, Row, begun, word
from line_sim.recording.importers.times import offset, unix_ms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo
    from pathlib import Path

    from line_sim.recording.importers.found import Found

LEAST_NAMES = 2
LONGEST_TEXT = 20_000
"""Longest text of a row; LINE's own limit is 5,000."""
PUSH = "/v2/bot/message/push"


def found(path: Path) -> Iterator[Found]:
    """The messages of a table, as webhooks and calls."""
    read = begun(path, NAMES, LEAST_NAMES)
    named = read.named
    missing = {"time", "text"} - (named.by_name.keys() if named else set())
    if named is None or missing:
        seen = plain(", ".join(read.first)) if read.first else "nothing"
        yield Unusable(
            "the columns", f"{' and '.join(sorted(missing))} not among {seen[:200]!r}; a row with "
            "names such as time,customer,text,direction is needed first"
        )  # fmt: skip
        return
    table = _Table(named)
    yield from table.remarks()
    for each in read.rows:
        if isinstance(each, Unusable):
            yield each
        else:
            yield table.message(Row(*each, named.by_name))
    yield from table.last_remarks()


class _Table:
    """Reads rows, and remembers what they do not say anew."""

    def __init__(self, named: Columns) -> None:
        self.columns = named.by_name
        self.zone: tzinfo = UTC
        self.told_zone = False
        for cells in named.preamble:
            told = offset(cells[1]) if len(cells) > 1 and word(cells[0]) in ZONE else None
            if told is not None:
                self.zone, self.told_zone = told, True
        self._zoneless = False
        self._chat = ""

    def remarks(self) -> Iterator[Remark]:
        """What is assumed of the whole table."""
        if "direction" not in self.columns and "staff" not in self.columns:
            yield Remark("no column says who wrote: every row was taken as a customer's")
        if "customer" not in self.columns and "name" not in self.columns:
            yield Remark("no column names the customer: all rows are of one")
        text = "messages of staff and bot are taken as pushed and accepted; whether they were "
        yield Remark(f"{text}replies, and how LINE answered, such a table does not say")

    def last_remarks(self) -> Iterator[Remark]:
        """What was assumed on the way."""
        if self._zoneless:
            zone = self.zone.tzname(None)
            above = ", as the row above the table says" if self.told_zone else ""
            yield Remark(f"times without a zone were taken as {zone}{above}")

    def message(self, row: Row) -> Webhook | Call | Unusable:
        """The webhook or call that a row is about."""
        place = f"line {row.line}"
        at_ms = self._time(row)
        if at_ms is None:
            given = plain(f"{row['time']} {row['clock']}".strip())[:40]
            return Unusable(place, f"the time is {given!r}; ISO 8601 or Unix time is allowed")
        wrote = self._by_staff(row)
        if wrote is None:
            given = plain(row["direction"])[:30]
            return Unusable(place, f"the direction is {given!r}; customer or staff is allowed")
        text, kind = plain(row["text"]), TYPES.get(row["type"].casefold(), "text")
        if not text and kind == "text":
            return Unusable(place, "neither text nor type of a message")
        if len(text) > LONGEST_TEXT:
            return Unusable(place, f"a text of {len(text):,} characters; at most {LONGEST_TEXT:,}")
        chat = plain(row["customer"] or ("" if wrote else row["name"]) or self._chat or "customer")
        if not wrote:
            self._chat = chat
        user = chat if USER.fullmatch(chat) else made_user(chat)
        channel = plain(row["channel"])[:100]
        if wrote:
            return _push(place, at_ms, user, text or f"[{kind}]", channel)
        made = _message(row["id"], kind, text)
        return _webhook(place, at_ms, user, made, channel)

    def _time(self, row: Row) -> float | None:
        text = f"{row['time']} {row['clock']}" if row["clock"] else row["time"]
        read = unix_ms(text, self.zone)
        if read is None:
            return None
        self._zoneless |= read[1]
        return read[0]

    def _by_staff(self, row: Row) -> bool | None:
        """Whether staff or a bot wrote; None where that cannot be told."""
        direction = word(row["direction"])
        if direction in CUSTOMER:
            return False
        if direction in STAFF:
            return True
        if direction:
            # the column may hold names: a customer's own, or one of staff
            if row["direction"] == row["customer"]:
                return False
            return True if row["direction"] == row["staff"] else None
        return bool(row["staff"])


def _push(place: str, at_ms: float, user: str, text: str, channel: str) -> Call:
    body = orjson.dumps({"to": user, "messages": [{"type": "text", "text": text}]})
    return Call(
        place, at_ms, "POST", PUSH, None, body, ended=Ended(200), answer_known=True,
        channel=channel, to=user,
    )  # fmt: skip


def _message(name: str, kind: str, text: str) -> dict[str, Any]:
    given = {"id": name[:20]} if name.isascii() and name.isdecimal() else {}
    return {"type": kind, **given, **_contents(kind, text)}


def _webhook(place: str, at_ms: float, user: str, message: dict[str, Any], channel: str) -> Webhook:
    event = {
        "type": "message", "message": message, "timestamp": int(at_ms),
        "source": {"type": "user", "userId": user},
    }  # fmt: skip
    return Webhook(place, at_ms, payload={"events": [event]}, channel=channel)


def _contents(kind: str, text: str) -> dict[str, Any]:
    """What LINE's message of a kind has beside its id; stand-ins for what a table does not say."""
    match kind:
        case "text":
            return {"text": text}
        case "sticker":
            return {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC"}
        case "file":
            return {"fileName": text or "file", "fileSize": 1 + digits("size", text, 100_000)}
        case "location":
            return {"address": text or "somewhere", "latitude": 0.0, "longitude": 0.0}
        case _:
            return {"contentProvider": {"type": "line"}}
