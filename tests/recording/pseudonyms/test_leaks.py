"""The leak check: it finds every field that was forgotten, however it is written, and no other."""

import base64
import gzip
import html
import json
import pathlib
import unicodedata
import zlib
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from personal_sample import KEY, Line, Path, got, leaves, put, recording

from line_sim.recording.pseudonyms import Pseudonymiser
from line_sim.recording.pseudonyms.leaks import ENOUGH, Originals, weight

HEADER, LINES = recording()
MASK = Pseudonymiser(KEY)
MASKED = [MASK.header(HEADER), *map(MASK.line, LINES)]
ORIGINAL = [HEADER, *LINES]
LANGUAGES = (
    "abcdefghijklmnopqrstuvwxyzABCDE",
    "กขคงจฉชซฌญดตถทนบปผพภมยรลวสหอ",
    "田中王明們東京請問訂單什麼時候會到",
    "あいうえおかきくけこさしすせそ",
    "가나다라마바사아자차카타파하",
    "ابتثجحخدذرزسشصضطظعغ",
    "0123456789",
)
TEXT = st.one_of(*(st.text(st.sampled_from(each), min_size=6, max_size=20) for each in LANGUAGES))


def everything(lines: list[Line]) -> Originals:
    """What an original says."""
    found = Originals()
    for line in lines:
        found.add(line)
    return found


Place = tuple[int, Path, Path]
"""The number of a line, a path in it, and the same in the masked line."""


def places() -> list[Place]:
    """Where in the recording something is replaced; the signature goes, and all else stays."""
    found = []
    for number, (line, masked) in enumerate(zip(ORIGINAL, MASKED, strict=True)):
        old = [each for each in leaves(line) if each[0][-1] != "x-line-signature"]
        new = [each for each in leaves(masked) if "pseudonyms" not in each[0]]
        if number == 0:
            old, new = ([e for e in each if e[0][0] != "lacks"] for each in (old, new))
        for (path, value), (masked_path, other) in zip(old, new, strict=True):
            if value != other:
                found.append((number, path, masked_path))
    return found


PLACES = places()
ORIGINALS = everything(ORIGINAL)


def test_the_sample_is_personal_in_many_places_and_all_of_them_are_replaced() -> None:
    assert len(PLACES) > 100
    names = {str([each for each in path if isinstance(each, str)][-1]) for _, path, _ in PLACES}
    assert names >= {
        "text",
        "userId",
        "displayName",
        "title",
        "address",
        "latitude",
        "longitude",
        "fileName",
        "data",
        "altText",
        "label",
        "displayText",
        "statusMessage",
        "pictureUrl",
        "groupName",
        "replyToken",
        "webhookEventId",
        "nonce",
        "quoteToken",
        "destination",
        "path",
        "authorization",
        "x-line-retry-key",
        "name",
        "why",
        "detail",
        "channel",
        "channel_id",
        "iconUrl",
        "uri",
        "sha256",
        "media",
        "made_by",
        "bot_user_id",
        "hwid",
        "dm",
        "phone",
        "body",
    }


def test_nothing_of_the_original_is_left() -> None:
    assert [leak for line in MASKED for leak in ORIGINALS.leaks(line)] == []
    assert len(ORIGINALS) > 150


@pytest.mark.parametrize("place", range(len(PLACES)))
def test_a_pseudonymiser_that_forgets_one_place_is_caught(place: int) -> None:
    number, path, masked_path = PLACES[place]
    original = got(ORIGINAL[number], path)
    forgetful = put(MASKED[number], masked_path, original)
    dates = {"datetime", "initial"}
    if path[-1] in dates or weight(str(original)) < ENOUGH:
        return
    assert list(ORIGINALS.leaks(forgetful)), (path, original)


def test_hardly_a_place_is_too_small_to_be_looked_at() -> None:
    small = [
        path for number, path, _ in PLACES if weight(str(got(ORIGINAL[number], path))) < ENOUGH
    ]

    assert len(small) < 0.1 * len(PLACES)


NOT_TEXT = {"datetime", "initial", "sha256", "media", "authorization", "path", "body", "host"}
"""Members whose stand-in depends on more than that they are a text."""
TEXT_PLACES = [
    (number, path, masked)
    for number, path, masked in PLACES
    if isinstance(got(ORIGINAL[number], path), str) and path[-1] not in NOT_TEXT
]


@settings(max_examples=150)
@given(data=st.data(), text=TEXT)
def test_whatever_stands_in_a_field_is_replaced_and_missed_when_it_is_not(
    data: st.DataObject, text: str
) -> None:
    number, path, masked_path = data.draw(st.sampled_from(TEXT_PLACES))
    assume(weight(text) >= 18)
    original = put(ORIGINAL[number], path, text)
    originals = everything([original])
    mask = Pseudonymiser(KEY, is_taken=originals.holds)
    masked = mask.header(original) if number == 0 else mask.line(original)

    assert list(originals.leaks(masked)) == []
    assert got(masked, masked_path) != text
    assert list(originals.leaks(put(masked, masked_path, text)))


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def base64_of(body: bytes) -> str:
    return base64.b64encode(body).decode()


DECODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "capitals": str.upper,
    "white space": lambda text: f"  {text}\n",
    "composed": lambda text: unicodedata.normalize("NFD", text),
    "wide": lambda text: "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text
    ),
    "JSON escapes": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "JSON escapes twice": lambda text: json.dumps(json.dumps(text)),
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "plus": quote_plus,
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "HTML": html.escape,
    "HTML by number": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "base64": lambda text: base64_of(text.encode()),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 of UTF-16": lambda text: base64_of(utf16(text)),
    "data URI": lambda text: f"data:text/plain;base64,{base64_of(text.encode())}",
    "hexadecimal": lambda text: text.encode().hex(),
    "gzip in base64": lambda text: base64_of(gzip.compress(text.encode(), mtime=0)),
    "zlib in base64": lambda text: base64_of(zlib.compress(text.encode())),
    "base64 in percent": lambda text: quote(base64_of(text.encode()), safe=""),
    "a form": lambda text: f"name={quote(text)}&x=1",
    "an address": lambda text: f"https://a.b/{quote(text)}/x",
    "JSON in text": lambda text: json.dumps({"a": [text]}),
}
NAMES = ("สมชาย ใจดี", "Nuttapong Jaidee", "王小明是我的名字", "Zoë Müller")


@pytest.mark.parametrize("name", sorted(DECODINGS))
@pytest.mark.parametrize("text", NAMES)
def test_a_text_is_found_in_every_decoding(name: str, text: str) -> None:
    originals = everything([{"seq": 1, "kind": "note", "text": text}])
    written = DECODINGS[name](text)

    assert [leak.seq for leak in originals.leaks({"seq": 7, "kind": "x", "text": written})] == [7]
    body = json.dumps({"events": [{"message": {"text": written}}]})
    assert list(originals.leaks({"seq": 7, "kind": "webhook", "body": body}))


@pytest.mark.parametrize("name", sorted(set(DECODINGS) - {"JSON in text", "a form", "an address"}))
def test_what_is_only_encoded_in_the_original_is_found_plainly(name: str) -> None:
    originals = everything([{"seq": 1, "kind": "x", "blob": DECODINGS[name](NAMES[1])}])

    assert originals.holds(NAMES[1])


@pytest.mark.parametrize(
    "body", [b"\x80\x81" + b"Nuttapong", gzip.compress(NAMES[1].encode(), mtime=0), utf16(NAMES[0])]
)
def test_bytes_that_are_no_utf_8_are_looked_into(body: bytes) -> None:
    originals = everything([{"seq": 1, "kind": "x", "text": t} for t in (*NAMES, "Nuttapong")])
    line = {"seq": 2, "kind": "webhook", "body_b64": base64_of(body)}

    assert bool(list(originals.leaks(line))) is (body[:1] != b"\x80")


@pytest.mark.parametrize(
    "inside",
    [
        "ask {} now",
        "({})",
        "https://x.y/{}/z",
        "id%3D{}",
        "a\n{}\tb",
        "http://a/?u={}&v=1",
    ],
)
@pytest.mark.parametrize(
    "secret", ["U" + "ab12" * 8, "480000000000294356", "01M8HNNGQK6HGK9EW7TMFBTBSX", "a.b@shop.com"]
)
def test_an_id_is_found_within_other_texts(inside: str, secret: str) -> None:
    originals = everything([{"seq": 1, "kind": "x", "to": secret}])

    assert list(originals.leaks({"seq": 2, "kind": "x", "text": inside.format(secret)}))
    assert list(originals.leaks({"seq": 2, "kind": "x", "text": inside.format(secret.upper())}))


def test_a_telephone_number_is_found_however_it_is_set_out() -> None:
    originals = everything([{"seq": 1, "kind": "x", "phone": "081-234-5678"}])

    for written in ("0812345678", "081 234 5678", "tel 081.234.5678!"):
        assert list(originals.leaks({"seq": 2, "kind": "x", "text": written}))
    assert list(originals.leaks({"seq": 2, "kind": "x", "number": 812_345_678})) == []


def test_a_number_is_found_as_number_and_as_text() -> None:
    originals = everything([{"seq": 1, "kind": "x", "body": '{"member": 123456789}'}])

    assert list(originals.leaks({"seq": 2, "kind": "x", "body": '{"other": 123456789}'}))
    assert list(originals.leaks({"seq": 2, "kind": "x", "body": '{"other": "no 123456789"}'}))
    assert not list(originals.leaks({"seq": 2, "kind": "x", "body": '{"timestamp": 123456789}'}))


def test_a_name_is_found_where_it_became_the_name_of_a_member() -> None:
    originals = everything([{"seq": 1, "kind": "x", "text": "Nuttapong"}])

    assert list(originals.leaks({"seq": 2, "kind": "x", "body": '{"Nuttapong": 1}'}))
    assert list(originals.leaks({"seq": 2, "kind": "x", "headers": {"nuttapong": "1"}}))


def test_repeated_members_hide_nothing() -> None:
    originals = everything([{"seq": 1, "kind": "x", "body": '{"text": "Nuttapong", "text": "b"}'}])

    assert originals.holds("Nuttapong")
    line = {"seq": 2, "kind": "x", "body": '{"text": "Nuttapong", "text": "b"}'}
    assert list(originals.leaks(line))


@pytest.mark.parametrize("broken", ['{"text": "Nuttapong"', '["Nuttapong", {', '{"a": Nuttapong}'])
def test_broken_json_hides_little(broken: str) -> None:
    originals = everything([{"seq": 1, "kind": "x", "body": broken}])

    assert list(originals.leaks({"seq": 2, "kind": "x", "body": broken}))
    if '"Nuttapong"' in broken:
        assert originals.holds("Nuttapong")


def test_public_words_and_what_is_too_short_are_nobodys() -> None:
    originals = everything(ORIGINAL)

    for text in ("ok", "はい"[:1], "abc", "12345"):
        originals.add({"seq": 1, "kind": "x", "text": text})
        assert not originals.holds(text)
    line = {
        "seq": 2,
        "kind": "webhook",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"events": [{"type": "message", "message": {"type": "image"}}]}),
    }
    assert list(originals.leaks(line)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王明", True),
        ("王", False),
        ("ゆき", True),
        ("John", True),
        ("Jon", False),
        ("สมชา", True),
        ("สมช", False),
        ("123456", True),
        ("12345", False),
    ],
)
def test_names_from_two_cjk_or_four_other_characters_on_are_looked_for(
    text: str,
    found: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert everything([{"seq": 1, "kind": "x", "text": text}]).holds(text) is found


def test_media_of_the_original_are_found() -> None:
    originals = Originals()
    originals.add_media(b"a picture")

    assert [leak.kind for leak in originals.leaks_media(b"a picture", "0" * 64)] == ["media"]
    assert list(originals.leaks_media(b"another", "0" * 64)) == []


def test_texts_that_may_stay_are_not_looked_for() -> None:
    originals = Originals(["We are away."])
    originals.add({"seq": 1, "kind": "x", "text": "We are away."})

    assert not originals.holds("We are away.")


def test_a_leak_does_not_say_what_leaked() -> None:
    originals = everything([{"seq": 1, "kind": "x", "text": "Nuttapong"}])
    line = {"seq": 2, "kind": "x", "body": '{"Nuttapong": {"message": {"text": "Nuttapong"}}}'}

    assert "Nuttapong" not in str(list(originals.leaks(line)))


def test_the_check_does_not_use_the_code_that_replaces() -> None:
    folder = pathlib.Path(
        __import__("line_sim.recording.pseudonyms", fromlist=["x"]).__file__
    ).parent
    replacing = {
        "characters",
        "entities",
        "json_text",
        "masking",
        "members",
        "mixing",
        "standins",
        "words",
        "spelling",
        "headers",
        "made_media",
        "keys",
    }
    for name in ("leaks", "values", "decodings", "vocabulary", "public_headers"):
        source = (folder / f"{name}.py").read_text(encoding="utf-8")
        assert not {each for each in replacing if f"pseudonyms.{each} " in source}
        assert "from line_sim.recording.pseudonyms import values" in source or name != "leaks"
