"""One mock for all tests here, the inbox of its channel, and what a test says it calls."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "mock" / "platform"), str(HERE.parent / "wire")]

from sdk import Account, Inbox  # noqa: E402 - lies beside this file
from signing import KEY_ID, public_key  # noqa: E402 - as above

from line_sim.mock.server import MockLine  # noqa: E402 - as above


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the mark that this folder's tests carry."""
    told = "operations(*names): the operations that the SDK's clients call here and LINE accepts"
    config.addinivalue_line("markers", told)


@pytest.fixture(scope="session")
def mock() -> Iterator[MockLine]:
    """A mock with a shop, a rival of another provider, a poor and a plain channel, and a module."""
    channels = [
        {"name": "shop", "groups": True, "assertion_keys": {KEY_ID: public_key()}},
        {"name": "rival", "provider": "another"},
        {"name": "poor", "quota": 1},
        {"name": "plain", "verified": False, "groups": True},
        {"name": "module", "module": True},
        {"name": "rushed"},
    ]
    with MockLine(strict=False, channels=channels) as line:
        yield line


@pytest.fixture(scope="session")
def accounts(mock: MockLine) -> dict[str, Account]:
    """Every channel by its name."""
    return {facts["name"]: Account(mock, facts) for facts in mock.channels}


@pytest.fixture(scope="session")
def account(accounts: dict[str, Account]) -> Account:
    """The shop."""
    return accounts["shop"]


@pytest.fixture(scope="session")
def inbox(mock: MockLine) -> Inbox:
    """What the shop is told."""
    found = Inbox()
    mock.connect(found.app)
    return found


@pytest.fixture(autouse=True)
def _keeps_its_word(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that says it calls an operation did, and was not refused."""
    mark = request.node.get_closest_marker("operations")
    if mark is None:
        yield
        return
    line: MockLine = request.getfixturevalue("mock")
    before = len(line.lines)
    yield
    accepted = {
        each["operation"]
        for each in line.lines[before:]
        if each["kind"] == "call_end" and each["status"] < 400
    }

    assert set() == set(mark.args) - accepted
