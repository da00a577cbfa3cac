"""What ordinary recordings decide of checks 1 to 30: ledgers made by hand, without any probe."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import Ledger

from line_sim.replay.checks.envelopes import BROKEN_BODIES
from line_sim.replay.checks.registry import every_probe
from line_sim.replay.checks.report import CheckReport
from line_sim.replay.checks.running import check_recording
from line_sim.replay.checks.signatures import STYLES
from line_sim.replay.checks.tolerance import MAY_COME
from line_sim.replay.checks.verdicts import WORDS

USER = "U" + "a" * 32
CASES = [*BROKEN_BODIES, *STYLES, *MAY_COME, "lost", "killed", "unheard", "users", "LINE was away"]
SIGNED = {"x-line-signature": "fake"}


def report(ledger: Ledger) -> CheckReport:
    """The checks on a ledger that ends here."""
    return check_recording(ledger.end(), profile="line")


def delivered(
    ledger: Ledger,
    *events: dict[str, Any],
    status: int | None = 200,
    reason: str = "",
    took_ms: float = 5.0,
    headers: dict[str, str] | None = None,
) -> None:
    """One webhook whose end is told in full."""
    exchange = ledger.webhook(*events, status=None)
    ledger.lines[-1]["headers"] = headers or {}
    ledger.at_s += took_ms / 1_000
    ledger.write("webhook_end", exchange=exchange, status=status, reason=reason, took_ms=took_ms)


def again(event: dict[str, Any], *, flagged: bool) -> dict[str, Any]:
    """The same event once more."""
    return {**event, "deliveryContext": {"isRedelivery": flagged}}


def test_an_empty_recording_decides_nothing() -> None:
    found = check_recording([], profile="line")

    assert {"not observed"} == {found[number].word for number in range(1, 39)}
    assert all(found[number].evidence for number in range(1, 39))


@pytest.mark.parametrize(
    ("headers", "status", "replies", "word"),
    [
        (SIGNED, 200, 1, "pass"),
        (SIGNED, 200, 0, "not observed"),
        (SIGNED, 401, 0, "fail"),
        ({}, 401, 0, "not observed"),
    ],
)
def test_signed_webhooks_are_not_refused(
    headers: dict[str, str], status: int, replies: int, word: str
) -> None:
    ledger = Ledger()
    said = ledger.event(USER, "hello")
    delivered(ledger, said, status=status, headers=headers)
    for _ in range(replies):
        ledger.reply(said, "hi")

    assert word == report(ledger)[1].word


@pytest.mark.parametrize(("status", "word"), [(200, "pass"), (400, "fail")])
def test_webhooks_without_events_are_confirmed(status: int, word: str) -> None:
    ledger = Ledger()
    delivered(ledger, status=status)

    assert word == report(ledger)[11].word


def test_a_call_right_after_an_empty_webhook_leaves_it_open() -> None:
    ledger = Ledger()
    delivered(ledger)
    ledger.push(USER, "who is there?")

    assert "not observed" == report(ledger)[11].word


@given(st.lists(st.floats(1, 2_500), min_size=1, max_size=20))
def test_answers_within_two_seconds(took_ms: list[float]) -> None:
    ledger = Ledger()
    for each in took_ms:
        delivered(ledger, ledger.event(USER, "hello"), took_ms=each)
    found = report(ledger)[15]

    assert ("fail" if max(took_ms) > 2_000 else "pass") == found.word
    assert max(took_ms) == found.measures["longest_ms"]
    late = sum(each > 2_000 for each in took_ms) / len(took_ms)
    assert late == pytest.approx(found.measures["share_over_2_s"])


@given(st.integers(1, 60), st.booleans())
def test_many_users_at_once(users: int, slow: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    ledger = Ledger()
    for number in range(users):
        exchange = ledger.webhook(ledger.event(f"U{number:032x}", "hello"), status=None)
        took_ms = 2_100.0 if slow else 10.0
        ledger.write("webhook_end", exchange=exchange, status=200, took_ms=took_ms)
    found = report(ledger)[17]

    assert ("not observed" if users < 30 else "fail" if slow else "pass") == found.word
    assert "p95_ms" in found.measures


@pytest.mark.parametrize(
    ("count", "word"), [(1, "not observed"), (99, "not observed"), (100, "pass")]
)
def test_big_batches(count: int, word: str) -> None:
    ledger = Ledger()
    delivered(ledger, *(ledger.event(USER, f"{number}") for number in range(count)))

    assert word == report(ledger)[13].word


@pytest.mark.parametrize(
    ("replies", "word"), [((1, 1), "pass"), ((1, 2), "fail"), ((1, 0), "not observed")]
)
def test_several_events_of_one_webhook(replies: tuple[int, int], word: str) -> None:
    ledger = Ledger()
    said = [ledger.event(USER, f"order {number}") for number in range(2)]
    delivered(ledger, *said)
    for event, count in zip(said, replies, strict=True):
        for _ in range(count):
            ledger.reply(event, f"about {event['message']['text']}")

    assert word == report(ledger)[18].word


@given(st.booleans(), st.integers(0, 2))
def test_an_event_that_comes_again(flagged: bool, replies: int) -> None:  # noqa: FBT001 - as above
    ledger = Ledger()
    said = ledger.event(USER, "hello")
    delivered(ledger, said)
    if replies:
        ledger.reply(said, "hi")
    delivered(ledger, again(said, flagged=flagged))
    for _ in range(replies - 1):
        ledger.push(USER, "hi")
    found = report(ledger)
    words = [found[number].word for number in (21, 22)]

    word = ("not observed", "pass", "fail")[replies]
    assert ([word, "not observed"] if flagged else ["not observed", word]) == words


@pytest.mark.parametrize(
    ("first", "number"),
    [
        ({"status": 500, "reason": "error_status_code"}, 24),
        ({"status": None, "reason": "could_not_connect"}, 24),
        ({"status": None, "reason": "request_timeout"}, 25),
    ],
)
@pytest.mark.parametrize(("replies", "word"), [(0, "not observed"), (1, "pass"), (2, "fail")])
def test_an_event_whose_first_delivery_failed(
    first: dict[str, Any], number: int, replies: int, word: str
) -> None:
    ledger = Ledger()
    said = ledger.event(USER, "hello")
    delivered(ledger, said, **first)
    delivered(ledger, again(said, flagged=True))
    for _ in range(replies):
        ledger.reply(said, "hi")
    found = report(ledger)

    assert word == found[number].word
    assert "not observed" == found[49 - number].word


@pytest.mark.parametrize(("replies", "word"), [(0, "not observed"), (1, "fail"), (2, "pass")])
def test_two_events_with_the_same_text_and_time(replies: int, word: str) -> None:
    ledger = Ledger()
    said = [ledger.event(USER, "yes") for _ in range(2)]
    delivered(ledger, *said)
    for event in said[:replies]:
        ledger.reply(event, "good")

    assert word == report(ledger)[28].word


PROBES = sorted({probe.name for probe in every_probe() if set(probe.serves) & set(range(1, 39))})
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["E1", "E2", "E9", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
FACTS = ("exchanges", "calls", "beside", "usual", "before", "group", "died", "gone")


@given(
    st.lists(
        st.fixed_dictionaries(
            {"probe": st.sampled_from(PROBES), "case": st.sampled_from(["", *CASES]) | ANYTHING},
            optional=dict.fromkeys(("events", "control", *FACTS), ANYTHING),
        ),
        max_size=5,
    ),
)
def test_whatever_stands_in_marks_there_is_a_verdict(marks: list[dict[str, Any]]) -> None:
    ledger = Ledger()
    said = ledger.event(USER, "hello")
    delivered(ledger, said, ledger.event(USER, "are you there?"))
    ledger.reply(said, "hi")
    for mark in marks:
        ledger.write("note", text="a mark", mark=mark)
    ledger.write("agent", view="capabilities", words=["transcript", "configure.secret"])
    found = report(ledger)

    assert all(found[number].word in WORDS for number in range(1, 39))
