"""Expectations: generated from a recording, edited as text, met by what met them before."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import Ledger
from small_bridge import TEXTS, run

from line_sim.errors import ConfigurationError, LineSimError, ScenarioSyntaxError
from line_sim.replay.behaviours import behaviours
from line_sim.replay.expectations import Expectations
from line_sim.replay.fields import MISSING, Rule, differences

if TYPE_CHECKING:
    from pathlib import Path

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)
    ),
)
OBJECTS = st.dictionaries(st.text("abc", min_size=1, max_size=2), JSON, max_size=3)


@given(TEXTS)
def test_what_was_recorded_meets_its_own_expectations(texts: list[str]) -> None:
    done = run(texts)
    wanted = Expectations.of(done)
    assert wanted.judge(done) == []
    assert [miss.event for miss in wanted.judge(run(texts, change="?"))] == [
        event.id for event in wanted.event
    ]


@given(TEXTS, st.text(max_size=20))
def test_the_text_is_read_back_as_it_was(texts: list[str], odd: str) -> None:
    wanted = Expectations.of(run([*texts, odd]))
    again = Expectations.model_validate(tomllib.loads(wanted.to_toml()))
    assert again == wanted


def edited(tmp_path: Path, answer: str, more: str = "", fields: str = "") -> Expectations:
    """A file with one event whose one answer, and what else is said, was edited."""
    path = tmp_path / "expect.toml"
    path.write_text(
        f'format = "line_sim.expectations"\nversion = 1\n[fields]\n{fields}\n'
        f'[[event]]\nid = "E1"\n{more}\nanswers = [{answer}]\n',
        encoding="utf-8",
    )
    return Expectations.load(path)


@pytest.mark.parametrize(
    ("answer", "more", "fields"),
    [
        ('{ contains = "hel" }', "", ""),
        ('{ by = "reply", text = "you wrote hello" }', "", ""),
        ('{ any_of = ["no", "you wrote hello"] }', "", ""),
        ('{ matches = "^you .*o$" }', "at_most = 2", ""),
        ("{ }", "within_s = 1.0", ""),
        ("", "none_within_s = 0.1", ""),
        ('{ message = { type = "text", text = "x" } }', "", '"text" = "ignore"'),
        ('{ message = { type = "text", text = "x" } }', "", '"text" = { matches = "you" }'),
    ],
)
def test_what_is_allowed_passes(tmp_path: Path, answer: str, more: str, fields: str) -> None:
    assert edited(tmp_path, answer, more, fields).judge(run(["hello"])) == []


@pytest.mark.parametrize(
    ("answer", "more", "words"),
    [
        ('{ contains = "bye" }', "", "answer 1 of 1 did not come: contains 'bye'"),
        ('{ by = "push", text = "you wrote hello" }', "", "it came by reply instead of push"),
        ('{ any_of = ["no", "nor this"] }', "", "none of 'no', 'nor this'"),
        ("", "at_most = 1", "2 messages came; at most 1 may"),
        ("", "within_s = 0.1", "the first answer took 0.2 s; 0.1 s are allowed"),
        ("", "none_within_s = 5", "an answer came after 0.2 s; none may within 5 s"),
    ],
)
def test_what_is_not_is_told_with_what_came_nearest(
    tmp_path: Path, answer: str, more: str, words: str
) -> None:
    (miss,) = edited(tmp_path, answer, more).judge(run(["hello"]))
    assert words in str(miss)


def test_same_as_looks_into_the_event() -> None:
    ledger = Ledger()
    said = ledger.event("U" + "a" * 32, "echo me")
    ledger.webhook(said)
    ledger.reply(said, "echo me")
    (done,) = behaviours(ledger.end()).values()
    rule = {"text": Rule(same_as="message.text")}
    message = done.messages()[0][1]
    assert differences({"type": "text", "text": "?"}, message, rule, done.asked) == []
    assert differences({"type": "text"}, {"type": "text", "text": "no"}, rule, done.asked)


@pytest.mark.parametrize(
    "text",
    [
        "format = ",
        'format = "line_sim.log"\nversion = 1',
        'format = "line_sim.expectations"\nversion = 9',
        'format = "line_sim.expectations"\nversion = 1\n[[event]]\nid = "E1"\nanswer = []',
        'format = "line_sim.expectations"\nversion = 1\n[fields]\ntext = { matches = "(" }',
        'format = "line_sim.expectations"\nversion = 1\n[[event]]\nid = "E1"\nwithin_s = -1',
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    path = tmp_path / "expect.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LineSimError) as caught:
        Expectations.load(path)
    assert isinstance(caught.value, ConfigurationError | ScenarioSyntaxError)
    assert "expect.toml" in str(caught.value)


@given(OBJECTS, OBJECTS)
def test_there_are_differences_exactly_where_two_messages_differ(
    one: dict[str, object], other: dict[str, object]
) -> None:
    found = differences(one, other)
    assert bool(found) == (json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))
    swapped = {(each.path, repr(each.found), repr(each.wanted)) for each in found}
    back = {(each.path, repr(each.wanted), repr(each.found)) for each in differences(other, one)}
    assert swapped == back
    assert all(each.wanted is not each.found or each.wanted is not MISSING for each in found)
