"""The bridge's media: one object that the rest of the bridge asks."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union, update

from line_sim.bridge.journal import described
from line_sim.bridge.media import rules
from line_sim.bridge.media.attempts import Attempts
from line_sim.bridge.media.checking import Checker
from line_sim.bridge.media.inbound import Inbound
from line_sim.bridge.media.line_content import LineContent
from line_sim.bridge.media.links import Links, no_address
from line_sim.bridge.media.outgoing import Outgoing
from line_sim.bridge.media.vault import Vault
from line_sim.bridge.store.tables import entries, files

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from starlette.routing import BaseRoute

    from line_sim.bridge.media.needs import Channel, Owner
    from line_sim.bridge.media.results import Accepted, Refusal

UNUSED_S = 86_400.0
"""Chosen: wall seconds that a file may lie there without any message."""
SWEPT_EVERY_S = 86_400.0
"""Chosen."""


class Media:
    """What may go out, what came in, and where it lies.

    Belongs to one event loop.

    Parameters
    ----------
    bridge
        Its settings, store, clock, journal and channels are used.
    trust
        What certificates of other providers are checked against; None: the system's authorities.

    Attributes
    ----------
    serve
        The routes under ``/m/``.
    """

    serve: list[BaseRoute]

    def __init__(self, bridge: Owner, trust: ssl.SSLContext | None = None) -> None:
        self.bridge = bridge
        self._vault = Vault(bridge.settings.media_folder)
        self._vault.open()
        self._checker = Checker()
        self._content = LineContent(bridge)
        self._outgoing = Outgoing(self._vault, self._checker, self._hold)
        attempts = Attempts(bridge.settings, self._checker, self._content, trust)
        self._inbound = Inbound(bridge, self._vault, attempts, self._drop_unused)
        self._links = Links(bridge, self._vault)
        self._accepted: dict[str, float] = {}
        """When files were stored that may be in no message yet; seconds of `monotonic`."""
        self._sweeping: asyncio.Task[None] | None = None
        self.serve = [*self._links.routes]

    async def start(self) -> None:
        """Fetch what an earlier life did not; called once the loop runs and channels are read."""
        self._inbound.wake()
        self._sweeping = asyncio.create_task(self._sweep_daily())

    async def close(self) -> None:
        """End what is under way; what was not fetched stays wanted."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeping
        await self._inbound.close()
        await self._checker.close()
        await self._content.close()

    def on_fetched(self, call: Callable[[int], object]) -> None:
        """Have `call` told the id of each entry whose content came, or will not."""
        self._inbound.changed.append(call)

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
        if refused := no_address(self.bridge.settings.public_url):
            return refused
        return await self._outgoing.accept(data, name, declared_type, channel.limits)

    def refusal(self, message_type: str, channel: Channel) -> Refusal | None:
        """Why a channel sends no messages of a type (``flex``); None where it does."""
        return rules.refused_type(message_type, channel.limits)

    def message(self, accepted: Accepted, channel: Channel) -> dict[str, Any]:  # noqa: ARG002
        """LINE's message object that shows a file, with URLs that live for a year from now.

        To be called in the transaction that adds the outbox row.
        """
        url = self._links.new(accepted.sha256, accepted.type)
        said: dict[str, Any] = {"type": accepted.kind, "originalContentUrl": url}
        if accepted.kind == "audio":
            return said | {"duration": accepted.duration_ms}
        return said | {"previewImageUrl": self._links.new(accepted.preview_sha256, "image/jpeg")}

    def fetch_wanted(self) -> None:
        """Fetch the content of all entries whose `fetch` is ``wanted``; by ``after_commit``."""
        self._inbound.wake()

    def forget(self, entry: int) -> None:
        """Let go of an entry's file: its content, links to it, and the file if nobody else's.

        To be called in the transaction that retracts or erases the entry; the file itself goes
        when that is safe.
        """
        store = self.bridge.store
        with store.transaction():
            hashes = self._links.end(entry)
            media = store.value(select(entries.c.media).where(entries.c.id == entry))
            store.run(
                update(entries)
                .where(entries.c.id == entry)
                .values(media="", media_type="", fetch="", source_url="")
            )
        gone = sorted(hashes | ({media} if media else set()))
        store.after_commit(partial(self._forgotten, entry, gone))

    def _forgotten(self, entry: int, hashes: Iterable[str]) -> None:
        self._inbound.stop(entry)
        for each in hashes:
            self._drop_unused(each)

    def path(self, sha256: str) -> Path | None:
        """Where a stored file lies; None where it is not there, or that is no hash."""
        return self._vault.path(sha256)

    def _hold(self, sha256: str) -> None:
        self._accepted[sha256] = monotonic()

    def _drop_unused(self, sha256: str) -> None:
        """Delete a file unless a message holds it, or somebody is about to send it."""
        held = union(
            select(entries.c.media).where(entries.c.media == sha256),
            select(files.c.sha256).where(files.c.sha256 == sha256),
        )
        accepted = self._accepted.get(sha256)
        if accepted is not None and monotonic() - accepted < UNUSED_S:
            return
        if self.bridge.store.row(held) is None:
            self._vault.drop(sha256)

    async def _sweep_daily(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception as error:  # noqa: BLE001 - it is tried again tomorrow
                told = f"files that nobody needs were not deleted: {described(error)}"
                self.bridge.journal.log(told)
            await self.bridge.clock.sleep(SWEPT_EVERY_S)

    async def sweep(self) -> None:
        """End addresses whose year is over; delete files that no message holds any more."""
        now = monotonic()
        self._accepted = {each: at for each, at in self._accepted.items() if now - at < UNUSED_S}
        old = await asyncio.to_thread(self._vault.older_than, UNUSED_S)
        for each in {*self._links.end_expired(), *old}:
            self._drop_unused(each)
