"""What sending asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from line_sim.bridge.parts import HasChannels, HasClock, HasJournal, HasStore, Watched

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.media.results import Accepted


class Transcript(Protocol):
    """What staff see of chats."""

    def note(
        self,
        chat: int,
        *,
        author: Literal["customer", "staff", "system"],
        kind: str,
        text: str,
        at_ms: int,
        **columns: Any,  # noqa: ANN401 - of the table of entries
    ) -> int:
        """Write an entry, in the caller's transaction; its id."""

    def set(self, entry: int, **columns: Any) -> None:  # noqa: ANN401
        """Change columns of an entry, in the caller's transaction."""


class Media(Protocol):
    """Files that staff send."""

    def message(self, accepted: Accepted, channel: Connected) -> dict[str, Any]:
        """LINE's message that shows a file."""


class Desk(Watched, Protocol):
    """The live desk."""

    def staff_message(self, enquiry: int, kind: str) -> bool:
        """Note that the owner wrote."""


class Sender(HasStore, HasClock, HasJournal, HasChannels, Protocol):
    """As much of the bridge as the outbox needs."""


class Owner(Sender, Protocol):
    """The bridge."""

    @property
    def transcript(self) -> Transcript:
        """What staff see."""

    @property
    def media(self) -> Media:
        """Its files."""

    @property
    def desk(self) -> Desk:
        """Its desk."""
