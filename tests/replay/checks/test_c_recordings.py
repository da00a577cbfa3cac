"""What ordinary recordings decide by themselves: ledgers made by hand, without any probe."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import Ledger

from line_sim.replay.checks.registry import every_probe
from line_sim.replay.checks.running import check_recording

USER = "U" + "a" * 32
KEY = "11111111-2222-4333-8444-555555555555"
OTHER_KEY = "11111111-2222-4333-8444-666666666666"
RECORDED = (67, 68, 72, 73, 74, 75, 78, 79, 85, 86, 87, 91, 95)


def verdicts(lines: list[dict[str, Any]], *numbers: int) -> list[str]:
    """The words of some checks."""
    report = check_recording(lines, profile="line")
    return [report[number].word for number in numbers]


def talk() -> tuple[Ledger, dict[str, Any]]:
    """A ledger in which a customer has just written."""
    ledger = Ledger()
    said = ledger.event(USER, "hello")
    ledger.webhook(said)
    ledger.at_s += 1
    return ledger, said


def test_an_empty_recording_decides_nothing() -> None:
    report = check_recording([], profile="line")

    assert {"not observed"} == {report[number].word for number in range(66, 100)}


@given(st.lists(st.sampled_from([200, 400, 403, 429, 500]), min_size=1, max_size=4))
def test_a_reply_token_may_be_used_again_after_an_ambiguous_answer_only(
    statuses: list[int],
) -> None:
    ledger, said = talk()
    for status in statuses:
        ledger.reply(said, "hi", status=status)
        ledger.at_s += 1
    allowed = all(status in {429, 500} for status in statuses[:-1])

    assert ["pass" if allowed else "fail"] == verdicts(ledger.end(), 67)


@pytest.mark.parametrize(("after_s", "took_ms", "word"), [
    (0.004, 9.0, "pass"),  # the bridge heard of the 401 before its end was noted
    (0.004, 400.0, "fail"),  # it did not wait
    (1.5, 2_000.0, "pass"),  # it gave up waiting
])  # fmt: skip
def test_an_answer_is_heard_a_little_before_its_end_is_noted(
    after_s: float, took_ms: float, word: str
) -> None:
    ledger, said = talk()
    ledger.reply(said, "hi", status=401, took_ms=took_ms)
    ledger.at_s += after_s
    ledger.reply(said, "hi", status=200)

    assert [word] == verdicts(ledger.end(), 67)


@pytest.mark.parametrize(("after_s", "word"), [(0.01, "pass"), (1.0, "fail")])
def test_while_the_clocks_are_being_moved_a_call_is_made_by_the_bridges_own(
    after_s: float, word: str
) -> None:
    ledger, _ = talk()
    ledger.push(USER, "hi", key=KEY, status=500)
    ledger.at_s += 25 * 3_600.0
    ledger.write("clock", seconds=25 * 3_600.0)
    began_s = ledger.at_s
    if after_s > 0.1:
        ledger.at_s = began_s + 0.1
        ledger.write("agent", view="clock", seconds=25 * 3_600.0)
    ledger.at_s = began_s + after_s
    ledger.push(USER, "hi", key=KEY, status=500)
    ledger.at_s += 0.1
    ledger.write("agent", view="clock", seconds=25 * 3_600.0)

    assert [word] == verdicts(ledger.end(), 79)


@pytest.mark.parametrize(("noted_s", "word"), [(-5.0, "fail"), (-0.1, "pass"), (0.1, "pass")])
def test_what_a_bridge_did_when_we_ended_it_it_may_not_remember(noted_s: float, word: str) -> None:
    ledger, said = talk()
    replied_s = ledger.at_s + 10
    for at_s, act in sorted([(replied_s, "reply"), (replied_s + noted_s, "restart")]):
        ledger.at_s = at_s
        if act == "reply":
            ledger.reply(said, "hi")
        else:
            ledger.write("agent", view="restart")
    ledger.at_s = replied_s + 4
    ledger.reply(said, "hi", status=400)

    assert [word] == verdicts(ledger.end(), 67)


@given(st.floats(0.1, 200))
def test_old_reply_tokens_fail_and_those_of_half_a_minute_are_warned_about(age_s: float) -> None:
    ledger, said = talk()
    ledger.at_s = age_s
    ledger.reply(said, "hi", status=400)
    found = check_recording(ledger.end(), profile="line", only={68})[68]

    assert ("fail" if age_s > 60 else "pass") == found.word
    assert bool(found.warnings) == (30 < age_s <= 60)
    assert age_s == pytest.approx(found.measures["oldest_reply_token_s"])


def test_a_dead_token_with_a_push_after_it_is_only_warned_about() -> None:
    ledger, said = talk()
    ledger.at_s = 90
    ledger.reply(said, "hi", status=400)
    ledger.push(USER, "hi", key=KEY)
    found = check_recording(ledger.end(), profile="line", only={68})[68]

    assert ("pass", True) == (found.word, bool(found.warnings))


@pytest.mark.parametrize(
    ("key", "again", "after_s", "words"),
    [
        ("", "", 1, ["fail", "fail", "not observed"]),
        (KEY, KEY, 0.01, ["pass", "fail", "pass"]),
        (KEY, KEY, 1, ["pass", "pass", "pass"]),
        (KEY, KEY, 90_000, ["pass", "pass", "fail"]),
        (KEY, OTHER_KEY, 1, ["pass", "fail", "pass"]),
        ("not-a-uuid", "not-a-uuid", 1, ["fail", "pass", "pass"]),
    ],
)
def test_a_push_that_failed_comes_again_under_its_key(
    key: str, again: str, after_s: float, words: list[str]
) -> None:
    ledger, _ = talk()
    ledger.push(USER, "hi", status=500, key=key)
    ledger.at_s += after_s
    ledger.push(USER, "hi", key=again)

    assert words == verdicts(ledger.end(), 72, 73, 79)


def test_one_key_for_two_messages_is_found() -> None:
    ledger, _ = talk()
    ledger.push(USER, "hi", key=KEY)
    ledger.push(USER, "and more", status=409, key=KEY)

    assert ["fail", "fail"] == verdicts(ledger.end(), 72, 79)


@pytest.mark.parametrize(("again", "word"), [(0, "pass"), (1, "fail")])
def test_after_a_409_a_message_is_not_sent_again(again: int, word: str) -> None:
    ledger, _ = talk()
    ledger.push(USER, "hi", status=500, key=KEY, lost=True)
    ledger.at_s += 1
    ledger.push(USER, "hi", status=409, key=KEY)
    for _ in range(again):
        ledger.at_s += 1
        ledger.push(USER, "hi", key=OTHER_KEY)

    assert [word] == verdicts(ledger.end(), 74)


@pytest.mark.parametrize(
    ("status", "after_s", "word"),
    [(400, 1, "fail"), (401, 1, "fail"), (403, 1, "fail"), (404, 1, "fail"), (400, 300, "pass"),
     (429, 1, "not observed"), (500, 1, "not observed")],
)  # fmt: skip
def test_what_was_refused_is_not_tried_again(status: int, after_s: float, word: str) -> None:
    ledger, _ = talk()
    ledger.push(USER, "hi", status=status)
    ledger.at_s += after_s
    ledger.push(USER, "hi")

    assert [word] == verdicts(ledger.end(), 75)


@pytest.mark.parametrize(("key", "word"), [("", "pass"), (KEY, "fail")])
def test_replies_carry_no_retry_key(key: str, word: str) -> None:
    ledger, said = talk()
    body = {"replyToken": said["replyToken"], "messages": [{"type": "text", "text": "hi"}]}
    ledger.call("replyMessage", body, status=400 if key else 200, key=key)

    assert [word] == verdicts(ledger.end(), 78)


@pytest.mark.parametrize(
    ("message", "word"),
    [({"type": "text", "text": "hi"}, "pass"), ({"type": "text"}, "fail"),
     ({"type": "text", "text": "x" * 5_001}, "fail"), ({"type": "file"}, "fail")],
)  # fmt: skip
def test_messages_are_what_the_reference_describes(message: dict[str, Any], word: str) -> None:
    ledger, _ = talk()
    ledger.call("pushMessage", {"to": USER, "messages": [message]}, key=KEY)

    assert [word] == verdicts(ledger.end(), 85)


def test_another_channels_customer_is_found() -> None:
    ledger, _ = talk()
    stranger = ledger.event("U" + "b" * 32, "I wrote to the other shop")
    ledger.webhook(stranger)
    ledger.lines[-2]["channel"] = "other shop"
    ledger.push("U" + "b" * 32, "hi", key=KEY)

    assert ["fail"] == verdicts(ledger.end(), 86)


@pytest.mark.parametrize(("calls", "word"), [(2_000, "pass"), (2_001, "fail")])
def test_the_peak_within_a_limits_period_counts(calls: int, word: str) -> None:
    ledger, _ = talk()
    for number in range(calls):
        ledger.at_s = 5 + number / calls / 2
        ledger.push(USER, "hi", status=400)
    ledger.at_s += 0.6  # the next second, by the first of them
    found = check_recording(ledger.end(), profile="line", only={95})[95]

    assert (word, calls) == (found.word, found.measures["pushMessage_per_1_s"])


def test_a_secret_that_the_ledger_took_out_of_a_message_is_found() -> None:
    ledger, said = talk()
    ledger.reply(said, "your token is redacted-0123456789ab")

    assert ["fail"] == verdicts(ledger.end(), 92)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(0, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
FACTS = [
    "events",
    "control",
    "user",
    "text",
    "by",
    "since_s",
    "until_s",
    "sent",
    "state",
    "reason",
    "check",
    "alerts",
    "delivery",
    "after",
    "read",
    "unread",
    "leaks",
    "looked_at",
    "answered",
    "missed",
    "missing",
    "logs",
    "form",
    "staff",
    "age_s",
]
PROBES = sorted(probe.name for probe in every_probe() if max(probe.serves) >= 66)
CASES = ["", "request ids", "control", "after 90 s", "token refused (400)", "used up", "next month"]


@given(
    st.lists(
        st.fixed_dictionaries(
            {"probe": st.sampled_from(PROBES), "case": st.sampled_from(CASES) | JSON},
            optional=dict.fromkeys(FACTS, JSON | st.just(USER) | st.just("E1")),
        ),
        max_size=4,
    ),
    JSON,
    JSON,
)
def test_whatever_stands_in_marks_there_is_a_verdict(
    marks: list[dict[str, Any]], rows: object, body: object
) -> None:
    ledger, said = talk()
    for mark in marks:
        ledger.write("note", text="a probe", mark=mark)
    ledger.write("agent", view="transcript", user=USER, rows=rows)
    ledger.write("agent", view="sent", user=USER, text=body, id=rows, state=rows)
    ledger.reply(said, "hi", status=500)
    ledger.call("pushMessage", body, status=429, key=KEY)  # type: ignore[arg-type]
    report = check_recording(ledger.end(), profile="line", only=range(66, 100))

    assert 34 == len(report.results)
