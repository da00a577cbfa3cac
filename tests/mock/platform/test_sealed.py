"""Sealed tokens: nobody's but the channel's and the chat's they were made for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.mock.platform.sealed import Read, Seal

SEAL = Seal(b"a key")
CHAT = "U" + "0123456789abcdef" * 2
CHATS = st.builds(
    lambda letter, digits: letter + digits,
    st.sampled_from("UCR"),
    st.text("0123456789abcdef", min_size=32, max_size=32),
)
IDS = st.integers(0, 2**63).map(str)


@given(CHATS, IDS, st.integers(0, 9))
def test_a_quote_token_opens_in_its_own_chat_and_channel_only(
    chat: str, message: str, edition: int
) -> None:
    token = SEAL.quote("1", chat, message, edition)

    assert message == SEAL.quoted("1", chat, token)
    assert "" == SEAL.quoted("2", chat, token)
    assert "" == SEAL.quoted("1", chat + "0", token)
    assert "" == Seal(b"another").quoted("1", chat, token)


@given(CHATS, IDS)
def test_a_mark_as_read_token_knows_its_chat(chat: str, message: str) -> None:
    token = SEAL.reading("1", chat, message)

    assert Read(chat, message) == SEAL.read("1", token)
    assert SEAL.read("2", token) is None
    assert "" == SEAL.quoted("1", chat, token)


@given(st.integers(0, 2**31), st.integers(0, 2**40))
def test_a_continuation_token_belongs_to_one_list(offset: int, made_s: int) -> None:
    token = SEAL.page("friends", offset, made_s)

    assert (offset, made_s) == SEAL.paged("friends", token)
    assert SEAL.paged("members", token) is None


def test_an_edited_message_gets_another_quote_token() -> None:
    assert SEAL.quote("1", CHAT, "5", 0) != SEAL.quote("1", CHAT, "5", 1)


@given(st.one_of(st.text(), st.text("qrpAB-_=", max_size=60)))
def test_no_text_of_a_caller_breaks_a_seal(text: str) -> None:
    assert "" == SEAL.quoted("1", CHAT, text)
    assert SEAL.read("1", text) is None
    assert SEAL.paged("friends", text) is None


@pytest.mark.parametrize("place", range(1, 36, 5))
def test_a_token_with_one_letter_changed_is_forged(place: int) -> None:
    token = SEAL.quote("1", CHAT, "480000000000000001")
    letter = "A" if token[place] != "A" else "B"
    forged = token[:place] + letter + token[place + 1 :]

    assert "" == SEAL.quoted("1", CHAT, forged)
