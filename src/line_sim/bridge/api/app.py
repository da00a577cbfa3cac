"""The API as an application, to be mounted at ``/api/v1``.

A router is added by a line in :data:`ROUTERS`. Its handlers and dependencies are ``async def``: a
plain one would run in another thread than the store's.
"""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from line_sim.bridge.api import accounts, channels, destinations, errors, service, signing_in
from line_sim.bridge.staff.authentication import Authentication

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import APIRouter
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from line_sim.bridge.api.needs import Bridge
    from line_sim.bridge.staff.passwords import Passwords

PREFIX = "/api/v1"
MOST_BODY_BYTES = 256 * 1024
"""Of a body, but for a route with a limit of its own (chosen): ten thousand characters fit well."""
ROUTERS = (
    signing_in.router,
    channels.router,
    destinations.router,
    accounts.router,
    accounts.everybodys,
    service.router,
)
HEADERS = {
    b"cache-control": b"no-store",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
"""Of every answer that does not say them itself."""
_HEADERS = {name.decode(): value.decode() for name, value in HEADERS.items()}
PLAIN = b"text/plain; charset=utf-8"


def create(
    bridge: Bridge, *, hashing: Passwords | None = None, more: Iterable[APIRouter] = ()
) -> FastAPI:
    """The API of a bridge.

    Parameters
    ----------
    hashing
        How passwords are hashed; None: at full cost.
    more
        Routers beside :data:`ROUTERS`, which may ask more of the bridge: those of daily work.
    """
    app = Api(
        title="LINE bridge",
        version=version("line_sim"),
        summary="What staff and administrators of a LINE bridge do.",
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        docs_url=None,
        redoc_url=None,
        default_response_class=errors.JSON,
        responses=errors.problems(400, 413, 422),
        max_body_size=MOST_BODY_BYTES,
        redirect_slashes=False,
    )
    app.state.bridge = bridge
    app.state.authentication = Authentication(bridge, hashing)
    errors.install(app, bridge.journal)
    for router in (*ROUTERS, *more):
        app.include_router(router)
    return app


class Api(FastAPI):
    """An application all of whose answers are :class:`Dressed`, those of its middleware too."""

    def build_middleware_stack(self) -> ASGIApp:
        """The stack, with that around it."""
        return Dressed(super().build_middleware_stack())


class Dressed:
    """Gives every answer :data:`HEADERS`, and the library's own refusal of a body our form."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with them."""
        replaced = False

        async def sent(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                if _is_the_librarys(message):
                    replaced = True
                    told = {"code": "too_big", "message": errors.MEANINGS[413]}
                    await errors.answer(413, told, _HEADERS)(scope, receive, send)
                    return
                said: list[Any] = list(message.get("headers", ()))
                names = {name.lower() for name, _ in said}
                added = [pair for pair in HEADERS.items() if pair[0] not in names]
                message = {**message, "headers": [*said, *added]}
            await send(message)

        await self.app(scope, receive, sent)


def _is_the_librarys(start: Message) -> bool:
    """Whether an answer is the plain one that Starlette gives to a body that says it is too big."""
    types = [value for name, value in start.get("headers", ()) if name == b"content-type"]
    return start["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and types == [PLAIN]
