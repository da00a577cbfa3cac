"""What the care for customers' data asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from line_sim.bridge.store.store import Store


class Clock(Protocol):
    """The bridge's time."""

    def now(self) -> float:
        """Unix seconds."""

    async def sleep(self, duration_s: float, /) -> None:
        """Wait by this clock."""


class Journal(Protocol):
    """What operators read."""

    def log(self, text: str, /, **facts: object) -> None:
        """Note something."""


class Media(Protocol):
    """Files that customers and staff sent."""

    def forget(self, entry: int) -> None:
        """Let go of an entry's file, in the caller's transaction."""

    def path(self, sha256: str) -> Path | None:
        """Where a stored file lies; None where it is not there."""


class Owner(Protocol):
    """The bridge."""

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
    def media(self) -> Media:
        """Its files."""
