"""The channels there are, in memory, kept equal to the table whenever it is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from line_sim.bridge.channels.config import ChannelConfig
from line_sim.bridge.channels.connected import Connected
from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Row

    from line_sim.bridge.channels.needs import Owner
    from line_sim.bridge.parts import Addressed

ROUTE = "/webhook/"
"""What stands before a channel's path."""


class Channels:
    """Every channel that is not deleted.

    Parameters
    ----------
    equip
        Gives a new channel its `tokens` and `api`.
    """

    def __init__(self, bridge: Owner, equip: Callable[[Connected], None]) -> None:
        self._bridge = bridge
        self._equip = equip
        self._by_id: dict[int, Connected] = {}
        self._by_path: dict[str, Connected] = {}
        bridge.store.on_undone(self.load)

    def __iter__(self) -> Iterator[Connected]:
        """In the order they were made."""
        return iter(list(self._by_id.values()))

    def load(self) -> None:
        """Read the table anew; channels that are there keep their objects.

        Raises
        ------
        ConfigurationError
            The stored secrets were encrypted with another key.
        """
        rows = self._bridge.store.rows(
            select(tables.channels)
            .where(tables.channels.c.state != "deleted")
            .order_by(tables.channels.c.id)
        )
        for gone in self._by_id.keys() - {row.id for row in rows}:
            self._by_path.pop(self._by_id.pop(gone).path, None)
        for row in rows:
            self._take(row)

    def refresh(self, channel: int) -> Connected | None:
        """Read one channel anew, after its row was changed; None where it is gone or deleted."""
        row = self._bridge.store.row(select(tables.channels).where(tables.channels.c.id == channel))
        if row is not None and row.state != "deleted":
            return self._take(row)
        if gone := self._by_id.pop(channel, None):
            self._by_path.pop(gone.path, None)
        return None

    def by_id(self, channel: int) -> Connected | None:
        """The channel of a row; None where there is none any more."""
        return self._by_id.get(channel)

    def by_path(self, path: str) -> Connected | None:
        """The channel whose webhook URL ends so."""
        return self._by_path.get(path)

    def by_number(self, number: int) -> Connected | None:
        """The channel with this number on the desk."""
        return next((each for each in self._by_id.values() if each.number == number), None)

    def by_account(self, bot_user_id: str) -> Connected | None:
        """The channel that has this LINE account."""
        return next(
            (each for each in self._by_id.values() if each.bot_user_id == bot_user_id), None
        )

    def webhook_url(self, channel: Connected) -> str:
        """Where LINE is to deliver this channel's webhooks."""
        return webhook_url(self._bridge.settings, channel)

    def known_destinations(self) -> dict[int, str]:
        """Names of the destinations that a rule may name, by id."""
        table = tables.destinations
        rows = self._bridge.store.rows(
            select(table.c.id, table.c.name).where(table.c.state != "deleted")
        )
        return {row.id: row.name for row in rows}

    def _take(self, row: Row[Any]) -> Connected:
        keys, journal = self._bridge.keys, self._bridge.journal
        secret, token = keys.open(row.secret_box), keys.open(row.token_box)
        for each in (secret, token):
            journal.hide(each)
        config = ChannelConfig.model_validate(row.config)
        channel = self._by_id.get(row.id)
        if channel is None:
            channel = Connected(row.id, -1, "", "draft", "", row.path, secret, token)
            self._by_id[row.id] = channel
            self._by_path[row.path] = channel
            new = True
        else:
            new = False
        channel.number = -1 if row.number is None else row.number
        channel.name, channel.state = row.name, row.state
        channel.bot_user_id = row.bot_user_id or ""
        channel.account, channel.config = row.account or {}, config
        goes_on = bool(channel.paused) and not row.paused  # perhaps with the token that it had
        channel.paused, channel.line_channel_id = row.paused or "", row.line_channel_id or ""
        changed = goes_on or (channel.secret, channel.token) != (secret, token)
        channel.secret, channel.token = secret, token
        if new:
            self._equip(channel)
        elif changed:
            channel.tokens.changed()
        return channel


def webhook_url(settings: Addressed, channel: Connected) -> str:
    """A channel's webhook URL: the public address, or where the bridge listens."""
    origin = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{origin.rstrip('/')}{ROUTE}{channel.path}"
