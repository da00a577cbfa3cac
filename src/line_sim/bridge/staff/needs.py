"""What staff's accounts ask of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from line_sim.bridge.parts import HasClock, HasLog, HasStore, Reconfigurable

if TYPE_CHECKING:
    from line_sim.bridge.desk.inputs import DeskState
    from line_sim.bridge.parts import Addressed


class Desk(Reconfigurable, Protocol):
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


class Shop(HasStore, HasClock, HasLog, Protocol):
    """A bridge whose accounts can be changed, be it running or not."""

    @property
    def desk(self) -> Reconfigurable:
        """Its desk."""

    @property
    def settings(self) -> Addressed:
        """Where it is."""


class Owner(Shop, Protocol):
    """A bridge that runs."""

    @property
    def desk(self) -> Desk:
        """Its desk."""
