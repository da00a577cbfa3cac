"""What notifying asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from line_sim.bridge.parts import HasClock, HasJournal, HasKeys, HasStore

if TYPE_CHECKING:
    from line_sim.bridge.parts import CallsOthers, Watched


class Owner(HasStore, HasClock, HasJournal, HasKeys, Protocol):
    """The bridge."""

    @property
    def settings(self) -> CallsOthers:
        """How it is set up."""

    @property
    def desk(self) -> Watched:
        """Its desk."""
