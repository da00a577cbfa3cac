"""What media asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from line_sim.bridge.parts import CallsOthers, HasClock, HasLog, HasStore, Public

if TYPE_CHECKING:
    from pathlib import Path

    from line_sim.bridge.parts import Tokens
    from line_sim.wire.bridge_profiles import BridgeProfile


class Settings(Public, CallsOthers, Protocol):
    """How this install is set up."""

    @property
    def media_folder(self) -> Path:
        """Where files lie."""

    @property
    def line_data_url(self) -> str:
        """The origin of LINE's content."""


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
        """What calls are made with, those that only media makes."""


class Channels(Protocol):
    """Those connected."""

    def by_id(self, channel: int, /) -> Channel | None:
        """One of them; None where it is no longer there."""


class Owner(HasStore, HasClock, HasLog, Protocol):
    """The bridge."""

    @property
    def settings(self) -> Settings:
        """How it is set up."""

    @property
    def channels(self) -> Channels:
        """Its channels."""
