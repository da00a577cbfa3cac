"""Whatever LINE may deliver, now or later: never refused, never lost, never twice."""

import asyncio
import json
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2] / "wire"))

from bridge_at_work import ALICE, BOB, GROUP, AtWork, told
from specimens import EVENTS

from line_sim.bridge.intake.shapes import id_in, word_in

SPECIMENS = [event.to_wire() for event in EVENTS.values()]
ANY_TEXT = st.text(st.characters(codec=None), max_size=12)
"""With NUL, halves of surrogate pairs, and whatever else a JSON string can hold."""
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(2**70), 2**70), st.floats(), ANY_TEXT,
    st.sampled_from(["user", "group", "room", ALICE, BOB, GROUP, "active", "text", "image"]),
)  # fmt: skip
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)
CHANGES_NOTHING_NEW = {"unsend", "messageEdited"}
"""Types that change an entry, where it is there."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """The way to every part of a JSON value."""
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    for name, part in inside:
        yield from places(part, (*path, name))


def part(value: Any, path: tuple[Any, ...]) -> Any:  # noqa: ANN401
    """The part of a JSON value at a place that is there."""
    for step in path:
        value = value[step]
    return value


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:  # noqa: ANN401
    """The value with one part replaced; dropped, where `new` is the class `object`."""
    copy = dict(value) if isinstance(value, dict) else list(value)
    step, *rest = path
    if rest:
        copy[step] = changed(copy[step], tuple(rest), new)
    elif new is object:
        del copy[step]
    else:
        copy[step] = new
    return copy


@st.composite
def shapes(draw: st.DrawFn) -> Any:  # noqa: ANN401 - JSON
    """An event of LINE's, parts of it gone, replaced or added; now and then no event at all."""
    event: Any = draw(st.sampled_from(SPECIMENS))
    for _ in range(draw(st.integers(0, 3))):
        there = [*places(event)]
        if not there:
            break
        event = changed(event, draw(st.sampled_from(there)), draw(ANY_JSON | st.just(object)))
    if draw(st.booleans()):
        event = {**event, draw(ANY_TEXT): draw(ANY_JSON)}
    return draw(ANY_JSON) if draw(st.integers(0, 9)) == 0 else event


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[AtWork, asyncio.Runner]]:
    """One bridge for all examples, of each kind of database."""
    folder = tmp_path_factory.mktemp("shapes")
    with asyncio.Runner() as runner:

        def at_work(url: str) -> Iterator[tuple[AtWork, asyncio.Runner]]:
            made = AtWork(told(folder / "trial", url))
            runner.run(made.begin())
            yield made, runner
            runner.run(made.end())

        if request.param == "sqlite":
            yield from at_work("")
        else:
            with request.getfixturevalue("postgresql").database() as url:
                yield from at_work(url)


NUMBERS = count()


def own_ids(events: list[Any]) -> list[Any]:
    """The same events with ids that no other example has, where they have any."""
    number, made = next(NUMBERS), []
    for place, each in enumerate(events):
        event = each
        for path, mark in (
            (("webhookEventId",), f"{number}-{place}"),
            (("message", "id"), str(number)),
            (("unsend", "messageId"), str(number)),
        ):
            if path in set(places(event)) and isinstance(found := part(event, path), str):
                event = changed(event, path, f"{mark}-{found}")
        made.append(event)
    return made


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(shapes(), max_size=4))
def test_whatever_comes_is_stored_once(
    shared: tuple[AtWork, asyncio.Runner], events: list[Any]
) -> None:
    at_work, runner = shared
    for event in events:
        if isinstance(event, dict) and isinstance(event.get("webhookEventId"), str):
            event["webhookEventId"] = f"{next(NUMBERS)}-{event['webhookEventId']}"
    before = len(at_work.rows("entries"))

    assert runner.run(at_work.post(events)) == 200

    assert [] == [alert for alert in at_work.alerts() if "broke" in alert]
    found = [row.event for row in at_work.rows("entries")]
    taken = [event for event in events if isinstance(event, dict)]
    for event in taken:
        name = id_in(event, "webhookEventId")
        if name and word_in(event, "type") not in CHANGES_NOTHING_NEW:
            assert found.count(name) == 1
    changes = [each for each in taken if word_in(each, "type") in CHANGES_NOTHING_NEW]
    assert len(taken) - len(changes) <= len(found) - before <= len(taken)

    known = [each for each in taken if id_in(each, "webhookEventId")]
    assert runner.run(at_work.post(known)) == 200
    assert len(found) == len(at_work.rows("entries"))


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60) | ANY_JSON.map(lambda each: json.dumps(each).encode()))
def test_whatever_bytes_are_rightly_signed_are_confirmed(
    shared: tuple[AtWork, asyncio.Runner], body: bytes
) -> None:
    at_work, runner = shared

    assert runner.run(at_work.post_body(body)) == 200
