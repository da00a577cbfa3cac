"""What channels ask of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from line_sim.bridge.channels.registry import Channels
    from line_sim.bridge.keys import Keys
    from line_sim.bridge.store.store import Store


class Addressed(Protocol):
    """Where a bridge is."""

    @property
    def public_url(self) -> str:
        """The HTTPS address at which LINE reaches this bridge; empty: none."""

    @property
    def host(self) -> str:
        """Where the bridge listens."""

    @property
    def port(self) -> int:
        """Where the bridge listens."""


class Settings(Addressed, Protocol):
    """How this install is set up."""

    @property
    def line_api_url(self) -> str:
        """The origin of LINE's calls."""


class Clock(Protocol):
    """The bridge's time."""

    def now(self) -> float:
        """Unix seconds."""


class Journal(Protocol):
    """What operators read."""

    def log(self, text: str, /, **facts: object) -> None:
        """Note something."""

    def hide(self, secret: str, /) -> None:
        """Never write this anywhere."""


class Tokens(Protocol):
    """The channel access token of the moment."""

    async def current(self) -> str:
        """The token; waits while LINE has refused all there are."""

    async def refused(self, token: str, /) -> None:
        """LINE answered 401 to it."""

    def changed(self) -> None:
        """The channel has another token now."""


class Desk(Protocol):
    """The desk, which knows channels by number."""

    def reconfigure(self) -> object:
        """Read channels, destinations and staff anew."""


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

    @property
    def desk(self) -> Desk:
        """Its desk."""
