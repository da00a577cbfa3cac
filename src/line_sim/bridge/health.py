"""Whether the bridge works, for a service manager, a monitor or a proxy; nothing about anybody."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import func, select
from starlette.responses import JSONResponse
from starlette.routing import Route

from line_sim.bridge.parts import HasClock, HasLiveDesk, HasStore
from line_sim.bridge.store.tables import outbox
from line_sim.desk.model import SECOND

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PATH = "/health"
LATE_S = 5.0
"""What the desk had to do by itself so long ago shows that it has stopped; time that it is ahead of
a clock that was set back stands until the clock is there again (chosen)."""


class Owner(HasStore, HasClock, HasLiveDesk, Protocol):
    """The bridge."""


def route(bridge: Owner) -> Route:
    """GET /health: 200 where all works, else 503; both say what does."""

    async def health(_request: Request) -> Response:
        found = condition(bridge)
        well = found["database"] and found["desk"]
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        headers = {"cache-control": "no-store"}
        return JSONResponse({"ok": well, **found}, status, headers)

    return Route(PATH, health, methods=["GET"])


def condition(bridge: Owner) -> dict[str, Any]:
    """Whether database and desk work, and how many calls to LINE wait to be made."""
    try:
        waiting = bridge.store.value(
            select(func.count()).where(outbox.c.state.in_(("queued", "trying")))
        )
        due, now = bridge.desk.next_due(), bridge.clock.now()
        ahead_s = bridge.desk.started + bridge.desk.now_us() / SECOND - now
    except Exception:  # noqa: BLE001 - whatever it is, that is the answer
        return {"database": False, "desk": False, "waiting_to_be_sent": None}
    on_time = due is None or now - due <= LATE_S
    found = {"database": True, "desk": on_time, "waiting_to_be_sent": waiting}
    if ahead_s > LATE_S:
        found |= {"desk": False, "desk_stands_for_s": round(ahead_s)}
    return found
