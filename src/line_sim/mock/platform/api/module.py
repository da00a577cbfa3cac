"""Module channels: attached to accounts, taking turns in their chats (partner documentation)."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.acts.modules import (
    FOREVER_S,
    attaches,
    detaches,
    gives_back,
    takes_control,
)
from line_sim.mock.platform.attachments import SCOPES, Attachments
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Operations
from line_sim.mock.platform.queries import page
from line_sim.mock.platform.request_bodies import fitting, read
from line_sim.mock.platform.simpler import SIMPLER
from line_sim.wire.refusals import (
    CHAT_CONTROL,
    CLIENT,
    GRANT,
    OAUTH_REQUEST,
    PERMISSION,
    RefusedError,
)

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked
    from line_sim.mock.platform.channel import Channel

operations = Operations()

_CONTROL = "/v2/bot/chat/{chatId}/control"
_USUAL_LIFE_S = 3_600


@operations.answers(
    "acquireChatControl", "POST", f"{_CONTROL}/acquire", tier=2, body="AcquireChatControlRequest"
)
def acquire(asked: Asked) -> Answer:
    """Take a chat: from then on the account's own channel is on standby there.

    Where the account's own channel asks, it has its chat again.
    """
    found = fitting(asked.json() if asked.call.body else {}, "AcquireChatControlRequest")
    chat, now = asked.parameters["chatId"], asked.now
    if not asked.channel.settings.module:
        gives_back(asked.channel, chat, now)
        return Answer(content={}, findings=found.warnings)
    account = asked.channel.part(Attachments).account_of_chat(chat)
    if account.standby(chat, now) and account.controls[chat].holder is not asked.channel:
        why = f"{account.controls[chat].holder.name} holds this chat; who was first keeps it"
        raise RefusedError(CHAT_CONTROL, why=why)
    takes_control(account, asked.channel, chat, now, _life_s(found.body))
    return Answer(content={}, findings=found.warnings)


@operations.answers("releaseChatControl", "POST", f"{_CONTROL}/release", tier=2)
def release(asked: Asked) -> Answer:
    """Give a chat back to the account's own channel."""
    _check_module(asked)
    chat = asked.parameters["chatId"]
    account = asked.channel.part(Attachments).account_of_chat(chat)
    control = account.controls.get(chat)
    if control is None or control.holder is not asked.channel:
        return Answer(
            content={}, findings=("this channel does not hold that chat: nothing was released",)
        )
    gives_back(account, chat, asked.now)
    return Answer(content={})


@operations.answers(
    "detachModule", "POST", "/v2/bot/channel/detach", tier=3, body="DetachModuleRequest"
)
def detach(asked: Asked) -> Answer:
    """Leave an account, and every chat of it."""
    _check_module(asked)
    found = read(asked, "DetachModuleRequest")
    attachments = asked.channel.part(Attachments)
    account = attachments.account(found.body.get("botId") or "")
    del attachments.accounts[account.bot_user_id]
    detaches(account, asked.channel, asked.now)
    return Answer(content={}, findings=(*found.warnings, SIMPLER))


@operations.answers("getModules", "GET", "/v2/bot/list", tier=3, result="GetModulesResponse")
def listed(asked: Asked) -> Answer:
    """The accounts this module channel is attached to."""
    _check_module(asked)
    accounts = asked.channel.part(Attachments).accounts
    found = page(asked, list(accounts), usual=100, most=100)
    bots = [_shown(accounts[bot_id]) for bot_id in found.items]
    return Answer(content={**found.named("bots"), "bots": bots}, findings=(SIMPLER,))


@operations.answers(
    "attachModule", "POST", "/module/auth/v1/token", tier=3, auth="none", host="manager",
    body="AttachModuleRequest", result="AttachModuleResponse",
)  # fmt: skip
def attach(asked: Asked) -> Answer:
    """Be attached to the account whose administrator gave the code.

    The console's page that gives out codes is not simulated: that an account's basic id is its
    code is chosen.
    """
    form = asked.form()
    module = _by_secret(asked, form)
    if form.get("grant_type") != "authorization_code":
        raise RefusedError(GRANT, why="grant_type must be authorization_code")
    for name in ("code", "redirect_uri"):
        if not form.get(name):
            raise RefusedError(OAUTH_REQUEST, what=f"{name} is required")
    for account in asked.platform.channels.values():
        if account.basic_id == form["code"] and not account.settings.module:
            module.part(Attachments).accounts[account.bot_user_id] = account
            attaches(account, module, asked.now, SCOPES)
            content = {"bot_id": account.bot_user_id, "scopes": list(SCOPES)}
            return Answer(content=content, findings=(SIMPLER,))
    what = "the code is unknown"
    raise RefusedError(OAUTH_REQUEST, what=what, why=f"{what}: it is an account's basic id here")


def _life_s(body: dict[str, Any]) -> int:
    """How long a control lasts: an hour unless the body says otherwise."""
    if body.get("expired") is False:
        return FOREVER_S
    ttl_s: int = body.get("ttl") or _USUAL_LIFE_S
    return ttl_s


def _check_module(asked: Asked) -> None:
    """Raise where the caller is no module channel."""
    if not asked.channel.settings.module:
        why = f"{asked.channel.name} is no module channel; set module = true for it"
        raise RefusedError(PERMISSION, why=why)


def _by_secret(asked: Asked, form: dict[str, str]) -> Channel:
    """The module channel of HTTP basic authentication, or of the form's id and secret."""
    given = asked.call.headers.get("authorization", "")
    kind, _, credentials = given.partition(" ")
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    if kind.lower() == "basic":
        client_id, _, secret = _decoded(credentials).partition(":")
    channel = asked.platform.channels.get(client_id)
    known = channel is not None and hmac.compare_digest(channel.secret.encode(), secret.encode())
    if channel is None or not known or not channel.settings.module:
        raise RefusedError(CLIENT, why="no module channel has this id with this secret")
    return channel


def _decoded(credentials: str) -> str:
    """What basic authentication carries; empty where it is not base64."""
    try:
        return base64.b64decode(credentials, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _shown(account: Channel) -> dict[str, str]:
    """An account as LINE lists it."""
    return {
        "userId": account.bot_user_id,
        "basicId": account.basic_id,
        "displayName": account.name,
    }
