"""Signing in and out, one-time links taken, passwords changed; and what the desk hears of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from line_sim.bridge.invitations import digest
from line_sim.bridge.staff import accounts, passwords, people
from line_sim.bridge.staff.passwords import Passwords
from line_sim.bridge.staff.people import Person, folded
from line_sim.bridge.staff.refusals import BusyError, NotNowError, NotSignedInError
from line_sim.bridge.staff.sessions import Session, Sessions
from line_sim.bridge.staff.throttle import Throttle
from line_sim.bridge.store import tables
from line_sim.desk.model import STATUSES
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row

    from line_sim.bridge.staff.needs import Owner
    from line_sim.bridge.staff.sessions import Client

WRONG = "login or password is wrong"
"""One answer for an unknown login, a wrong password, an account suspended or not signed up."""


class Authentication:
    """Who somebody is; made once for a running bridge.

    Parameters
    ----------
    hashing
        How passwords are hashed; None: at full cost.
    """

    def __init__(self, bridge: Owner, hashing: Passwords | None = None) -> None:
        self._bridge = bridge
        self.passwords = hashing or Passwords()
        self.sessions = Sessions(bridge)
        self.sessions.on_ended(self._left)
        self.throttle = Throttle(bridge.clock)

    async def sign_in(
        self, login: str, password: str, *, client: Client, by_cookie: bool, address: str
    ) -> tuple[str, Session]:
        """A new session's token, and the session; the desk has them in the status they chose last.

        Raises
        ------
        NotSignedInError
            Login or password is wrong; which of them is not told.
        TooManyError
            Tried too often.
        BusyError
            Too many at once.
        """
        name = folded(login)
        self.throttle.take(name, address)
        row = self._row(tables.staff.c.login == name) if people.is_login(name) else None
        stored = row.password_hash if row is not None and row.state == "enabled" else None
        if not await self.passwords.matches(stored, password):
            self._bridge.journal.log("sign-in refused", address=address)
            raise NotSignedInError(WRONG, code="wrong_password")
        self.throttle.right(name, address)
        if row is None or self._changed(row, stored):
            raise NotSignedInError(WRONG, code="wrong_password")
        if self.passwords.outdated(row.password_hash):
            with suppress(BusyError):  # then the next time
                await self._rehash(row, password)
        token = self.sessions.begin(row.id, client, by_cookie=by_cookie)
        session = self.sessions.of(token, by_cookie=by_cookie)
        if session is None:  # suspended while the password was hashed anew
            raise NotSignedInError(WRONG, code="wrong_password")
        self._bridge.journal.log("signed in", staff=row.id, client=client)
        self.heard(session, used=True)
        return token, session

    def sign_out(self, session: Session) -> None:
        """End a session; with the last one its person is OFFLINE."""
        self.sessions.end(session)
        self._bridge.journal.log("signed out", staff=session.person.id)

    def heard(self, session: Session, *, used: bool, client: Client | None = None) -> str:
        """Tell the desk that somebody is there; their status now."""
        self.sessions.seen(session, used=used)
        number = session.person.number
        self._bridge.desk.heartbeat(number, used=used, client=client or session.client)
        return self.status(session.person)

    def choose(self, session: Session, status: str) -> str:
        """Set the status somebody chose, active or busy; their status now."""
        self.heard(session, used=True)
        self._bridge.desk.set_status(session.person.number, status)
        return self.status(session.person)

    def status(self, person: Person) -> str:
        """How the desk sees somebody: active, busy, idle, offline."""
        members = self._bridge.desk.state.desk.members
        return (
            STATUSES[members[person.number].status] if person.number < len(members) else "offline"
        )

    async def change_password(self, session: Session, old: str, new: object, address: str) -> None:
        """Set another password; every other session of theirs ends.

        Raises
        ------
        ConfigurationError
            The old one is wrong, or the new one is not to be had.
        TooManyError, BusyError
            As with :meth:`sign_in`.
        """
        person = session.person
        normal = passwords.checked(new, *_own(person), where="password")
        self.throttle.take(person.login, address)
        row = self._row(tables.staff.c.id == person.id)
        stored = None if row is None else row.password_hash
        if not await self.passwords.matches(stored, old):
            given, allowed = "not your password", "the one you signed in with"
            raise ConfigurationError([Fault("old_password", given, allowed)])
        self.throttle.right(person.login, address)
        hashed = await self.passwords.hash(normal)
        with self._bridge.store.transaction():
            if row is None or self._changed(row, stored):
                message = "the password was changed meanwhile"
                raise NotNowError(message, mend="sign in again")
            self._set(person.id, hashed)
            self.sessions.end_all(person.id, besides=session)
            accounts.void_invitations(self._bridge, person.id)
            accounts.note(self._bridge, person.id, "password changed", person.id, person.login)

    async def accept(
        self, token: str, values: Mapping[str, Any], password: object, address: str
    ) -> Person:
        """Take a one-time link: set a password, and make the account where there is none yet.

        Parameters
        ----------
        values
            ``login``, ``first_name``, ``last_name`` and ``locale``: needed of the first
            administrator, else what is to be changed of what is known.

        Raises
        ------
        NotNowError
            The link was used, has ended, or never was.
        ConfigurationError
            With everything that is wrong; the link stays good.
        TooManyError, BusyError
            As with :meth:`sign_in`.
        """
        self.throttle.take("", address)
        invited = self._invited(token)
        self.throttle.right("", address)
        person = None if invited.staff is None else accounts.demand(self._bridge, invited.staff)
        said = {key: value for key, value in values.items() if value is not None}
        if person is not None:
            said = {"login": person.login, "first_name": person.first_name, **said}
        elif missing := [key for key in ("login", "first_name") if key not in said]:
            raise ConfigurationError([Fault(key, "missing", "needed") for key in missing])
        made = people.checked(said)
        normal = passwords.checked(password, *_words(made, person))
        if person is None or made["login"] != person.login:
            accounts.demand_free(self._bridge, made["login"])
        hashed = await self.passwords.hash(normal)
        with self._bridge.store.transaction():
            self._use(token)
            if person is None:
                return self._first(made, hashed)
            return self._joined(person, made, hashed, invited.purpose)

    def _first(self, made: dict[str, Any], hashed: str) -> Person:
        values = {"last_name": "", "locale": "en", **made, "role": "administrator"}
        return accounts.create(self._bridge, values, by=None, password_hash=hashed)

    def _joined(self, person: Person, made: dict[str, Any], hashed: str, purpose: str) -> Person:
        if accounts.demand(self._bridge, person.id).state != "enabled":
            message = "the account is suspended"
            raise NotNowError(message, mend="ask an administrator")
        if made["login"] != person.login:
            accounts.demand_free(self._bridge, made["login"])
        self._set(person.id, hashed, **made)
        self.sessions.end_all(person.id)
        accounts.void_invitations(self._bridge, person.id)
        act = "password reset" if purpose == "reset" else "invitation taken"
        accounts.note(self._bridge, person.id, act, person.id, made["login"])
        self._bridge.desk.reconfigure()
        return accounts.demand(self._bridge, person.id)

    def _invited(self, token: str) -> Row[Any]:
        table = tables.invitations
        row = self._bridge.store.row(select(table).where(table.c.token_hash == digest(token)))
        if row is None or row.expires_at <= self._bridge.clock.now():
            raise _void()
        return row

    def _use(self, token: str) -> None:
        table = tables.invitations
        used = table.delete().where(table.c.token_hash == digest(token))
        if self._bridge.store.run(used).rowcount != 1:
            raise _void()

    def _row(self, which: Any) -> Row[Any] | None:  # noqa: ANN401 - SQLAlchemy's condition
        return self._bridge.store.row(select(tables.staff).where(which))

    def _changed(self, row: Row[Any], stored: str | None) -> bool:
        """Whether the account is not what it was before something was awaited."""
        now = self._row(tables.staff.c.id == row.id)
        return now is None or now.state != "enabled" or now.password_hash != stored

    async def _rehash(self, row: Row[Any], password: str) -> None:
        """Hash a right password at the cost of today."""
        hashed = await self.passwords.hash(passwords.normal(password))
        if not self._changed(row, row.password_hash):
            self._set(row.id, hashed)

    def _set(self, staff: int, hashed: str, **more: Any) -> None:  # noqa: ANN401 - columns
        table = tables.staff
        change = table.update().where(table.c.id == staff).values(password_hash=hashed, **more)
        self._bridge.store.run(change)

    def _left(self, staff: int) -> None:
        person = people.by_id(self._bridge.store, staff)
        if person is not None and self.sessions.open_of(staff) == 0:
            self._bridge.desk.signed_out(person.number)


def _own(person: Person) -> tuple[str, ...]:
    full = f"{person.first_name} {person.last_name}"
    return person.login, person.first_name, person.last_name, full


def _words(made: Mapping[str, Any], person: Person | None) -> tuple[str, ...]:
    said = tuple(str(made.get(key, "")) for key in ("login", "first_name", "last_name"))
    return (*said, *(() if person is None else _own(person)))


def _void() -> NotNowError:
    message = "this link was used, has ended, or never was one"
    mend = "ask an administrator for another; line-sim bridge staff makes one, too"
    return NotNowError(message, "a link works once, within a day", mend, code="link_void")
