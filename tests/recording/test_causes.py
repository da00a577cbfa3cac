"""Causes: a call is traced to the event that made the bot call, or to none."""

from __future__ import annotations

import itertools
from typing import Any

import orjson
import pytest

from line_sim.recording.causes import Cause, causes

ANNA, BEN = "U" + "a" * 32, "U" + "b" * 32


class Script:
    """Lines of a recording, written shortly."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.exchanges = itertools.count(1)

    def add(self, kind: str, at_s: float, exchange: int, **fields: object) -> int:
        """A line; its exchange comes back."""
        seq = len(self.lines) + 1
        self.lines.append({"seq": seq, "at_s": at_s, "kind": kind, "exchange": exchange, **fields})
        return exchange

    def event(self, name: str, at_s: float, chat: str = ANNA, **more: object) -> None:
        """A webhook with one event."""
        channel = more.pop("channel", "1")
        event = {
            "type": "message",
            "webhookEventId": name,
            "source": {"type": "user", "userId": chat},
            "replyToken": f"token {name}",
            "message": {"id": f"{abs(hash(name))}", "quoteToken": f"quote {name}"},
            **more,
        }
        body = orjson.dumps({"events": [event]}).decode()
        self.add("webhook", at_s, next(self.exchanges), channel=channel, body=body)

    def call(
        self, at_s: float, body: object = None, path: str = "push", status: int = 200, **end: object
    ) -> int:
        """A call and its end; its exchange comes back."""
        full = path if path.startswith("/") else f"/v2/bot/message/{path}"
        text = orjson.dumps(body).decode()
        exchange = self.add("call", at_s, next(self.exchanges), path=full, body=text)
        return self.add("call_end", at_s, exchange, status=status, **end)

    def cause(self, exchange: int) -> tuple[str, str | None]:
        """Why a call came: the basis and the event's id."""
        found = causes(self.lines)[exchange]
        return found.basis, found.event and found.event.id


def test_a_reply_token_points_at_its_event() -> None:
    script = Script()
    script.event("E1", 0)
    script.event("E2", 1)
    call = script.call(5, {"replyToken": "token E1"}, "reply")

    assert ("reply token", "E1") == script.cause(call)
    assert 5 == causes(script.lines)[call].age_s


def test_a_refused_reply_is_still_caused_by_its_event() -> None:
    script = Script()
    script.event("E1", 0)
    call = script.call(90, {"replyToken": "token E1"}, "reply", status=400)

    assert ("reply token", "E1") == script.cause(call)


def test_a_message_id_points_at_its_event_however_old() -> None:
    script = Script()
    script.event("E1", 0, message={"id": "480000000000000001"})
    call = script.call(90_000, None, "/v2/bot/message/480000000000000001/content")

    assert ("message id", "E1") == script.cause(call)


def test_a_quote_token_wins_over_the_chats_latest_event() -> None:
    script = Script()
    script.event("E1", 0)
    script.event("E2", 1)
    call = script.call(2, {"to": ANNA, "messages": [{"text": "x", "quoteToken": "quote E1"}]})

    assert ("quote token", "E1") == script.cause(call)


def test_a_push_answers_the_latest_unanswered_event_of_its_chat() -> None:
    script = Script()
    script.event("E1", 0)
    script.event("E2", 1)
    script.event("E3", 2, BEN)
    calls = [script.call(at_s, {"to": ANNA}) for at_s in (3, 4, 5)]

    assert [("chat", "E2"), ("chat", "E1"), ("unsolicited", None)] == [*map(script.cause, calls)]


def test_an_event_that_the_bridge_refused_is_the_last_to_be_answered() -> None:
    script = Script()
    script.event("E1", 0)
    script.event("forged", 1)
    script.add("webhook_end", 1, 2, status=401)
    first = script.call(2, {"to": ANNA})
    second = script.call(3, {"to": ANNA})

    assert script.cause(first) == ("chat", "E1")
    assert script.cause(second) == ("chat", "forged")


def test_an_event_that_was_refused_once_and_taken_then_is_answered() -> None:
    script = Script()
    script.event("E1", 0)
    for at_s, exchange, status in ((1, 2, 500), (2, 3, 200)):
        script.event("E2", at_s)
        script.add("webhook_end", at_s, exchange, status=status)

    assert script.cause(script.call(3, {"to": ANNA})) == ("chat", "E2")


def test_a_refused_push_leaves_its_event_unanswered() -> None:
    script = Script()
    script.event("E1", 0)
    calls = [script.call(3, {"to": ANNA}, status=500), script.call(4, {"to": ANNA})]

    assert [("chat", "E1")] * 2 == [*map(script.cause, calls)]


def test_a_reply_answers_its_event_so_that_a_push_after_it_is_unsolicited() -> None:
    script = Script()
    script.event("E1", 0)
    script.call(1, {"replyToken": "token E1"}, "reply")
    call = script.call(2, {"to": ANNA})

    assert ("unsolicited", None) == script.cause(call)


def test_fetching_content_or_a_profile_answers_nothing() -> None:
    script = Script()
    script.event("E1", 0, message={"id": "7"})
    script.call(1, None, "/v2/bot/message/7/content")
    profile = script.call(1, None, f"/v2/bot/profile/{ANNA}")
    push = script.call(2, {"to": ANNA})

    assert [("unsolicited", None), ("chat", "E1")] == [*map(script.cause, (profile, push))]


@pytest.mark.parametrize(("at_s", "basis"), [(600.0, "chat"), (600.1, "unsolicited")])
def test_ten_minutes_of_schedule_time_are_the_limit(at_s: float, basis: str) -> None:
    script = Script()
    script.event("E1", 0)

    assert basis == script.cause(script.call(at_s, {"to": ANNA}))[0]


def test_a_redelivery_is_the_same_event_at_its_new_time() -> None:
    script = Script()
    script.event("E1", 0)
    script.event("E1", 900)
    call = script.call(960, {"to": ANNA})
    again = script.call(961, {"to": ANNA})

    assert ("chat", "E1") == script.cause(call)
    assert 60 == causes(script.lines)[call].age_s
    assert ("unsolicited", None) == script.cause(again)


def test_a_redelivery_of_an_answered_event_waits_for_nothing() -> None:
    script = Script()
    script.event("E1", 0)
    script.call(1, {"replyToken": "token E1"}, "reply")
    script.event("E1", 60)

    assert ("unsolicited", None) == script.cause(script.call(61, {"to": ANNA}))


def test_a_group_is_a_chat_of_its_own() -> None:
    script = Script()
    script.event("E1", 0)
    script.event("E2", 1, source={"type": "group", "groupId": "C1", "userId": ANNA})
    calls = [script.call(2, {"to": "C1"}), script.call(2, {"to": ANNA})]

    assert [("chat", "E2"), ("chat", "E1")] == [*map(script.cause, calls)]


def test_channels_that_share_a_user_are_kept_apart() -> None:
    script = Script()
    script.event("E1", 0, channel="1")
    script.event("E2", 1, channel="2")
    calls = [script.call(2, {"to": ANNA}, channel_id=channel) for channel in ("1", "3", "2")]

    assert [("chat", "E1"), ("unsolicited", None), ("chat", "E2")] == [*map(script.cause, calls)]


def test_a_multicast_answers_the_latest_event_among_its_users() -> None:
    script = Script()
    script.event("E1", 0)
    script.event("E2", 1, BEN)

    assert ("chat", "E2") == script.cause(script.call(2, {"to": [BEN, ANNA]}, "multicast"))


def test_a_call_without_an_end_has_a_cause_too() -> None:
    script = Script()
    script.event("E1", 0)
    call = script.call(1, {"to": ANNA})
    del script.lines[-1]

    assert ("chat", "E1") == script.cause(call)


@pytest.mark.parametrize(
    "body", ["", "[]", "no json", '{"events":5}', '{"events":[5,{},{"source":7,"message":[]}]}']
)
def test_broken_bodies_cause_nothing_and_break_nothing(body: str) -> None:
    lines = [
        {"seq": 1, "at_s": 0, "kind": "webhook", "exchange": 1, "body": body},
        {"seq": 2, "at_s": 0, "kind": "call", "exchange": 2, "path": "/v2/bot/x", "body": body},
        {"seq": 3, "at_s": 0, "kind": "call_end", "exchange": 2, "status": 200},
        {"seq": 4, "at_s": 0, "kind": "call_end", "exchange": 99},
    ]

    assert {2: Cause("unsolicited")} == causes(lines)
