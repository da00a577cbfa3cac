"""JSON replaced where it stands: the same bytes but for what they say."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.recording.pseudonyms.members import Members
from line_sim.recording.pseudonyms.mixing import Mixer
from line_sim.recording.pseudonyms.standins import StandIns
from line_sim.wire.bodies import STYLES, encode
from line_sim.wire.counting import utf16

STAND_INS = StandIns(Mixer(bytes(range(32))))
MEMBERS = Members(STAND_INS, frozenset({"We are away."}))
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = st.sampled_from(["text", "type", "userId", "timestamp", "x-unknown", "Somchai", ""])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**12), 10**12), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


def shape(value: Any) -> Any:  # noqa: ANN401 - JSON
    """What of JSON must stay: everything but what its strings and long numbers say."""
    if isinstance(value, dict):
        return [(utf16(name), shape(inner)) for name, inner in value.items()]
    if isinstance(value, list):
        return [*map(shape, value)]
    if isinstance(value, str):
        return utf16(value)
    return len(str(value)) if type(value) is int else value


@given(value=VALUES, style=st.sampled_from(sorted(STYLES)))
def test_whatever_is_json_stays_json_of_the_same_shape_and_as_many_bytes(
    value: Any,  # noqa: ANN401 - JSON
    style: str,
) -> None:
    body = encode({"events": value}, style).decode()
    made = MEMBERS.json(body)

    assert shape(json.loads(made)) == shape(json.loads(body))
    assert len(made.encode()) == len(body.encode())
    assert re.sub(r'"(?:[^"\\]|\\.)*"|\d', "s", made) == re.sub(r'"(?:[^"\\]|\\.)*"|\d', "s", body)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_the_way_of_writing_stays(style: str) -> None:
    text = 'Zoë "Müller"\n\U0001f44d ที่ 你好\u2028/\\\t'
    body = encode({"text": text, "b": 1}, style).decode()
    made = MEMBERS.json(body)

    escapes = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.)|[^\x00-\x7f]")
    kinds = [
        [each[:2] if each[0] == "\\" else "raw" for each in escapes.findall(one)]
        for one in (body, made)
    ]
    assert kinds[0] == kinds[1]
    assert json.loads(made)["text"] == STAND_INS.text(text)


@pytest.mark.parametrize(
    "digits", ["\\u0e01\\u0e02\\u0e03", "\\u0E01\\u0E0A\\u0E0B", "\\uD83D\\uDC68"]
)
def test_escapes_keep_their_capitals(digits: str) -> None:
    made = MEMBERS.json(f'{{"text": "{digits}"}}')

    assert made != f'{{"text": "{digits}"}}' or digits == "\\uD83D\\uDC68"
    letters = re.findall(r"[a-fA-F]", made.partition(": ")[2])
    assert all(map(str.isupper if "A" in digits or "D8" in digits else str.islower, letters))


def test_a_raw_and_an_escaped_text_have_the_same_stand_in() -> None:
    raw, escaped = (
        MEMBERS.json(json.dumps({"text": "สมชาย"}, ensure_ascii=flag)) for flag in (False, True)
    )

    assert json.loads(raw) == json.loads(escaped)


def test_repeated_members_are_all_replaced() -> None:
    made = MEMBERS.json('{"text":"Somchai","text":"Somsri"}')
    pairs = json.loads(made, object_pairs_hook=list)

    names = ("Somchai", "Somsri")
    assert [*map(tuple, pairs)] == [("text", STAND_INS.text(name)) for name in names]


BROKEN = (
    '{"text":"Somchai',
    '{"text":"Somchai"',
    '{"text":Somchai}',
    "[1,2",
    '{"a":"b\\',
    '{"a":"\\u12"}',
    "}{",
    '"Somchai',
    "{'text':'Somchai'}",
    '{"text":"Somchai"} Somchai',
    "",
)


@pytest.mark.parametrize("body", sorted(BROKEN))
def test_what_is_no_json_is_replaced_all_the_same(body: str) -> None:
    made = MEMBERS.json(body)

    assert "Somchai" not in made
    assert len(made) == len(body)
    assert re.sub(r"[^\W_]", "", made) == re.sub(r"[^\W_]", "", body)


@given(body=st.text(max_size=60))
def test_any_text_comes_through(body: str) -> None:
    assert utf16(MEMBERS.json(body)) == utf16(body)


def test_nesting_without_end_comes_through() -> None:
    for body in ("[" * 9_000, '{"a":' * 9_000, '{"a":"' + '{\\"b\\":' * 1_000 + '"}'):
        assert len(MEMBERS.json(body)) == len(body)


def test_json_in_a_text_is_replaced_as_json() -> None:
    inner = json.dumps({"type": "message", "name": "Somchai", "index": 5})
    made = json.loads(json.loads(MEMBERS.json(json.dumps({"data": inner})))["data"])

    assert made == {"type": "message", "name": STAND_INS.text("Somchai"), "index": 5}


def replaced(**members: Any) -> Any:  # noqa: ANN401 - JSON
    return json.loads(MEMBERS.json(json.dumps(members, ensure_ascii=False)))


def test_words_of_lines_stay_in_their_members_only() -> None:
    assert replaced(type="message", mode="active") == {"type": "message", "mode": "active"}
    assert replaced(text="message")["text"] != "message"
    assert replaced(type="Somchai")["type"] != "Somchai"
    assert replaced(color="#FF0000", size="xl", aspectRatio="20:13") == {
        "color": "#FF0000",
        "size": "xl",
        "aspectRatio": "20:13",
    }
    assert replaced(color="#Somchai")["color"] != "#Somchai"
    assert replaced(packageId="446", stickerId="1988")["stickerId"] == "1988"
    assert replaced(packageId="Somchai")["packageId"] != "Somchai"


def test_texts_that_may_stay_do() -> None:
    assert replaced(text="We are away.", other="We are away.") == {
        "text": "We are away.",
        STAND_INS.text("other"): "We are away.",
    }
    assert replaced(text="We are away!")["text"] != "We are away!"


def test_names_of_members_nobody_knows_are_texts() -> None:
    made = replaced(**{"Somchai Jaidee": 1, "userId": "x"})

    assert [*made] == [STAND_INS.text("Somchai Jaidee"), "userId"]


def test_words_for_a_line_emoji_and_all_places_stay_right() -> None:
    text = "สวัสดี (moon wink) 👍 Somchai (brown cone)!"
    emojis = [
        {
            "index": utf16(text[: text.index(word)]),
            "length": len(word),
            "productId": "5ac1bfd5040ab15980c9b435",
            "emojiId": "001",
        }
        for word in ("(moon wink)", "(brown cone)")
    ]
    made = replaced(text=text, emojis=emojis)

    assert made["emojis"] == emojis
    for emoji, word in zip(emojis, ("(moon wink)", "(brown cone)"), strict=True):
        body = made["text"].encode("utf-16-le")
        assert (
            body[2 * emoji["index"] : 2 * (emoji["index"] + emoji["length"])].decode("utf-16-le")
            == word
        )
    assert "Somchai" not in made["text"]
    assert json.loads(MEMBERS.json(json.dumps({"emojis": emojis, "text": text}))) == made


def test_a_name_is_no_emoji_because_somebody_says_so() -> None:
    made = replaced(text="Somchai", emojis=[{"index": 0, "length": 7}])

    assert made["text"] != "Somchai"


@pytest.mark.parametrize(
    "emojis", [None, "x", [], [None], [{"index": -1, "length": 99}], {"a": 1}, [[1]]]
)
def test_emoji_that_are_none_do_no_harm(emojis: Any) -> None:  # noqa: ANN401 - JSON
    assert "Somchai" not in replaced(text="(Somchai)", emojis=emojis)["text"]


def test_keys_of_a_text_of_version_2_are_renamed_with_their_places() -> None:
    made = replaced(
        text="Dear {somchai}, {{no}} {unknown} $ {somchai}",
        substitution={"somchai": {"type": "mention", "mentionee": {"type": "all"}}},
    )
    (key,) = made["substitution"]

    assert key != "somchai"
    assert re.fullmatch(r"\w{7}", key)
    assert made["text"].count(f"{{{key}}}") == 2
    assert made["substitution"][key] == {"type": "mention", "mentionee": {"type": "all"}}


@pytest.mark.parametrize(
    ("name", "number", "stays"),
    [
        ("timestamp", 1_764_000_000_000, True),
        ("fileSize", 123_456_789, True),
        ("index", 5, True),
        ("duration", 1_234_567, True),
        ("unknown", 123_456, True),
        ("unknown", 1_234_567, False),
        ("latitude", 13.7, False),
        ("membershipId", 12_345_678, False),
        ("flex", 1, True),
    ],
)
def test_numbers_that_may_be_somebodys_are_replaced(
    name: str,
    number: float,
    stays: bool,  # noqa: FBT001 - a column of the table
) -> None:
    made = MEMBERS.json(json.dumps({name: number}))

    assert (str(number) in made) is stays
    assert len(made) == len(json.dumps({name: number}))


def test_moments_are_shifted_only_where_that_is_asked() -> None:
    week = 7 * 86_400_000
    shifted = Members(STAND_INS, frozenset(), 3 * week)

    body = '{"timestamp": 1764000000000, "expireAt": 1764000000, "fileSize": 1764000000000}'
    assert json.loads(shifted.json(body)) == {
        "timestamp": 1_764_000_000_000 - 3 * week,
        "expireAt": 1_764_000_000 - 3 * week // 1_000,
        "fileSize": 1_764_000_000_000,
    }
