"""What a test may change of a running bridge by the agent view, as an administrator would."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from line_sim.bridge.channels import accounts, states
from line_sim.bridge.settings import checked_public_url
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, Fault, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.bridge.app import Bridge
    from line_sim.bridge.channels.connected import Connected

STAFF_NAMES = {"none": "none", "first": "first_name", "first_last": "full_name"}


def _config(name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A setting as keys of the channel's configuration, which checks them."""
    match name:
        case "staff_name":
            return {"display_name_format": STAFF_NAMES.get(str(value), value)}
        case "welcome":
            return {"messages": {"welcome": {"on": bool(value), "text": value}}}
        case _:
            return {name: value}


CONFIGURED = ("staff_name", "profile", "welcome", "groups")
CREDENTIALS: Mapping[str, str] = MappingProxyType(
    {"secret": "secret_box", "access_token": "token_box"}
)
"""Settings that are sealed, and their columns."""
SETTINGS = ("secret", "access_token", "channel_id", *CONFIGURED, "public_url")


async def configure(bridge: Bridge, channel: Connected, wanted: dict[str, Any]) -> None:
    """Change settings; in force when this returns.

    Raises
    ------
    ConfigurationError
        One is unknown or impossible; those before it may have been changed.
    """
    unknown = [Fault.unknown(name, name, SETTINGS) for name in wanted if name not in SETTINGS]
    if unknown:
        raise ConfigurationError(unknown)
    for name, value in wanted.items():
        if name in CONFIGURED:
            states.edit(bridge, channel, config=_config(name, value))
        elif name == "public_url":
            bridge.settings.public_url = checked_public_url(value)
        elif not isinstance(value, str):
            raise ConfigurationError([Fault(name, type(value).__name__, "text")])
        elif name == "channel_id":
            _write(bridge, channel, line_channel_id=value or None)
            channel.tokens.changed()
        else:
            sealed = bridge.keys.seal(value)
            bridge.journal.hide(value)
            _write(bridge, channel, **{CREDENTIALS[name]: sealed})
    if "access_token" in wanted:
        await _compare(bridge, channel)


async def _compare(bridge: Bridge, channel: Connected) -> None:
    """Tell people where the new token is another account's; a test wants to see just that."""
    try:
        found = await accounts.of(bridge.settings.line_api_url, channel.secret, channel.token)
    except ConfigurationError as error:
        for fault in error.faults:
            bridge.journal.alert("wrong_pair", str(fault), channel=channel.id)
        return
    except UnreachableError as error:
        bridge.journal.log(f"bot info was not told: {error}", channel=channel.id)
        return
    if channel.bot_user_id and found["userId"] != channel.bot_user_id:
        told = f"the access token is of another LINE account ({found['basicId']}) than the channel"
        bridge.journal.alert("wrong_pair", told, channel=channel.id)


def _write(bridge: Bridge, channel: Connected, **values: Any) -> None:  # noqa: ANN401 - columns
    table = tables.channels
    with bridge.store.transaction():
        bridge.store.run(table.update().where(table.c.id == channel.id).values(**values))
        bridge.channels.refresh(channel.id)
