"""What the API asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from line_sim.bridge.channels.needs import Journal, Settings
    from line_sim.bridge.channels.registry import Channels
    from line_sim.bridge.desk.live import LiveDesk
    from line_sim.bridge.keys import Keys
    from line_sim.bridge.staff.needs import Clock
    from line_sim.bridge.store.store import Store


class Bridge(Protocol):
    """A bridge that runs, for signing in and for administrators."""

    @property
    def settings(self) -> Settings:
        """How it is set up."""

    @property
    def store(self) -> Store:
        """Its database."""

    @property
    def clock(self) -> Clock:
        """Its time."""

    @property
    def journal(self) -> Journal:
        """Its log."""

    @property
    def keys(self) -> Keys:
        """What its secrets are sealed with."""

    @property
    def channels(self) -> Channels:
        """Its channels."""

    @property
    def desk(self) -> LiveDesk:
        """Its desk."""
