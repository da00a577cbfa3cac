"""Load and staffing over the run, in equal steps of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.enquiries import BOT_ONLY, columns
from line_sim.analysis.exposure import states
from line_sim.desk.model import SECOND
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    import pandas as pd

    from line_sim.log import EventLog


def over_time(log: EventLog, *, every_s: float = 900.0) -> pd.DataFrame:
    """One row a step of `every_s` seconds, the last one as short as the run makes it.

    Parameters
    ----------
    every_s
        Length of a step, seconds, above 0.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``at_s``, the beginning of the step, seconds since the start.

        received : enquiries created in the step.
        picked_up : first pickups in it.
        missed : misses in it.
        away_sent : away messages in it.
        available : members available, mean over the step.
        offerable : available and below their cap, mean over the step.
        open_chats : chats owned by anybody, mean over the step.
        waiting : enquiries waiting (created, and not yet picked up, missed or abandoned; those
            a chatbot kept apart), mean over the step.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that other imports need not wait for

    if not every_s > 0:
        raise ConfigurationError([Fault("every_s", repr(every_s), "seconds above 0")])
    until = max(log.until_us, 1)
    edges = np.append(np.arange(0, until, round(every_s * SECOND)), until)
    made = columns(log)
    counted = {
        "received": np.where(made["warm"], np.nan, made["created_s"]),
        "picked_up": np.where(made["warm"], np.nan, made["picked_up_s"]),
        "missed": made["missed_s"],
        "away_sent": made["away_s"],
    }
    frame = pd.DataFrame(
        {name: _counted(when, edges) for name, when in counted.items()},
        index=pd.Index(edges[:-1] / SECOND, name="at_s"),
    )
    people = [(one.at, free, free & below, one.chats) for one, free, below in states(log)]
    for place, name in enumerate(("available", "offerable", "open_chats"), start=1):
        frame[name] = sum(_mean(one[0], one[place], edges) for one in people)
    people_wait = made["outcome"] != BOT_ONLY
    frame["waiting"] = _waiting(
        made["created_s"][people_wait], made["waiting_s"][people_wait], edges
    )
    return frame


def _counted(when: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """How many fall into each step [edge, next edge); the very end belongs to the last one."""
    return np.histogram(when[~np.isnan(when)], edges / SECOND)[0]


def _mean(at: np.ndarray, value: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Mean over each step of a step function that is ``value[i]`` from ``at[i]`` on."""
    integral = np.append(0.0, np.cumsum(np.diff(at) * value[:-1]))
    last = np.append(at, max(edges[-1], at[-1]))
    total = np.append(integral, integral[-1] + (last[-1] - at[-1]) * value[-1])
    mean: np.ndarray = np.diff(np.interp(edges, last, total)) / np.diff(edges)
    return mean


def _waiting(created_s: np.ndarray, waited_s: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Mean number waiting in each step; who never stopped waits to the end of the run."""
    end = np.where(np.isnan(waited_s), edges[-1] / SECOND, created_s + waited_s)
    when = np.concatenate([created_s, end]) * SECOND
    change = np.repeat([1, -1], len(created_s))
    order = np.argsort(when, kind="stable")
    at = np.append(0.0, when[order])
    return _mean(at, np.append(0, np.cumsum(change[order])), edges)
