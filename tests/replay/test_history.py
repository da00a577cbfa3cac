"""What is planted in a history is found in it, and nothing else."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import Ledger

from line_sim.replay.evidence import Evidence
from line_sim.replay.history import History

USERS = ("U" + "a" * 32, "U" + "b" * 32)
FATES = ("handled", "lost", "doubled", "late", "refused", "recovered", "wrong person")


def planted(fates: list[tuple[str, int]]) -> Ledger:
    """A ledger with one event a fate; enough ordinary ones around it to know what is usual."""
    ledger = Ledger()
    for number in range(60):
        ledger.at_s += 1
        said = ledger.event(USERS[number % 2], f"ordinary {number}")
        ledger.webhook(said)
        ledger.reply(said, f"you wrote: ordinary {number}")
    for number, (fate, who) in enumerate(fates):
        ledger.at_s += 700  # beyond the ten minutes within which a push may answer
        said = ledger.event(USERS[who], f"question {number}")
        ledger.webhook(said, status=500 if fate in {"refused", "recovered"} else 200)
        if fate in {"lost", "refused"}:
            continue
        ledger.at_s += 90 if fate == "late" else 1
        text = f"answer {number}"
        if fate == "wrong person":
            other = ledger.event(USERS[1 - who], f"a secret of somebody {number}")
            ledger.webhook(other)
            ledger.reply(other, "thank you")
            text = f"a secret of somebody {number}"
        ledger.reply(said, text)
        if fate == "doubled":
            ledger.reply(said, text, status=400)
    return ledger


@given(st.lists(st.tuples(st.sampled_from(FATES), st.integers(0, 1)), max_size=12))
def test_what_was_planted_is_found(fates: list[tuple[str, int]]) -> None:
    history = History.of(planted(fates).end(), due_s=60.0)
    asked = [f for f in history.fates if (f.event.text or "").startswith("question")]
    found = [next(iter(fate.flags), "") or fate.word for fate in asked]
    assert found == [fate for fate, _ in fates]
    rest = [fate for fate in history.fates if fate not in asked]
    assert all(fate.ok and fate.word == "handled" for fate in rest)


@given(st.permutations(range(5)))
def test_answers_in_another_order_are_told_at_those_that_jumped_the_queue(order: list[int]) -> None:
    ledger = Ledger()
    said = []
    for number in range(5):
        ledger.at_s += 1
        said.append(ledger.event(USERS[0], f"question {number}"))
        ledger.webhook(said[-1])
    for number in order:
        ledger.at_s += 1
        ledger.reply(said[number], f"answer {number}")
    history = History.of(ledger.end())
    jumped = [number for number, fate in enumerate(history.fates) if "out of order" in fate.flags]
    places = {number: place for place, number in enumerate(order)}
    assert jumped == [n for n in range(5) if any(places[e] > places[n] for e in range(n))]


def test_a_retry_of_what_failed_is_no_double_and_a_blind_second_send_is() -> None:
    ledger = Ledger()
    first, second = ledger.event(USERS[0], "one"), ledger.event(USERS[1], "two")
    ledger.webhook(first)
    ledger.webhook(second)
    ledger.push(USERS[0], "answer one", status=500, key="k1")
    ledger.push(USERS[0], "answer one", key="k1")
    ledger.push(USERS[1], "answer two", status=500, lost=True)
    ledger.push(USERS[1], "answer two")
    history = History.of(ledger.end())
    assert [fate.times for fate in history.fates] == [1, 2]
    assert [sorted(fate.flags) for fate in history.fates] == [[], ["doubled"]]


def test_what_was_under_way_at_the_end_is_in_flight() -> None:
    ledger = Ledger()
    ledger.webhook(ledger.event(USERS[0], "hello"), status=None)
    history = History.of(ledger.lines)
    assert [fate.word for fate in history.fates] == ["in flight"]
    assert not history.complete


def test_a_forged_webhook_and_standby_are_rightly_silent() -> None:
    ledger = Ledger()
    ledger.webhook(ledger.event(USERS[0], "forged"), status=401, faults=("WrongSignature",))
    ledger.webhook(ledger.event(USERS[0], "not ours", mode="standby"))
    history = History.of(ledger.end())
    assert [fate.word for fate in history.fates] == ["silent", "silent"]
    assert [name for _, name, _ in history.faults] == ["WrongSignature"]


@pytest.mark.parametrize("word", ["lost", "unanswered"])
def test_whoever_knows_says_what_had_to_be_answered(word: str) -> None:
    ledger = Ledger()
    ledger.webhook(ledger.event(USERS[0], "hello"))
    history = History.of(ledger.end(), should_answer=lambda _event: word == "lost")
    assert history.fates[0].word == word


def test_calls_of_a_recording_made_elsewhere_are_completed() -> None:
    ledger = Ledger()
    said = ledger.event(USERS[0], "hello there")
    ledger.webhook(said)
    ledger.reply(said, "welcome")
    ledger.push(USERS[0], "anything else?")
    lines = ledger.end()
    bare = [
        {name: value for name, value in line.items() if name not in {"operation", "sent"}}
        for line in lines
    ]
    known, guessed = Evidence.of(lines), Evidence.of(bare)
    kinds = Counter(call.kind for call in guessed.sends)
    assert kinds == {"reply": 1, "push": 1}
    for one, other in zip(known.sends, guessed.sends, strict=True):
        assert (one.operation, one.chats, one.messages) == (
            other.operation, other.chats, other.messages,
        )  # fmt: skip
    assert [len(each.calls) for each in guessed.events.values()] == [1]


def test_an_answer_hours_later_is_late_only_where_a_time_was_set() -> None:
    ledger = Ledger()
    ledger.webhook(ledger.event(USERS[0], "hello"))
    ledger.at_s += 7_200
    ledger.push(USERS[0], "sorry for the wait")
    lines = ledger.end()
    (patient,), (strict,) = History.of(lines).fates, History.of(lines, due_s=60.0).fates
    assert (patient.word, patient.flags, patient.answer_s) == ("handled", frozenset(), 7_200)
    assert strict.flags == {"late"}


def test_one_answer_does_for_two_messages_where_that_is_the_bridge_s_habit() -> None:
    ledger = Ledger()
    for number in range(30):
        ledger.at_s += 1_000
        ledger.webhook(ledger.event(USERS[0], f"one {number}"))
        ledger.at_s += 5
        second = ledger.event(USERS[0], f"and another thing {number}")
        ledger.webhook(second)
        ledger.at_s += 5
        ledger.reply(second, "I see")
    assert History.of(ledger.end()).counts() == {
        "unanswered": 30, "handled": 30, "events": 60, "unsolicited": 0, "unknown": 0,
    }  # fmt: skip


def test_a_second_push_for_an_event_that_came_twice_is_a_double() -> None:
    ledger = Ledger()
    said = ledger.event(USERS[0], "hello")
    ledger.webhook(said)
    ledger.push(USERS[0], "receipt")
    ledger.at_s += 1
    ledger.webhook({**said, "deliveryContext": {"isRedelivery": True}})
    ledger.push(USERS[0], "receipt")
    ledger.push(USERS[0], "something else")
    history = History.of(ledger.end())
    assert [sorted(fate.flags) for fate in history.fates] == [["doubled"]]
    assert [call.messages[0]["text"] for call in history.unsolicited] == ["something else"]
