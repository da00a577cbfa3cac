"""Webhooks that come at the same time are taken in one transaction, each event by itself.

What an event causes (its entry, the desk's input and rows, what is to be sent) is written in the
same transaction as its id. So an event whose webhook was not confirmed is never taken for known,
and one that was is never done twice: not by a redelivery, not by a second copy in the same moment,
not after a restart.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import exc

from line_sim.bridge.intake.events import Events
from line_sim.bridge.intake.shapes import happened_ms, id_in, word_in
from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.intake.needs import Owner
    from line_sim.bridge.intake.shapes import Event

TOGETHER_S = 0.002
"""Wall seconds that a webhook waits for others to share its commit (chosen; at most 5 ms)."""
MOST_EVENTS = 40
"""Events of one transaction, for nothing else is served meanwhile; one webhook may have more
(chosen)."""


class Webhook(NamedTuple):
    """A webhook that was rightly signed: its channel and its events."""

    channel: Connected
    events: list[Any]


class Taking:
    """Takes webhooks for good."""

    def __init__(self, bridge: Owner) -> None:
        self._bridge = bridge
        self._events = Events(bridge)
        self._waiting: list[tuple[Webhook, asyncio.Future[bool]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, webhook: Webhook) -> bool:
        """Store a webhook and what it causes; False where that cannot be done now."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((webhook, done))
        if self._timer is None:
            self._timer = loop.call_later(TOGETHER_S, self._commit)
        return await done

    def close(self) -> None:
        """Take no more; who still waits is told that it could not be done."""
        if self._timer is not None:
            self._timer.cancel()
        for _, done in self._waiting:
            if not done.done():
                done.set_result(False)
        self._waiting.clear()

    def _commit(self) -> None:
        """Commit a group of those that wait; if that fails, each by itself.

        That a connection was cut is found by using it: the second attempt has another one.
        """
        count, size = 0, 0
        while count < len(self._waiting) and (count == 0 or size < MOST_EVENTS):
            size += len(self._waiting[count][0].events)
            count += 1
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        self._timer = None
        if self._waiting:
            self._timer = asyncio.get_running_loop().call_later(0, self._commit)
        webhooks = [webhook for webhook, _ in group]
        safe = self._stored(webhooks)
        for webhook, done in group:
            stored = safe or self._stored([webhook])
            if not done.done():
                done.set_result(stored)

    def _stored(self, webhooks: list[Webhook]) -> bool:
        try:
            with self._bridge.store.transaction():
                for webhook in webhooks:
                    self._take(webhook)
                for channel in {each.channel.id for each in webhooks}:
                    self._note_time(channel)
        except Exception as error:  # noqa: BLE001 - LINE delivers it again
            self._bridge.broke("storing webhooks", error)
            return False
        return True

    def _note_time(self, channel: int) -> None:
        table = tables.channels
        values = {"last_webhook_at": self._bridge.clock.now()}
        self._bridge.store.run(table.update().where(table.c.id == channel).values(**values))

    def _take(self, webhook: Webhook) -> None:
        """The events of one webhook, in the order in which they happened."""
        found = [event for event in webhook.events if isinstance(event, dict)]
        if strange := len(webhook.events) - len(found):
            told = f"{strange} events of a webhook are no JSON objects"
            self._bridge.journal.alert("event", told, channel=webhook.channel.id)
        now_ms = self._bridge.clock.now_ms()
        for event in sorted(found, key=lambda each: happened_ms(each, now_ms)):
            if self._is_new(webhook.channel, event):
                self._act(webhook.channel, event)

    def _is_new(self, channel: Connected, event: Event) -> bool:
        """Remember an event's id; whether it was new. One without an id is always new."""
        name = id_in(event, "webhookEventId")
        if not name:
            return True
        now = self._bridge.clock.now()
        return self._bridge.store.add_new(
            tables.events, channel=channel.id, event=name, came_at=now
        )

    def _act(self, channel: Connected, event: Event) -> None:
        """Act on one event; what is wrong with it harms no other."""
        store = self._bridge.store
        try:
            with store.transaction():
                self._events.take(channel, event)
        except (exc.OperationalError, exc.InterfaceError, MemoryError, OSError):
            raise  # not the event's fault: LINE delivers it again
        except Exception as error:  # noqa: BLE001 - whatever it is, the neighbours are handled
            kind = word_in(event, "type")
            self._bridge.broke(f"an event of type {kind!r}", error)
            try:
                with store.transaction():
                    self._events.unreadable(channel, event)
            except Exception as second:  # noqa: BLE001 - then only the alert tells of it
                self._bridge.broke(f"the note of an event of type {kind!r}", second)
