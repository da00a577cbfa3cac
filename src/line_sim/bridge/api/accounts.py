"""Routes of administrators: accounts of staff; and of everybody: who the colleagues are."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from line_sim.bridge.api.errors import problems
from line_sim.bridge.api.needs import Bridge
from line_sim.bridge.api.security import (
    ADMINISTRATORS_ONLY,
    ANYBODY,
    Administrator,
    AuthenticationHere,
    BridgeHere,
)
from line_sim.bridge.api.shapes import Answer, Asked, Id, Staff, Status, staff_of
from line_sim.bridge.invitations import LIFE_S
from line_sim.bridge.staff import accounts, people
from line_sim.bridge.staff.people import Locale, Role

router = APIRouter(tags=["staff"], responses=problems(401, 403), dependencies=ADMINISTRATORS_ONLY)
everybodys = APIRouter(tags=["staff"], responses=problems(401, 403), dependencies=ANYBODY)

Word = Annotated[str, Field(max_length=200)]
Words = Annotated[tuple[Word, ...], Field(max_length=100)]


class AllStaff(Answer):
    """Staff, in the order they came."""

    staff: list[Staff]


class Colleague(Answer):
    """Somebody whom a chat may be passed on to."""

    id: int
    first_name: str
    last_name: str
    locale: Locale
    status: Status


class Colleagues(Answer):
    """Whom, and where, a chat may be passed on to."""

    colleagues: list[Colleague]
    tags: list[str]


class NewStaff(Asked):
    """A new account; its password is set by the one-time link."""

    login: Word
    first_name: Word
    last_name: Word = ""
    locale: Locale = "en"
    role: Role = "staff"
    max_concurrent: int | None = None
    languages: Words = ()


class StaffChange(Asked):
    """What is to change; what is not given stays. Null for ``max_concurrent`` is no limit."""

    login: Word = ""
    first_name: Word = ""
    last_name: Word = ""
    locale: Locale = "en"
    role: Role = "staff"
    state: Literal["enabled", "suspended"] = "enabled"
    max_concurrent: int | None = None
    languages: Words = ()


class Invitation(Answer):
    """A link that works once; told here and never again."""

    link: str
    expires_at: float


class Invited(Answer):
    """A new account and its link."""

    staff: Staff
    invitation: Invitation


@router.get("/staff")
async def staff(
    bridge: BridgeHere,
    authentication: AuthenticationHere,
) -> AllStaff:
    """List accounts."""
    everybody = people.everybody(bridge.store)
    return AllStaff(staff=[staff_of(each, authentication.status(each)) for each in everybody])


@router.post("/staff", status_code=201)
async def add(
    asked: NewStaff, bridge: BridgeHere, authentication: AuthenticationHere, me: Administrator
) -> Invited:
    """Make an account."""
    with bridge.store.transaction():
        person = accounts.create(bridge, asked.model_dump(), by=me.id)
        invitation = _invitation(bridge, person.id, me.id)
    told = staff_of(person, authentication.status(person))
    return Invited(staff=told, invitation=invitation)


@router.get("/staff/{staff}", responses=problems(404))
async def one(
    staff: Id,
    bridge: BridgeHere,
    authentication: AuthenticationHere,
) -> Staff:
    """Show one account."""
    person = accounts.demand(bridge, staff)
    return staff_of(person, authentication.status(person))


@router.patch("/staff/{staff}", responses=problems(404, 409))
async def edit(
    staff: Id,
    asked: StaffChange,
    bridge: BridgeHere,
    authentication: AuthenticationHere,
    me: Administrator,
) -> Staff:
    """Change an account; suspended, its person is signed out at once."""
    values = asked.model_dump(exclude_unset=True)
    person = accounts.edit(bridge, authentication.sessions, staff, values, by=me.id)
    return staff_of(person, authentication.status(person))


@router.delete("/staff/{staff}", status_code=204, responses=problems(404, 409))
async def delete(
    staff: Id, bridge: BridgeHere, authentication: AuthenticationHere, me: Administrator
) -> None:
    """Delete an account: its person is signed out at once, what they wrote stays."""
    accounts.delete(bridge, authentication.sessions, staff, by=me.id)


@router.post("/staff/{staff}/invitation", status_code=201, responses=problems(404, 409))
async def invite(staff: Id, bridge: BridgeHere, me: Administrator) -> Invitation:
    """Make a link to set a password by: for who is new, or has forgotten it."""
    accounts.demand(bridge, staff)
    return _invitation(bridge, staff, me.id)


@everybodys.get("/colleagues")
async def colleagues(
    bridge: BridgeHere,
    authentication: AuthenticationHere,
) -> Colleagues:
    """List who works here, and the tags that chats may be transferred by."""
    found = [each for each in people.everybody(bridge.store) if each.state == "enabled"]
    return Colleagues(
        colleagues=[
            Colleague.model_validate(
                {
                    "id": each.id, "first_name": each.first_name, "last_name": each.last_name,
                    "locale": each.locale, "status": authentication.status(each),
                }
            )
            for each in found
        ],
        tags=sorted(bridge.desk.tags),
    )  # fmt: skip


def _invitation(bridge: Bridge, staff: int, by: int) -> Invitation:
    link = accounts.invite(bridge, staff, by=by)
    return Invitation(link=link, expires_at=bridge.clock.now() + LIFE_S)
