"""Assertions: who may say so, until when, and that nobody else can."""

import pytest
from signing import KEY_ID, assertion, claims, public_key

from line_sim.mock.platform.assertions import read
from line_sim.wire.refusals import ASSERTION_KEY, OAUTH_REQUEST, RefusedError

CHANNEL = "1000000001"
NOW_S = 1_790_000_000.5


def keys_of(channel_id: str) -> dict[str, dict[str, str]] | None:
    return {KEY_ID: public_key()} if channel_id == CHANNEL else None


def test_a_signed_assertion_tells_its_channel_and_the_life_wanted() -> None:
    found = read(assertion(claims(CHANNEL, NOW_S, token_exp=77)), keys_of, NOW_S)

    assert (CHANNEL, 77) == (found.channel_id, found.life_s(100))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "1000000009"},
        {"iss": None},
        {"iss": ["1000000001"]},
        {"sub": "1000000009"},
        {"aud": "https://api.line.me"},
        {"exp": int(NOW_S)},
        {"exp": int(NOW_S) + 1_802},
        {"exp": "soon"},
        {"exp": True},
        {"exp": None},
    ],
    ids=str,
)
def test_each_claim_is_held(wrong: dict[str, object]) -> None:
    with pytest.raises(RefusedError) as refusal:
        read(assertion(claims(CHANNEL, NOW_S, **wrong)), keys_of, NOW_S)
    assert refusal.value.rule is OAUTH_REQUEST


@pytest.mark.parametrize("header", [{"kid": "another"}, {"alg": "none"}, {"alg": "HS256"}], ids=str)
def test_only_the_channels_own_key_and_rs256_will_do(header: dict[str, str]) -> None:
    with pytest.raises(RefusedError) as refusal:
        read(assertion(claims(CHANNEL, NOW_S), **header), keys_of, NOW_S)
    assert refusal.value.rule is ASSERTION_KEY


def test_claims_changed_after_signing_are_refused() -> None:
    head, _, seal = assertion(claims(CHANNEL, NOW_S)).split(".")
    _, longer, _ = assertion(claims(CHANNEL, NOW_S, token_exp=2_000_000)).split(".")

    with pytest.raises(RefusedError) as refusal:
        read(f"{head}.{longer}.{seal}", keys_of, NOW_S)
    assert refusal.value.rule is ASSERTION_KEY


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "é.é.é", "e30.W10.x", "bnVsbA.bnVsbA.x"])
def test_what_is_no_token_is_refused_in_lines_words(text: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read(text, keys_of, NOW_S)
    assert refusal.value.rule is OAUTH_REQUEST


@pytest.mark.parametrize("life_s", [0, -1, 101, "10", 10.0, True, None], ids=repr)
def test_the_life_of_a_token_is_a_whole_number_within_the_limit(life_s: object) -> None:
    found = read(assertion(claims(CHANNEL, NOW_S, token_exp=life_s)), keys_of, NOW_S)

    with pytest.raises(RefusedError, match="oauth-request"):
        found.life_s(100)


def test_a_key_without_numbers_signs_nothing() -> None:
    with pytest.raises(RefusedError) as refusal:
        read(assertion(claims(CHANNEL, NOW_S)), lambda _: {KEY_ID: {"kty": "RSA"}}, NOW_S)
    assert refusal.value.rule is ASSERTION_KEY
