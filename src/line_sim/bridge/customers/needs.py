"""What the care for customers' data asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from line_sim.bridge.parts import HasClock, HasLog, HasStore

if TYPE_CHECKING:
    from pathlib import Path


class Media(Protocol):
    """Files that customers and staff sent."""

    def forget(self, entry: int) -> None:
        """Let go of an entry's file, in the caller's transaction."""

    def path(self, sha256: str) -> Path | None:
        """Where a stored file lies; None where it is not there."""


class Owner(HasStore, HasClock, HasLog, Protocol):
    """The bridge."""

    @property
    def media(self) -> Media:
        """Its files."""
