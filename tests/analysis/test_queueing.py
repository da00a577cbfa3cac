"""The formulas, against published digits, exact Markov chains and the laws they must obey."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.analysis import queueing
from line_sim.errors import ConfigurationError

LOADS = st.floats(0.05, 60)
STAFF = st.integers(1, 60)
PATIENCE = st.floats(0.05, 50)


def six(*numbers: float) -> list[str]:
    return [f"{number:.6f}" for number in numbers]


# --- Erlang B and C


@pytest.mark.parametrize(
    ("staff", "load", "expected"),
    [
        (1, 0.5, 0.333333), (5, 3, 0.110054), (10, 5, 0.018385), (10, 8, 0.121661),
        (20, 12, 0.009796), (50, 47.5, 0.078176), (100, 100, 0.075700),
    ],
)  # fmt: skip
def test_erlang_b_to_the_printed_digit(staff: int, load: float, expected: float) -> None:
    assert six(expected) == six(queueing.erlang_b(staff, load))


@pytest.mark.parametrize(
    ("staff", "load", "expected"),
    [
        (2, 1, 0.333333), (3, 0.5, 0.015152), (5, 4, 0.554113), (10, 8, 0.409180),
        (12, 8.4, 0.183889), (14, 10, 0.174132), (50, 47.5, 0.629095), (50, 48, 0.694456),
    ],
)  # fmt: skip
def test_erlang_c_to_the_printed_digit(staff: int, load: float, expected: float) -> None:
    assert six(expected) == six(queueing.erlang_c(staff, load))


def test_erlang_c_case_that_pyworkforce_and_the_r_package_print() -> None:
    line = queueing.erlang_a(14, 10 / 180, 180, math.inf)

    assert ["0.888350", "7.835937"] == six(*line.service_levels(20)[:1], line.mean_wait)


@given(STAFF, LOADS)
def test_erlang_b_and_c_are_tied_by_the_textbook_identity(staff: int, load: float) -> None:
    lost, waits = queueing.erlang_b(staff, load), queueing.erlang_c(staff, load)

    expected = staff * lost / (staff - load * (1 - lost)) if load < staff else 1.0
    assert waits == pytest.approx(expected, rel=1e-9)


def test_edges_of_erlang_b() -> None:
    assert queueing.erlang_b(0, 3.0) == 1.0
    assert queueing.erlang_b(0, 0) == 1.0
    assert queueing.erlang_b(4, 0) == 0.0
    assert queueing.erlang_b(3000, 1.0) == 0.0


# --- Erlang A


@pytest.mark.parametrize(
    ("staff", "load", "patience", "waits", "abandons", "mean_wait", "occupancy"),
    [
        (50, 47.5, 2, "0.434518", "0.0276104", "0.0552209", "0.923770"),
        (50, 48, 2, "0.467774", "0.0309122", "0.0618245", "0.930324"),
        (14, 10, 5 / 3, "0.145260", "0.0139837", "0.0233062", "0.704297"),
        (5, 4.5, 2, "0.527642", "0.109869", "0.219737", "0.801118"),
    ],
)
def test_erlang_a_to_the_printed_digit(  # noqa: PLR0913 - a row of the table
    *, staff: int, load: float, patience: float, waits: str, abandons: str, mean_wait: str,
    occupancy: str,
) -> None:  # fmt: skip
    line = queueing.erlang_a(staff, load, 1, patience)

    digits = len(abandons) - 2
    assert waits == f"{line.wait_share:.6f}"
    assert abandons == f"{line.abandoned_share:.{digits}f}"
    assert mean_wait == f"{line.mean_wait:.{digits}f}"
    assert occupancy == f"{line.occupancy:.6f}"


@pytest.mark.parametrize(
    ("calls_a_minute", "patience_s", "mean_wait_s", "percentile_s", "queue", "occupancy"),
    [
        (48, math.inf, "20.834", "58.139", "16.667", 0.96),
        (48, 120, "3.709", "12.445", "2.968", 0.9303),
        (48 * 0.969, math.inf, "8.813", "28.104", "6.832", 0.9302),
    ],
)
def test_the_published_comparison_of_erlang_a_with_c(  # noqa: PLR0913 - a row of the table
    *, calls_a_minute: float, patience_s: float, mean_wait_s: str, percentile_s: str, queue: str,
    occupancy: float,
) -> None:  # fmt: skip
    line = queueing.erlang_a(50, calls_a_minute / 60, 60, patience_s)

    assert mean_wait_s == f"{line.mean_wait:.3f}"
    assert percentile_s == f"{line.wait_percentile(0.9):.3f}"
    assert queue == f"{line.mean_queue:.3f}"
    assert occupancy == pytest.approx(line.occupancy, abs=5e-5)


def test_the_four_service_levels_differ_as_printed() -> None:
    line = queueing.erlang_a(50, 48 / 60, 60, 120)

    levels = line.service_levels(20)

    assert ["0.94302", "0.97310", "0.97203", "0.97286"] == [f"{level:.5f}" for level in levels]
    assert ["3.6159", "3.7095"] == [f"{w:.4f}" for w in (line.mean_wait_answered, line.mean_wait)]


def two_sided_chain(line: queueing.WaitingLine, room: int) -> dict[int, float]:
    """The same line as a Markov chain over the number present, cut at `room`."""

    def moves(present: int) -> Iterator[tuple[float, int]]:
        if present < room:
            yield line.arrival_rate, present + 1
        busy = min(present, line.staff)
        yield busy / line.handling_time + (present - busy) / line.patience, present - 1

    return queueing.stationary(0, lambda present: list(moves(present))[: 2 if present else 1])


@given(STAFF, LOADS, PATIENCE)
def test_erlang_a_agrees_with_its_markov_chain(staff: int, load: float, patience: float) -> None:
    line = queueing.erlang_a(staff, load, 1, patience)

    chances = two_sided_chain(line, room=int(staff + load * patience + 30 * math.sqrt(load) + 60))

    waiting = sum(chance * max(0, present - staff) for present, chance in chances.items())
    assert line.wait_share == pytest.approx(
        sum(chance for present, chance in chances.items() if present >= staff), abs=1e-9
    )
    assert line.mean_queue == pytest.approx(waiting, abs=1e-7)


@given(STAFF, LOADS, PATIENCE, st.floats(0, 10))
def test_laws_of_erlang_a(staff: int, load: float, patience: float, threshold: float) -> None:
    line = queueing.erlang_a(staff, load, 1, patience)

    levels = line.service_levels(threshold)

    assert line.abandoned_share == pytest.approx(line.mean_wait / patience, abs=1e-12)
    assert line.occupancy == pytest.approx(load * (1 - line.abandoned_share) / staff)
    assert line.mean_wait_answered <= line.mean_wait + 1e-12 or patience < 1e9
    assert 0 <= levels.answered_of_received <= levels.answered_of_patient <= 1 + 1e-9
    assert levels.answered_of_patient <= levels.answered_of_answered + 1e-9
    assert levels.answered_of_received <= levels.served_or_left_of_received
    assert line.service_levels(0).answered_of_received == pytest.approx(1 - line.wait_share)
    assert line.waits_longer(threshold) <= line.wait_share + 1e-12


@given(STAFF, LOADS, PATIENCE)
def test_the_mean_wait_is_the_area_under_the_waiting_curve(
    staff: int, load: float, patience: float
) -> None:
    line = queueing.erlang_a(staff, load, 1, patience)
    far = line.wait_percentile(1 - 1e-9 * line.wait_share) if line.wait_share > 1e-6 else 1.0
    nodes, weights = np.polynomial.legendre.leggauss(60)

    curve = [line.waits_longer(0.5 * far * (1 + node)) for node in nodes]
    area = 0.5 * far * float(weights @ np.array(curve))

    assert area == pytest.approx(line.mean_wait, rel=1e-3, abs=1e-6)


@given(STAFF, LOADS)
def test_ever_more_patient_customers_make_erlang_c(staff: int, load: float) -> None:
    nearly = queueing.erlang_a(staff, min(load, 0.9 * staff), 1, 1e7)
    endless = queueing.erlang_a(staff, min(load, 0.9 * staff), 1, math.inf)

    assert nearly.wait_share == pytest.approx(endless.wait_share, abs=1e-4)
    assert nearly.mean_wait == pytest.approx(endless.mean_wait, abs=1e-3)
    assert nearly.waits_longer(1.0) == pytest.approx(endless.waits_longer(1.0), abs=1e-4)
    assert nearly.mean_wait_answered == pytest.approx(endless.mean_wait_answered, abs=1e-3)


@given(STAFF, LOADS)
def test_ever_less_patient_customers_make_erlang_b(staff: int, load: float) -> None:
    line = queueing.erlang_a(staff, load, 1, 1e-7)

    assert line.abandoned_share == pytest.approx(queueing.erlang_b(staff, load), abs=1e-4)


@given(STAFF, LOADS, PATIENCE, st.floats(0.01, 0.99))
def test_a_percentile_inverts_the_waiting_curve(
    staff: int, load: float, patience: float, share: float
) -> None:
    line = queueing.erlang_a(staff, load, 1, patience)

    wait = line.wait_percentile(share)

    if wait == 0:
        assert line.wait_share <= 1 - share
    else:
        assert line.waits_longer(wait) == pytest.approx(1 - share, abs=1e-9)


def test_a_queue_that_grows_for_ever_says_so() -> None:
    line = queueing.erlang_a(3, 4, 1, math.inf)

    assert line.grows_for_ever
    assert (1.0, math.inf, math.inf) == (line.wait_share, line.mean_wait, line.wait_percentile(0.5))
    assert (0.0, 1.0) == (line.service_levels(60).answered_of_received, line.occupancy)


@pytest.mark.parametrize("patience", [0.01, 2, 1e4, math.inf])
@pytest.mark.parametrize("load", [10, 4900, 5000, 8000])
def test_thousands_of_staff_are_no_trouble(load: float, patience: float) -> None:
    line = queueing.erlang_a(5000, load, 1, patience)

    numbers = [line.wait_share, line.abandoned_share, line.occupancy, *line.service_levels(0.01)]

    assert all(0 <= number <= 1 + 1e-8 for number in numbers)
    if not line.grows_for_ever:
        assert load * (1 - line.abandoned_share) <= 5000 * (1 + 1e-9)


def test_every_wrong_argument_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        queueing.erlang_a(0, -1, 1, math.nan)

    assert ["staff", "arrival_rate", "patience"] == [fault.where for fault in caught.value.faults]


# --- staffing and limits


@pytest.mark.parametrize(
    ("beta", "limit"),
    [
        (0.1, 0.880287), (0.25, 0.720932), (0.5, 0.504539), (1, 0.223361), (1.5, 0.084690),
        (2, 0.026881),
    ],
)  # fmt: skip
def test_the_halfin_whitt_limit_to_the_printed_digit(beta: float, limit: float) -> None:
    assert six(limit) == six(queueing.delay_limit(beta))


@pytest.mark.parametrize(
    ("beta", "twice", "once"),
    [
        (-1, 0.931226, 0.841345), (-0.5, 0.797925, 0.691462), (0, 0.585786, 0.5),
        (0.5, 0.357177, 0.308538), (1, 0.178958, 0.158655),
    ],
)  # fmt: skip
def test_the_garnett_limit_to_the_printed_digit(beta: float, twice: float, once: float) -> None:
    found = [queueing.delay_limit_patience(beta, patience) for patience in (2, 1)]

    assert six(twice, once) == six(*found)


@pytest.mark.parametrize("beta", [0.25, 1])
@pytest.mark.parametrize("patience", [1, 2, math.inf])
def test_large_lines_come_to_their_limit(beta: float, patience: float) -> None:
    errors = []
    for load in (100, 10_000):
        staff = round(load + beta * math.sqrt(load))
        line = queueing.erlang_a(staff, load, 1, patience)
        limit = queueing.delay_limit_patience((staff - load) / math.sqrt(load), patience)
        errors.append(abs(line.wait_share - limit))

    assert errors[1] < 0.005 < 100 * errors[1] + 0.01
    assert errors[1] < errors[0] / 5


def test_limits_at_the_edge() -> None:
    assert queueing.delay_limit_patience(-1, math.inf) == 1.0
    assert queueing.delay_limit_patience(60, 1) == pytest.approx(0, abs=1e-300)
    assert queueing.delay_limit_patience(-60, 1) == pytest.approx(1)


@given(
    load=st.floats(0.1, 80),
    patience=st.sampled_from([0.5, 2.0, math.inf]),
    target=st.sampled_from([
        {"service_level": 0.8, "threshold": 0.3},
        {"service_level": 0.9, "threshold": 0.1, "definition": "answered_of_answered"},
        {"wait_share": 0.2},
        {"mean_wait": 0.05, "occupancy": 0.85},
    ]),
)  # fmt: skip
def test_least_staff_is_enough_and_one_fewer_is_not(
    load: float, patience: float, target: dict[str, float]
) -> None:
    def met(staff: int) -> bool:
        line = queueing.erlang_a(staff, load, 1, patience)
        goals = dict(target)
        level, threshold = goals.pop("service_level", None), goals.pop("threshold", 0.0)
        definition = str(goals.pop("definition", "answered_of_received"))
        served = getattr(line.service_levels(threshold), definition)
        kept = all(getattr(line, name) <= most for name, most in goals.items())
        return kept and (level is None or served >= level)

    least = queueing.least_staff(load, 1, patience, **target)

    assert met(least)
    assert least == 1 or not met(least - 1)


@given(LOADS, st.floats(0.001, 0.5))
def test_least_staff_of_a_loss_line_is_enough_and_one_fewer_is_not(
    load: float, lost_share: float
) -> None:
    least = queueing.least_staff_loss(load, lost_share)

    assert queueing.erlang_b(least, load) <= lost_share < queueing.erlang_b(least - 1, load)


def test_least_staff_without_a_sensible_target_says_what_is_missing() -> None:
    with pytest.raises(ConfigurationError, match="targets: none given"):
        queueing.least_staff(10, 1)
    with pytest.raises(ConfigurationError, match="service_level and threshold together"):
        queueing.least_staff(10, 1, service_level=0.8)
    with pytest.raises(ConfigurationError, match="did you mean 'answered_of_received'"):
        queueing.least_staff(10, 1, wait_share=0.1, definition="answered_of_receved")


# --- who serves: closed forms against chains and printed digits


def pick_first(free: list[int]) -> list[tuple[float, int]]:
    return [(1.0, free[0])]


def pick_any(free: list[int]) -> list[tuple[float, int]]:
    return [(1 / len(free), member) for member in free]


def group_chain(arrivals, rates, pick, patience=math.inf, room=400):  # noqa: ANN001, ANN201
    """Busy shares, P(W>0) and E[W] of a group routed by `pick`, as an exact chain.

    A state is (set of busy members, number waiting); `pick` lists (chance, member) of the free.
    """
    members = range(len(rates))

    def moves(state):  # noqa: ANN001, ANN202
        busy, waiting = state
        free = [member for member in members if member not in busy]
        if free:
            for chance, member in pick(free):
                yield arrivals * chance, (busy | {member}, 0)
        elif waiting < room:
            yield arrivals, (busy, waiting + 1)
        if waiting:
            yield sum(rates) + waiting / patience, (busy, waiting - 1)
        else:
            for member in busy:
                yield rates[member], (busy - {member}, 0)

    chances = queueing.stationary((frozenset(), 0), moves)
    busy = [sum(p for (who, _), p in chances.items() if member in who) for member in members]
    wait_share = sum(p for (who, _), p in chances.items() if len(who) == len(rates))
    waiting = sum(p * queue for (_, queue), p in chances.items())
    return busy, wait_share, waiting / arrivals


def test_case_a_three_members_in_fixed_order_and_at_random() -> None:
    busy, wait_share, mean_wait = group_chain(1.0, [2.0] * 3, pick_first)
    evenly, _, _ = group_chain(1.0, [2.0] * 3, pick_any)
    closed = queueing.idle_order(1.0, [2.0] * 3)

    assert six(0.335017, 0.130407, 0.034577, 0.015152, 0.003030) == six(
        *busy, wait_share, mean_wait
    )
    assert six(0.166667, 0.166667, 0.166667) == six(*evenly)
    assert six(*evenly, 0.015152, 0.003030) == six(
        *closed.busy, closed.wait_share, closed.mean_wait
    )


def test_case_c_five_members_with_abandonment() -> None:
    busy, wait_share, mean_wait = group_chain(4.5, [1.0] * 5, pick_first, patience=2, room=80)
    line = queueing.erlang_a(5, 4.5, 1, 2)

    assert six(0.886545, 0.853870, 0.811518, 0.758417, 0.695242, 0.527642, 0.219737) == six(
        *busy, wait_share, mean_wait
    )
    assert six(wait_share, mean_wait, 0.801118) == six(
        line.wait_share, line.mean_wait, line.occupancy
    )


@pytest.mark.parametrize(
    ("arrivals", "rates", "busy", "wait_share", "mean_wait"),
    [
        (2, [1, 1.5, 2], [0.528796, 0.450262, 0.397906], 0.188482, 0.075393),
        (3, [1, 1, 2], [0.790323, 0.790323, 0.709677], 0.580645, 0.580645),
    ],
)
def test_the_idle_order_theorem_to_the_printed_digit(
    *, arrivals: float, rates: list[float], busy: list[float], wait_share: float, mean_wait: float
) -> None:
    closed = queueing.idle_order(arrivals, rates)

    assert six(*busy, wait_share, mean_wait) == six(
        *closed.busy, closed.wait_share, closed.mean_wait
    )


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=5), st.floats(0.05, 0.8))
def test_the_idle_order_form_equals_the_chain_of_a_uniform_choice(
    rates: list[float], share: float
) -> None:
    arrivals = share * sum(rates)

    closed = queueing.idle_order(arrivals, rates)
    busy, wait_share, mean_wait = group_chain(arrivals, rates, pick_any, room=150)

    assert closed.busy == pytest.approx(busy, abs=1e-9)
    assert closed.wait_share == pytest.approx(wait_share, abs=1e-9)
    assert closed.mean_wait == pytest.approx(mean_wait, abs=1e-9)


def test_a_fixed_order_is_no_idle_order_policy() -> None:
    busy, _, _ = group_chain(2.0, [1.0, 1.5, 2.0], pick_first)

    assert max(abs(queueing.idle_order(2.0, [1.0, 1.5, 2.0]).busy - busy)) > 0.05


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=40), st.floats(0.05, 0.99))
def test_laws_of_the_idle_order_form(rates: list[float], share: float) -> None:
    arrivals = share * sum(rates)

    found = queueing.idle_order(arrivals, rates)

    assert float(found.busy @ np.array(rates)) == pytest.approx(arrivals)  # work in, work out
    slow_first = np.argsort(rates)
    assert np.all(np.diff(found.busy[slow_first]) <= 1e-9)  # the slow stay busier
    assert np.all((found.busy > 0) & (found.busy < 1))


@given(st.integers(1, 150), st.floats(0.05, 0.99))
def test_equal_rates_make_the_idle_order_form_erlang_c(staff: int, share: float) -> None:
    found = queueing.idle_order(share * staff * 3, [3.0] * staff)

    assert found.wait_share == pytest.approx(queueing.erlang_c(staff, share * staff), rel=1e-9)
    assert found.busy == pytest.approx(np.full(staff, share))


def test_idle_order_refuses_a_queue_that_grows() -> None:
    with pytest.raises(ConfigurationError, match="less than the sum"):
        queueing.idle_order(4, [1, 1, 2])


def test_linear_groups_without_waiting_to_the_printed_digit() -> None:
    passed_on = queueing.overflow(4, 5)

    assert six(0.833333, 0.788288, 0.730073, 0.656591, 0.567375, 0.465103, 0.356643) == six(
        *queueing.ordered_loss(7, 5)
    )
    assert six(1.991714, 3.024788, 0.120519) == six(
        passed_on.mean, passed_on.variance, queueing.erlang_b(7, 5)
    )


@given(st.integers(1, 8), st.floats(0.2, 8))
def test_overflow_moments_equal_those_of_a_chain(staff: int, load: float) -> None:
    room = int(load + 12 * math.sqrt(load) + 25)

    def moves(state: tuple[int, int]) -> list[tuple[float, tuple[int, int]]]:
        first, behind = state
        after = (first + 1, behind) if first < staff else (first, min(room, behind + 1))
        served = [(float(first), (first - 1, behind)), (float(behind), (first, behind - 1))]
        return [(load, after), *(move for move in served if move[0])]

    chances = queueing.stationary((0, 0), moves)
    mean = sum(p * behind for (_, behind), p in chances.items())
    variance = sum(p * behind**2 for (_, behind), p in chances.items()) - mean**2

    found = queueing.overflow(staff, load)

    assert found.mean == pytest.approx(mean, abs=1e-8)
    assert found.variance == pytest.approx(variance, abs=1e-7)
    assert found.variance >= found.mean * (1 - 1e-9)


def test_round_robin_into_private_queues_to_the_printed_digit() -> None:
    found = queueing.round_robin_queues(4, 3.2, 1)
    split_at_random = queueing.erlang_a(1, 0.8, 1, math.inf)
    shared = queueing.erlang_a(4, 3.2, 1, math.inf)

    assert six(0.693945, 2.267384, 4.0, 0.745541) == six(
        found.sigma, found.mean_wait, split_at_random.mean_wait, shared.mean_wait
    )


@given(st.integers(1, 50), st.floats(0.01, 0.999))
def test_round_robin_solves_its_equation(staff: int, share: float) -> None:
    arrivals = share * staff

    sigma = queueing.round_robin_queues(staff, arrivals, 1.0).sigma

    assert 0 <= sigma < 1
    assert sigma == pytest.approx((arrivals / (arrivals + 1 - sigma)) ** staff, abs=1e-9)
    if staff == 1:
        assert sigma == pytest.approx(share)


# --- chains


@pytest.mark.parametrize("cap", [1, 3])
def test_chats_served_at_a_rate_that_grows_with_their_number_are_one_big_group(cap: int) -> None:
    """r(k) = k turns N members with a cap of K chats each into M/M/(NK) (two members here)."""
    arrivals, room = 1.3 * cap, 300

    def moves(state: tuple[int, int, int]) -> Iterator[tuple[float, tuple[int, int, int]]]:
        one, two, waiting = state
        if one < cap and one <= two:
            yield arrivals, (one + 1, two, 0)
        elif two < cap:
            yield arrivals, (one, two + 1, 0)
        elif waiting < room:
            yield arrivals, (one, two, waiting + 1)
        if waiting:
            yield one + two, (one, two, waiting - 1)
        else:
            yield one, (max(0, one - 1), two, 0)
            yield two, (one, max(0, two - 1), 0)

    chances = queueing.stationary((0, 0, 0), moves)

    waits = sum(p for (one, two, _), p in chances.items() if one == two == cap)
    assert waits == pytest.approx(queueing.erlang_c(2 * cap, arrivals))


def test_a_chain_that_does_not_come_back_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="one closed class"):
        queueing.stationary(0, lambda state: [(1.0, 1), (1.0, 2)] if state == 0 else [])
    with pytest.raises(ConfigurationError, match="a rate of at least 0"):
        queueing.stationary(0, lambda _: [(-1.0, 1)])
    with pytest.raises(ConfigurationError, match="cut the queue earlier"):
        queueing.stationary(0, lambda state: [(1.0, state + 1)])
    assert {"alone": 1.0} == queueing.stationary("alone", lambda _: [])
