"""What every test may use."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The suite decides the same way every time; a search for new counterexamples is a separate act:
# pytest --hypothesis-profile=search
settings.register_profile("house", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=1_000, print_blob=True)
settings.load_profile("house")

REPOSITORY = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that `make golden` uses."""
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="store what the golden tests find instead of comparing it; review the diff",
    )


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the checkout."""
    return REPOSITORY


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the stored file of that name, beside the test in ``golden/``."""
    folder = request.path.parent

    def compare(name: str, found: str) -> None:
        stored = folder / name
        if request.config.getoption("--rewrite-golden"):
            stored.write_text(found, encoding="utf-8", newline="\n")

        assert stored.read_text(encoding="utf-8") == found

    return compare
