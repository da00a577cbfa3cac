"""What daily work asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from line_sim.bridge.parts import (
    HasChannels,
    HasClock,
    HasJournal,
    HasKeys,
    HasLiveDesk,
    HasStore,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.media.service import Media
    from line_sim.bridge.notify.notifier import Notifier
    from line_sim.bridge.outgoing.sending import Sending
    from line_sim.bridge.parts import CallsOthers


class Telling(Protocol):
    """A part that tells, once it is safe, of entries that are new or changed."""

    def on_changed(self, listener: Callable[[int, int], object]) -> None:
        """Call it with chat and entry."""


class Bridge(HasStore, HasClock, HasJournal, HasKeys, HasChannels, HasLiveDesk, Protocol):
    """A bridge that runs, for staff."""

    @property
    def settings(self) -> CallsOthers:
        """How it is set up."""

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
