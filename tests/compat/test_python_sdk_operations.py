"""Every operation the official Python SDK has is called by a test here, or stands in a list."""

import importlib.util
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from sdk import CLIENTS

from line_sim.mock.platform.operations import every_operation

NOT_SIMULATED = {
    "get_pnp_templated_message_statistics": "newer than the description of LINE's we follow",
    "push_templated_messages_by_phone": "newer than the description of LINE's we follow",
}
"""Methods of the SDK whose operation the mock does not have; it answers them 404."""
OLD_NAMES = re.compile(r"liff_v1_apps_")
"""Methods the SDK keeps under the names they had before; each calls another one."""


def methods() -> Iterator[tuple[str, tuple[str, str]]]:
    """Each method of the SDK that calls LINE, and the HTTP method and path it calls."""
    for name, (package, _) in CLIENTS.items():
        for member, function in inspect.getmembers(getattr(package, name), inspect.isfunction):
            if member.endswith("_with_http_info") and not OLD_NAMES.match(member):
                found = re.search(r"call_api\(\s*'(.+?)', '(\w+)'", inspect.getsource(function))
                assert found is not None
                yield member.removesuffix("_with_http_info"), (found[2], found[1])


METHODS = dict(methods())
KNOWN = {(each.method, each.path): each for each in every_operation()}


def exercised() -> set[str]:
    """What the tests of this folder say that they call; ``conftest.py`` holds them to it."""
    found: set[str] = set()
    for path in sorted(Path(__file__).parent.glob("test_python_sdk_*.py")):
        if path == Path(__file__):
            continue
        spec = importlib.util.spec_from_file_location(f"read_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for _, function in inspect.getmembers(module, inspect.isfunction):
            marks = getattr(function, "pytestmark", [])
            found |= {name for mark in marks if mark.name == "operations" for name in mark.args}
    return found


def test_the_mock_has_every_operation_of_the_sdk_but_those_listed() -> None:
    missing = {name for name, called in METHODS.items() if called not in KNOWN}

    assert set(NOT_SIMULATED) == missing


def test_every_class_of_the_sdk_that_calls_line_is_looked_at() -> None:
    classes = {
        name
        for package, _ in CLIENTS.values()
        for name, each in inspect.getmembers(package, inspect.isclass)
        if ".api." in each.__module__ and not name.startswith("Async")
    }

    assert set(CLIENTS) == classes


def test_every_operation_of_the_sdk_is_called_by_a_test_here() -> None:
    called = {KNOWN[each].name for each in METHODS.values() if each in KNOWN}

    assert called == exercised()


def test_the_sdk_has_every_operation_of_the_mock() -> None:
    assert set(KNOWN) == {each for each in METHODS.values() if each in KNOWN}
