"""What calls to LINE ask of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from line_sim.bridge.parts import HasChannels, HasClock, HasJournal, HasKeys, HasStore

if TYPE_CHECKING:
    from line_sim.bridge.parts import CallsLine


class Owner(HasStore, HasClock, HasJournal, HasKeys, HasChannels, Protocol):
    """The bridge."""

    @property
    def settings(self) -> CallsLine:
        """How it is set up."""
