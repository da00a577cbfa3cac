"""Replacing within the text of JSON: what is named is replaced, and not a byte else."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from line_sim.replay.places import NAMES, members, pairs, parsed, rewritten

OTHER_NAMES = ("text", "type", "userIdentity", 'x\\"userId', "ident", "Timestamp")
names = st.one_of(st.sampled_from(sorted(NAMES)), st.sampled_from(OTHER_NAMES), st.text())
values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
        st.text(), st.sampled_from(('"userId":"U1"', ',"userId":', ":5", 'x","id":"9', "\\")),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=20,
)  # fmt: skip
styles = st.fixed_dictionaries({
    "ensure_ascii": st.booleans(),
    "indent": st.sampled_from((None, 0, 2)),
    "separators": st.sampled_from(((",", ":"), (", ", ": "), (" ,", "\t:  "))),
})  # fmt: skip


def named(value: object) -> list[tuple[str, str]]:
    """What a parser finds under the names, in order: texts, and times as they are written."""
    found: list[tuple[str, str]] = []
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in NAMES and isinstance(inner, str):
                found.append((name, inner))
            elif name == "timestamp" and type(inner) is int:
                found.append((name, str(inner)))
            found += named(inner)
    elif isinstance(value, list):
        for inner in value:
            found += named(inner)
    return found


@given(values, styles)
@example({"a": ["b", ":", 5], "userId": "U1"}, {})
@example([",", ":5", {"id": "\\u0069d"}], {})
def test_it_finds_what_a_parser_finds(value: object, style: dict) -> None:
    text = json.dumps(value, **style)
    assert [(each[0], each[1]) for each in members(text)] == named(value)


@given(values, styles)
def test_nothing_but_the_values_is_touched(value: object, style: dict) -> None:
    text = json.dumps(value, **style)
    assert rewritten(text, lambda _name, _value: None) == text
    spans = [(start, end) for _, _, start, end in members(text)]
    new = rewritten(text, lambda _name, _value: "NEW")
    starts, ends = [0, *(end for _, end in spans)], [*(start for start, _ in spans), None]
    kept = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    assert new == "NEW".join(kept)


@given(values, styles)
def test_replacing_and_replacing_back_gives_the_same_text(value: object, style: dict) -> None:
    text = json.dumps(value, **style)
    there: dict[tuple[str, str], str] = {}

    def live(name: str, told: str) -> str | None:
        if "\\" in json.dumps(told) or told.startswith(("live-", "1" + "0" * 17)):
            return None  # an escaped value comes back in another spelling
        if name == "timestamp":
            return there.setdefault((name, told), f"{10**20 + len(there)}")
        return there.setdefault((name, told), f"live-{len(there)}")

    new = rewritten(text, live)
    assert [(name, old) for name, old, _ in pairs(text, new)] == [m[:2] for m in members(text)]
    back = {(name, new): old for (name, old), new in there.items()}
    assert rewritten(new, lambda name, value: back.get((name, value))) == text


def test_escaped_names_and_values_count_too() -> None:
    text = '{"\\u0075serId" : "\\u0055123", "text":"\\"userId\\":\\"U9\\""}'
    assert [each[:2] for each in members(text)] == [("userId", "U123")]
    assert rewritten(text, lambda _n, _v: "U5") == text.replace("\\u0055123", "U5")


def test_what_is_no_json_is_none() -> None:
    assert parsed(b"not json") is None
    assert parsed(b"\xff") is None
    assert parsed(b"[" * 100_000) is None
    assert parsed(b'{"a":"\\ud800"}') == {"a": "\ud800"}
