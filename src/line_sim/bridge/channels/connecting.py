"""Connecting: a draft from secret and token, and credentials that are replaced later."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from line_sim.bridge.channels import accounts
from line_sim.bridge.channels import config as configs
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.channels.needs import Owner

PATH_BYTES = 24
"""192 random bits: nobody finds a webhook URL by trying."""


class AccountTakenError(ConfigurationError):
    """A LINE account that another channel has already."""


async def create(  # noqa: PLR0913 - what a channel begins with
    bridge: Owner,
    *,
    name: object,
    secret: object,
    token: object,
    config: dict[str, Any] | None = None,
    by: int | None = None,
) -> Connected:
    """Make a draft of a channel, once LINE has said whose secret and token are.

    Parameters
    ----------
    config
        As :class:`~line_sim.bridge.channels.config.ChannelConfig`; a draft's rule may be empty.
    by
        The administrator's row, for the audit.

    Raises
    ------
    AccountTakenError
        Another channel has the account: drafts and suspended ones count.
    ConfigurationError
        Anything else that is wrong with what was given.
    UnreachableError
        LINE does not answer.
    """
    called = configs.checked_name(name)
    checked_secret, checked_token = accounts.checked(secret, token)
    wanted = configs.read(config or {}, bridge.channels.known_destinations(), routed=False)
    for each in (checked_secret, checked_token):
        bridge.journal.hide(each)
    account = await accounts.of(bridge.settings.line_api_url, checked_secret, checked_token)
    # nothing is awaited from here on, so nobody else can take the account in between
    demand_free(bridge, account["userId"])
    with bridge.store.transaction():
        row = bridge.store.add(
            tables.channels,
            name=called,
            state="draft",
            bot_user_id=account["userId"],
            account=account,
            path=secrets.token_urlsafe(PATH_BYTES),
            secret_box=bridge.keys.seal(checked_secret),
            token_box=bridge.keys.seal(checked_token),
            config=wanted.model_dump(mode="json"),
            created_at=bridge.clock.now(),
        )
        note(bridge, by, "channel drafted", row, called)
        channel = bridge.channels.refresh(row)
    if channel is None:
        raise AssertionError(row)
    return channel


async def credentials(
    bridge: Owner,
    channel: Connected,
    *,
    secret: object = None,
    token: object = None,
    by: int | None = None,
) -> None:
    """Replace the secret, the token, or both; what was paused for a refused token goes on.

    Raises
    ------
    ConfigurationError
        They are of another account, or refused: the old ones stay.
    UnreachableError
        LINE does not answer.
    """
    new_secret, new_token = accounts.checked(secret or channel.secret, token or channel.token)
    for each in (new_secret, new_token):
        bridge.journal.hide(each)
    account = await accounts.of(bridge.settings.line_api_url, new_secret, new_token)
    demand_there(bridge, channel)
    if channel.bot_user_id not in {"", account["userId"]}:
        given = f"of another LINE account ({account['basicId']})"
        had = channel.account.get("basicId", "the account of this channel")
        mend = "delete this channel and connect the other account as a new one"
        raise ConfigurationError([Fault(accounts.TOKEN, given, f"of {had}", mend)])
    demand_free(bridge, account["userId"], besides=channel.id)
    with bridge.store.transaction():
        table = tables.channels
        bridge.store.run(
            table.update()
            .where(table.c.id == channel.id)
            .values(
                secret_box=bridge.keys.seal(new_secret),
                token_box=bridge.keys.seal(new_token),
                bot_user_id=account["userId"],
                account=account,
                paused=None,
            )
        )
        note(bridge, by, "channel credentials replaced", channel.id, channel.name)
        bridge.channels.refresh(channel.id)


def demand_there(bridge: Owner, channel: Connected) -> None:
    """Refuse a channel that was deleted while LINE was asked.

    Raises
    ------
    ConfigurationError
        It was.
    """
    if bridge.channels.by_id(channel.id) is not channel:
        raise ConfigurationError([Fault(f"channel {channel.id}", "deleted", "one that is there")])


def demand_free(bridge: Owner, bot_user_id: str, besides: int = 0) -> None:
    """Refuse a LINE account that another channel has.

    Raises
    ------
    AccountTakenError
        With the channel that has it.
    """
    table = tables.channels
    taken = bridge.store.row(
        select(table.c.id, table.c.name, table.c.state, table.c.account).where(
            table.c.bot_user_id == bot_user_id, table.c.state != "deleted", table.c.id != besides
        )
    )
    if taken is not None:
        called = (taken.account or {}).get("basicId", bot_user_id)
        given = f"LINE account {called} is connected already"
        mend = f"channel {taken.id} ({taken.name}, {taken.state}) has it; delete that one first"
        where = accounts.TOKEN
        raise AccountTakenError([Fault(where, given, "one channel a LINE account", mend)])


def note(bridge: Owner, by: int | None, act: str, channel: int, name: str) -> None:
    """Keep who did what to a channel; within the transaction that does it."""
    bridge.store.add(
        tables.audit, at=bridge.clock.now(), staff=by, act=act, subject=f"channel {channel}: {name}"
    )
    bridge.store.after_commit(lambda: bridge.journal.log(act, channel=channel))
