"""Stand-ins of texts: whatever limits and layout depend on is as it was, and nothing else."""

import re
import unicodedata
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.recording.pseudonyms.mixing import Mixer
from line_sim.recording.pseudonyms.standins import StandIns
from line_sim.wire.counting import graphemes, utf16

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
STAND_INS = StandIns(Mixer(KEY))

EMOJI = (
    "👍", "👍🏽", "👨‍👩‍👧‍👦", "🇹🇭", "1️⃣", "❤️", "☎", "🧑🏿‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍❤️‍👨", "😀", "#️⃣",
)  # fmt: skip
SCRIPTS = {
    "Latin": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "accents": "éèüößñçÅØẾăđ\u0301\u0308",
    "Thai": "กขคงจฉชซญดตถทนบปผพภมยรลวศสหอฮะาิีึืุูเแโใไำ่้๊๋์ๆ",
    "Hiragana": "あいうえおかきくけこがぎっゃゅょん",
    "Katakana": "アイウエオカキクケコッャュョンー",
    "Han": "田中王明们東京沢請問訂單什麼時候會到𠮷",
    "Hangul": "가각나난다단안녕하세요",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويآ\u064b\u0650",
    "Hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "Devanagari": "कखगघचछजटठडतथदनपफबभमयरलवशसहािीुूेैोौ्",
    "digits": "0123456789",
    "Thai digits": "๐๑๒๓๔๕๖๗๘๙",
    "wide": "ＡＢＣａｂｃ１２３ｱｲｳ",
    "fancy": "𝓙𝓸𝓱𝓷①②Ⓐⓐ",
}
CHARACTERS = "".join(SCRIPTS.values())
BETWEEN = " \n\t.,!?()[]{}<>/\\@#$%&*-_=+:;'\"。、「」・…\u2013\u200b\u200d\ufe0f"
PIECE = st.one_of(
    st.text(st.sampled_from(CHARACTERS), max_size=12),
    st.sampled_from(EMOJI),
    st.text(st.sampled_from(BETWEEN), max_size=3),
)
TEXT = st.lists(PIECE, max_size=8).map("".join)
ANY_TEXT = st.one_of(TEXT, st.text(st.characters(exclude_categories=()), max_size=30))


def look(character: str) -> tuple[object, ...]:
    """What of a character must stay."""
    return (
        unicodedata.category(character),
        unicodedata.combining(character),
        len(character.encode("utf-8", "surrogatepass")),
        utf16(character),
    )


def script(character: str) -> str:
    """The script of a letter."""
    return unicodedata.name(character, "?").split()[0]


@given(text=ANY_TEXT)
def test_lengths_in_every_unit_categories_and_all_that_is_no_word_stay(text: str) -> None:
    made = STAND_INS.text(text)

    assert [*map(look, made)] == [*map(look, text)]
    assert (utf16(made), graphemes(made)) == (utf16(text), graphemes(text))
    for old, new in zip(text, made, strict=True):
        if unicodedata.category(old)[0] in "PZC" and not "\udc80" <= old <= "\udcff":
            assert old == new or unicodedata.category(old) == "Cn"
        if unicodedata.category(old)[0] == "L":
            assert script(new) == script(old)


@given(text=ANY_TEXT)
def test_the_same_text_has_the_same_stand_in_and_another_under_another_key(text: str) -> None:
    made = STAND_INS.text(text)

    assert made == STAND_INS.text(text) == StandIns(Mixer(KEY)).text(text)
    letters = [each for each in text if each in CHARACTERS and each.isalpha()]
    if len(letters) > 8:
        assert made not in {StandIns(Mixer(OTHER_KEY)).text(text), text}


@given(one=TEXT, other=TEXT)
def test_two_texts_never_share_a_stand_in(one: str, other: str) -> None:
    assert (STAND_INS.text(one) == STAND_INS.text(other)) is (one == other)


@given(text=TEXT, data=st.data())
def test_nor_do_texts_that_differ_in_a_letter(text: str, data: st.DataObject) -> None:
    if not text:
        return
    place = data.draw(st.integers(0, len(text) - 1))
    other = text[:place] + data.draw(st.sampled_from(CHARACTERS)) + text[place + 1 :]

    assert (STAND_INS.text(text) == STAND_INS.text(other)) is (text == other)


@given(text=TEXT)
def test_a_stand_in_has_a_stand_in_of_the_same_shape(text: str) -> None:
    once = STAND_INS.text(text)

    assert [*map(look, STAND_INS.text(once))] == [*map(look, text)]


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_word_stays_in_its_script(name: str) -> None:
    luck = Random(name)  # noqa: S311 - to be repeatable
    for size in (2, 5, 12):
        word = "".join(luck.choice(SCRIPTS[name]) for _ in range(size))
        made = STAND_INS.text(word)

        assert [*map(script, filter(str.isalpha, made))] == [
            *map(script, filter(str.isalpha, word))
        ]
        assert graphemes(made) == graphemes(word)


@pytest.mark.parametrize("emoji", sorted(EMOJI))
def test_an_emoji_stays_one_of_its_class(emoji: str) -> None:
    made = STAND_INS.text(emoji)

    assert (len(made), utf16(made), graphemes(made)) == (len(emoji), utf16(emoji), 1)
    joiners = [(at, each) for at, each in enumerate(emoji) if each in "\u200d\ufe0f\u20e3"]
    assert joiners == [(at, each) for at, each in enumerate(made) if each in "\u200d\ufe0f\u20e3"]
    tones = range(0x1F3FB, 0x1F400)
    assert [ord(each) in tones for each in made] == [ord(each) in tones for each in emoji]
    flags = range(0x1F1E6, 0x1F200)
    assert [ord(each) in flags for each in made] == [ord(each) in flags for each in emoji]


def test_thirty_thousand_names_and_texts_have_as_many_stand_ins() -> None:
    luck = Random(1)  # noqa: S311 - to be repeatable
    alphabets = [SCRIPTS[name][:20] for name in ("Latin", "Thai", "Han", "Hiragana")]
    texts = {
        "".join(luck.choices(alphabet, k=luck.randint(1, 7)))
        for alphabet in alphabets
        for _ in range(11_000)
    }
    assert len(texts) > 30_000

    made = {STAND_INS.text(text) for text in texts}
    assert len(made) == len(texts)


def test_a_long_text_is_of_fakers_words_in_its_script_and_case() -> None:
    text = (
        "Hello, my name is Somchai JAIDEE and I would like to know when my parcel will come; "
        "nobody has answered my questions since Monday. Thank you!"
    )
    made = STAND_INS.text(text)
    from line_sim.recording.pseudonyms.words import lexicon  # noqa: PLC0415 - half a second

    words = re.findall(r"[A-Za-z]{2,}", made)
    assert all(word.lower() in lexicon("A-Za-z")[len(word)] for word in words)
    assert [*map(str.isupper, made)] == [*map(str.isupper, text)]
    assert made.split(" ")[3:5] != text.split(" ")[3:5]
    assert re.sub(r"[A-Za-z]", "x", made) == re.sub(r"[A-Za-z]", "x", text)


def test_long_texts_that_differ_in_one_letter_share_hardly_a_word() -> None:
    text = "please tell me where the parcel is that was sent to me a week ago from your shop"
    made, other = STAND_INS.text(text), STAND_INS.text(text.replace("week", "weak"))

    same = [a == b for a, b in zip(made.split(), other.split(), strict=True) if len(a) > 3]
    assert sum(same) < len(same) / 2


def test_a_stand_in_that_is_somebodys_text_is_another_one() -> None:
    first = StandIns(Mixer(KEY)).text("somchai")
    second = StandIns(Mixer(KEY), lambda text: text == first)

    assert second.text("somchai") not in {first, "somchai"}
    assert second.redrawn == 1


def test_avoiding_texts_leaves_every_stand_in_to_one_text() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    taken = {f"{a}{b}" for a in letters[:8] for b in letters}
    stand_ins = StandIns(Mixer(KEY), taken.__contains__)

    made = {stand_ins.text(text) for text in taken}
    assert len(made) == len(taken)
    assert not made & taken
    assert stand_ins.redrawn > 10


def test_neighbours_in_the_alphabet_are_no_neighbours_as_stand_ins() -> None:
    made = [STAND_INS.text(f"customer{letter}") for letter in "abcdefghij"]

    assert all(sum(a == b for a, b in zip(*pair, strict=True)) < 5 for pair in pairwise(made))
