"""What staff's accounts ask of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from line_sim.bridge.channels.needs import Addressed
    from line_sim.bridge.desk.inputs import DeskState
    from line_sim.bridge.store.store import Store


class Clock(Protocol):
    """The bridge's time."""

    def now(self) -> float:
        """Unix seconds."""


class Journal(Protocol):
    """What operators read."""

    def log(self, text: str, /, **facts: object) -> None:
        """Note something."""


class Changeable(Protocol):
    """A desk that reads anew what administrators set up."""

    def reconfigure(self) -> object:
        """Read channels, destinations and staff; ConfigurationError with every fault."""


class Desk(Changeable, Protocol):
    """A desk that people work at; members by their numbers."""

    def heartbeat(
        self, staff: int, *, used: bool, client: Literal["dashboard", "mobile"] = "dashboard"
    ) -> bool:
        """A member's device was heard of."""

    def signed_out(self, staff: int) -> bool:
        """A member signed out everywhere."""

    def set_status(self, staff: int, status: str) -> bool:
        """Set the status a member chose."""

    @property
    def state(self) -> DeskState:
        """The desk as it stands."""


class Shop(Protocol):
    """A bridge whose accounts can be changed, be it running or not."""

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
    def desk(self) -> Changeable:
        """Its desk."""

    @property
    def settings(self) -> Addressed:
        """Where it is."""


class Owner(Shop, Protocol):
    """A bridge that runs."""

    @property
    def desk(self) -> Desk:
        """Its desk."""
