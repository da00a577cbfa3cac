"""Several chats at once: what one person does for k chats, r(k) shared equally, and the cap.

A world holds r(k) / k, the pace of each of k chats. The second number beside each expected one is
the standard error its estimate is to have at most.
"""

import functools
from collections.abc import Callable, Iterator

from estimates import Estimate, Theory, faults, rejected
from runs import Run, line
from support import batches, desk, equilibrium, members, queue, replications, rows_of, world_of

from line_sim.analysis import queueing

# --- r(k) = k: nobody is slowed down, so N members with a cap of K are M/M/(NK)

SIX = queueing.erlang_a(6, 4.5, 1.0, float("inf"))
AS_SIX: Theory = {
    "P(W > 0)": (SIX.wait_share, 0.015),
    "E[W]": (SIX.mean_wait, 0.03),
    "serving": (4.5, 0.05),
    "waiting": (SIX.mean_queue, 0.12),
}


@functools.cache
def two_members(cap: int, *, rates: tuple[float, ...] = (0.0, 1.0)) -> dict[str, Estimate]:
    """Two members with a cap, the less busy asked first."""
    customers = replications(71, 4.5, 40, 80.0, present=equilibrium(6, 4.5))
    setup = desk(queue("q", members(2), "least_active"), max_concurrent=cap)
    return line(Run(rows_of(world_of(setup, customers, rates=rates)), customers), 6)


def test_members_who_are_never_slowed_down_are_as_many_as_their_chats() -> None:
    assert [] == faults(AS_SIX, two_members(3))


def test_a_cap_off_by_one_and_a_slow_down_are_rejected() -> None:
    assert {"P(W > 0)", "E[W]", "waiting"} == rejected(AS_SIX, two_members(4))
    slower = (0.0, 1.0, 0.98, 0.9)
    assert {"P(W > 0)", "E[W]", "serving"} <= rejected(AS_SIX, two_members(3, rates=slower))


# --- constant r(k) and one person: the number present is that of M/M/1, whatever the cap

LOAD = 0.7
AS_ONE: Theory = {
    "present": (LOAD / (1 - LOAD), 0.12),
    "waiting": (LOAD**5 / (1 - LOAD), 0.1),
    **{f"{k} or more open": (LOAD**k, 0.015) for k in range(1, 5)},
}


@functools.cache
def one_member(rates: tuple[float, ...], cap: int = 4) -> dict[str, Estimate]:
    """One member with four chats at most."""
    customers = replications(72, LOAD, 40, 300.0, present=equilibrium(1, LOAD), rest=120.0)
    setup = desk(queue("q", members(1)), max_concurrent=cap)
    run = Run(rows_of(world_of(setup, customers, rates=rates)), customers)
    open_chats = run.time_at_least(run.taken, run.ended, 4)
    return {
        "present": run.present(run.came, run.ended),
        "waiting": run.present(run.came, run.taken),
        **{f"{k} or more open": share for k, share in enumerate(open_chats, start=1)},
    }


SHARED_EQUALLY = (0.0, 1.0, 1 / 2, 1 / 3, 1 / 4)


def test_one_member_who_shares_a_constant_rate_is_one_server() -> None:
    assert [] == faults(AS_ONE, one_member(SHARED_EQUALLY))


def test_chats_that_do_not_slow_each_other_and_a_smaller_cap_are_rejected() -> None:
    assert set(AS_ONE) - {"1 or more open"} <= rejected(AS_ONE, one_member((0.0, 1.0)))
    assert {"4 or more open"} == rejected(AS_ONE, one_member(SHARED_EQUALLY, cap=3))
    assert "waiting" in rejected(AS_ONE, one_member(SHARED_EQUALLY, cap=2))


# --- two members, two chats each, r(1) = 1, r(2) = 1.5: a Markov chain small enough to write down

TOTAL = (0.0, 1.0, 1.5)
CHATS = 2.0
State = tuple[int, int, int]


def moves(state: State) -> Iterator[tuple[float, State]]:
    """Chats of the first and of the second member, and how many wait; the less busy is asked."""
    one, two, waiting = state
    if one == two == 2:
        if waiting < 200:
            yield CHATS, (2, 2, waiting + 1)
    elif one <= two:
        yield CHATS, (one + 1, two, 0)
    else:
        yield CHATS, (one, two + 1, 0)
    if waiting:
        yield 2 * TOTAL[2], (2, 2, waiting - 1)
        return
    if one:
        yield TOTAL[one], (one - 1, two, 0)
    if two:
        yield TOTAL[two], (one, two - 1, 0)


@functools.cache
def chain() -> Theory:
    """What the chain says; arrivals see it as it is (PASTA), Little's law gives the mean wait."""
    chances = queueing.stationary((0, 0, 0), moves)

    def mean(of: Callable[[State], float]) -> float:
        return sum(chance * of(state) for state, chance in chances.items())

    return {
        "P(W > 0)": (mean(lambda state: state[0] == state[1] == 2), 0.015),
        "E[W]": (mean(lambda state: state[2]) / CHATS, 0.04),
        "m0 has a chat": (mean(lambda state: state[0] >= 1), 0.01),
        "m0 has two": (mean(lambda state: state[0] == 2), 0.015),
        "m1 has a chat": (mean(lambda state: state[1] >= 1), 0.01),
        "m1 has two": (mean(lambda state: state[1] == 2), 0.015),
    }


@functools.cache
def small_team(method: str, rates: tuple[float, ...]) -> dict[str, Estimate]:
    """The same team on the desk."""
    customers = batches(73, CHATS, 40, 150.0, warm=100.0)
    setup = desk(queue("q", members(2), method), max_concurrent=2)
    run = Run(rows_of(world_of(setup, customers, rates=rates)), customers)
    found = {"P(W > 0)": run.mean(run.wait > 0), "E[W]": run.mean(run.wait)}
    for m in range(2):
        his = run.staff == m
        some, both = run.time_at_least(run.taken[his], run.ended[his], 2)
        found |= {f"m{m} has a chat": some, f"m{m} has two": both}
    return found


PACES = (0.0, 1.0, 0.75)  # r(k) / k


def test_a_small_team_with_a_slow_down_is_its_markov_chain() -> None:
    assert [] == faults(chain(), small_team("least_active", PACES))


def test_another_method_and_other_paces_are_rejected_by_the_chain() -> None:
    everything = {"P(W > 0)", "E[W]", "m0 has two", "m1 has two"}

    assert {"m0 has two", "m1 has a chat"} <= rejected(chain(), small_team("fixed_order", PACES))
    assert everything <= rejected(chain(), small_team("least_active", (0.0, 1.0)))
    assert everything <= rejected(chain(), small_team("least_active", (0.0, 1.0, 0.65)))
    assert {"m1 has a chat"} <= rejected(chain(), small_team("most_idle", PACES))
