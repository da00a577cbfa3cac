"""What customers sent is fetched at once, for LINE deletes it after a time it does not tell."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from line_sim.bridge.journal import described
from line_sim.bridge.media.attempts import Again, Attempts, Got, Missing
from line_sim.bridge.store.tables import chats, entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Row

    from line_sim.bridge.media.needs import Channel, Owner
    from line_sim.bridge.media.vault import Vault

MOST_ATTEMPTS = 5
"""Chosen: to fetch what is said to be there."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 60.0
"""Chosen."""


def waits() -> Iterator[float]:
    """Seconds between attempts: double each time, up to a minute."""
    wait_s = FIRST_WAIT_S
    while True:
        yield wait_s
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)


class Inbound:
    """Fetches what entries want, stores it by its hash, or tells staff why there is none.

    Attributes
    ----------
    changed
        Called with the id of each entry whose content came, or will not.
    """

    def __init__(
        self,
        bridge: Owner,
        vault: Vault,
        attempts: Attempts,
        unused: Callable[[str], object],
    ) -> None:
        self.changed: list[Callable[[int], object]] = []
        self._bridge = bridge
        self._vault = vault
        self._attempts = attempts
        self._unused = unused
        self._fetching: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Fetch whatever is wanted and not being fetched, also from an earlier life."""
        wanted = (
            select(entries, chats.c.channel.label("channel"))
            .join(chats, entries.c.chat == chats.c.id)
            .where(entries.c.fetch == "wanted")
            .order_by(entries.c.id)
        )
        for row in self._bridge.store.rows(wanted):
            channel = self._bridge.channels.by_id(row.channel)
            if row.id not in self._fetching and channel is not None:
                task = asyncio.get_running_loop().create_task(self._fetch(row, channel))
                self._fetching[row.id] = task
                task.add_done_callback(partial(self._done, row.id))

    def _done(self, entry: int, task: asyncio.Task[None]) -> None:
        if self._fetching.get(entry) is task:
            del self._fetching[entry]
        if not task.cancelled() and (error := task.exception()):
            self._bridge.journal.log(f"content of entry {entry}: {described(error)}")

    def stop(self, entry: int) -> None:
        """Fetch no more for an entry."""
        if task := self._fetching.pop(entry, None):
            task.cancel()

    async def close(self) -> None:
        """End what is under way; it stays wanted."""
        tasks = [*self._fetching.values()]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, Exception):
                await task

    async def _fetch(self, row: Row[Any], channel: Channel) -> None:
        try:
            await self._fetched(row, channel)
        except OSError as error:
            why = f"it could not be stored: {error.strerror or error}"
            self._missing(row.id, Missing("failed", why))

    async def _fetched(self, row: Row[Any], channel: Channel) -> None:
        """Try until there is content, or certainly none."""
        began, attempts = self._bridge.clock.now(), 0
        for wait_s in waits():
            with self._vault.draft() as draft:
                found = await self._attempts.once(row, channel, draft)
                if isinstance(found, Got):
                    async with self._vault.keep(draft) as kept:
                        used = self._here(row.id, kept.sha256, found.media_type)
                    if not used:
                        self._unused(kept.sha256)
                    return
            if isinstance(found, Again):
                attempts += found.counts
                enough = attempts >= MOST_ATTEMPTS
                if not enough and self._bridge.clock.now() - began <= found.most_s:
                    await self._bridge.clock.sleep(wait_s)
                    continue
                found = Missing("failed", found.reason)
            self._missing(row.id, found)
            return

    def _here(self, entry: int, sha256: str, media_type: str) -> bool:
        """Say where the content is; whether anybody still wants it."""
        changed = self._bridge.store.run(
            update(entries)
            .where(entries.c.id == entry, entries.c.fetch == "wanted")
            .where(entries.c.state != "retracted")
            .values(media=sha256, media_type=media_type, fetch="")
        ).rowcount
        if changed:
            self._told(entry)
        return bool(changed)

    def _missing(self, entry: int, missing: Missing) -> None:
        """Say in the entry why there is no content."""
        store = self._bridge.store
        this = entries.c.id == entry
        with store.transaction():
            row = store.row(
                select(entries.c.text)
                .where(this, entries.c.fetch == "wanted")
                .where(entries.c.state != "retracted")
            )
            if row is None:
                return
            text = f"{row.text} ({missing.reason})"
            store.run(update(entries).where(this).values(fetch=missing.state, text=text))
        self._bridge.journal.log(f"no content for entry {entry}: {missing.reason}")
        self._told(entry)

    def _told(self, entry: int) -> None:
        for call in self.changed:
            call(entry)
