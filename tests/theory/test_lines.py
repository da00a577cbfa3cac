"""One line of customers who cannot wait (Erlang B) or never leave (Erlang C), with priorities too.

Numbers to six digits are those of the published tables; the second number beside each is the
standard error its estimate is to have at most, so that every check is known to see something.
"""

import functools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from estimates import Estimate, faults, rejected
from runs import Run, line
from support import (
    UNIT,
    Customers,
    batches,
    desk,
    equilibrium,
    members,
    queue,
    replications,
    rows_of,
    world_of,
)

from line_sim.analysis import queueing
from line_sim.desk.model import RECEIVED
from line_sim.desk.setup import Alternative, Channel, Queue, ServiceGroup

ERLANG_C = {"P(W > 0)": (0.174132, 0.01), "E[W], s": (7.835937, 0.8), "in 20 s": (0.888350, 0.008)}


# --- Erlang B: nobody waits


LOSSES: dict[str, Any] = {
    "a queue without room": (
        Queue(name="q", staff=members(5), queue_max_size=0, queue_max_hold_s=None), {}),
    "a queue without patience": (
        Queue(name="q", staff=members(5), distribution="most_idle", queue_max_hold_s=0.0), {}),
    "a group that gives up at once": (
        ServiceGroup(name="q", staff=members(5), distribution="fixed_order"),
        {"miss_immediately_when_unstaffed": True}),
    "a group that waits no time": (
        ServiceGroup(name="q", staff=members(5), distribution="uniform_random"),
        {"max_wait_s": 0.0}),
    "one person with five chats": (
        Queue(name="q", staff=members(1), queue_max_size=0, queue_max_hold_s=None),
        {"max_concurrent": 5}),
}  # fmt: skip
ERLANG_B = {"P(lost)": (0.110054, 0.005), "serving": (3 * (1 - 0.110054), 0.03), "E[W]": (0, 0)}


@functools.cache
def callers(load: float, lost_at: int) -> Customers:
    law = equilibrium(lost_at, load, room=0)
    return replications(11, load, 40, 80.0, present=law, rest=30.0)


def loss(destination: Any, **changes: Any) -> dict[str, Estimate]:  # noqa: ANN401 - see desk()
    customers = callers(3.0, 5)
    return line(Run(rows_of(world_of(desk(destination, **changes), customers)), customers), 5)


@pytest.mark.parametrize("kind", LOSSES)
def test_erlang_b_however_a_desk_without_waiting_is_spelled(kind: str) -> None:
    destination, changes = LOSSES[kind]

    assert [] == faults(ERLANG_B, loss(destination, **changes))


@pytest.mark.parametrize("work", ["constant", "lognormal"])
def test_erlang_b_asks_for_the_mean_of_work_only(work: str) -> None:
    customers = batches(12, 3.0, 40, 80.0, warm=40.0)
    normal = np.random.default_rng(13).normal(size=len(customers.at))
    minutes = np.exp(normal - 0.5) if work == "lognormal" else np.ones(len(normal))
    customers = replace(customers, work=minutes, controls=customers.controls[:, :2])
    setup = desk(LOSSES["a queue without room"][0])
    world = world_of(setup, customers)

    assert [] == faults(ERLANG_B, line(Run(rows_of(world), customers), 5))


def test_erlang_b_rejects_one_place_to_wait_and_one_member_too_many() -> None:
    staff = members(6)
    room = Queue(name="q", staff=staff[:5], queue_max_size=1, queue_max_hold_s=None)
    more = Queue(name="q", staff=staff, queue_max_size=0, queue_max_hold_s=None)
    chats = Queue(name="q", staff=staff[:1], queue_max_size=0, queue_max_hold_s=None)

    assert {"P(lost)", "serving", "E[W]"} == rejected(ERLANG_B, loss(room))
    assert {"P(lost)", "serving"} == rejected(ERLANG_B, loss(more))
    assert {"P(lost)", "serving"} == rejected(ERLANG_B, loss(chats, max_concurrent=4))


# --- Erlang C: nobody leaves


@functools.cache
def patient(staff: int, load: float, span: float, *, hired: int = 0) -> tuple[np.ndarray, Run]:
    """A line of `hired` (by default all of `staff`) for customers who never leave."""
    customers = replications(21, load, 40, span, present=equilibrium(staff, load))
    rows = rows_of(world_of(desk(queue("q", members(hired or staff))), customers))
    return rows, Run(rows, customers)


def test_erlang_c_as_two_other_libraries_print_it() -> None:
    _, run = patient(14, 10.0, 60.0)

    assert [] == faults(ERLANG_C, line(run, 14, minutes=3.0))


def test_erlang_c_rejects_a_member_who_is_never_freed() -> None:
    _, leaked = patient(14, 10.0, 60.0, hired=13)

    assert set(ERLANG_C) == rejected(ERLANG_C, line(leaked, 14, minutes=3.0))


def test_erlang_c_rejects_a_clock_that_starts_at_the_head_of_the_line() -> None:
    rows, run = patient(14, 10.0, 60.0)
    late = rows.copy()
    before = np.roll(np.maximum.accumulate(run.taken), 1)
    before[0] = 0.0
    head = np.maximum(run.came, np.minimum(before, run.taken))
    late["at"][late["kind"] == RECEIVED] = np.round(head * UNIT)
    found = line(Run(late, run.customers), 14, minutes=3.0)

    assert {"E[W], s", "in 20 s"} <= rejected(ERLANG_C, found)


# --- priorities: who waits longer, nobody served any faster


@functools.cache
def ranked(*, priorities: tuple[int, ...], queues: int) -> dict[str, Estimate]:
    """Three members for 0.9 urgent and 1.2 other customers a unit, in one queue or one each."""
    customers = batches(31, 2.1, 40, 150.0, warm=100.0)
    urgent = np.random.default_rng(32).random(len(customers.at)) < 0.9 / 2.1
    number = np.where(urgent, 0, 1)
    names = ("urgent", "other")[:queues]
    setup = desk(
        *(queue(name, members(3)) for name in names),
        channels=tuple(Channel(name=n, rule=Alternative(destinations=(n,))) for n in names),
        classes=("urgent", "other"),
        priorities=priorities,
    )
    channel = np.minimum(number, queues - 1)
    world = world_of(setup, customers, visitor_class=number, channel=channel)
    run = Run(rows_of(world), customers)
    return {
        "P(W > 0)": run.mean(run.wait > 0),
        "E[W], urgent": run.mean(run.wait, urgent),
        "E[W], other": run.mean(run.wait, ~urgent),
    }


BUSY = queueing.erlang_c(3, 2.1)
COBHAM = {
    "P(W > 0)": (BUSY, 0.01),
    "E[W], urgent": (BUSY / (3 - 0.9), 0.012),
    "E[W], other": (BUSY / (3 - 0.9) * 3 / (3 - 2.1), 0.08),
}
"""Cobham 1954: C / (n - l1), and that over the idle share, for equal rates without pre-emption."""


@pytest.mark.parametrize("queues", [1, 2])
def test_priority_classes_wait_as_cobham_says(queues: int) -> None:
    assert [] == faults(COBHAM, ranked(priorities=(0, 1), queues=queues))


@pytest.mark.parametrize("queues", [1, 2])
@pytest.mark.parametrize("priorities", [(1, 0), (0, 0)])
def test_the_wrong_order_of_classes_is_rejected(priorities: tuple[int, ...], queues: int) -> None:
    assert {"E[W], urgent", "E[W], other"} == rejected(
        COBHAM, ranked(priorities=priorities, queues=queues)
    )
