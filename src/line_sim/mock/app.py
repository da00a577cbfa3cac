"""The HTTP face: LINE's API, and under ``/_sim/`` the mock's own, on one origin.

A path goes to one function, which asks the platform and writes the ledger: LINE's hundred
operations are found in the platform's table, not by the router.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Mount

from line_sim.mock.asgi import body_of, bytes_of, call_of, gone, reset, send_answer
from line_sim.mock.control import control_routes
from line_sim.mock.platform.calls import Answer, Call

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from line_sim.mock.commands import Commands
    from line_sim.mock.faults.plans import CallPlan
    from line_sim.mock.service import Service

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
        body = await body_of(receive)
        if body is None:  # the caller left, or sends without end
            reset(scope)
            await gone(receive)
            return
        asking = _Asking(self.service, scope, call_of(scope, body))
        answer = await self._answer(asking, receive)
        written = b"" if answer is None else bytes_of(answer)
        asking.close(answer, written)
        cut = answer is None
        if answer is not None:
            cut = await send_answer(scope, send, answer, written, asking.plan)
        else:
            reset(scope)
        if cut:
            await gone(receive)  # or uvicorn would take it for an answer that was forgotten

    async def _answer(self, asking: _Asking, receive: Receive) -> Answer | None:
        service, call = self.service, asking.call
        try:
            if service.faults.active:
                asking.plan = service.plan(call, asking.channel)
            if asking.plan is not None:
                return await self._under_faults(asking, asking.plan, receive)
            return await self._acted(asking)
        except Exception as error:  # noqa: BLE001 - a bug of ours must not look like LINE's
            service.broke(f"call {asking.exchange}, {call.method} {call.path}", error)
            headers = {"x-line-request-id": service.platform.ids.request_id()}
            return Answer(500, {"message": "the mock broke; see its findings"}, headers)

    async def _acted(self, asking: _Asking) -> Answer:
        """The platform's answer; where it waits for a webhook test, after that."""
        service = self.service
        answer = service.platform.answer(asking.call, service.clock.now())
        if answer.complete is not None and asking.channel is not None:
            outcome = await service.dispatcher.probe(answer.probe, asking.channel)
            return answer.complete(outcome)
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
            answer = await self._acted(asking)
        asking.accepted = answer
        cut = plan.before or plan.after
        if cut == "hang":
            asking.hangs()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(gone(receive), LONGEST_HANG_S)
        if cut in {"hang", "reset"}:
            return None
        if cut == "500" and answer is not None:
            return Answer(500, {"message": "Internal server error"}, headers=answer.headers)
        return _enriched(answer) if plan.enriches and answer is not None else answer


def _enriched(answer: Answer) -> Answer:
    """The answer with a header and, where it is an object, a property that nobody knows yet."""
    answer.headers["x-line-since-tomorrow"] = "new"
    if isinstance(answer.content, dict):
        answer.content = {**answer.content, "sinceTomorrow": {"new": [1, "two"]}}
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

    def _injected(self) -> bool:
        """Whether a fault refused the call: in the place of LINE, or by ending its token before."""
        if self.plan is not None and self.plan.instead is not None:
            return True
        return self.channel is None and self.service.platform.was_voided(self.call)

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
            service.answered(self.exchange, self.call, acted, injected=self._injected())
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
