"""Accounts as administrators keep them: made, changed, suspended, deleted.

Each change is one transaction with the desk, which refuses what it cannot be made of. Numbers on
the desk are given once: who is deleted stays as a row, and history keeps their name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from line_sim.bridge import invitations
from line_sim.bridge.desk.setup import next_number
from line_sim.bridge.staff import audit, people
from line_sim.bridge.staff.refusals import NotFoundError, NotNowError
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.bridge.staff.needs import Shop
    from line_sim.bridge.staff.people import Person
    from line_sim.bridge.staff.sessions import Sessions

GIVEN = ("first_name", "last_name", "locale", "role", "max_concurrent", "languages")
"""What administrators say of somebody, beside the login and the state."""


def create(
    bridge: Shop, values: Mapping[str, Any], *, by: int | None, password_hash: str | None = None
) -> Person:
    """Make an account.

    Parameters
    ----------
    values
        ``login``, and keys of :data:`GIVEN`.
    by
        The administrator's row, for the audit; None: the command line, or a one-time link.

    Raises
    ------
    ConfigurationError
        With everything that is wrong; the login may be taken.
    """
    made = people.checked(values)
    store = bridge.store
    with store.transaction():
        demand_free(bridge, made["login"])
        number = next_number(store, tables.staff)
        staff = store.add(
            tables.staff, number=number, created_at=bridge.clock.now(),
            password_hash=password_hash, **_stored(made),
        )  # fmt: skip
        note(bridge, by, "staff added", staff, made["login"])
        bridge.desk.reconfigure()
    return demand(bridge, staff)


def edit(
    bridge: Shop, sessions: Sessions, staff: int, values: Mapping[str, Any], *, by: int | None
) -> Person:
    """Change what is said of somebody; suspended, they are signed out everywhere.

    Parameters
    ----------
    values
        Keys of :data:`GIVEN`, ``login`` and ``state`` (enabled or suspended); others stay.

    Raises
    ------
    ConfigurationError
        With everything that is wrong.
    NotNowError
        They are the last administrator.
    """
    person = demand(bridge, staff)
    made = people.checked(values)
    if not made:
        return person
    with bridge.store.transaction():
        if made.get("login", person.login) != person.login:
            demand_free(bridge, made["login"])
        if made.get("role", person.role) != "administrator" or made.get("state") == "suspended":
            demand_another(bridge, person)
        table = tables.staff
        bridge.store.run(table.update().where(table.c.id == staff).values(**_stored(made)))
        if made.get("state") == "suspended":
            sessions.end_all(staff)
        note(bridge, by, "staff edited", staff, f"{person.login}: {', '.join(sorted(made))}")
        bridge.desk.reconfigure()
    return demand(bridge, staff)


def delete(bridge: Shop, sessions: Sessions, staff: int, *, by: int | None) -> None:
    """Take somebody's account away; their login is free, what they wrote stays.

    Raises
    ------
    NotNowError
        They are the last administrator.
    """
    person = demand(bridge, staff)
    store, table = bridge.store, tables.staff
    with store.transaction():
        demand_another(bridge, person)
        values = {
            "state": "deleted",
            "password_hash": None,
            "login": f"{person.login}#{staff}",  # no login of a living account has a #
        }
        store.run(table.update().where(table.c.id == staff).values(**values))
        sessions.end_all(staff)
        void_invitations(bridge, staff)
        _leave_destinations(bridge, staff)
        note(bridge, by, "staff deleted", staff, person.login)
        bridge.desk.reconfigure()


def invite(bridge: Shop, staff: int, *, by: int | None) -> str:
    """A one-time link for somebody to set a password by; earlier ones are void.

    Raises
    ------
    NotNowError
        The account is suspended.
    """
    person = demand(bridge, staff)
    if person.state != "enabled":
        message = "the account is suspended"
        raise NotNowError(message, "an enabled one", "enable it first")
    purpose: invitations.Purpose = "reset" if person.signed_up else "staff"
    with bridge.store.transaction():
        void_invitations(bridge, staff)
        token = invitations.issue(bridge.store, purpose, bridge.clock.now(), staff)
        act = "password reset link made" if person.signed_up else "invitation made"
        note(bridge, by, act, staff, person.login)
    settings = bridge.settings
    origin = settings.public_url or f"http://{settings.host}:{settings.port}"
    return invitations.link(origin, token)


def demand(bridge: Shop, staff: int) -> Person:
    """Somebody who is not deleted.

    Raises
    ------
    NotFoundError
        There is nobody.
    """
    person = people.by_id(bridge.store, staff)
    if person is None or person.state == "deleted":
        message = f"there is no member of staff {staff}"
        raise NotFoundError(message)
    return person


def demand_free(bridge: Shop, login: str) -> None:
    """Refuse a login that somebody has.

    Raises
    ------
    ConfigurationError
        Somebody has it.
    """
    table = tables.staff
    if bridge.store.value(select(table.c.id).where(table.c.login == login)) is not None:
        raise ConfigurationError([Fault("login", f"{login!r} is taken", "one that nobody has")])


def demand_another(bridge: Shop, person: Person) -> None:
    """Refuse what would leave nobody who may set up the bridge.

    Raises
    ------
    NotNowError
        They are the last enabled administrator who can sign in.
    """
    if not (person.administrator and person.state == "enabled" and person.signed_up):
        return
    table = tables.staff
    others = select(table.c.id).where(
        table.c.role == "administrator", table.c.state == "enabled",
        table.c.password_hash.is_not(None), table.c.id != person.id,
    )  # fmt: skip
    if not bridge.store.rows(others):
        message = f"{person.login} is the last administrator"
        mend = "make somebody else an administrator first, and let them sign in"
        raise NotNowError(message, "at least one who can sign in", mend, code="last_administrator")


def void_invitations(bridge: Shop, staff: int) -> None:
    """Let no link that somebody was given work any more."""
    table = tables.invitations
    bridge.store.run(table.delete().where(table.c.staff == staff))


def note(bridge: Shop, by: int | None, act: str, staff: int, subject: str) -> None:
    """Keep who did what to whom."""
    audit.note(bridge, by, act, f"staff {staff}: {subject}", staff=staff)


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    languages = {"languages": list(values["languages"])} if "languages" in values else {}
    return {**values, **languages}


def _leave_destinations(bridge: Shop, staff: int) -> None:
    """Take somebody off every list of a group or queue, and their weight with them."""
    store, table = bridge.store, tables.destinations
    for row in store.rows(select(table.c.id, table.c.config)):
        config = dict(row.config or {})
        listed = list(config.get("staff") or ())
        if staff not in listed:
            continue
        kept = [place for place, each in enumerate(listed) if each != staff]
        config["staff"] = [listed[place] for place in kept]
        if config.get("weights") is not None:
            config["weights"] = [config["weights"][place] for place in kept]
        store.run(table.update().where(table.c.id == row.id).values(config=config))
