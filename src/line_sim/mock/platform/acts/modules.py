"""Module channels: who holds a chat, and who attached whom (partner documentation, module)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack

from line_sim.mock.platform.channel import Control
from line_sim.mock.platform.chats import chat_kind
from line_sim.mock.platform.happenings import Happening, Place, Way, happens
from line_sim.net.clock import SECOND_US, Instant

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel

FOREVER_S = 365 * 86_400
"""Of a control without end; LINE knows one (``expired: false``), the number is chosen."""

_DEACTIVATED = Happening("deactivated", {}, answerable=False)


def takes_control(
    channel: Channel, holder: Channel, chat: str, now: Instant, life_s: float = FOREVER_S
) -> dict[str, Any]:
    """Give a chat of `channel` to the module channel `holder`; the channel only reads along.

    Returns
    -------
    dict
        The ``activated`` event that the new holder gets; the one before is ``deactivated``, as the
        new one will be when its time is over, unless it prolongs it.
    """
    held = _ends(channel, chat, now)
    if held is not None and held.holder is not holder:
        happens(held.holder, now, _place(chat), _DEACTIVATED, {})
    until_us = now.schedule_us + int(life_s * SECOND_US)
    over = Instant(until_us, now.contract_us)
    ending = happens(holder, over, _place(chat), _DEACTIVATED, {"together": False})
    channel.controls[chat] = Control(holder, until_us, ending)
    expire_ms = channel.platform.epoch_ms + until_us // 1_000
    what = Happening("activated", {"chatControl": {"expireAt": expire_ms}}, answerable=False)
    return happens(holder, now, _place(chat), what, {})


def gives_back(channel: Channel, chat: str, now: Instant) -> dict[str, Any] | None:
    """Let the channel have its chat again; the ``deactivated`` event of the holder, if any."""
    held = _ends(channel, chat, now)
    return happens(held.holder, now, _place(chat), _DEACTIVATED, {}) if held is not None else None


def _ends(channel: Channel, chat: str, now: Instant) -> Control | None:
    """End the control of a chat, whose end is then no longer told by itself; None: there is none.

    Nothing is told here.
    """
    if not channel.standby(chat, now):
        return None
    held = channel.controls.pop(chat)
    channel.platform.deliveries.cancel(held.ending)
    return held


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
        _ends(channel, chat, now)
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
