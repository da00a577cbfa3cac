"""Calls to assert on: selections, and what a failing assert shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from line_sim.mock.calls import Calls
from line_sim.mock.mismatch import explain
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

ANNA, BEN = "U" + "a" * 32, "U" + "b" * 32
TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - a reply token of nobody
EVENT = {
    "type": "message",
    "webhookEventId": "E1",
    "source": {"type": "user", "userId": ANNA},
    "replyToken": TOKEN,
    "message": {"type": "text", "id": "1", "text": "Is it on its way?", "quoteToken": "q"},
}


def send(ledger: Writer, kind: str, body: dict[str, Any], chat: str, *texts: str) -> None:
    exchange = ledger.exchange()
    path = f"/v2/bot/message/{kind}"
    messages = [{"type": "text", "text": text} for text in texts]
    sent = {"kind": kind, "chats": [chat], "delivered": [chat], "messages": messages, "ids": ["9"]}
    if kind == "reply":
        sent |= {"event": "E1", "token_age_s": 1.5}
    ledger.write(
        "call", exchange=exchange, channel="shop", method="POST", path=path,
        headers={"authorization": "Bearer fake-token-of-a-test"},
        body=orjson.dumps({**body, "messages": messages}),
    )  # fmt: skip
    ledger.write(
        "call_end", exchange=exchange, status=200, took_ms=0.4,
        body={"sentMessages": [{"id": "9"}]},
        operation=f"{kind}Message", channel_id="1000000001", sent=sent, findings=["late"],
    )  # fmt: skip


@pytest.fixture
def ledger() -> Writer:
    ledger = Writer(None, lambda: 0, redact=Redactor())
    ledger.write("webhook", exchange=ledger.exchange(), channel="shop", body={"events": [EVENT]})
    send(ledger, "reply", {"replyToken": TOKEN}, ANNA, "It is.", "Tomorrow.")
    send(ledger, "push", {"to": BEN}, BEN, "Your parcel has arrived.")
    exchange = ledger.exchange()
    ledger.write("call", exchange=exchange, method="POST", path="/v2/bot/message/push", body="{}")
    rule = {"id": "monthly-limit", "source": "page", "basis": "documented"}
    ledger.write(
        "call_end", exchange=exchange, status=429, operation="pushMessage", rule=rule,
        why="200 of 200", body={"message": "You have reached your monthly limit."},
        fault=["RunsOutOfQuota()"],
    )  # fmt: skip
    ledger.write("call", exchange=ledger.exchange(), method="GET", path="/v2/bot/info")
    return ledger


@pytest.fixture
def calls(ledger: Writer) -> Calls:
    return Calls(ledger.lines())


def test_a_reply_is_a_send_to_the_chat_of_its_event(calls: Calls) -> None:
    assert calls.to(ANNA).kinds() == ["reply"]
    assert calls.to(SimpleNamespace(id=ANNA)).texts() == ["It is.", "Tomorrow."]
    assert calls.to(BEN).kinds() == ["push"]
    assert calls.to(BEN) == calls.delivered_to(BEN)


def test_what_stands_in_the_lines_is_in_the_record(calls: Calls) -> None:
    reply = calls.of("replyMessage").one()

    assert ("reply", "E1", 1.5, 200, 0.4) == (
        reply.kind, reply.event, reply.token_age_s, reply.status, reply.took_ms
    )  # fmt: skip
    assert "reply token" == reply.cause.basis
    assert {"sentMessages": [{"id": "9"}]} == reply.answer
    assert ("late",) == reply.findings
    assert TOKEN not in str(reply.body)


def test_refused_accepted_and_unanswered_calls_are_told_apart(calls: Calls) -> None:
    refused = calls.refused().one()

    assert refused.rule is not None
    assert ("monthly-limit", "200 of 200") == (refused.rule["id"], refused.why)
    assert ["RunsOutOfQuota()"] == refused.fault
    assert ["/v2/bot/info"] == calls.unanswered().paths()
    assert 2 == len(calls.accepted())


def test_selections_go_on_from_each_other(calls: Calls) -> None:
    assert ["reply"] == calls.on("shop").to(ANNA).kinds()
    assert ["reply"] == calls.on("1000000001").to(ANNA).kinds()
    assert [] == calls.on("another").kinds()
    assert ["reply"] == calls.caused_by("E1").kinds()
    assert ["reply"] == calls.caused_by(EVENT).kinds()
    assert ["push"] == calls.unsolicited().kinds()
    assert ["pushMessage"] == calls[1:2].operations()
    assert [200, 200, 429, None] == calls.statuses()


def test_something_without_an_id_is_refused_at_once(calls: Calls) -> None:
    with pytest.raises(TypeError, match="neither an id nor has one"):
        calls.to(7)


def told(found: object, expected: object) -> str:
    return "\n".join(explain(found, expected) or ())


def test_a_failing_comparison_shows_each_difference_and_the_calls(calls: Calls) -> None:
    found = told(calls.to(ANNA).kinds(), ["push"])

    assert "['reply'] came, ['push'] was expected" in found
    assert "at 0: 'reply' came, 'push' was expected" in found
    assert "replyMessage" in found
    assert "'It is.'" in found


def test_a_missing_text_is_told_with_the_nearest_that_came(calls: Calls) -> None:
    here = told(["It is!", "Tomorrow."], calls.to(ANNA).texts())
    elsewhere = told(calls.to(ANNA).texts(), ["Your parcel has arrived."])

    assert "nearest to 'It is!' came here: 'It is.'" in here
    assert "the very text came elsewhere: 'Your parcel has arrived.'" in elsewhere


def test_an_empty_selection_shows_what_came_instead(calls: Calls) -> None:
    found = told(calls.to("U" + "c" * 32).kinds(), ["push"])

    assert "at 0: nothing came, 'push' was expected" in found
    assert "none; 4 in all" in found
    assert "429 monthly-limit (200 of 200)" in found
    assert "no call came at all" in told(Calls().kinds(), ["push"])


def test_other_comparisons_are_left_to_pytest(calls: Calls) -> None:
    assert explain([1], [2]) is None
    assert calls.to(ANNA).kinds() == ["reply"]


def test_one_and_an_index_say_what_came(calls: Calls) -> None:
    with pytest.raises(AssertionError, match=r"expected 1 call, found 4\n"):
        calls.one()
    with pytest.raises(IndexError, match=r"no call 3 to U(?s:.*)pushMessage"):
        calls.to(BEN)[3]


def test_a_selection_is_short_on_one_line(calls: Calls) -> None:
    assert f"<1 call to {ANNA}: reply>" == repr(calls.to(ANNA))
    assert "\n" not in repr(calls)


def test_long_listings_are_cut(ledger: Writer) -> None:
    for _ in range(50):
        send(ledger, "push", {"to": BEN}, BEN, "x" * 500)
    found = str(Calls(ledger.lines()))

    assert "and 34 more" in found
    assert 4_000 > len(found)
