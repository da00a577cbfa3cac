"""What daily work asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.channels.registry import Channels
    from line_sim.bridge.desk.live import LiveDesk
    from line_sim.bridge.keys import Keys
    from line_sim.bridge.media.service import Media
    from line_sim.bridge.notify.needs import Clock, Journal, Settings
    from line_sim.bridge.notify.notifier import Notifier
    from line_sim.bridge.outgoing.sending import Sending
    from line_sim.bridge.store.store import Store


class Telling(Protocol):
    """A part that tells, once it is safe, of entries that are new or changed."""

    def on_changed(self, listener: Callable[[int, int], object]) -> None:
        """Call it with chat and entry."""


class Bridge(Protocol):
    """A bridge that runs, for staff."""

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

    @property
    def media(self) -> Media:
        """Its files."""

    @property
    def transcript(self) -> Telling:
        """What was written."""

    @property
    def outbox(self) -> Telling:
        """What goes out."""

    @property
    def sending(self) -> Sending:
        """What staff send."""

    @property
    def notifier(self) -> Notifier:
        """Tells subscribers of enquiries."""
