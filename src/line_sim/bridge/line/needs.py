"""What calls to LINE ask of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.keys import Keys
    from line_sim.bridge.store.store import Store


class Settings(Protocol):
    """How this install is set up."""

    @property
    def line_api_url(self) -> str:
        """The origin of LINE's calls."""


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
        self, kind: str, text: str, channel: int | None = None, enquiry: int | None = None
    ) -> None:
        """Tell people what they must see to."""

    def hide(self, secret: str, /) -> None:
        """Never write this anywhere."""


class Channels(Protocol):
    """Those connected."""

    def by_id(self, channel: int, /) -> Connected | None:
        """One of them; None where it is no longer there."""

    def refresh(self, channel: int, /) -> Connected | None:
        """Read its row anew."""


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
    def channels(self) -> Channels:
        """Its channels."""
