"""The token calls: proof of who asks, OAuth's words for no, and what a token then opens."""

import pytest
from calling import EPOCH_MS, Bot, at, platform
from signing import KEY_ID, assertion, claims, public_key

from line_sim.mock.platform.api import richmenus, tokens
from line_sim.mock.platform.assertions import TYPE
from line_sim.mock.platform.calls import Answer

CLIENT = "client_credentials"


@pytest.fixture
def bot() -> Bot:
    areas = (tokens.operations, richmenus.operations)
    return Bot(platform(*areas, assertion_keys={KEY_ID: public_key()}))


def secret(bot: Bot, **other: object) -> dict[str, object]:
    right = {"client_id": bot.channel.id, "client_secret": bot.channel.secret}
    return {"grant_type": CLIENT, **right, **other}


def signed(bot: Bot, **other: object) -> dict[str, object]:
    unix_s = EPOCH_MS / 1_000 + bot.now.contract_us / 1_000_000
    text = assertion(claims(bot.channel.id, unix_s, **other))
    return {"grant_type": CLIENT, "client_assertion_type": TYPE, "client_assertion": text}


def opens(bot: Bot, token: str) -> bool:
    headers = {"authorization": f"Bearer {token}"}
    return bot.call("GET", "/v2/bot/richmenu/list", **headers).status == 200


def issued(answer: Answer) -> str:
    assert answer.status == 200, answer.content
    return str(answer.content["access_token"])


def test_every_issued_token_opens_the_api_until_its_time_is_over(bot: Bot) -> None:
    found = {
        issued(bot.form("/oauth2/v2.1/token", **signed(bot, token_exp=77))): 77,
        issued(bot.form("/oauth2/v3/token", **secret(bot))): 900,
        issued(bot.form("/oauth2/v3/token", **signed(bot))): 900,
        issued(bot.form("/v2/oauth/accessToken", **secret(bot))): 30 * 86_400,
    }
    for token, life_s in found.items():
        bot.now = at(life_s - 1)
        assert opens(bot, token)
        bot.now = at(life_s)
        assert not opens(bot, token)


def test_what_is_issued_tells_its_life_and_kind(bot: Bot) -> None:
    answer = bot.form("/oauth2/v2.1/token", **signed(bot, token_exp=600))

    assert (600, "Bearer") == (answer.content["expires_in"], answer.content["token_type"])
    kids = bot.get(
        "/oauth2/v2.1/tokens/kid",
        client_assertion_type=TYPE,
        client_assertion=signed(bot)["client_assertion"],
    )
    assert {"kids": [answer.content["key_id"]]} == kids.content


def test_revoking_ends_short_lived_and_v21_tokens_at_once(bot: Bot) -> None:
    old = issued(bot.form("/v2/oauth/accessToken", **secret(bot)))
    new = issued(bot.form("/oauth2/v2.1/token", **signed(bot)))
    bot.form("/v2/oauth/revoke", access_token=old)
    bot.form("/oauth2/v2.1/revoke", **secret(bot, access_token=new))

    assert (False, False) == (opens(bot, old), opens(bot, new))


def test_a_revoked_long_lived_token_opens_nothing(bot: Bot) -> None:
    assert opens(bot, bot.token)

    bot.form("/v2/oauth/revoke", access_token=bot.token)

    assert not opens(bot, bot.token)


def test_revoking_what_is_unknown_is_answered_alike_with_a_finding(bot: Bot) -> None:
    answer = bot.form("/v2/oauth/revoke", access_token=bot.channel.id)

    assert (200, True) == (answer.status, bool(answer.findings))


def test_no_channel_revokes_the_tokens_of_another(bot: Bot) -> None:
    token = issued(bot.form("/oauth2/v2.1/token", **signed(bot)))
    rival = Bot(bot.platform, "rival")
    rival.form("/oauth2/v2.1/revoke", **secret(rival, access_token=token))

    assert opens(bot, token)


def test_verifying_tells_the_channel_and_the_seconds_left(bot: Bot) -> None:
    old = issued(bot.form("/v2/oauth/accessToken", **secret(bot)))
    new = issued(bot.form("/oauth2/v2.1/token", **signed(bot, token_exp=60)))
    bot.now = at(10)

    assert bot.form("/v2/oauth/verify", access_token=old).content == {
        "client_id": bot.channel.id,
        "expires_in": 30 * 86_400 - 10,
        "scope": "P CM",
    }
    assert bot.get("/oauth2/v2.1/verify", access_token=new).content["expires_in"] == 50


@pytest.mark.parametrize(
    ("path", "wrong", "rule"),
    [
        ("/v2/oauth/accessToken", {"grant_type": "password"}, "oauth-grant"),
        ("/v2/oauth/accessToken", {"grant_type": ""}, "oauth-request"),
        ("/v2/oauth/accessToken", {"client_id": "1"}, "oauth-client"),
        ("/v2/oauth/accessToken", {"client_secret": "guess"}, "oauth-client"),
        ("/oauth2/v3/token", {"client_secret": ""}, "oauth-request"),
        ("/oauth2/v3/token", {"client_assertion": "x"}, "oauth-request"),
        ("/oauth2/v2.1/token", {}, "oauth-request"),
        ("/v2/oauth/verify", {}, "oauth-request"),
        ("/v2/oauth/verify", {"access_token": "guess"}, "oauth-token"),
    ],
)
def test_what_is_wrong_is_refused_in_oauths_shape(
    bot: Bot, path: str, wrong: dict[str, object], rule: str
) -> None:
    answer = bot.form(path, **secret(bot, **wrong))

    assert (400, rule) == (answer.status, answer.rule.id)
    assert {"error", "error_description"} == set(answer.content)


def test_an_assertion_of_the_bots_wrong_clock_is_refused_and_says_why(bot: Bot) -> None:
    form = signed(bot)
    bot.now = at(1_800)
    answer = bot.form("/oauth2/v2.1/token", **form)

    assert (400, True) == (answer.status, "expired" in answer.why)


def test_a_channel_without_keys_issues_no_token_by_assertion(bot: Bot) -> None:
    answer = bot.form("/oauth2/v2.1/token", **signed(Bot(bot.platform, "rival")))

    assert answer.rule.id == "oauth-key"


def test_a_module_channel_may_not_use_its_long_lived_token() -> None:
    bot = Bot(platform(richmenus.operations, module=True))

    assert not opens(bot, bot.token)
