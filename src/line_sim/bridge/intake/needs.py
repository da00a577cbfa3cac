"""What intake asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from line_sim.bridge.parts import HasChannels, HasClock, HasJournal, HasStore

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from line_sim.bridge.intake.chats import Chats
    from line_sim.bridge.intake.people import People
    from line_sim.bridge.intake.transcript import Transcript


class Desk(Protocol):
    """The desk."""

    def receive(self, channel: int, visitor: int, kind: str) -> int | None:
        """Take a message of a visitor; the enquiry it belongs to."""

    def visitor(self, line_user_id: str) -> int:
        """The number of a visitor, a new one where needed."""


class Media(Protocol):
    """Content that customers send."""

    def fetch_wanted(self) -> None:
        """Fetch what entries want."""

    def forget(self, entry: int) -> None:
        """Let go of an entry's file."""

    def on_fetched(self, call: Callable[[int], object]) -> None:
        """Have `call` told the entry whose content came, or will not."""


class ReplyTokens(Protocol):
    """The tokens that events bring."""

    def keep(self, chat: int, token: str) -> object:
        """Keep one; within the transaction that takes its event."""


class Owner(HasStore, HasClock, HasJournal, HasChannels, Protocol):
    """The bridge."""

    @property
    def desk(self) -> Desk:
        """Its desk."""

    @property
    def media(self) -> Media:
        """Its media."""

    @property
    def chats(self) -> Chats:
        """Its chats."""

    @property
    def people(self) -> People:
        """Who its customers are."""

    @property
    def transcript(self) -> Transcript:
        """What was written."""

    @property
    def reply_tokens(self) -> ReplyTokens:
        """Its reply tokens."""

    def start(self, work: Coroutine[Any, Any, Any], /) -> asyncio.Task[Any]:
        """Do something beside."""

    def broke(self, what: str, error: BaseException, /) -> None:
        """Tell that something broke inside."""
