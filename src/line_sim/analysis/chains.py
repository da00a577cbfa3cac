"""Small Markov chains, solved exactly: for the routing question that no formula answers.

Describe what can happen in a state; the states reachable from the first one are found by walking.
A queue must be cut where it hardly ever comes; thousands of states take seconds.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["stationary"]

State = TypeVar("State", bound="Hashable")

_MOST_STATES = 50_000
_ROUNDING = 1e-9


def stationary(
    first: State, moves: Callable[[State], Iterable[tuple[float, State]]]
) -> dict[State, float]:
    """The share of time that a Markov chain spends in each state in the long run.

    Parameters
    ----------
    first
        Any state that the chain keeps coming back to.
    moves
        ``moves(state)`` lists (rate, next state); rates are at least 0, a move to the same state
        counts for nothing, and several moves to one state add up.

    Returns
    -------
    dict
        Probability by state, `first` first, in the order they were found; they sum to 1.

    Raises
    ------
    ConfigurationError
        If a rate is negative or not a number, there are more than 50,000 states, or the chain does
        not come back (more than one closed class, for instance).

    Examples
    --------
    One member, room for one customer, arrivals at rate 1, service at rate 2:

    >>> chances = stationary(0, lambda busy: [(2.0, 0)] if busy else [(1.0, 1)])
    >>> round(chances[1], 4)
    0.3333
    """
    number, rows = {first: 0}, []
    states = [first]
    for state in states:  # grows while it is walked
        for rate, after in moves(state):
            if not rate >= 0:
                given = f"{rate!r} from {state!r}"
                raise ConfigurationError([Fault("moves", given, "a rate of at least 0")])
            if rate == 0 or after == state:
                continue
            if after not in number:
                number[after] = len(states)
                states.append(after)
            rows.append((number[state], number[after], rate))
        if len(states) > _MOST_STATES:
            allowed = f"at most {_MOST_STATES} states"
            raise ConfigurationError([Fault("moves", "more", allowed, "cut the queue earlier")])
    return dict(zip(states, _solve(len(states), rows).tolist(), strict=True))


def _solve(states: int, rows: list[tuple[int, int, float]]) -> Floats:
    """Balance: what flows into each state flows out of it, and all shares sum to 1."""
    from scipy import sparse  # noqa: PLC0415 - half a second, only where it is needed
    from scipy.sparse import linalg  # noqa: PLC0415

    if states == 1:
        return np.ones(1)
    here, there, rate = (np.array(column) for column in zip(*rows, strict=True))
    flow = sparse.coo_matrix((rate, (there, here)), shape=(states, states)).tocsc()
    balance = flow - sparse.diags(np.asarray(flow.sum(axis=0)).ravel())
    # relative to the first state, the balance of the others is a system with one solution
    inner = balance[1:, 1:].tocsc()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", linalg.MatrixRankWarning)  # said in our own words below
        others = linalg.spsolve(inner, -balance[1:, 0].toarray().ravel())
    found = np.concatenate(([1.0], others))
    shares: Floats = found / found.sum()
    if not np.all(np.isfinite(shares)) or shares.min() < -_ROUNDING:
        given = "the chain does not come back to its first state"
        raise ConfigurationError([Fault("moves", given, "one closed class of states")])
    clipped: Floats = np.maximum(shares, 0.0)
    return clipped
