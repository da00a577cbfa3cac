"""What notifying asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.desk.words import HappeningRow
    from line_sim.bridge.keys import Keys
    from line_sim.bridge.store.store import Store


class Settings(Protocol):
    """How this install is set up."""

    @property
    def allow_loopback(self) -> bool:
        """Whether foreign addresses may be this machine's; for tests."""


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

    def alert(
        self, kind: str, text: str, /, *, channel: int | None = None, enquiry: int | None = None
    ) -> None:
        """Tell a person."""


class Desk(Protocol):
    """The live desk."""

    def on_row(self, listener: Callable[[HappeningRow], object]) -> None:
        """Tell of each new row of its log, within the transaction that writes it."""


class Owner(Protocol):
    """The bridge."""

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
    def desk(self) -> Desk:
        """Its desk."""
