"""The mock's own API under ``/_sim/``: everything a test can do, for any language.

``POST /_sim/<command>`` with a JSON object of arguments; acts of a visitor also as
``POST /_sim/visitors/<id>/<act>``. Reading is ``GET``: health, state, channels, calls, events.
It answers only whoever sends the header ``x-line-sim`` and names this machine as the host, which
no page in a browser can do unasked; nothing here allows another origin.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from line_sim.errors import ConfigurationError, Fault, LineSimError, TargetNotAllowedError
from line_sim.mock.links import HEADER, told
from line_sim.net.targets import check

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from line_sim.mock.commands import Commands
    from line_sim.mock.service import Service

    Handler = Callable[[Request], Awaitable[Response]]

MOST_BYTES = 16 * 2**20
"""A control call's body."""


def control_routes(service: Service, commands: Commands, token: str = "") -> list[Route]:
    """The routes of the control API; with `token`, each call must carry it as a bearer token."""
    control = _Control(service, commands, token)
    return [
        Route("/health", control.guarded(control.health), methods=["GET"]),
        Route("/events", control.guarded(control.events), methods=["GET"]),
        Route("/state", control.guarded(control.reads("state")), methods=["GET"]),
        Route("/channels", control.guarded(control.reads("channels")), methods=["GET"]),
        Route("/calls", control.guarded(control.calls), methods=["GET"]),
        Route("/visitors/{visitor}/{command}", control.guarded(control.acts), methods=["POST"]),
        Route("/{command}", control.guarded(control.does), methods=["POST"]),
    ]


class _Control:
    def __init__(self, service: Service, commands: Commands, token: str) -> None:
        self.service = service
        self.commands = commands
        self.token = token

    def guarded(self, handler: Handler) -> Handler:
        """`handler` for those who may; errors as JSON."""

        async def guard(request: Request) -> Response:
            refusal = self._refusal(request)
            if refusal:
                return _json({"error": "forbidden", "message": refusal}, 403)
            try:
                return await handler(request)
            except LineSimError as error:
                status, body = told(error)
                return _json(body, status)

        return guard

    def _refusal(self, request: Request) -> str:
        """Why a request may not pass, ``""`` where it may."""
        if HEADER not in request.headers:
            return f"the header {HEADER}: 1 is missing; it keeps pages in a browser out"
        if "origin" in request.headers:
            return "calls from a page (header Origin) are not answered"
        if self.token:
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(), self.token.encode()):
                return "Authorization: Bearer TOKEN is wanted, with what --control-token says"
            return ""
        try:
            check(f"http://{request.headers.get('host', '')}/")
        except TargetNotAllowedError:
            return "the header Host does not name this machine"
        return ""

    async def health(self, _: Request) -> Response:
        """That it runs, and how late its webhooks are."""
        return _json({"status": "ok", "lateness_ms": self.service.dispatcher.lateness()})

    def reads(self, command: str) -> Handler:
        """A command without arguments."""

        async def read(_: Request) -> Response:
            return _json(await self.commands.do(command, {}))

        return read

    async def calls(self, request: Request) -> Response:
        """Lines of the ledger after ``?after=SEQ``."""
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            raise ConfigurationError([Fault("after", repr(after), "the seq of a line: 0, 1, ...")])
        return _json(await self.commands.do("calls", {"after": int(after)}))

    async def acts(self, request: Request) -> Response:
        """What a visitor does."""
        arguments = await _arguments(request)
        arguments["visitor"] = request.path_params["visitor"]
        return _json(await self.commands.do(request.path_params["command"], arguments))

    async def does(self, request: Request) -> Response:
        """Any command."""
        command = request.path_params["command"]
        return _json(await self.commands.do(command, await _arguments(request)))

    async def events(self, request: Request) -> Response:
        """The ledger as it grows, as server-sent events."""
        after = request.headers.get("last-event-id", request.query_params.get("after", "0"))
        since = int(after) if after.isdecimal() else 0
        return StreamingResponse(self._lines(since), media_type="text/event-stream")

    async def _lines(self, since: int) -> AsyncIterator[bytes]:
        while True:
            for line in self.service.ledger.lines(after=since):
                since = line["seq"]
                yield b"id: %d\nevent: %s\ndata: %s\n\n" % (
                    since,
                    line["kind"].encode(),
                    orjson.dumps(line),
                )
            await self.service.activity.touched(15)
            yield b": still here\n\n"


async def _arguments(request: Request) -> dict[str, Any]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise ConfigurationError([Fault("body", f"over {len(body)} bytes", f"{MOST_BYTES}")])
    try:
        found = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise ConfigurationError([Fault("body", str(error), "a JSON object")]) from None
    if not isinstance(found, dict):
        raise ConfigurationError([Fault("body", type(found).__name__, "a JSON object")])
    return found


def _json(found: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(found), status, media_type="application/json")
