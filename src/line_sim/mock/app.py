"""The HTTP face: LINE's API, and under ``/_sim/`` the mock's own, on one origin.

A path goes to one function, which asks the platform and writes the ledger: LINE's hundred
operations are found in the platform's table, not by the router.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.routing import Mount

from line_sim.mock.control import control_routes
from line_sim.mock.platform.calls import Answer, Call
from line_sim.net.serve import TRANSPORT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from line_sim.mock.commands import Commands
    from line_sim.mock.faults.plans import CallPlan
    from line_sim.mock.service import Service

MOST_BYTES = 64 * 2**20
"""No body is read beyond this: more than any upload LINE takes."""

CONTROL = "/_sim"
"""Where the control API is; nothing of LINE's begins so."""

LONGEST_HANG_S = 600.0
"""A hang that nobody ends ends itself."""


def mock_app(service: Service, commands: Commands, *, token: str = "") -> ASGIApp:
    """The ASGI application of a mock; `token` guards the control API where it is not empty.

    LINE's API does not go through Starlette's router and middleware, which would do nothing for it.
    """
    routes = control_routes(service, commands, token)
    control = Starlette(routes=[Mount(CONTROL, routes=routes)])
    api = Api(service)

    async def face(scope: Scope, receive: Receive, send: Send) -> None:
        asked = control if scope["path"].startswith(f"{CONTROL}/") else api
        await asked(scope, receive, send)

    return face


class Api:
    """LINE's API as an ASGI application."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call: written to the ledger before anything is done, and after."""
        body = await _body(receive)
        if body is None:  # the caller left, or sends without end
            _reset(scope)
            return
        asking = _Asking(self.service, scope, _call(scope, body))
        answer = await self._answer(asking, receive)
        written = b"" if answer is None else _bytes(answer)
        asking.close(answer, written)
        if answer is not None:
            await _send(scope, send, answer, written, asking.plan)
        else:
            _reset(scope)

    async def _answer(self, asking: _Asking, receive: Receive) -> Answer | None:
        service, call = self.service, asking.call
        try:
            if service.faults.active:
                asking.plan = service.plan(call, asking.channel)
            if asking.plan is not None:
                return await self._under_faults(asking, asking.plan, receive)
            answer = service.platform.answer(call, service.clock.now())
            if answer.complete is not None and asking.channel is not None:
                outcome = await service.dispatcher.probe(answer.probe, asking.channel)
                answer = answer.complete(outcome)
        except Exception as error:  # noqa: BLE001 - a bug of ours must not look like LINE's
            service.broke(f"call {asking.exchange}, {call.method} {call.path}", error)
            return Answer(500, {"message": "the mock broke; see its findings"})
        return answer

    async def _under_faults(
        self, asking: _Asking, plan: CallPlan, receive: Receive
    ) -> Answer | None:
        """The answer that faults leave of it; None where the connection is to be cut."""
        service = self.service
        for name in plan.names:
            service.ledger.write("fault", exchange=asking.exchange, fault=name)
        if plan.delay_s:
            await asyncio.sleep(service.clock.contract_wall_s(plan.delay_s))
        if plan.voids_token:
            service.platform.void_token(asking.call, service.clock.now())
        if plan.instead is not None:
            plan.instead.headers["x-line-request-id"] = service.platform.ids.request_id()
            return plan.instead
        answer: Answer | None = None
        if plan.before is None:
            answer = service.platform.answer(asking.call, service.clock.now())
        asking.accepted = answer
        cut = plan.before or plan.after
        if cut == "hang":
            asking.hangs()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_gone(receive), LONGEST_HANG_S)
        if cut in {"hang", "reset"}:
            return None
        if cut == "500" and answer is not None:
            return Answer(500, {"message": "Internal server error"}, headers=answer.headers)
        return answer


class _Asking:
    """One call while it is being answered, and its two lines in the ledger."""

    __slots__ = (
        "accepted", "call", "channel", "exchange", "operation", "plan", "service", "started_ns",
    )  # fmt: skip

    def __init__(self, service: Service, scope: Scope, call: Call) -> None:
        self.service = service
        self.call = call
        self.started_ns = time.perf_counter_ns()
        self.exchange = service.ledger.exchange()
        self.channel = service.platform.channel_of(call, service.clock.now())
        self.operation = service.platform.directory.find(call.method, call.path)[0]
        self.plan: CallPlan | None = None
        self.accepted: Answer | None = None
        """What the platform answered, where a fault keeps it from the caller."""
        path = scope.get("raw_path", b"").decode("latin-1") or call.path
        service.ledger.write(
            "call",
            exchange=self.exchange,
            channel=self.channel.name if self.channel else None,
            method=call.method,
            path=f"{path}?{call.query}" if call.query else path,
            headers=call.headers,
            body=call.body or None,
        )
        service.open_calls[self.exchange] = call

    def hangs(self) -> None:
        """Nobody waits for this call any more: it is meant to hang."""
        self.service.open_calls.pop(self.exchange, None)
        self.service.activity.touch()

    def close(self, answer: Answer | None, body: bytes) -> None:
        """Write the second line, and draw the conclusions."""
        service = self.service
        acted = self.accepted or answer
        fields = _told(acted) if acted is not None else {}
        if self.plan is not None:
            fields["fault"] = list(self.plan.names)
        if answer is not None:
            fields |= {"status": answer.status, "headers": answer.headers, "body": body}
        service.ledger.write(
            "call_end",
            exchange=self.exchange,
            took_ms=(time.perf_counter_ns() - self.started_ns) // 1_000 / 1_000,
            operation=self.operation.name if self.operation else None,
            channel_id=self.channel.id if self.channel else None,
            media_type=answer.media_type if answer is not None else "",
            **fields,
        )
        service.open_calls.pop(self.exchange, None)
        if acted is not None:
            service.answered(self.exchange, self.call, acted, injected=self.plan is not None)
        service.activity.touch()


def _told(answer: Answer) -> dict[str, Any]:
    """What the ledger says of an answer beside the answer itself."""
    found: dict[str, Any] = {}
    if answer.rule is not None:
        rule = answer.rule
        found["rule"] = {"id": rule.id, "source": rule.source, "basis": rule.basis}
    if answer.why:
        found["why"] = answer.why
    if answer.findings:
        found["findings"] = answer.findings
    if answer.sent is not None:
        found["sent"] = answer.sent.to_wire()
    return found


@lru_cache(4_096)
def _header(pair: tuple[bytes, bytes]) -> tuple[str, str]:
    """A header as text; most calls of a bot carry the same ones."""
    return pair[0].decode("latin-1"), pair[1].decode("latin-1")


def _call(scope: Scope, body: bytes) -> Call:
    headers = dict(map(_header, scope["headers"]))
    return Call(
        scope["method"],
        scope["path"],
        scope["query_string"].decode("latin-1"),
        headers,
        body,
        headers.get("host", ""),
    )


async def _body(receive: Receive) -> bytes | None:
    """The body; None where the caller left in the middle, or sends more than `MOST_BYTES`."""
    message = await receive()
    if not message.get("more_body"):
        return message.get("body", b"") if message["type"] == "http.request" else None
    parts = [message["body"]]
    size = len(parts[0])
    while message.get("more_body"):
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
    return b"".join(parts)


def _bytes(answer: Answer) -> bytes:
    """The answer's body."""
    if answer.content is None:
        return b""
    return answer.content if isinstance(answer.content, bytes) else orjson.dumps(answer.content)


async def _send(
    scope: Scope, send: Send, answer: Answer, body: bytes, plan: CallPlan | None
) -> None:
    part = body
    if plan is not None and plan.truncate is not None:
        part = body[: int(len(body) * plan.truncate)]
        body = body if plan.keeps_length else part
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers.append((b"content-type", answer.media_type.encode()))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    cut = len(part) < len(body)
    await send({"type": "http.response.body", "body": part, "more_body": cut})
    if cut:
        _transport(scope).close()  # what was promised never comes


async def _gone(receive: Receive) -> None:
    """Wait until the caller hangs up."""
    message: Message = await receive()
    while message["type"] != "http.disconnect":
        message = await receive()


def _reset(scope: Scope) -> None:
    """Cut the connection so that the caller sees a reset, not an orderly end."""
    transport = _transport(scope)
    connection = transport.get_extra_info("socket")
    if connection is not None:
        linger_at_once = struct.pack("ii", 1, 0)  # SO_LINGER with 0 s sends RST in place of FIN
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_at_once)
    transport.abort()


def _transport(scope: Scope) -> asyncio.Transport:
    found: asyncio.Transport = scope["extensions"][TRANSPORT]
    return found
