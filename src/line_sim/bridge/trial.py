"""The one channel of a trial, connected at the start as its environment says (docs/bridge.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.bridge.channels import environment, states

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.bridge.app import Bridge
    from line_sim.bridge.channels.connected import Connected

ASKED_AGAIN_S = 30.0
"""Until LINE is asked again whose account it is (chosen)."""


async def connect(
    bridge: Bridge, told: Mapping[str, str], config: dict[str, Any] | None, *, again: bool
) -> None:
    """Connect it, unless it is as it was: LINE may be slow to say whose it is.

    Parameters
    ----------
    config
        Keys of its configuration to change; None: none.
    again
        Whether this process has connected it before: then what was changed since holds on.

    Raises
    ------
    ConfigurationError
        A variable is missing, or the configuration is wrong.
    """
    channel = bridge.channels.by_path(environment.PATH)
    if channel is not None and again:
        return
    if channel is None or not _is_as_it_was(channel, told):
        channel = await environment.connect(bridge, told)
    if config is not None:
        states.edit(bridge, channel, config=config)
    if not channel.bot_user_id:
        bridge.start(_know_account(bridge, channel, told))


def _is_as_it_was(channel: Connected, told: Mapping[str, str]) -> bool:
    pair = tuple(told.get(name, "").strip() for name in environment.VARIABLES)
    working = channel.receives and channel.bot_user_id and not channel.paused
    return bool(working) and (channel.secret, channel.token) == pair


async def _know_account(bridge: Bridge, channel: Connected, told: Mapping[str, str]) -> None:
    """Ask on for whose account it is, where LINE did not say it at the start."""
    while not channel.bot_user_id:
        await bridge.clock.sleep(ASKED_AGAIN_S)
        await environment.connect(bridge, told)
