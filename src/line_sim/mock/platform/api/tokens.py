"""Channel access tokens: issuing, verifying, revoking (Messaging API reference, 8 operations).

They need no bearer token: the form says which channel it is, and its secret or its key proves it.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from line_sim.mock.platform.access_tokens import LONGEST_V21_S, Kind, Token
from line_sim.mock.platform.assertions import TYPE, Assertion, read
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.net.clock import SECOND_US
from line_sim.wire.refusals import CLIENT, GRANT, OAUTH_REQUEST, OAUTH_TOKEN, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.platform.calls import Asked
    from line_sim.mock.platform.channel import Channel

operations = Operations()

_OLD: tuple[Kind, ...] = ("long-lived", "short-lived")
_NEW: tuple[Kind, ...] = ("v2.1", "stateless")


@operations.answers(
    "issueChannelToken", "POST", "/v2/oauth/accessToken", tier=1, auth="none", limit=Limit(370, 1),
    body="IssueShortLivedChannelAccessTokenRequest",
    result="IssueShortLivedChannelAccessTokenResponse",
)  # fmt: skip
def issue_short_lived(asked: Asked) -> Answer:
    """A token of 30 days for a channel's id and secret."""
    form = _form(asked, "client_id", "client_secret")
    token = _by_secret(asked, form).tokens.issue_short_lived(asked.now.contract_us)
    return _issued(token, asked)


@operations.answers(
    "verifyChannelToken", "POST", "/v2/oauth/verify", tier=1, auth="none",
    body="VerifyChannelAccessTokenRequest", result="VerifyChannelAccessTokenResponse",
)  # fmt: skip
def verify(asked: Asked) -> Answer:
    """Whether a short-lived or long-lived token is valid, and for how long."""
    return _verified(asked, _filled(asked.form(), "access_token"), _OLD, "P CM")


@operations.answers(
    "revokeChannelToken", "POST", "/v2/oauth/revoke", tier=1, auth="none",
    body="RevokeChannelAccessTokenRequest",
)  # fmt: skip
def revoke(asked: Asked) -> Answer:
    """End a short-lived or long-lived token; an unknown one is answered alike."""
    text = _filled(asked.form(), "access_token")
    channels = asked.platform.channels.values()
    ended = any(channel.tokens.revoke(text, _OLD) for channel in channels)
    return Answer(findings=() if ended else ("no such token: nothing was revoked",))


@operations.answers(
    "issueStatelessChannelToken", "POST", "/oauth2/v3/token", tier=1, auth="none",
    body="IssueStatelessChannelTokenRequest", result="IssueStatelessChannelAccessTokenResponse",
)  # fmt: skip
def issue_stateless(asked: Asked) -> Answer:
    """A token of 15 minutes, for a secret or for an assertion."""
    if "client_assertion" in asked.form():
        form = _form(asked, "client_assertion", "client_assertion_type")
        channel = asked.platform.channels[_by_assertion(asked, form).channel_id]
    else:
        channel = _by_secret(asked, _form(asked, "client_id", "client_secret"))
    return _issued(channel.tokens.issue_stateless(asked.now.contract_us), asked)


@operations.answers(
    "issueChannelTokenByJWT", "POST", "/oauth2/v2.1/token", tier=2, auth="none",
    body="IssueChannelAccessTokenRequest", result="IssueChannelAccessTokenResponse",
)  # fmt: skip
def issue_by_assertion(asked: Asked) -> Answer:
    """A token of the life the assertion asks for, 30 days at most."""
    form = _form(asked, "client_assertion", "client_assertion_type")
    assertion = _by_assertion(asked, form)
    tokens = asked.platform.channels[assertion.channel_id].tokens
    token = tokens.issue_v21(assertion.life_s(LONGEST_V21_S), asked.now.contract_us)
    return _issued(token, asked, key_id=token.key_id)


@operations.answers(
    "verifyChannelTokenByJWT", "GET", "/oauth2/v2.1/verify", tier=2, auth="none",
    result="VerifyChannelAccessTokenResponse",
)  # fmt: skip
def verify_by_query(asked: Asked) -> Answer:
    """Whether a v2.1 token is valid; that a stateless one may be asked about is chosen."""
    text = _filled({"access_token": asked.query("access_token") or ""}, "access_token")
    return _verified(asked, text, _NEW, "profile chat_message.write")


@operations.answers(
    "revokeChannelTokenByJWT", "POST", "/oauth2/v2.1/revoke", tier=2, auth="none",
    body="RevokeChannelAccessTokenByJWTRequest",
)  # fmt: skip
def revoke_by_secret(asked: Asked) -> Answer:
    """End a v2.1 token, for the id and secret of its channel."""
    form = asked.form()
    text = _filled(form, "access_token")
    _filled(form, "client_id", "client_secret")
    ended = _by_secret(asked, form).tokens.revoke(text, ("v2.1",))
    return Answer(findings=() if ended else ("no such v2.1 token: nothing was revoked",))


@operations.answers(
    "getsAllValidChannelAccessTokenKeyIds", "GET", "/oauth2/v2.1/tokens/kid", tier=2, auth="none",
    result="ChannelAccessTokenKeyIdsResponse",
)  # fmt: skip
def key_ids(asked: Asked) -> Answer:
    """The key id of every valid v2.1 token of the channel."""
    names = ("client_assertion", "client_assertion_type")
    form = {name: asked.query(name) or "" for name in names}
    _filled(form, *names)
    tokens = asked.platform.channels[_by_assertion(asked, form).channel_id].tokens
    return Answer(content={"kids": tokens.key_ids(asked.now.contract_us)})


def _form(asked: Asked, *names: str) -> dict[str, str]:
    """The form of an issuing call, with the grant checked and `names` filled in."""
    form = asked.form()
    if (grant := _filled(form, "grant_type")) != "client_credentials":
        raise RefusedError(GRANT, why=f"grant_type is {grant!r}; only client_credentials is known")
    _filled(form, *names)
    return form


def _filled(form: Mapping[str, str], *names: str) -> str:
    """The first of `names`; raises where one is missing or empty."""
    for name in names:
        if not form.get(name):
            what = f"{name} is required"
            raise RefusedError(OAUTH_REQUEST, what=what, why=f"{what} (a form, not JSON)")
    return form[names[0]]


def _by_secret(asked: Asked, form: Mapping[str, str]) -> Channel:
    """The channel of ``client_id``, where ``client_secret`` is its own."""
    channel = asked.platform.channels.get(form["client_id"])
    given = form["client_secret"].encode()
    if channel is None or not hmac.compare_digest(channel.secret.encode(), given):
        raise RefusedError(CLIENT, why="no channel has this client_id with this client_secret")
    return channel


def _by_assertion(asked: Asked, form: Mapping[str, str]) -> Assertion:
    """The assertion of the form, checked by the keys in the settings of its channel."""
    if form["client_assertion_type"] != TYPE:
        raise RefusedError(OAUTH_REQUEST, what=f"client_assertion_type must be {TYPE}")
    channels = asked.platform.channels
    unix_s = asked.platform.epoch_ms / 1_000 + asked.now.contract_us / SECOND_US

    def keys_of(channel_id: str) -> Mapping[str, Mapping[str, str]] | None:
        channel = channels.get(channel_id)
        return None if channel is None else channel.settings.assertion_keys

    return read(form["client_assertion"], keys_of, unix_s)


def _verified(asked: Asked, text: str, kinds: tuple[Kind, ...], scope: str) -> Answer:
    """LINE's answer to both verifying calls."""
    for channel in asked.platform.channels.values():
        if channel.tokens.find(text) is not None:
            token = channel.tokens.verified(text, kinds, asked.now.contract_us)
            left_s = token.expires_in_s(asked.now.contract_us)
            content = {"client_id": channel.id, "expires_in": left_s, "scope": scope}
            return Answer(content=content)
    raise RefusedError(OAUTH_TOKEN, why="no channel has issued it, or it was revoked")


def _issued(token: Token, asked: Asked, **more: str) -> Answer:
    """LINE's answer to every issuing call."""
    left_s = token.expires_in_s(asked.now.contract_us)
    content = {"access_token": token.text, "expires_in": left_s, "token_type": "Bearer", **more}
    return Answer(content=content)
