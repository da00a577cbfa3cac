"""Schemathesis, by the API's own description: whatever it is sent, it answers as described."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from api_bridge import ApiBridge, run
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from line_sim.bridge.api.app import PREFIX
from line_sim.bridge.channels import environment
from line_sim.bridge.store import tables
from line_sim.net.serve import Server

TOLD = {"LINE_CHANNEL_SECRET": "fake-secret", "LINE_CHANNEL_ACCESS_TOKEN": "fake-token"}


def description() -> dict[str, object]:
    """What the API says of itself."""
    with tempfile.TemporaryDirectory() as folder:
        made = ApiBridge(Path(folder))
        found = made.api.openapi()
        made.store.close()
    return found


OURS = "^/(session|me|invitations|colleagues|channels|destinations|staff|service|alerts|audit)"
"""What the daily work needs of a bridge is more than there is here."""
schema = schemathesis.openapi.from_dict(description()).include(path_regex=OURS)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of each kind; empty: a file."""
    if request.param == "sqlite":
        yield ""
    else:
        with request.getfixturevalue("postgresql").database() as url:
            yield url


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, database: str
) -> Iterator[tuple[ApiBridge, str]]:
    """A bridge that serves, with a channel, a group, two people and an alert; LINE is away."""
    bridge = ApiBridge(tmp_path_factory.mktemp("shop"), database)
    bridge.add("boss", "administrator")
    bridge.add("ann")
    run(environment.connect(bridge, TOLD))
    bridge.store.add(tables.alerts, at=0.0, kind="quota", text="low")
    with Server(bridge.app, lifespan="off") as server:
        yield bridge, server.url
    bridge.store.close()


@schema.parametrize()
@settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_api(case: schemathesis.Case, shop: tuple[ApiBridge, str]) -> None:
    bridge, url = shop
    bridge.clock.at += 3_600.0  # so that no try is one too many
    staff = tables.staff
    values = {"state": "enabled", "role": "administrator"}
    bridge.store.run(staff.update().where(staff.c.id == 1).values(**values))
    token = bridge.authentication.sessions.begin(1, "dashboard", by_cookie=False)
    case.headers["Authorization"] = f"Bearer {token}"
    case.cookies.clear()
    if "staff" in case.path_parameters and case.method == "DELETE":
        case.path_parameters["staff"] = 2  # whoever asks is still there afterwards

    response = case.call(base_url=f"{url}{PREFIX}")

    assert response.status_code < 500 or "line_unreachable" in response.text
    assert 401 != response.status_code or case.path == "/session"
    case.validate_response(
        response,
        checks=[
            response_schema_conformance,
            status_code_conformance,
            content_type_conformance,
        ],
    )
