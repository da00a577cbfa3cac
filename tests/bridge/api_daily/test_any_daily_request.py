"""Schemathesis, by the description of the daily routes: whatever is sent, they answer as told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import schemathesis
from bridge_at_work import told
from daily_bench import Daily
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from line_sim.bridge.api import daily, errors
from line_sim.net.loops import LoopThread
from line_sim.net.serve import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDLESS = "/stream"
THERE = {"number": 0, "chat": 1, "entry": 1, "visitor": 5, "reply": 1, "subscription": 7}
"""Ids in paths: of what is there, or of what would have to be fetched from elsewhere, is not."""


def description() -> dict[str, Any]:
    """What the daily routes say of themselves."""
    app = FastAPI(responses=errors.problems(400, 413, 422))
    for router in daily.ROUTERS:
        app.include_router(router)
    found = app.openapi()
    assert ENDLESS in found["paths"]
    del found["paths"][ENDLESS]
    return found


schema = schemathesis.openapi.from_dict(description())


class Served(NamedTuple):
    """Where a bridge is, and an administrator's token."""

    url: str
    token: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A bridge with an administrator who has an enquiry."""
    shop = Daily(told(tmp_path_factory.mktemp("bridge") / "shop"))
    thread = LoopThread("bridge of any request")
    server = Server(shop.bridge, lifespan="off")

    async def begin() -> str:
        await shop.begin()
        boss = shop.person("Boss", "administrator")
        shop.puts(boss, tags=["desk"])
        number = await shop.writes()
        await boss.post(f"/enquiries/{number}/pick-up")
        await boss.post("/canned-replies", {"name": "x", "text": "y"}, status=201)
        return str(boss.headers["authorization"])

    try:
        token = thread.call(begin())
        server.start_in_thread(thread)
        yield Served(server.url, token)
        server.stop_in_thread()
        thread.call(shop.end())
    finally:
        thread.stop()


@schema.parametrize()
@settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_daily_routes(case: schemathesis.Case, served: Served) -> None:
    case.headers["Authorization"] = served.token
    case.cookies.clear()
    for name in case.path_parameters:
        case.path_parameters[name] = THERE[name]

    response = case.call(base_url=f"{served.url}/api/v1")

    assert response.status_code < 500, response.text
    assert response.status_code not in {401, 403}
    case.validate_response(
        response,
        checks=[response_schema_conformance, status_code_conformance, content_type_conformance],
    )
