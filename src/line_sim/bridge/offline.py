"""A bridge that does not run, to be set up: its store, its key, its channels, and no desk.

The desk is brought to what administrators set up when the bridge starts; here it is only asked
whether it could be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from line_sim.bridge import keys
from line_sim.bridge.channels.registry import Channels
from line_sim.bridge.clock import Clock
from line_sim.bridge.desk.setup import began, read_setup
from line_sim.bridge.running import Running
from line_sim.bridge.store.migrating import demand_current
from line_sim.bridge.store.store import Store

if TYPE_CHECKING:
    from types import TracebackType

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.install import Install


class Silence:
    """A journal for commands, which say themselves what they did."""

    def log(self, text: str, /, **facts: object) -> None:
        """Nothing."""

    def hide(self, secret: str, /) -> None:
        """Nothing: nothing is written."""


class NoTokens:
    """Nothing is sent."""

    async def current(self) -> str:
        """Nobody asks."""
        raise NotImplementedError

    async def refused(self, token: str, /) -> None:
        """Nobody asks."""

    def changed(self) -> None:
        """Nothing to do."""


class DeskToCome:
    """Asks whether what was set up makes a desk."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def reconfigure(self) -> None:
        """Raise ConfigurationError with every fault, where it does not."""
        read_setup(self._store)


class Offline:
    """An install whose bridge does not run; has its lock from ``with`` on.

    Parameters
    ----------
    replacing
        Secrets that were sealed under a key that was lost are taken for empty ones.

    Raises
    ------
    ConfigurationError
        A bridge runs on it, or its key is missing.
    """

    def __init__(self, install: Install, *, replacing: bool = False) -> None:
        self.settings, self._replacing = install, replacing
        self.clock, self.journal = Clock(), Silence()
        self._running = Running(install.data_folder).held()

    def __enter__(self) -> Self:
        self._running.__enter__()
        try:
            install = self.settings
            self.keys = keys.read(install.key_file, install.data_folder)
            self.keys.replacing = self._replacing
            self.store = Store(install.database)
            try:
                demand_current(self.store)
                self.desk = DeskToCome(self.store)
                self.channels = Channels(self, equip)
                began(self.store, self.clock.now())
                self.channels.load()
            except BaseException:
                self.store.close()
                raise
        except BaseException:
            self._running.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.store.close()
        self._running.__exit__(None, None, None)


def equip(channel: Connected) -> None:
    """Give a channel nothing to send with."""
    channel.tokens = NoTokens()
