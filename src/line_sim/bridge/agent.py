"""The agent view (docs/agent-view.md) of a running bridge: for tests, where a switch offers it.

It works on the first channel, as the member of staff that a test names, with all that staff have:
the same outbox, the same transcript, the same rules.
"""

from __future__ import annotations

import base64
import binascii
import json
from http import HTTPStatus
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from line_sim.bridge.agent_members import Members
from line_sim.bridge.agent_settings import SETTINGS, configure
from line_sim.bridge.media.results import Accepted, Refusal
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, LineSimError, TargetNotAllowedError
from line_sim.net.targets import check

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from sqlalchemy import Row
    from starlette.requests import Request

    from line_sim.bridge.app import Bridge
    from line_sim.bridge.channels.connected import Connected

WORDS = (
    "transcript", "send", "media", "quote", "names", "read", "typing", "configure", "restart",
    "clock", "logs", "alerts",
)  # fmt: skip
HEADER, ITS_VALUE = "x-line-sim", "1"
DELIVERIES = {"withdrawn": "failed", "skipped_stale": "failed"}
"""Our words that the agent view has none for."""
LONGEST_CHANGE_S = 400 * 86_400.0
"""Of the clock (chosen)."""


Act = TypeVar("Act")


class AgentError(Exception):
    """A call that says something impossible."""


class Agent:
    """The paths below ``/_agent/``; made anew in each life of the bridge."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._members = Members(bridge)
        self._gets: dict[str, Callable[[Mapping[str, str]], object]] = {
            "capabilities": lambda _: [*WORDS, *(f"configure.{name}" for name in SETTINGS)],
            "transcript": lambda query: self.transcript(query["user"]),
            "logs": lambda _: list(bridge.journal.lines),
            "alerts": lambda _: list(bridge.journal.alerts),
        }
        self._posts: dict[str, Callable[[dict[str, Any]], Any]] = {
            "send": self.send,
            "read": self.read,
            "typing": self.typing,
            "configure": lambda said: configure(bridge, self._channel(), said),
            "restart": lambda _: bridge.restart(),
            "clock": self.clock,
        }
        self.routes: list[BaseRoute] = [
            Route("/_agent/{method}", self.get, methods=["GET"]),
            Route("/_agent/{method}", self.post, methods=["POST"]),
        ]

    # what staff see

    def transcript(self, user: str) -> list[dict[str, Any]]:
        """A chat as staff see it; empty where there is none."""
        chat = self._chat(user)
        if chat is None:
            return []
        rows = self._bridge.transcript.entries(chat.id, limit=None)
        ends = self._bridge.outbox.deliveries([row.id for row in rows])
        return [self._entry(chat, row, ends.get(row.id, "")) for row in rows]

    def _entry(self, chat: Row[Any], row: Row[Any], delivery: str) -> dict[str, Any]:
        customer = row.author == "customer"
        name = self._bridge.chats.name(chat.channel, row.member or chat.line_id)
        return {
            "id": str(row.id),
            "from": row.author,
            "kind": row.kind,
            "text": row.text,
            "at_ms": row.at_ms,
            "source_event": row.event,
            "line_message": row.message,
            "media_sha256": row.media,
            "state": row.state,
            "delivery": "" if customer else DELIVERIES.get(delivery, delivery),
            "quoted": row.quoted,
            "read": row.id <= chat.read_to if customer else None,
            "name": name if customer else "",
        }

    # what staff do

    async def send(self, said: dict[str, Any]) -> dict[str, Any]:
        """Have a message sent, or say why it will not be."""
        chat = self._chat(str(said.get("user", "")))
        if chat is None:
            return _refused("no such customer has written to this account")
        text, quote, key = (str(said.get(name) or "") for name in ("text", "quote", "key"))
        accepted: Accepted | None = None
        if said.get("media") is not None:
            found = await self._accept(said["media"])
            if isinstance(found, Refusal):
                return _refused(str(found))
            accepted = found
        member = self._members.named(str(said.get("staff") or ""))
        if member is not None:
            self._members.attend(chat.id, member)
        sent = self._bridge.sending.send(
            chat.id, member, text=text, accepted=accepted, quote=quote, key=key
        )
        if sent.entry is None:
            return _refused(sent.reason)
        state = DELIVERIES.get(sent.state, sent.state)
        return {"id": str(sent.entry), "state": state, "reason": sent.reason}

    async def _accept(self, media: Any) -> Accepted | Refusal:  # noqa: ANN401 - JSON
        if not isinstance(media, dict):
            why = "media is an object of base64, type and name"
            raise AgentError(why)
        try:
            data = base64.b64decode(str(media.get("base64", "")), validate=True)
        except binascii.Error as error:
            why = f"media.base64: {error}"
            raise AgentError(why) from None
        name, declared = str(media.get("name", "")), str(media.get("type", ""))
        return await self._bridge.media.accept(data, name, declared, self._channel())

    def read(self, said: dict[str, Any]) -> None:
        """Somebody has read the chat."""
        if chat := self._chat(str(said["user"])):
            self._bridge.sending.read(chat.id)

    def typing(self, said: dict[str, Any]) -> None:
        """Somebody types."""
        if chat := self._chat(str(said["user"])):
            self._bridge.sending.typing(chat.id, float(said["seconds"]))

    async def clock(self, said: dict[str, Any]) -> None:
        """Let the bridge's own time move on."""
        duration_s = float(said["advance_s"])
        if not 0 <= duration_s <= LONGEST_CHANGE_S:
            why = f"advance_s: {duration_s:g}; 0 to {LONGEST_CHANGE_S:,.0f} s"
            raise AgentError(why)
        with self._bridge.outbox.held():
            await self._bridge.clock.advance(duration_s)

    # where

    def _channel(self) -> Connected:
        found = next(iter(self._bridge.channels), None)
        if found is None:
            why = "no channel is connected"
            raise AgentError(why)
        return found

    def _chat(self, line_id: str) -> Row[Any] | None:
        table = tables.chats
        found = self._bridge.chats.find(self._channel().id, line_id)
        return (
            None
            if found is None
            else self._bridge.store.row(table.select().where(table.c.id == found))
        )

    # HTTP

    async def get(self, request: Request) -> Response:
        """Show something."""
        query = request.query_params

        async def shown(act: Callable[[Mapping[str, str]], object]) -> object:
            return act(query)

        return await self._answered(request, self._gets, shown)

    async def post(self, request: Request) -> Response:
        """Do something."""
        body = await request.body()

        async def done(act: Callable[[dict[str, Any]], Any]) -> object:
            said = json.loads(body or b"{}")
            if not isinstance(said, dict):
                why = "the body is no JSON object"
                raise AgentError(why)
            found = act(said)
            return await found if isawaitable(found) else found

        return await self._answered(request, self._posts, done)

    @staticmethod
    async def _answered(
        request: Request,
        acts: Mapping[str, Act],
        do: Callable[[Act], Awaitable[object]],
    ) -> Response:
        if refusal := _refusal(request):
            return _answer({"error": refusal}, HTTPStatus.FORBIDDEN)
        act = acts.get(request.path_params["method"])
        if act is None:
            return _answer({"error": "there is no such method"}, 404)
        try:
            found = await do(act)
        except KeyError as error:
            return _answer({"error": f"{error} is missing"}, 400)
        except (AgentError, LineSimError, TypeError, ValueError) as error:
            return _answer({"error": _told(error)}, 400)
        return _answer({} if found is None else found)


def _refusal(request: Request) -> str:
    """Why a request may not pass: no page in a browser may, of whatever name it says it is."""
    if request.headers.get(HEADER) != ITS_VALUE:
        return f"the header {HEADER}: {ITS_VALUE} is missing"
    if not {"origin", "sec-fetch-site"}.isdisjoint(request.headers):
        return "calls from a page are not answered"
    try:
        check(f"http://{request.headers.get('host', '')}/")
    except TargetNotAllowedError:  # a name that somebody had lead here
        return "the header Host does not name this machine"
    return ""


def _told(error: Exception) -> str:
    if isinstance(error, ConfigurationError):
        return "; ".join(map(str, error.faults))
    return str(error)


def _refused(reason: str) -> dict[str, Any]:
    return {"id": "", "state": "refused", "reason": reason}


def _answer(found: object, status: int = HTTPStatus.OK) -> Response:
    """JSON in ASCII, whatever texts hold."""
    return Response(json.dumps(found), status, media_type="application/json")
