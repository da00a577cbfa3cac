"""Who asks: a bearer's token, or a cookie with proof that our own page sent it.

Every route depends on one of :data:`Signed`, :data:`Me` or :data:`Administrator`, but for the
few that are for everybody. All of it is ``async``: the store belongs to the event loop's thread.
"""

from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from line_sim.bridge.api.needs import Bridge
from line_sim.bridge.parts import Addressed
from line_sim.bridge.staff.authentication import Authentication
from line_sim.bridge.staff.people import Person
from line_sim.bridge.staff.refusals import ForbiddenError, NotSignedInError
from line_sim.bridge.staff.sessions import LIFE_S, Session
from line_sim.bridge.staff.throttle import address_of
from line_sim.net.targets import is_loopback

COOKIE = "__Host-line_bridge"
"""The prefix has browsers demand Secure, the whole path and no domain (RFC 6265bis, 4.1.3.2)."""
CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_BEARER = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="opaque",
    description="The token that POST /session answers.",
    auto_error=False,
)
_COOKIE = APIKeyCookie(
    name=COOKIE,
    scheme_name="cookie",
    description=(
        "Set by POST /session with `cookie: true`. Requests that change something also need "
        f"`{CSRF_HEADER}` with what it, or GET /me, answered as `csrf`."
    ),
    auto_error=False,
)


async def bridge_of(request: HTTPConnection) -> Bridge:
    """The bridge that this application belongs to."""
    return cast("Bridge", request.app.state.bridge)


async def authentication_of(request: HTTPConnection) -> Authentication:
    """Its passwords and sessions."""
    return cast("Authentication", request.app.state.authentication)


async def address_asking(request: Request) -> str:
    """Where a request came from, through this machine's proxy where there is one."""
    peer = request.client.host if request.client else ""
    return address_of(peer, request.headers.getlist("x-forwarded-for"))


BridgeHere = Annotated[Any, Depends(bridge_of)]
"""The bridge; each router says by its own ``needs`` what it asks of it."""
AuthenticationHere = Annotated[Authentication, Depends(authentication_of)]
Address = Annotated[str, Depends(address_asking)]


async def signed(
    request: Request,
    bridge: BridgeHere,
    authentication: AuthenticationHere,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    cookie: Annotated[str | None, Security(_COOKIE)],
) -> Session:
    """The session of whoever asks.

    Raises
    ------
    NotSignedInError
        There is none.
    ForbiddenError
        The cookie came without proof that one of our own pages sent it.
    """
    by_cookie = request.headers.get("authorization") is None and cookie is not None
    token = cookie if by_cookie else bearer.credentials if bearer else None
    session = authentication.sessions.of(token, by_cookie=by_cookie) if token else None
    if session is None:
        message, mend = "not signed in", "POST /session signs in; a session lasts 12 hours"
        raise NotSignedInError(message, mend=mend)
    if by_cookie:
        demand_our_page(request, bridge.settings)
        given = request.headers.get(CSRF_HEADER, "")
        if request.method not in SAFE and not authentication.sessions.csrf_matches(session, given):
            message = f"{CSRF_HEADER} is missing or of another session"
            raise ForbiddenError(message, mend="GET /me answers it", code="csrf")
    return session


Signed = Annotated[Session, Depends(signed)]


async def person_asking(session: Signed) -> Person:
    """Whoever asks, of any role."""
    return session.person


Me = Annotated[Person, Depends(person_asking)]


async def administrator_asking(person: Me) -> Person:
    """Whoever asks, if they may set up the bridge.

    Raises
    ------
    ForbiddenError
        They may not.
    """
    if not person.administrator:
        message = "only administrators may"
        raise ForbiddenError(message, mend="ask one of them")
    return person


Administrator = Annotated[Person, Depends(administrator_asking)]

ANYBODY = (Depends(person_asking),)
ADMINISTRATORS_ONLY = (Depends(administrator_asking),)
"""For whole routers."""


def demand_our_page(request: Request, settings: Addressed) -> None:
    """Refuse what a browser sent for a page that is not the bridge's.

    Raises
    ------
    ForbiddenError
        The request was for another host, or comes from a page of another origin.
    """
    host = request.headers.get("host", "")
    public = urlsplit(settings.public_url)
    ours = {public.netloc.lower(), f"{settings.host}:{settings.port}".lower()} - {""}
    here = _is_this_machine(host)
    if host.lower() not in ours and not here:
        message = "sent to a host that is not this bridge's"
        raise ForbiddenError(message, code="foreign_origin")
    origin = request.headers.get("origin")
    if origin is None:
        site = request.headers.get("sec-fetch-site", "same-origin")
        right = site in {"same-origin", "none"}
    else:
        scheme, _, netloc = origin.lower().partition("://")
        whole = f"{public.scheme}://{public.netloc}".lower()
        right = origin.lower() == whole or (
            netloc == host.lower() and (scheme == "https" or (here and scheme == "http"))
        )
    if not right:
        message = "sent by a page of another origin"
        raise ForbiddenError(message, code="foreign_origin")


def _is_this_machine(netloc: str) -> bool:
    """Whether a Host names this machine by itself, which nobody else's name can be made to do."""
    try:
        name = urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or is_loopback(name)


def set_cookie(response: Response, token: str) -> None:
    """Give a browser its session."""
    response.set_cookie(
        COOKIE, token, max_age=int(LIFE_S), path="/", secure=True, httponly=True, samesite="strict"
    )


def take_cookie(response: Response) -> None:
    """Take it away."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
