"""What media asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from line_sim.bridge.store.store import Store
    from line_sim.wire.bridge_profiles import BridgeProfile


class Settings(Protocol):
    """How this install is set up."""

    @property
    def media_folder(self) -> Path:
        """Where files lie."""

    @property
    def public_url(self) -> str:
        """The HTTPS address at which customers reach this bridge; empty: none."""

    @property
    def line_data_url(self) -> str:
        """The origin of LINE's content."""

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


class Tokens(Protocol):
    """The channel access token of the moment, for calls that only media makes."""

    async def current(self) -> str:
        """The token; waits while LINE has refused all there are."""

    async def refused(self, token: str, /) -> None:
        """LINE answered 401 to it."""


class Channel(Protocol):
    """A connected channel."""

    @property
    def id(self) -> int:
        """Its row."""

    @property
    def limits(self) -> BridgeProfile:
        """What it takes and sends."""

    @property
    def tokens(self) -> Tokens:
        """What calls are made with."""


class Channels(Protocol):
    """Those connected."""

    def by_id(self, channel: int, /) -> Channel | None:
        """One of them; None where it is no longer there."""


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
    def channels(self) -> Channels:
        """Its channels."""
