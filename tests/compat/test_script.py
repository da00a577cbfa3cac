"""One script, three clients: each gets what LINE documents, and all of them the same."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from clients import INDEPENDENT, LACKING, NODE, OFFICIAL, PYTHON, Client, Result, client
from programs import needs_node
from scenes import scene
from script import CHAPTERS, QUOTAS, SOME, Step

CLIENTS = [pytest.param(name, marks=needs_node if name in NODE else ()) for name in (PYTHON, *NODE)]
Made = tuple[Step, Result, dict[str, Any]]


class Acted:
    """The script acted out, each chapter by each client once."""

    def __init__(self, programs: ExitStack) -> None:
        self._programs = programs
        self._clients: dict[str, Client] = {}
        self._results: dict[tuple[str, str], list[Made]] = {}

    def by(self, name: str, chapter: str) -> list[Made]:
        """Each step, its result, and what was known then."""
        if name not in self._clients:
            self._clients[name] = self._programs.enter_context(client(name))
        key = name, chapter
        if key not in self._results:
            self._results[key] = list(acted(self._clients[name], chapter))
        return self._results[key]


@pytest.fixture(scope="module")
def script() -> Iterator[Acted]:
    """All clients, started when they are first asked for."""
    with ExitStack() as programs:
        yield Acted(programs)


def acted(caller: Client, chapter: str) -> Iterator[Made]:
    """Make the calls of a chapter in a scene of its own."""
    with scene(QUOTAS.get(chapter)) as found:
        known = dict(found.known)
        for step in CHAPTERS[chapter]:
            if step.advance_s:
                found.line.advance(step.advance_s)
            try:
                asked = {
                    "url": found.line.url,
                    "token": filled(step.token, known),
                    "area": step.area,
                    "operation": step.operation,
                    "given": filled(list(step.given), known),
                }
            except KeyError:  # it is made of what an earlier step keeps, which the client lacks
                yield step, {"lacks": True}, known
                continue
            result = caller.call(asked)
            if "lacks" not in result:
                known |= {name: at(result, way) for name, way in step.keeps.items()}
            yield step, result, dict(known)


def filled(value: Any, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """A value with every ``$name`` replaced."""
    match value:
        case str() if value.startswith("$") and value != SOME:
            return known[value[1:]]
        case dict():
            return {name: filled(each, known) for name, each in value.items()}
        case list() | tuple():
            return [filled(each, known) for each in value]
    return value


def at(result: Result, way: str) -> Any:  # noqa: ANN401 - JSON
    """What lies there in a result; None where nothing does."""
    part, _, name = way.partition(".")
    return result[part].get(name)


def differences(expected: Any, found: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Where `found` is not as expected; it may hold more."""
    if expected == SOME:
        if found in (None, "", [], {}):
            yield f"{where}: nothing there"
    elif isinstance(expected, dict) and isinstance(found, dict):
        for name, each in expected.items():
            yield from differences(each, found.get(name), f"{where}.{name}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (each, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(each, other, f"{where}[{place}]")
    elif expected != found:
        yield f"{where}: expected {expected!r}, found {found!r}"


def called(step: Step) -> str:
    """A step as `LACKING` names it."""
    retried = step.operation in {"pushMessage", "multicast", "broadcast", "narrowcast"}
    return step.operation + (" with a retry key" if retried and len(step.given) > 1 else "")


def comparable(value: Any, bot_url: str) -> Any:  # noqa: ANN401 - JSON
    """A body without the one thing that no two runs have alike: the port of the bot."""
    match value:
        case dict():
            return {name: comparable(each, bot_url) for name, each in value.items()}
        case list():
            return [comparable(each, bot_url) for each in value]
    return "the bot's" if value == bot_url else value


def understood(made: Made) -> tuple[str, int, Any]:
    """What a client made of an answer."""
    step, result, known = made
    return step.operation, result["status"], comparable(result["body"], known["bot_url"])


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("name", CLIENTS)
def test_every_client_gets_what_line_documents(name: str, chapter: str, script: Acted) -> None:
    found: list[str] = []
    for place, (step, result, known) in enumerate(script.by(name, chapter)):
        if "lacks" in result:
            continue
        where = f"step {place}, {step.operation}"
        wanted = {"status": step.status, "headers": step.headers, "body": step.body}
        found += differences(filled(wanted, known), result, where)
        found += differences({"x-line-request-id": SOME}, result["headers"], where)

    assert [] == found


@pytest.mark.parametrize("name", CLIENTS)
def test_what_a_client_lacks_is_listed_with_the_reason(name: str, script: Acted) -> None:
    steps = [step for chapter in CHAPTERS for step in script.by(name, chapter)]
    made = {called(step) for step, result, _ in steps if "lacks" not in result}

    assert {called(step) for step, _, _ in steps} - made == set(LACKING[name])


@needs_node
@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("other", [OFFICIAL, INDEPENDENT])
def test_two_clients_understand_the_same(other: str, chapter: str, script: Acted) -> None:
    mine, others = script.by(PYTHON, chapter), script.by(other, chapter)
    both = [(one, two) for one, two in zip(mine, others, strict=True) if "lacks" not in two[1]]

    assert [understood(one) for one, _ in both] == [understood(two) for _, two in both]


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"status": 200}, {"status": 201}),
        ({"body": {"id": SOME}}, {"body": {"id": ""}}),
        ({"body": {"id": SOME}}, {"body": {}}),
        ({"body": [{"id": 1}]}, {"body": []}),
        ({"body": {"bytes": 2}}, {"body": {"bytes": 3}}),
        ({"body": {"a": 1}}, {"body": None}),
    ],
)
def test_a_wrong_answer_is_seen(expected: object, found: object) -> None:
    assert [] != list(differences(expected, found, "here"))
