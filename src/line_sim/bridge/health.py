"""Whether the bridge works, for a service manager, a monitor or a proxy; nothing about anybody."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import func, select
from starlette.responses import JSONResponse
from starlette.routing import Route

from line_sim.bridge.parts import HasClock, HasLiveDesk, HasStore
from line_sim.bridge.store.tables import outbox

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PATH = "/health"
LATE_S = 5.0
"""What the desk had to do by itself so long ago shows that it has stopped (chosen)."""


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
        due = bridge.desk.next_due()
    except Exception:  # noqa: BLE001 - whatever it is, that is the answer
        return {"database": False, "desk": False, "waiting_to_be_sent": None}
    on_time = due is None or bridge.clock.now() - due <= LATE_S
    return {"database": True, "desk": on_time, "waiting_to_be_sent": waiting}
