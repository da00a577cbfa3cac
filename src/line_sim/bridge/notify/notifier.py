"""The way of a notification: written with what it tells of, sent until it is taken.

At least once, and of one enquiry in order: a copy is known by its ``id``, so an attempt whose
answer got lost is simply made again, after a kill too. What a subscriber does not take in a day is
given up, and a person is told.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, select, update

from line_sim.bridge.notify.body import STATUSES, body_of, in_bytes
from line_sim.bridge.notify.posting import Answer, post
from line_sim.bridge.store.tables import notifications, subscriptions

if TYPE_CHECKING:
    import ssl

    from line_sim.bridge.desk.words import HappeningRow
    from line_sim.bridge.notify.needs import Owner

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 600.0
"""Between attempts: doubled each time (chosen)."""
GIVEN_UP_S = 86_400.0
"""How old a notification gets (chosen)."""
KEPT_S = 7 * 86_400.0
"""How long those that are over are kept, to be looked at (chosen)."""
AT_ONCE = 4
"""Requests under way of one subscription, each of another enquiry (chosen)."""

LOOKED_AT = 200
"""Enquiries of one subscription that are looked at for what is due (chosen)."""


class Lane(NamedTuple):
    """What goes out one after another: what one subscriber is told of one enquiry."""

    subscription: int
    enquiry: int


class Notifier:
    """Tells subscribers of enquiries.

    Belongs to one event loop. It listens from when it is made, and sends between `start` and
    `close`.

    Parameters
    ----------
    trust
        What certificates of subscribers are checked against; None: the system's authorities.
    """

    def __init__(self, bridge: Owner, trust: ssl.SSLContext | None = None) -> None:
        self._bridge, self._store, self.trust = bridge, bridge.store, trust
        self._wanted = asyncio.Event()
        self._sending: dict[Lane, asyncio.Task[None]] = {}
        self._due: dict[Lane, float] = {}
        self._pump: asyncio.Task[None] | None = None
        bridge.desk.on_row(self._happened)

    async def start(self) -> None:
        """Send what is there, and what comes."""
        over = notifications.c.state != "queued"
        old = notifications.c.made_at < self._bridge.clock.now() - KEPT_S
        self._store.run(delete(notifications).where(over, old))
        self._pump = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Stop at once: what is under way is sent again."""
        tasks = [*self._sending.values(), *([self._pump] if self._pump else [])]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._sending.clear()

    def wake(self) -> None:
        """Look again what is to be sent."""
        self._wanted.set()

    def _happened(self, row: HappeningRow) -> None:
        """Write a notification for every subscriber, within the transaction of the desk."""
        if row.kind not in STATUSES:
            return
        on = select(subscriptions.c.id).where(subscriptions.c.state == "on")
        for subscriber in self._store.rows(on):
            self._store.add(
                notifications, subscription=subscriber.id, enquiry=row.enquiry,
                body=body_of(self._store, row), made_at=self._bridge.clock.now(),
            )  # fmt: skip
            self._store.after_commit(self.wake)

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            next_s = self._begin_due()
            waits: list[asyncio.Task[object]] = [asyncio.create_task(self._wanted.wait())]
            if next_s is not None:
                waits.append(asyncio.create_task(self._bridge.clock.sleep(next_s)))
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()

    def _begin_due(self) -> float | None:
        """Begin what may be sent now; seconds until the next may be, None: nothing waits."""
        on = select(subscriptions.c.id).where(subscriptions.c.state == "on")
        waits = [self._begin_due_of(row.id) for row in self._store.rows(on)]
        return min((each for each in waits if each is not None), default=None)

    def _begin_due_of(self, subscription: int) -> float | None:
        now, waits = self._bridge.clock.now(), list[float]()
        first = func.min(notifications.c.id).label("first")
        heads = (
            select(first, notifications.c.enquiry)
            .where(
                notifications.c.state == "queued", notifications.c.subscription == subscription
            )
            .group_by(notifications.c.enquiry)
            .order_by(first)
            .limit(LOOKED_AT)
        )  # fmt: skip
        free = AT_ONCE - sum(each.subscription == subscription for each in self._sending)
        for row in self._store.rows(heads) if free > 0 else ():
            lane = Lane(subscription, row.enquiry)
            if lane in self._sending or free == 0:
                continue
            if (due := self._due.get(lane, now)) > now:
                waits.append(due - now)
                continue
            self._sending[lane] = asyncio.create_task(self._send(lane, row.first))
            free -= 1
        return min(waits, default=None)

    async def _send(self, lane: Lane, notification: int) -> None:
        """Make one attempt; whatever breaks, there is another one later."""
        try:
            await self._attempt(lane, notification)
        except Exception as error:  # noqa: BLE001 - or the lane would stand still in silence
            self._due[lane] = self._bridge.clock.now() + LONGEST_WAIT_S
            self._bridge.journal.log(f"notification {notification}: {type(error).__name__}")
        finally:
            self._sending.pop(lane, None)
            self._wanted.set()

    async def _attempt(self, lane: Lane, notification: int) -> None:
        found = self._store.row(
            select(notifications, subscriptions.c.url, subscriptions.c.secret_box)
            .join(subscriptions)
            .where(notifications.c.id == notification)
        )
        if found is None:  # unsubscribed
            return
        secret = self._bridge.keys.open(found.secret_box)
        loopback = self._bridge.settings.allow_loopback
        body = in_bytes(found.body)
        answer = await post(found.url, secret, body, loopback=loopback, trust=self.trust)
        self._ended(lane, notification, found.made_at, found.tries + 1, answer)

    def _ended(
        self, lane: Lane, notification: int, made_at: float, tries: int, answer: Answer
    ) -> None:
        now, state = self._bridge.clock.now(), "queued"
        self._due.pop(lane, None)
        if answer.taken:
            state = "sent"
        elif now - made_at >= GIVEN_UP_S:
            state = "failed"
            told = f"subscription {lane.subscription} took no notification for a day: {answer.told}"
            self._bridge.journal.alert("notification", told)
        else:
            self._due[lane] = now + min(FIRST_WAIT_S * 2 ** min(tries - 1, 20), LONGEST_WAIT_S)
        change = update(notifications).where(notifications.c.id == notification)
        self._store.run(change.values(tries=tries, state=state))
