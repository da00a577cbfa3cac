"""The pytest plugin: fixtures ``line`` and ``visitor``, markers ``line`` and ``line_fault``.

Loaded by its entry point, so a test only names what it wants::

    def test_the_bot_answers(line, visitor):
        line.connect(bot_app)
        visitor.expect(reply=1)
        visitor.says("Are you open today?")
        line.settle()

``@pytest.mark.line(clock="stepped", ...)`` passes arguments to :class:`~line_sim.MockLine`;
``@pytest.mark.line_fault(faults.LosesResponse(every=2))`` adds bad luck. Both may stand on a test,
a class or a module, and the nearest `line` wins argument by argument. What a strict mock finds
fails the test itself, not its clean-up.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from line_sim.mock.server import MockLine
    from line_sim.mock.visitors import Visitor


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, for ``--strict-markers`` and ``pytest --markers``."""
    config.addinivalue_line(
        "markers", "line(**arguments): arguments of line_sim.MockLine for the fixture `line`"
    )
    config.addinivalue_line(
        "markers", "line_fault(*faults): bad luck for the fixture `line`: line_sim.faults"
    )


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Iterator[MockLine]:
    """A LINE platform for one test; strict unless ``@pytest.mark.line(strict=False)``."""
    from line_sim.mock.server import MockLine  # noqa: PLC0415 - only where a test asks for it

    arguments: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("line"))):
        arguments |= mark.kwargs
    more = [fault for mark in request.node.iter_markers("line_fault") for fault in mark.args]
    arguments["faults"] = [*arguments.get("faults", ()), *more]
    with MockLine(**arguments) as line:
        yield line


@pytest.fixture
def visitor(line: MockLine) -> Visitor:
    """A visitor, Alice, who has added the account; ``line.visitor("Bob")`` makes more."""
    return line.visitor("Alice")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Let what the mock found fail the test that caused it."""
    result = yield
    if "line" in pyfuncitem.funcargs:
        from line_sim.mock.server import MockLine  # noqa: PLC0415 - loaded by then

        line = pyfuncitem.funcargs["line"]
        if isinstance(line, MockLine):
            line.finish()
    return result


def pytest_assertrepr_compare(left: object, right: object) -> list[str] | None:
    """Show what the bot did call where an assertion about calls fails."""
    mismatch = sys.modules.get("line_sim.mock.mismatch")
    return mismatch.explain(left, right) if mismatch is not None else None
