"""How often a bridge acted on an event: what repeats, what doubles, and what a spent token says."""

from typing import Any

import pytest

from line_sim.mock.call_records import CallRecord
from line_sim.replay.attempts import attempts, said_again, shown
from line_sim.replay.evidence import Delivery, Event

HELLO = [{"type": "text", "text": "hello"}]


def event(*came_s: float, calls: list[CallRecord]) -> Event:
    deliveries = [Delivery(n, "shop", 1, at, at, {}, b"", ()) for n, at in enumerate(came_s)]
    return Event("01E", "message", "shop", "U1", "U1", {}, deliveries, calls)


def reply(at_s: float, status: int, first: str = "t", messages: object = HELLO) -> CallRecord:
    sent = {"kind": "reply", "messages": messages} if status == 200 else None
    body = {"replyToken": first, "messages": messages}
    return CallRecord(
        int(at_s * 10), at_s, "POST", "/v2/bot/message/reply",
        operation="replyMessage", status=status, body=body, sent=sent,
    )  # fmt: skip


def push(at_s: float, status: int | None, key: str = "") -> CallRecord:
    body: dict[str, Any] = {"to": "U1", "messages": HELLO}
    sent = {"kind": "push", "messages": HELLO} if status == 200 else None
    return CallRecord(
        int(at_s * 10), at_s, "POST", "/v2/bot/message/push", operation="pushMessage",
        status=status, body=body, sent=sent, headers={"x-line-retry-key": key} if key else {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("came_s", "calls", "acts"),
    [
        ([0.0], [reply(1, 200)], 1),
        ([0.0], [reply(1, 500), reply(2, 200)], 1),  # one repeated
        ([0.0], [reply(1, 200), push(2, 200)], 2),  # told twice
        ([0.0], [push(1, None, "k"), push(2, 200, "k")], 1),
        ([0.0], [reply(1, 200), reply(2, 400)], 1),  # the second reached nobody
        ([0.0, 1.5], [reply(1, 200), reply(2, 400)], 2),  # but here the copy was acted on
        ([0.0, 0.1], [reply(1, 200), reply(2, 400)], 2),  # at whatever time it came
        ([0.0, 9.0], [reply(1, 200), reply(2, 400)], 1),  # and not one that came later
    ],
)
def test_an_event_was_acted_on_as_often_as_its_calls_say(
    came_s: list[float], calls: list[CallRecord], acts: int
) -> None:
    assert shown(attempts(event(*came_s, calls=calls))) == acts


@pytest.mark.parametrize(
    ("calls", "again"),
    [
        ([reply(1, 200), reply(2, 400)], 1),
        ([reply(1, 200), reply(2, 400, messages=[{"type": "text", "text": "and"}])], 0),
        ([reply(1, 200), reply(2, 400, first="other")], 0),
        ([reply(1, 400), reply(2, 400)], 0),
        ([reply(1, 500), reply(2, 200)], 0),
    ],
)
def test_saying_again_what_line_had_taken_shows_that_its_answer_was_not_read(
    calls: list[CallRecord], again: int
) -> None:
    assert len(said_again(event(0.0, calls=calls))) == again
