"""Whose a pair of Channel Secret and Channel Access Token is, as far as LINE tells."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from line_sim.bridge.channels.platform import Platform
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.bridge.channels.platform import Answer

SECRET, TOKEN = "channel_secret", "channel_access_token"
SECRET_IS_AT = "LINE Developers Console, Basic settings, Channel secret"  # noqa: S105 - a place
TOKEN_IS_AT = "LINE Developers Console, Messaging API, Channel access token (Issue)"  # noqa: S105

_TOLD = ("userId", "basicId", "premiumId", "displayName", "pictureUrl", "chatMode",
         "markAsReadMode")  # fmt: skip
"""What is kept of bot info."""
_PLAIN = re.compile(r"[!-~]{1,1000}")
_USER_ID = re.compile(r"U[0-9a-f]{32}")
_LONGEST_SECRET = 64
"""A secret has 32 characters, a long-lived token more than 150: told apart when swapped."""


def checked(secret: object, token: object) -> tuple[str, str]:
    """Both without white space around them.

    Raises
    ------
    ConfigurationError
        One is missing, or holds what no secret of LINE's does. What was given is not repeated.
    """
    wrong, found = [], []
    for where, value, place in ((SECRET, secret, SECRET_IS_AT), (TOKEN, token, TOKEN_IS_AT)):
        text = value.strip() if isinstance(value, str) else ""
        found.append(text)
        if not text:
            wrong.append(Fault(where, "missing", "needed", place))
        elif not _PLAIN.fullmatch(text):
            given = f"{len(text):,} characters, among them some that LINE uses in none"
            wrong.append(Fault(where, given, "what LINE shows, and nothing around it", place))
    if wrong:
        raise ConfigurationError(wrong)
    return found[0], found[1]


async def of(api_url: str, secret: str, token: str) -> dict[str, Any]:
    """The LINE Official Account that `token` is for, if `secret` is of the same channel.

    Returns
    -------
    dict
        What bot info says, with ``channel_id`` where LINE told it and ``secret_compared``: whether
        the secret was compared at once; else only a webhook shows it.

    Raises
    ------
    ConfigurationError
        The token is refused, is no Official Account's, or is of another channel than the secret.
    UnreachableError
        LINE does not answer.
    """
    async with Platform(api_url, token) as line:
        info = await line.bot_info()
        if not info.ok:
            raise ConfigurationError([_refused(info, secret)])
        account = {key: info.json[key] for key in _TOLD if isinstance(info.json.get(key), str)}
        user, name = account.get("userId", ""), account.get("basicId", "")
        if not _USER_ID.fullmatch(user) or not name.startswith("@"):
            given = "not of a LINE Official Account"
            mend = "personal accounts cannot be connected; make a Messaging API channel"
            raise ConfigurationError([Fault(TOKEN, given, "an Official Account's", mend)])
        issued = await line.channel_of_token()
        channel_id = issued.json.get("client_id")
        compared = None
        if issued.ok and isinstance(channel_id, str) and channel_id:
            account["channel_id"] = channel_id
            compared = await line.own_secret(channel_id, secret)
    if compared is False:
        raise ConfigurationError([wrong_secret(name)])
    return {**account, "secret_compared": compared is True}


def wrong_secret(account: str) -> Fault:
    """The fault of a secret that is of another channel than the token."""
    given = f"not the secret of the channel that the token is for ({account})"
    return Fault(SECRET, given, "the secret of the same channel", SECRET_IS_AT)


def _refused(info: Answer, secret: str) -> Fault:
    if info.status in {400, 401}:
        swapped = len(secret) > _LONGEST_SECRET
        mend = "secret and token may be the wrong way round" if swapped else TOKEN_IS_AT
        return Fault(TOKEN, f"LINE refuses it ({info.said})", "a valid token", mend)
    if info.status == HTTPStatus.FORBIDDEN:
        given, mend = f"LINE refuses it ({info.said})", "take that of a Messaging API channel"
        return Fault(TOKEN, given, "a token of a Messaging API channel", mend)
    return Fault(TOKEN, f"LINE answered {info.said} to it", "an answer", "try again in a while")
