"""Bodies and headers: one JSON in many forms."""

import json
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError
from line_sim.wire import bodies

# any text: lone surrogates too, which JSON can say and UTF-8 cannot
TEXTS = st.text(alphabet=st.characters(exclude_categories=()))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)
PAYLOADS = st.dictionaries(TEXTS, VALUES, max_size=6)


def joined(value: Any) -> Any:  # noqa: ANN401 - JSON is of any type
    """`value` as a parser sees it: neighbouring halves of a surrogate pair are one character."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        case list():
            return [joined(member) for member in value]
        case dict():
            return {joined(name): joined(member) for name, member in value.items()}
        case _:
            return value


def reordered(before: Any, after: Any) -> bool:  # noqa: ANN401 - JSON is of any type
    """Whether the order changed at every level that has another one."""
    match before, after:
        case dict(), dict():
            here = len(before) < 2 or list(before) != list(after)
            return here and all(reordered(before[name], after[name]) for name in before)
        case list(), list():
            return all(map(reordered, before, after))
        case _:
            return True


@pytest.mark.parametrize("style", bodies.STYLES)
@given(payload=PAYLOADS, seed=st.integers())
def test_every_style_holds_the_same_json(style: str, payload: dict[str, Any], seed: int) -> None:
    body = bodies.encode(payload, style, seed)

    # strictly UTF-8, as a body says it is
    assert joined(payload) == json.loads(body.decode("utf-8"))


@given(PAYLOADS)
def test_the_style_of_line_has_no_raw_symbol_and_no_raw_emoji(payload: dict[str, Any]) -> None:
    raw = set(bodies.encode(payload).decode())

    assert not [c for c in raw if "\u2011" <= c <= "\u27bf" or "\ue000" <= c <= "\uf8ff"]
    assert not [c for c in raw if c > "\uffff"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\N{FACE WITH ONE EYEBROW RAISED}", r"\uD83E\uDD28"),
        ("\u2010\u2011\u26ff\u2700\u27bf\u27c0", "\u2010\\u2011\\u26FF\\u2700\\u27BF\u27c0"),
        ("\udfff", r"\uDFFF"),
        ("\ue000\uf8ff\uf900", "\\uE000\\uF8FF\uf900"),
        ("\U00010000\U0010ffff", r"\uD800\uDC00\uDBFF\uDFFF"),
        ("สวัสดี 您好 こんにちは é", "สวัสดี 您好 こんにちは é"),
        ('a"\\\n', r"a\"\\\n"),
    ],
)
def test_the_style_of_line_escapes_what_was_seen_escaped(text: str, written: str) -> None:
    assert f'{{"text":"{written}"}}'.encode() == bodies.encode({"text": text})


def test_raw_utf8_keeps_emoji_and_escapes_only_what_utf8_cannot_say() -> None:
    body = bodies.encode({"text": "\N{RED APPLE} \ud83c!"}, "utf8")

    assert '{"text":"\N{RED APPLE} \\uD83C!"}'.encode() == body


def test_pretty_has_line_breaks_and_indents() -> None:
    assert b'{\n  "events": [\n    1\n  ]\n}' == bodies.encode({"events": [1]}, "pretty")


@given(payload=PAYLOADS, seed=st.integers())
def test_shuffled_changes_the_order_on_every_level(payload: dict[str, Any], seed: int) -> None:
    before = json.loads(bodies.encode(payload))
    after = json.loads(bodies.encode(payload, "shuffled", seed))

    assert reordered(before, after)


def test_shuffled_comes_from_its_seed() -> None:
    payload = {str(number): number for number in range(20)}
    made = [bodies.encode(payload, "shuffled", seed) for seed in range(5)]

    assert made == [bodies.encode(payload, "shuffled", seed) for seed in range(5)]
    assert all(one != other for one, other in combinations(made, 2))


def test_an_unknown_style_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'pretty'"):
        bodies.encode({}, "prety")


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("lower", "x-line-signature"),
        ("title", "X-Line-Signature"),
        ("upper", "X-LINE-SIGNATURE"),
    ],
)
def test_header_names_come_in_three_cases(case: str, name: str) -> None:
    sent = dict(bodies.headers("abc=", case))

    assert name == bodies.header_name(case)
    assert "abc=" == sent[name]
    assert {"content-type", "user-agent", "accept", "x-line-signature"} == {
        each.lower() for each in sent
    }
    assert "application/json; charset=utf-8" in sent.values()


def test_without_a_signature_the_header_is_absent_and_not_empty() -> None:
    assert "x-line-signature" not in dict(bodies.headers(None))
    assert ("x-line-signature", "") in bodies.headers("")


def test_an_unknown_case_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'upper'"):
        bodies.headers(None, "uper")
