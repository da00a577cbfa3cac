"""The agent view (docs/agent-view.md) by HTTP. It is offered to tests only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from echo_bridge.app import Bridge

WORDS = [
    "transcript", "send", "media", "quote", "names", "read", "typing", "configure", "restart",
    "clock", "logs", "alerts",
]  # fmt: skip


class Agent:
    """The paths below ``/_agent/``."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.gets: dict[str, Callable[[dict[str, str]], object]] = {
            "capabilities": lambda _query: [
                *WORDS,
                *(f"configure.{name}" for name in bridge.settings.CHANGEABLE),
            ],
            "transcript": lambda query: bridge.desk.transcript(query["user"]),
            "logs": lambda _query: bridge.journal.lines,
            "alerts": lambda _query: bridge.journal.alerts,
        }
        self.posts: dict[str, Callable[[dict[str, Any]], Any]] = {
            "send": lambda said: bridge.desk.send(said),  # noqa: PLW0108 - a restart makes another desk
            "read": lambda said: bridge.desk.read(said["user"]),
            "typing": lambda said: bridge.desk.typing(said["user"], float(said["seconds"])),
            "configure": bridge.configure,
            "restart": lambda _said: bridge.restart(),
            "clock": lambda said: bridge.clock.advance(float(said["advance_s"])),
        }

    def routes(self) -> list[Route]:
        """What is added to the bridge's own paths."""
        return [
            Route("/_agent/{method}", self.get, methods=["GET"]),
            Route("/_agent/{method}", self.post, methods=["POST"]),
        ]

    async def get(self, request: Request) -> Response:
        """Show something."""
        act = self.gets.get(request.path_params["method"])
        if reason := self._refusal(request, act):
            return reason
        assert act is not None  # or it was refused
        try:
            return answer(act(dict(request.query_params)))
        except KeyError as error:
            return answer({"error": f"{error} is missing"}, 400)

    async def post(self, request: Request) -> Response:
        """Do something."""
        act = self.posts.get(request.path_params["method"])
        if reason := self._refusal(request, act):
            return reason
        assert act is not None  # or it was refused
        try:
            done = act(json.loads(await request.body() or b"{}"))
            found = await done if hasattr(done, "__await__") else done
        except (KeyError, TypeError, ValueError) as error:
            return answer({"error": str(error)}, 400)
        return answer({} if found is None else found)

    @staticmethod
    def _refusal(request: Request, act: object) -> Response | None:
        if request.headers.get("x-line-sim") != "1":
            return answer({"error": "the header x-line-sim: 1 is missing"}, 403)
        return None if act else answer({"error": "there is no such method"}, 404)


def answer(found: object, status: int = 200) -> Response:
    """JSON in ASCII, whatever texts hold."""
    return Response(json.dumps(found), status, media_type="application/json")
