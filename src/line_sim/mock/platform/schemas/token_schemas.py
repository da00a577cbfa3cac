"""Forms and answers of the channel access token calls."""

from __future__ import annotations

from line_sim.mock.platform.schemas.kinds import Schema, choice, many, record, ref, text, whole

_GRANT = choice("client_credentials")
_ASSERTION = {
    "grant_type": _GRANT,
    "client_assertion_type": choice("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
    "client_assertion": text(1),
}
_SECRET = {"grant_type": _GRANT, "client_id": text(1), "client_secret": text(1)}
_ISSUED = {"access_token": text(), "expires_in": whole(), "token_type": text()}

SCHEMAS: dict[str, Schema] = {
    "IssueShortLivedChannelAccessTokenRequest": record(_SECRET),
    "IssueShortLivedChannelAccessTokenResponse": record(_ISSUED),
    "VerifyChannelAccessTokenRequest": record({"access_token": text(1)}),
    "VerifyChannelAccessTokenResponse": record(
        {"client_id": text(), "expires_in": whole()}, scope=text()
    ),
    "RevokeChannelAccessTokenRequest": record({"access_token": text(1)}),
    "IssueStatelessChannelTokenByJWTAssertionRequest": record(_ASSERTION),
    "IssueStatelessChannelTokenByClientSecretRequest": record(_SECRET),
    "IssueStatelessChannelTokenRequest": {
        "oneOf": [
            ref("IssueStatelessChannelTokenByJWTAssertionRequest"),
            ref("IssueStatelessChannelTokenByClientSecretRequest"),
        ]
    },
    "IssueStatelessChannelAccessTokenResponse": record(_ISSUED),
    "IssueChannelAccessTokenRequest": record(_ASSERTION),
    "IssueChannelAccessTokenResponse": record({**_ISSUED, "key_id": text()}),
    "RevokeChannelAccessTokenByJWTRequest": record(
        {"client_id": text(1), "client_secret": text(1), "access_token": text(1)}
    ),
    "ChannelAccessTokenKeyIdsResponse": record({"kids": many(text())}),
    "OAuthErrorResponse": record({"error": text()}, error_description=text()),
}
