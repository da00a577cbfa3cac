"""What channels ask of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from line_sim.bridge import parts
from line_sim.bridge.parts import (
    Addressed,
    CallsLine,
    HasChannels,
    HasClock,
    HasKeys,
    HasLog,
    HasStore,
)

if TYPE_CHECKING:
    from line_sim.bridge.parts import Reconfigurable


class Settings(Addressed, CallsLine, Protocol):
    """How this install is set up."""


class Tokens(parts.Tokens, Protocol):
    """The channel access token of the moment, which may be replaced."""

    def changed(self) -> None:
        """The channel has another token now."""


class Owner(HasStore, HasClock, HasLog, HasKeys, HasChannels, Protocol):
    """The bridge, running or not."""

    @property
    def settings(self) -> Settings:
        """How it is set up."""

    @property
    def desk(self) -> Reconfigurable:
        """Its desk, which knows channels by number."""
