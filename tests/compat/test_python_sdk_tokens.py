"""Access tokens, by the official Python SDK: one test a row of LINE's table."""

import time

import pytest
from sdk import Account, refused, words
from signing import KEY_ID, assertion, claims

from line_sim.mock.platform.assertions import TYPE

GRANT = {"grant_type": "client_credentials"}


def pair(account: Account, **other: str) -> dict[str, str]:
    """The channel's id and secret."""
    return {"client_id": account.facts["id"], "client_secret": account.facts["secret"], **other}


def signed(account: Account, **other: object) -> dict[str, str]:
    """A JWT of the channel's own key."""
    said = claims(account.facts["id"], time.time(), **other)
    return {"client_assertion_type": TYPE, "client_assertion": assertion(said)}


def works(account: Account, token: str) -> bool:
    """Whether LINE takes the token."""
    api = Account(account.line, account.facts, bearer=token).api
    return bool(api.get_bot_info().user_id)


@pytest.mark.operations("issueChannelToken")
def test_a_short_lived_token_works_for_thirty_days(account: Account) -> None:
    found = account.oauth.issue_channel_token(**GRANT, **pair(account))

    assert (30 * 86_400, "Bearer") == (found.expires_in, found.token_type)
    assert works(account, found.access_token)


def test_a_wrong_secret_gets_no_token(account: Account) -> None:
    wrong = pair(account, client_secret="0" * 32)

    error = refused(400, account.oauth.issue_channel_token, **GRANT, **wrong)

    assert ("invalid_client", "invalid client_secret") == tuple(words(error).values())


@pytest.mark.operations("issueChannelToken", "verifyChannelToken")
def test_a_short_lived_token_is_verified(account: Account) -> None:
    token = account.oauth.issue_channel_token(**GRANT, **pair(account)).access_token

    found = account.oauth.verify_channel_token(token)

    assert account.facts["id"] == found.client_id
    assert 0 < found.expires_in <= 30 * 86_400
    refused(400, account.oauth.verify_channel_token, "unknown")


@pytest.mark.operations("issueChannelToken", "revokeChannelToken")
def test_a_revoked_token_is_dead_and_revoking_an_unknown_one_is_fine(account: Account) -> None:
    token = account.oauth.issue_channel_token(**GRANT, **pair(account)).access_token

    account.oauth.revoke_channel_token(token)

    refused(401, Account(account.line, account.facts, bearer=token).api.get_bot_info)
    assert 200 == account.oauth.revoke_channel_token_with_http_info("unknown").status_code


@pytest.mark.operations("issueStatelessChannelToken")
def test_a_stateless_token_works_for_fifteen_minutes(account: Account) -> None:
    by_secret = account.oauth.issue_stateless_channel_token_by_client_secret(
        account.facts["id"], account.facts["secret"]
    )
    by_key = account.oauth.issue_stateless_channel_token_by_jwt_assertion(
        signed(account)["client_assertion"]
    )

    assert [900, 900] == [by_secret.expires_in, by_key.expires_in]
    assert works(account, by_secret.access_token)
    assert works(account, by_key.access_token)


def test_the_long_lived_token_comes_from_the_settings_and_works(account: Account) -> None:
    assert works(account, account.facts["access_token"])


@pytest.mark.operations(
    "issueChannelTokenByJWT", "verifyChannelTokenByJWT", "revokeChannelTokenByJWT",
    "getsAllValidChannelAccessTokenKeyIds",
)  # fmt: skip
def test_a_token_by_assertion_is_issued_verified_listed_and_revoked(account: Account) -> None:
    oauth = account.oauth
    found = oauth.issue_channel_token_by_jwt(**GRANT, **signed(account, token_exp=3_600))
    verified = oauth.verify_channel_token_by_jwt(found.access_token)
    listed = oauth.gets_all_valid_channel_access_token_key_ids(**signed(account)).kids

    assert works(account, found.access_token)
    assert 0 < verified.expires_in <= 3_600
    assert account.facts["id"] == verified.client_id
    assert found.key_id in listed
    assert KEY_ID != found.key_id
    oauth.revoke_channel_token_by_jwt(**pair(account), access_token=found.access_token)
    refused(400, oauth.verify_channel_token_by_jwt, found.access_token)


def test_an_assertion_that_lasts_over_thirty_minutes_gets_no_token(account: Account) -> None:
    long = signed(account, exp=int(time.time()) + 3_600)

    refused(400, account.oauth.issue_channel_token_by_jwt, **GRANT, **long)
