"""Shapes that several routes share: ids, pages, people."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from line_sim.bridge.staff.people import Locale, Person, Role, State

GREATEST_ID = 2**53 - 1
"""What JavaScript counts exactly; within what a database holds."""

Id = Annotated[int, Field(ge=1, le=GREATEST_ID)]
"""The id of a row."""
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""The number of an enquiry."""
Before = Annotated[
    int | None, Query(ge=1, le=GREATEST_ID, description="Only what is older than this id.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Status = Literal["active", "busy", "idle", "offline"]


class Asked(BaseModel):
    """A body: keys that are not known are faults."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="forbid")


class Staff(Answer):
    """A member of staff. ``number`` is theirs on the desk, and in event logs."""

    id: int
    number: int
    login: str
    first_name: str
    last_name: str
    locale: Locale
    role: Role
    state: State
    signed_up: bool
    """Whether they have set a password."""
    max_concurrent: int | None
    languages: list[str]
    created_at: float
    status: Status


def staff_of(person: Person, status: str) -> Staff:
    """A person as the API tells of them."""
    return Staff.model_validate(
        {
            "id": person.id, "number": person.number, "login": person.login,
            "first_name": person.first_name, "last_name": person.last_name,
            "locale": person.locale, "role": person.role, "state": person.state,
            "signed_up": person.signed_up, "max_concurrent": person.max_concurrent,
            "languages": list(person.languages), "created_at": person.created_at,
            "status": status,
        }
    )  # fmt: skip
