"""A member of staff as the rest of the bridge meets them, and what may be said of one."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from sqlalchemy import select

from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from line_sim.bridge.store.store import Store

Role = Literal["staff", "administrator"]
State = Literal["enabled", "suspended", "deleted"]
Locale = Literal["en", "ja", "th", "zh-TW"]

LONGEST_NAME = 40
"""Characters of a first or last name (chosen)."""
MOST_CHATS = 1_000
"""Chats at once that a limit may be (chosen): above it there is none to speak of."""
MOST_LANGUAGES = 20
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff: one row, without the password's hash.

    Parameters
    ----------
    number : on the desk.
    signed_up : whether a password has been set, so that they can sign in.
    """

    id: int
    number: int
    login: str
    first_name: str
    last_name: str
    locale: Locale
    role: Role
    state: State
    signed_up: bool
    max_concurrent: int | None
    languages: tuple[str, ...]
    created_at: float

    @property
    def administrator(self) -> bool:
        """Whether they may do everything."""
        return self.role == "administrator"


def person_of(row: Row[Any]) -> Person:
    """The person of a row of ``staff``."""
    return Person(
        id=row.id, number=row.number, login=row.login, first_name=row.first_name,
        last_name=row.last_name, locale=row.locale, role=row.role, state=row.state,
        signed_up=row.password_hash is not None, max_concurrent=row.max_concurrent,
        languages=tuple(row.languages or ()), created_at=row.created_at,
    )  # fmt: skip


def by_id(store: Store, staff: int) -> Person | None:
    """The person of an id, deleted ones too; None where there is none."""
    row = store.row(select(tables.staff).where(tables.staff.c.id == staff))
    return None if row is None else person_of(row)


def everybody(store: Store) -> list[Person]:
    """All who are not deleted, in the order they came."""
    table = tables.staff
    rows = store.rows(select(table).where(table.c.state != "deleted").order_by(table.c.id))
    return [person_of(row) for row in rows]


def listed(db: Connection) -> list[dict[str, Any]]:
    """The same as plain data, beside a running bridge."""
    table = tables.staff
    rows = db.execute(select(table).where(table.c.state != "deleted").order_by(table.c.id))
    return [dataclasses.asdict(person_of(row)) for row in rows]


def folded(login: object) -> str:
    """A login as it is stored: capitals and white space around it do not count."""
    return login.strip().casefold() if isinstance(login, str) else ""


def is_login(text: str) -> bool:
    """Whether somebody could have it; what nobody can have need not be looked for."""
    return _LOGIN.fullmatch(text) is not None


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a person, as it is stored; keys that are not given are not looked at.

    Raises
    ------
    ConfigurationError
        With everything that is wrong.
    """
    made = dict(values)
    if "login" in made:
        made["login"] = folded(made["login"])
    for key in ("first_name", "last_name"):
        if isinstance(made.get(key), str):
            made[key] = made[key].strip()
    if wrong := [*_faults(made)]:
        raise ConfigurationError(wrong)
    return made


def _faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    if "login" in values and not is_login(values["login"]):
        allowed = "1 to 64 of a-z, 0-9 and . _ @ + - between them; an e-mail address does"
        yield Fault("login", ascii(values["login"][:80]), allowed)
    for key, least in (("first_name", 1), ("last_name", 0)):
        if key in values:
            yield from _name_faults(key, values[key], least)
    for key, kinds in (("locale", Locale), ("role", Role)):
        if key in values and values[key] not in get_args(kinds):
            yield Fault.unknown(key, str(values[key])[:40], get_args(kinds))
    most = values.get("max_concurrent")
    if most is not None and not 1 <= most <= MOST_CHATS:
        yield Fault("max_concurrent", f"{most}", f"1 to {MOST_CHATS:,} chats, or null: no limit")
    languages = values.get("languages", ())
    if len(languages) > MOST_LANGUAGES:
        yield Fault("languages", f"{len(languages)} of them", f"at most {MOST_LANGUAGES}")
    for place, each in enumerate(languages[:MOST_LANGUAGES]):
        if not _LANGUAGE.fullmatch(each):
            yield Fault(f"languages[{place}]", ascii(each[:40]), 'a code such as "th" or "zh-TW"')


def _name_faults(where: str, name: object, least: int) -> Iterator[Fault]:
    allowed = f"{least} to {LONGEST_NAME} characters that can be seen"
    if not isinstance(name, str):
        yield Fault(where, "no text", allowed)
    elif not least <= len(name) <= LONGEST_NAME:
        yield Fault(where, f"{len(name):,} characters", allowed)
    elif any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in name):
        yield Fault(where, "control characters in it", allowed)
