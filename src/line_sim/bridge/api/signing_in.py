"""Routes of everybody: signing in and out, one-time links, one's own status and password."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from line_sim.bridge.api.errors import problems
from line_sim.bridge.api.security import (
    COOKIE,
    Address,
    AuthenticationHere,
    BridgeHere,
    Signed,
    demand_our_page,
    set_cookie,
    take_cookie,
)
from line_sim.bridge.api.shapes import Answer, Asked, Staff, Status, staff_of
from line_sim.bridge.staff.authentication import Authentication
from line_sim.bridge.staff.people import Locale
from line_sim.bridge.staff.sessions import Client, Session, csrf_of

router = APIRouter(tags=["signing in"])

Word = Annotated[str, Field(max_length=200)]
Password = Annotated[str, Field(max_length=1_024, json_schema_extra={"format": "password"})]


class SignIn(Asked):
    """Who signs in, and where from."""

    login: Word
    password: Password
    client: Client = "dashboard"
    cookie: bool = False
    """For a page in a browser: the token comes in a cookie that scripts cannot read."""


class SignedIn(Answer):
    """A new session: ``token`` for a bearer, or ``csrf`` beside the cookie."""

    token: str | None
    csrf: str | None
    expires_at: float
    staff: Staff


class Mine(Answer):
    """Who is signed in."""

    staff: Staff
    client: Client
    csrf: str | None
    expires_at: float


class Heartbeat(Asked):
    """A sign of life, every 10 s or so; 30 s without one is OFFLINE."""

    used: bool = False
    """Whether the person did something since the last one; else they become IDLE by and by."""
    client: Client | None = None


class Chosen(Asked):
    """The status one chooses; IDLE and OFFLINE come by themselves."""

    status: Literal["active", "busy"]


class Present(Answer):
    """The status one has."""

    status: Status


class NewPassword(Asked):
    """Another password: 10 to 256 characters, neither login nor name."""

    old_password: Password
    password: Password


class Accepted(Asked):
    """What a one-time link is taken with; the first administrator says all of it."""

    token: Word
    login: Word | None = None
    first_name: Word | None = None
    last_name: Word | None = None
    locale: Locale | None = None
    password: Password


@router.post("/session", status_code=201, responses=problems(401, 403, 429, 503))
async def sign_in(  # noqa: PLR0913 - what a route is given
    *,
    asked: SignIn,
    request: Request,
    response: Response,
    bridge: BridgeHere,
    authentication: AuthenticationHere,
    address: Address,
) -> SignedIn:
    """Sign in."""
    if asked.cookie:
        demand_our_page(request, bridge.settings)
    token, session = await authentication.sign_in(
        asked.login, asked.password, client=asked.client, by_cookie=asked.cookie, address=address
    )
    if asked.cookie:
        set_cookie(response, token)
    return SignedIn(
        token=None if asked.cookie else token,
        csrf=csrf_of(token) if asked.cookie else None,
        expires_at=session.expires_at,
        staff=_staff(session, authentication),
    )


@router.delete("/session", status_code=204, responses=problems(401, 403))
async def sign_out(session: Signed, response: Response, authentication: AuthenticationHere) -> None:
    """Sign out."""
    authentication.sign_out(session)
    if session.by_cookie:
        take_cookie(response)


@router.get("/me", responses=problems(401, 403))
async def me(session: Signed, request: Request, authentication: AuthenticationHere) -> Mine:
    """Who is signed in."""
    csrf = csrf_of(request.cookies[COOKIE]) if session.by_cookie else None
    return Mine(
        staff=_staff(session, authentication), client=session.client, csrf=csrf,
        expires_at=session.expires_at,
    )  # fmt: skip


@router.post("/me/heartbeat", responses=problems(401, 403))
async def heartbeat(
    asked: Heartbeat, session: Signed, authentication: AuthenticationHere
) -> Present:
    """Be there."""
    status = authentication.heard(session, used=asked.used, client=asked.client)
    return Present.model_validate({"status": status})


@router.put("/me/status", responses=problems(401, 403))
async def choose(asked: Chosen, session: Signed, authentication: AuthenticationHere) -> Present:
    """Choose a status."""
    return Present.model_validate({"status": authentication.choose(session, asked.status)})


@router.put("/me/password", status_code=204, responses=problems(401, 403, 409, 429, 503))
async def change_password(
    asked: NewPassword, session: Signed, authentication: AuthenticationHere, address: Address
) -> None:
    """Set another password; every other session of one's own ends."""
    await authentication.change_password(session, asked.old_password, asked.password, address)


@router.post("/invitations/accept", status_code=201, responses=problems(404, 409, 429, 503))
async def accept(asked: Accepted, authentication: AuthenticationHere, address: Address) -> Staff:
    """Take a one-time link: set a password, and the first administrator makes the account."""
    values = asked.model_dump(include={"login", "first_name", "last_name", "locale"})
    person = await authentication.accept(asked.token, values, asked.password, address)
    return staff_of(person, authentication.status(person))


def _staff(session: Session, authentication: Authentication) -> Staff:
    return staff_of(session.person, authentication.status(session.person))
