"""Enquiries, staff and open chats over the day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from line_sim.analysis.load import over_time
from line_sim.analysis.plots import canvas
from line_sim.analysis.plots.words import counted, lasting, percent
from line_sim.desk.model import SECOND
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from line_sim.log import EventLog

_DAY_S = 86400.0
_COLUMNS = ["received", "away_sent", "available", "open_chats", "waiting"]
_WORTH_SAYING = 0.01


def load_and_staffing_data(
    log: EventLog, *, every_s: float = 900.0, mean_day: bool | None = None
) -> pd.DataFrame:
    """One row a step of time.

    Parameters
    ----------
    log
        Of one run.
    every_s
        Length of a step, seconds; for a mean day, a part of a day.
    mean_day
        Whether days are laid over each other; unless told, when customers wrote for more than one
        and a half.

    Returns
    -------
    pandas.DataFrame
        Index ``at_s``: the step's beginning, seconds since the start; of a mean day, since local
        midnight. Columns

        - ``local_time``: the same on the local clock (a mean day: of the first date);
        - ``received``, ``away_sent``: enquiries, and away messages, in the step (a mean day: mean
          over its days);
        - ``available``, ``open_chats``, ``waiting``: mean number over the step, of staff, of chats
          owned and of enquiries not yet picked up;
        - ``days``: over how many days the mean is taken.
    """
    steps = over_time(log, every_s=every_s)[_COLUMNS].astype(float)
    end_s = log.header["end_s"] or log.until_us / SECOND
    if mean_day is None:
        mean_day = end_s > 1.5 * _DAY_S
    if not mean_day:
        steps["days"] = 1
        steps.insert(0, "local_time", canvas.clock(log, steps.index.to_numpy()))
        return steps
    if _DAY_S % every_s:
        raise ConfigurationError([Fault("every_s", repr(every_s), "a whole part of 86400 seconds")])
    midnight = canvas.local_midnight_s(log)
    within = steps[steps.index < end_s]
    since = (within.index.to_numpy() - midnight) % _DAY_S // every_s * every_s
    folded = within.groupby(since).mean()
    folded["days"] = within.groupby(since).size()
    folded.index.name = "at_s"
    folded.insert(0, "local_time", canvas.clock(log, folded.index.to_numpy() + midnight))
    return folded


def load_and_staffing(
    log: EventLog, ax: Axes | None = None, *, every_s: float = 900.0, mean_day: bool | None = None
) -> Axes:
    """Enquiries as bars, away messages in front of them, staff as steps, open chats as a line.

    All are counts and share one axis. Bars count what happens in a step, lines are means over it.

    Parameters
    ----------
    log
        Of one run.
    ax
        Axes to draw on; a new figure's unless given.
    every_s, mean_day
        See :func:`load_and_staffing_data`.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    data = load_and_staffing_data(log, every_s=every_s, mean_day=mean_day)
    data = _trimmed(data)
    ax = canvas.axes(ax)
    canvas.headline(ax, _title(data, every_s))
    when = data["local_time"].to_numpy()
    step = np.timedelta64(round(every_s * SECOND), "us")
    wide: Any = dt.timedelta(seconds=0.9 * every_s)  # a length of time, as x is
    said = lasting(every_s)
    ax.bar(
        when, data["received"], wide, align="edge", color=canvas.SKY, label=f"enquiries a {said}"
    )
    if data["away_sent"].any():
        ax.bar(
            when, data["away_sent"], wide, align="edge", color=canvas.RED,
            label=f"away messages a {said}",
        )  # fmt: skip
    ends = np.append(when, when[-1] + step)
    ax.stairs(
        data["available"], ends, baseline=None, color=canvas.INK, linewidth=1.8,
        label="staff available",
    )  # fmt: skip
    ax.plot(
        when + step // 2, data["open_chats"], color=canvas.ORANGE, linewidth=1.8,
        label="open chats",
    )  # fmt: skip
    canvas.clock_axis(ax, log, ends[0], ends[-1])
    if data["days"].max() > 1:
        days = counted(float(data["days"].max()), "day")
        ax.set_xlabel(f"local time of day (UTC{log.header['utc_offset']}), mean of {days}")
    ax.set_ylabel(f"enquiries a {said}; staff; chats")
    ax.set_ylim(bottom=0)
    ax.grid(axis="y", alpha=0.3)
    canvas.key(ax, 4, below=True)
    return ax


def _trimmed(data: pd.DataFrame) -> pd.DataFrame:
    """Without the empty steps at both ends."""
    busy = np.flatnonzero(data[_COLUMNS].to_numpy().any(axis=1))
    return data.iloc[busy[0] : busy[-1] + 1] if busy.size else data


def _title(data: pd.DataFrame, every_s: float) -> str:
    total = float(data["received"].sum())
    if not total:
        return "Nobody wrote"
    peak = data.loc[data["received"].idxmax()]
    many = counted(peak["received"], "enquiry", "enquiries")
    text = (
        f"busiest at {peak['local_time']:%H:%M}: {many} in {lasting(every_s)}, "
        f"{peak['available']:.1f} staff, {peak['open_chats']:.1f} open chats"
    )
    alone = float(data["received"][data["available"] == 0].sum()) / total
    if alone < _WORTH_SAYING:
        return text[0].upper() + text[1:]
    return f"{percent(alone)} of enquiries come when no staff is available; {text}"
