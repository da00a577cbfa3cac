"""Who is told: subscriptions, made only where a challenge is answered."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, select, update

from line_sim.bridge.notify.body import in_bytes
from line_sim.bridge.notify.posting import post
from line_sim.bridge.store.tables import notifications, subscriptions
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    import ssl

    from line_sim.bridge.notify.needs import Owner

MOST = 10
"""Subscriptions of an install (chosen)."""
LONGEST_URL = 2_000
"""Characters (chosen)."""
SECRET_BYTES = 32


class Subscription(NamedTuple):
    """One subscriber; its secret is told once, when it is made."""

    id: int
    url: str
    state: str
    waiting: int
    """Notifications that it has not taken yet."""
    given_up: int
    """Those it did not take in a day."""


class Made(NamedTuple):
    """A new subscription, and the secret its webhooks are signed with."""

    id: int
    secret: str


def listed(bridge: Owner) -> list[Subscription]:
    """All there are."""
    counts = {
        (row.subscription, row.state): row.count_
        for row in bridge.store.rows(
            select(
                notifications.c.subscription, notifications.c.state,
                func.count().label("count_"),
            ).group_by(notifications.c.subscription, notifications.c.state)
        )
    }  # fmt: skip
    return [
        Subscription(
            row.id, row.url, row.state, counts.get((row.id, "queued"), 0),
            counts.get((row.id, "failed"), 0),
        )
        for row in bridge.store.rows(select(subscriptions).order_by(subscriptions.c.id))
    ]  # fmt: skip


async def subscribe(bridge: Owner, url: str, trust: ssl.SSLContext | None = None) -> Made:
    """Make a subscription for whoever answers a challenge at an address.

    It is posted ``{"type": "challenge", "challenge": "..."}``, signed as everything else, and
    answers 2xx with ``{"challenge": "..."}`` or just the words of the challenge.

    Raises
    ------
    ConfigurationError
        It does not, the address is not public, or there are too many.
    """
    allowed = "an https:// address of a public host that answers the challenge"
    if len(url) > LONGEST_URL:
        raise ConfigurationError([Fault("url", f"{len(url):,} characters", allowed)])
    if (count := len(listed(bridge))) >= MOST:
        raise ConfigurationError([Fault("subscriptions", f"{count} already", f"at most {MOST}")])
    secret, words = secrets.token_urlsafe(SECRET_BYTES), secrets.token_urlsafe()
    asked = in_bytes({"type": "challenge", "challenge": words})
    loopback = bridge.settings.allow_loopback
    answer = await post(url, secret, asked, loopback=loopback, trust=trust)
    if not answer.taken:
        raise ConfigurationError([Fault("url", answer.told, allowed)])
    if not _repeated(answer.body, words):
        mend = 'answer {"challenge": ...} with what was sent'
        raise ConfigurationError([Fault("url", "the challenge was not repeated", allowed, mend)])
    made = bridge.store.add(subscriptions, url=url, state="on", secret_box=bridge.keys.seal(secret))
    return Made(made, secret)


def unsubscribe(bridge: Owner, subscription: int) -> bool:
    """End one; what it has not taken yet is dropped. False where there is none."""
    store = bridge.store
    with store.transaction():
        store.run(delete(notifications).where(notifications.c.subscription == subscription))
        gone = store.run(delete(subscriptions).where(subscriptions.c.id == subscription))
    return gone.rowcount > 0


def switch(bridge: Owner, subscription: int, *, on: bool) -> bool:
    """Tell one nothing for a while, or go on; False where there is none."""
    where = subscriptions.c.id == subscription
    change = update(subscriptions).where(where).values(state="on" if on else "off")
    return bridge.store.run(change).rowcount > 0


def _repeated(body: bytes, words: str) -> bool:
    try:
        text = body.decode()
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
        text = body.decode("utf-8", "replace")
    found = said.get("challenge") if isinstance(said, dict) else said or text.strip()
    return isinstance(found, str) and secrets.compare_digest(found.encode(), words.encode())
