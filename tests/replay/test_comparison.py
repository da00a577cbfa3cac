"""Two bridges on the same traffic: what was planted is told, as behaviour; noise is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from small_bridge import TEXTS, run

from line_sim.replay.comparison import compare
from line_sim.replay.fields import Rule


@given(TEXTS)
def test_a_bridge_does_what_it_does(texts: list[str]) -> None:
    assert compare(run(texts), run(texts), run(texts)).same


@pytest.mark.parametrize(
    ("planted", "kind", "words"),
    [
        ({"by": "push"}, "way", "reply became push"),
        ({"second": False}, "answer missing", "second message missing: 'anything else?'"),
        ({"delay_s": 3.2}, "delay", "3.0 s slower"),
        ({"change": "!"}, "content", "text is 'you wrote hello!' instead of 'you wrote hello'"),
        ({"status": 500}, "confirmation", "no longer confirmed"),
        ({"skip": 0}, "answer missing", "first message missing: 'you wrote hello'"),
    ],
)
def test_what_changed_is_told_as_behaviour(
    planted: dict[str, object], kind: str, words: str
) -> None:
    found = compare(run(["hello"]), run(["hello"], **planted), run(["hello"]))  # type: ignore[arg-type]
    told = {each.kind for each in found.differences}
    assert any(each.kind == kind and words in each.what for each in found.differences)
    more = {"answer missing"} if kind == "answer missing" else set()
    assert told - more <= {kind}


def test_more_than_was_there_is_new() -> None:
    found = compare(run(["hello"], second=False), run(["hello"]))
    assert [each.what for each in found.differences] == [
        "one message more, by push: 'anything else?'"
    ]


def test_what_differs_between_two_runs_of_one_bridge_is_noise() -> None:
    a, again = run(["hello", "thanks"]), run(["hello", "thanks"], change=" (14:02)")
    assert compare(a, run(["hello", "thanks"], change=" (14:07)"), again).same
    assert not compare(a, run(["hello", "thanks"], second=False), again).same


def test_a_delay_is_told_only_beyond_what_the_bridge_itself_varies() -> None:
    a, again = run(["hello"]), run(["hello"], delay_s=2.2)
    assert compare(a, run(["hello"], delay_s=4.0), again).same
    assert not compare(a, run(["hello"], delay_s=9.0), again).same


def test_a_rule_takes_a_field_out_of_the_comparison() -> None:
    rules = {"text": Rule(matches="^you wrote|^anything")}
    assert compare(run(["hello"]), run(["hello"], change=" at noon"), rules=rules).same
    assert not compare(run(["hello"]), run(["hello"], second=False), rules=rules).same


def test_events_that_one_run_did_not_have_are_told() -> None:
    found = compare(run(["one", "two"]), run(["one"]))
    assert found.only_a == ("E2",)
    assert not found.same
