"""What is expected, and how what was sent differs from it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError
from line_sim.mock.expectations import KINDS, Expectation, Expectations
from line_sim.mock.platform.calls import Sent

ALICE, BOB = "U" + "a" * 32, "U" + "b" * 32


def sent(kind: str = "push", *texts: str, chats: tuple[str, ...] = (ALICE,)) -> Sent:
    """A send of texts."""
    messages = tuple({"type": "text", "text": text} for text in texts or ("hello",))
    return Sent(kind, "1", chats, chats, messages, tuple("1" for _ in messages))


def expecting(kind: str, count: int = 1, **more: Any) -> Expectations:  # noqa: ANN401 - any field
    """So many sends to Alice."""
    found = Expectations()
    found.add(Expectation(ALICE, "Alice", kind, count, **more))
    return found


@given(st.sampled_from(KINDS[:-1]), st.integers(0, 5), st.integers(0, 8))
def test_as_many_as_expected_pass_and_each_more_is_a_finding(
    kind: str, count: int, came: int
) -> None:
    expectations = expecting(kind, count)
    findings = [each for _ in range(came) for each in expectations.note(sent(kind))]

    assert max(0, came - count) == len(findings)
    assert (came < count) == bool(expectations.unmet())


def test_any_kind_will_do_where_only_a_send_is_expected() -> None:
    expectations = expecting("send", 2)

    assert [] == [each for kind in ("push", "reply") for each in expectations.note(sent(kind))]
    assert [] == expectations.unmet()


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"text": "hallo"}, "text: got 'hello', wanted 'hallo'"),
        ({"contains": "ship"}, "one that contains 'ship'"),
        ({"matches": "^o"}, "one that matches '^o'"),
        ({"message_type": "image"}, "type: got text, wanted image"),
    ],
)
def test_a_send_that_differs_says_in_what(wanted: dict[str, str], told: str) -> None:
    (finding,) = expecting("push", **wanted).note(sent("push", "hello"))

    assert told in finding


def test_the_nearest_expectation_is_named() -> None:
    expectations = expecting("reply", text="other")
    expectations.add(Expectation(ALICE, "Alice", "push", 1, text="hullo"))
    (finding,) = expectations.note(sent("push", "hello"))

    assert "nearest is Alice: 1 push, text 'hullo'" in finding


def test_a_chat_of_which_nothing_is_expected_may_be_sent_anything() -> None:
    assert [] == expecting("reply").note(sent(chats=(BOB,)))


def test_a_send_to_several_counts_for_each() -> None:
    expectations = expecting("multicast")
    expectations.add(Expectation(BOB, "Bob", "multicast", 1))
    expectations.note(sent("multicast", chats=(ALICE, BOB)))

    assert [] == expectations.unmet()


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "repyl"}, {"count": -1}, {"matches": "("}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_cannot_be_expected_is_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Expectation(**{"chat": ALICE, "who": "Alice", "kind": "push", "count": 1, **wrong})
