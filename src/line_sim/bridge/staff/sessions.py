"""Sessions: opaque tokens of which only hashes are stored, for twelve hours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select

from line_sim.bridge.invitations import digest
from line_sim.bridge.staff.people import Person, person_of
from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.staff.needs import Shop

Client = Literal["dashboard", "mobile"]
LIFE_S = 12 * 3_600.0
"""From sign-in, however much it is used."""
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in.

    Parameters
    ----------
    key : the hash of the token: what the session is stored under.
    by_cookie : whether its token travels in a cookie, so that requests must prove their origin.
    expires_at : Unix seconds.
    """

    key: str
    person: Person
    client: Client
    by_cookie: bool
    expires_at: float


def csrf_of(token: str) -> str:
    """What a page sends beside the cookie: who knows it does not know the token."""
    mac = hmac.digest(token.encode(), b"line_sim.bridge.csrf", hashlib.sha256)
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode("ascii")


class Sessions:
    """Who is signed in."""

    def __init__(self, bridge: Shop) -> None:
        self._bridge = bridge
        self._listeners: list[Callable[[int], object]] = []

    def on_ended(self, listener: Callable[[int], object]) -> None:
        """Call it with a staff id, after commit, whenever sessions of theirs were ended."""
        self._listeners.append(listener)

    def begin(self, staff: int, client: Client, *, by_cookie: bool) -> str:
        """Open a session; its token, which is nowhere else."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._bridge.clock.now()
        with self._bridge.store.transaction():
            self._sweep(now)
            self._bridge.store.run(
                tables.sessions.insert().values(
                    token_hash=digest(token),
                    staff=staff,
                    csrf_hash=digest(csrf_of(token)) if by_cookie else None,
                    client=client,
                    created_at=now,
                    expires_at=now + LIFE_S,
                    seen_at=now,
                    used_at=now,
                )
            )
        return token

    def of(self, token: str, *, by_cookie: bool) -> Session | None:
        """The session of a token that came by cookie, or as a bearer's; None: there is none.

        A token is good only on the way it was given out for.
        """
        found = self.again(digest(token))
        return found if found is not None and found.by_cookie == by_cookie else None

    def again(self, key: str) -> Session | None:
        """The session of a key as it is now: for who answers longer than a moment."""
        table, staff = tables.sessions, tables.staff
        query = select(staff, table.c.client, table.c.csrf_hash, table.c.expires_at).join_from(
            table, staff, table.c.staff == staff.c.id
        )
        row = self._bridge.store.row(query.where(table.c.token_hash == key))
        if row is None or row.expires_at <= self._bridge.clock.now() or row.state != "enabled":
            return None
        by_cookie = row.csrf_hash is not None
        return Session(key, person_of(row), row.client, by_cookie, row.expires_at)

    def csrf_matches(self, session: Session, given: str) -> bool:
        """Whether a page sent what belongs to its session."""
        table = tables.sessions
        query = select(table.c.csrf_hash).where(table.c.token_hash == session.key)
        stored = self._bridge.store.value(query) or ""
        return bool(stored) and hmac.compare_digest(stored, digest(given))

    def seen(self, session: Session, *, used: bool) -> None:
        """Note that it is alive, and whether its person did something."""
        now = self._bridge.clock.now()
        values = {"seen_at": now, **({"used_at": now} if used else {})}
        table = tables.sessions
        key = table.c.token_hash == session.key
        self._bridge.store.run(table.update().where(key).values(**values))

    def end(self, session: Session) -> None:
        """Sign one out."""
        table = tables.sessions
        self._ended(session.person.id, table.c.token_hash == session.key)

    def end_all(self, staff: int, besides: Session | None = None) -> None:
        """Sign somebody out everywhere, but for one session."""
        kept = "" if besides is None else besides.key
        self._ended(staff, tables.sessions.c.token_hash != kept)

    def open_of(self, staff: int) -> int:
        """How many sessions somebody has."""
        table = tables.sessions
        mine = (table.c.staff == staff) & (table.c.expires_at > self._bridge.clock.now())
        return int(self._bridge.store.value(select(func.count()).select_from(table).where(mine)))

    def _ended(self, staff: int, which: Any) -> None:  # noqa: ANN401 - SQLAlchemy's condition
        table, store = tables.sessions, self._bridge.store
        with store.transaction():
            store.run(table.delete().where(table.c.staff == staff, which))
            for listener in self._listeners:
                store.after_commit(partial(listener, staff))

    def _sweep(self, now: float) -> None:
        store = self._bridge.store
        for table in (tables.sessions, tables.invitations):
            store.run(table.delete().where(table.c.expires_at <= now))
