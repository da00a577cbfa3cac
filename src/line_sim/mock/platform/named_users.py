"""The users that a call names, in its path or its body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from line_sim.wire.refusals import NOT_FOUND, PARAMETER, PROPERTY, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.mock.platform.calls import Asked
    from line_sim.mock.platform.people import Person

_USER_ID = re.compile(r"U[0-9a-f]{32}")


def user_id(asked: Asked) -> str:
    """The ``userId`` of the path; raises :class:`RefusedError` (400) for what is no id."""
    found = asked.parameters["userId"]
    if not _USER_ID.fullmatch(found):
        raise RefusedError(PARAMETER, name="userId", why=f"{found[:80]!r} is no user id")
    return found


def known_user(asked: Asked) -> Person:
    """The user of the path; raises :class:`RefusedError`, 404 where the provider knows nobody."""
    person = asked.channel.provider.people.get(user_id(asked))
    if person is None or person.deleted:
        why = f"provider {asked.channel.provider.name} knows no such user, or they have left LINE"
        raise RefusedError(NOT_FOUND, why=why)
    return person


def check_known(asked: Asked, name: str, ids: Iterable[str]) -> None:
    """Refuse the first of the body's user ids under `name` that the provider does not know."""
    provider = asked.channel.provider
    for place, each in enumerate(ids):
        if each not in provider.people:
            raise RefusedError(
                PROPERTY, name=f"{name}[{place}]", line="-", column="-",
                why=f"no user {each[:80]} is known to provider {provider.name}",
            )  # fmt: skip
