"""Schemathesis, by our own description: whatever it sends, the mock answers as described."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)

from line_sim import MockLine
from line_sim.mock.openapi import description

schema = schemathesis.openapi.from_dict(description())


@pytest.fixture(scope="module")
def line() -> Iterator[MockLine]:
    """A mock that forgives: what is sent here is wrong on purpose."""
    with MockLine(strict=False, limits={"scale": 1e6}) as line:
        line.visitor("Alice")
        yield line


@schema.parametrize()
@settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_mock(case: schemathesis.Case, line: MockLine) -> None:
    case.headers["Authorization"] = f"Bearer {line.channel['access_token']}"

    response = case.call(base_url=line.url)

    assert [] == [each for each in line.findings if "a bug in line_sim" in each]
    case.validate_response(
        response, checks=[not_a_server_error, response_schema_conformance, status_code_conformance]
    )
