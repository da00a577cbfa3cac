"""Module channels: who holds a chat, and who attached whom (partner documentation, module)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack

from line_sim.mock.platform.channel import Control
from line_sim.mock.platform.chats import chat_kind
from line_sim.mock.platform.happenings import Happening, Place, Way, happens
from line_sim.net.clock import SECOND_US

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel
    from line_sim.net.clock import Instant

FOREVER_S = 365 * 86_400
"""Of a control without end; LINE knows one (``expired: false``), the number is chosen."""


def takes_control(
    channel: Channel, holder: Channel, chat: str, now: Instant, life_s: float = FOREVER_S
) -> dict[str, Any]:
    """Give a chat of `channel` to the module channel `holder`; the channel only reads along.

    Returns
    -------
    dict
        The ``activated`` event that the new holder gets; the one before is ``deactivated``.
    """
    gives_back(channel, chat, now)
    until_us = now.schedule_us + int(life_s * SECOND_US)
    channel.controls[chat] = Control(holder, until_us)
    expire_ms = channel.platform.epoch_ms + until_us // 1_000
    what = Happening("activated", {"chatControl": {"expireAt": expire_ms}}, answerable=False)
    return happens(holder, now, _place(chat), what, {})


def gives_back(channel: Channel, chat: str, now: Instant) -> dict[str, Any] | None:
    """Let the channel have its chat again; the ``deactivated`` event of the holder, if any."""
    if not channel.standby(chat, now):
        return None
    holder = channel.controls.pop(chat).holder
    what = Happening("deactivated", {}, answerable=False)
    return happens(holder, now, _place(chat), what, {})


def attaches(
    channel: Channel, module: Channel, now: Instant, scopes: tuple[str, ...], **way: Unpack[Way]
) -> dict[str, Any]:
    """An account attaches a module channel, which is told so."""
    said = {"type": "attached", "botId": channel.bot_user_id, "scopes": list(scopes)}
    what = Happening("module", {"module": said}, answerable=False)
    return happens(module, now, Place("", None), what, way)


def detaches(channel: Channel, module: Channel, now: Instant, **way: Unpack[Way]) -> dict[str, Any]:
    """An account and a module channel are separated."""
    for chat in [chat for chat, held in channel.controls.items() if held.holder is module]:
        del channel.controls[chat]
    said = {"type": "detached", "botId": channel.bot_user_id, "reason": "bot_deleted"}
    what = Happening("module", {"module": said}, answerable=False)
    return happens(module, now, Place("", None), what, way)


def changes_account(
    module: Channel,
    now: Instant,
    change: Literal["botSuspended", "botResumed"],
    **way: Unpack[Way],
) -> dict[str, Any]:
    """A module channel is told that an account was suspended, or came back."""
    return happens(module, now, Place("", None), Happening(change, {}, answerable=False), way)


def _place(chat: str) -> Place:
    kind = chat_kind(chat)
    return Place(chat, {"type": kind, f"{kind}Id": chat})
