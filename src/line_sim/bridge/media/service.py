"""The bridge's media: one object that the rest of the bridge asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.routing import BaseRoute

    from line_sim.bridge.media.needs import Channel, Owner
    from line_sim.bridge.media.results import Accepted, Refusal


class Media:
    """What may go out, what came in, and where it lies.

    Parameters
    ----------
    bridge
        Its settings, store, clock, journal and channels are used.

    Attributes
    ----------
    serve
        The routes under ``/m/``.
    """

    serve: list[BaseRoute]

    def __init__(self, bridge: Owner) -> None:
        self.bridge = bridge
        self.serve = []

    async def start(self) -> None:
        """Fetch what an earlier life did not; called once the loop runs and channels are read."""

    async def close(self) -> None:
        """End what is under way; what was not fetched stays wanted."""

    async def accept(
        self, data: bytes | Path, name: str, declared_type: str, channel: Channel
    ) -> Accepted | Refusal:
        """Check a file that staff want to send, convert it where LINE needs that, and store it.

        Nothing is sent. What was accepted and is in no message within a day is deleted.

        Parameters
        ----------
        data
            The file, or where it lies; it is copied.
        name, declared_type
            What its sender calls it. Only told in a refusal; the content decides.
        channel
            Whose profile decides.
        """
        raise NotImplementedError

    def refusal(self, message_type: str, channel: Channel) -> Refusal | None:
        """Why a channel sends no messages of a type (``flex``); None where it does."""
        raise NotImplementedError

    def message(self, accepted: Accepted, channel: Channel) -> dict[str, Any]:
        """LINE's message object that shows a file, with URLs that live for a year from now.

        To be called in the transaction that adds the outbox row.
        """
        raise NotImplementedError

    def fetch_wanted(self) -> None:
        """Fetch the content of all entries whose `fetch` is ``wanted``; by ``after_commit``."""

    def forget(self, entry: int) -> None:
        """Let go of an entry's file: its content, links to it, and the file if nobody else's.

        To be called in the transaction that retracts or erases the entry; the file itself goes
        when that is safe.
        """
        raise NotImplementedError

    def path(self, sha256: str) -> Path | None:
        """Where a stored file lies; None where it is not there, or that is no hash."""
        raise NotImplementedError
