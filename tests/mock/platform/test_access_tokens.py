"""A channel's tokens: how long each kind lives, how many there may be, and how each ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.mock.platform.access_tokens import MOST, AccessTokens, Kind
from line_sim.wire.refusals import OAUTH_EXPIRED, OAUTH_TOKEN, TOKENS_FULL, RefusedError, Rule

SECOND = 1_000_000
DAY = 86_400 * SECOND
LONG_LIVED = "not-a-real-token"


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens("1000000001", "not-a-real-secret", LONG_LIVED)


def test_the_long_lived_token_never_ends(tokens: AccessTokens) -> None:
    assert tokens.accepts(LONG_LIVED, 100 * 365 * DAY)


def test_a_token_nobody_issued_is_refused(tokens: AccessTokens) -> None:
    assert not tokens.accepts("anything", 0)


def test_a_module_channel_has_no_long_lived_token() -> None:
    module = AccessTokens("1000000001", "not-a-real-secret", LONG_LIVED, module=True)

    assert not module.accepts(LONG_LIVED, 0)


def test_a_short_lived_token_ends_after_30_days_to_the_microsecond(tokens: AccessTokens) -> None:
    token = tokens.issue_short_lived(5)

    assert (True, False) == (
        tokens.accepts(token.text, 5 + 30 * DAY - 1),
        tokens.accepts(token.text, 5 + 30 * DAY),
    )


def test_the_31st_short_lived_token_voids_the_oldest_alone(tokens: AccessTokens) -> None:
    issued = [tokens.issue_short_lived(0) for _ in range(MOST + 1)]

    assert [False] + MOST * [True] == [tokens.accepts(token.text, 1) for token in issued]


def test_a_revoked_short_lived_token_leaves_room_for_another(tokens: AccessTokens) -> None:
    issued = [tokens.issue_short_lived(0) for _ in range(MOST)]
    tokens.revoke(issued[7].text, ("short-lived",))
    tokens.issue_short_lived(0)

    assert tokens.accepts(issued[0].text, 1)


def test_the_31st_v21_token_is_refused_and_voids_none(tokens: AccessTokens) -> None:
    issued = [tokens.issue_v21(60, 0) for _ in range(MOST)]

    with pytest.raises(RefusedError) as refusal:
        tokens.issue_v21(60, 0)
    assert refusal.value.rule is TOKENS_FULL
    assert all(tokens.accepts(token.text, 1) for token in issued)


def test_v21_tokens_that_ended_leave_room(tokens: AccessTokens) -> None:
    for _ in range(MOST):
        tokens.issue_v21(60, 0)

    assert tokens.accepts(tokens.issue_v21(60, 60 * SECOND).text, 60 * SECOND)


def test_key_ids_name_each_living_v21_token_once(tokens: AccessTokens) -> None:
    short, long = tokens.issue_v21(10, 0), tokens.issue_v21(20, 0)

    assert [short.key_id, long.key_id] == tokens.key_ids(0)
    assert [long.key_id] == tokens.key_ids(10 * SECOND)


def test_a_stateless_token_lives_15_minutes_and_is_not_remembered(tokens: AccessTokens) -> None:
    token = tokens.issue_stateless(0)
    another = AccessTokens("1000000001", "not-a-real-secret", LONG_LIVED)

    assert another.accepts(token.text, 900 * SECOND - 1)
    assert not another.accepts(token.text, 900 * SECOND)


def test_a_stateless_token_cannot_be_revoked(tokens: AccessTokens) -> None:
    token = tokens.issue_stateless(0)

    assert not tokens.revoke(token.text, ("short-lived", "v2.1"))
    assert tokens.accepts(token.text, 1)


def test_no_channel_accepts_the_tokens_of_another(tokens: AccessTokens) -> None:
    other = AccessTokens("1000000002", "not-a-real-secret", "another-token")
    issued = [tokens.issue_short_lived(0), tokens.issue_v21(9, 0), tokens.issue_stateless(0)]

    assert not any(other.accepts(token.text, 1) for token in issued)


@given(place=st.integers(0, 10_000), letter=st.characters())
def test_a_stateless_token_with_any_other_letter_is_refused(place: int, letter: str) -> None:
    tokens = AccessTokens("1000000001", "not-a-real-secret", LONG_LIVED)
    text = tokens.issue_stateless(0).text
    place %= len(text)
    forged = f"{text[:place]}{letter}{text[place + 1 :]}"

    assert (forged == text) == tokens.accepts(forged, 1)


def test_reissuing_voids_the_old_long_lived_token_at_once(tokens: AccessTokens) -> None:
    new = tokens.reissue(0)

    assert (False, True) == (tokens.accepts(LONG_LIVED, 0), tokens.accepts(new, 0))


def test_reissuing_with_grace_lets_the_old_token_live_on(tokens: AccessTokens) -> None:
    tokens.reissue(0, grace_s=86_400)

    assert (True, False) == (
        tokens.accepts(LONG_LIVED, DAY - 1),
        tokens.accepts(LONG_LIVED, DAY),
    )


def test_more_than_a_day_of_grace_is_not_offered(tokens: AccessTokens) -> None:
    with pytest.raises(ValueError, match="0 to 86400"):
        tokens.reissue(0, grace_s=86_401)


@pytest.mark.parametrize(
    ("kinds", "now", "rule"),
    [(("v2.1",), 1, OAUTH_TOKEN), (("short-lived",), 30 * DAY, OAUTH_EXPIRED)],
    ids=["of another kind", "expired"],
)
def test_verifying_tells_an_expired_token_from_an_unknown_one(
    tokens: AccessTokens, kinds: tuple[Kind, ...], now: int, rule: Rule
) -> None:
    text = tokens.issue_short_lived(0).text

    with pytest.raises(RefusedError) as refusal:
        tokens.verified(text, kinds, now)
    assert refusal.value.rule is rule


def test_expires_in_counts_whole_seconds_down(tokens: AccessTokens) -> None:
    token = tokens.issue_stateless(0)

    assert (900, 899) == (token.expires_in_s(0), token.expires_in_s(1))
