"""How long customers waited: those answered against those missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.enquiries import columns
from line_sim.analysis.plots import canvas
from line_sim.analysis.plots.words import lasting, percent
from line_sim.desk.model import CLOSED_HOURS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from line_sim.log import EventLog

_EDGES_S = (
    0, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600, 7200, 4 * 3600,
    8 * 3600, 86400, 2 * 86400, 7 * 86400,
)  # fmt: skip
_WHO = {
    "answered": (canvas.BLUE, "answered"),
    "missed": (canvas.RED, "missed in hours"),
    "missed_out_of_hours": (canvas.BAND, "missed out of hours"),
}
_SHARES = {"median": 0.5, "p90": 0.9, "p95": 0.95}
_MARKS = {"median": "half", "p90": "90 %", "p95": "95 %"}
_FEWEST_EDGES = 5
_NEAR = 0.05  # of the width: names of percentiles closer than this are written together


def waits_data(log: EventLog) -> pd.DataFrame:
    """How many waited how long.

    Returns
    -------
    pandas.DataFrame
        One row a stretch of time, whose length grows with the wait; columns

        - ``over_s``, ``to_s``: longer than the first, at most the second, seconds; who did not
          wait at all is in the first row;
        - ``answered``, ``missed``, ``missed_out_of_hours``: enquiries picked up, missed, and
          missed for ``closed_hours``, after so long;
        - ``answered_share``, ``missed_share``, ``missed_out_of_hours_share``: the same over all
          three together.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that other imports need not wait for

    samples = _samples(log)
    edges = _edges(max(float(one.max(initial=0)) for one in samples.values()))
    made = {
        who: np.bincount(
            np.maximum(np.searchsorted(edges, waited, "left") - 1, 0), minlength=len(edges) - 1
        )
        for who, waited in samples.items()
    }
    total = max(1, sum(len(one) for one in samples.values()))
    shares = {f"{who}_share": counts / total for who, counts in made.items()}
    return pd.DataFrame({"over_s": edges[:-1], "to_s": edges[1:], **made, **shares})


def _samples(log: EventLog) -> dict[str, np.ndarray]:
    """Waits in seconds; chats open before the start did not wait in this run."""
    made = columns(log)
    answered = made["picked_up_s"] - made["created_s"]
    missed = made["missed_s"] - made["created_s"]
    shut = made["missed_reason"] == CLOSED_HOURS
    fresh = ~made["warm"]
    return {
        "answered": answered[fresh & ~np.isnan(answered)],
        "missed": missed[fresh & ~np.isnan(missed) & ~shut],
        "missed_out_of_hours": missed[fresh & ~np.isnan(missed) & shut],
    }


def _edges(longest: float) -> np.ndarray:
    """Ends of the stretches, up to the first that holds the longest wait."""
    needed = int(np.searchsorted(_EDGES_S, longest, "left")) + 1
    edges = np.array(_EDGES_S[: max(needed, _FEWEST_EDGES)], float)
    return np.append(edges, np.ceil(longest)) if longest > edges[-1] else edges


def waits_percentiles_data(log: EventLog) -> pd.DataFrame:
    """Percentiles of the waits.

    Returns
    -------
    pandas.DataFrame
        One row each for ``answered``, ``missed`` and ``missed_out_of_hours``; columns

        - ``enquiries``: how many;
        - ``median``, ``p90``, ``p95``: seconds, between the two nearest observations; nan where
          there is none.
    """
    import pandas as pd  # noqa: PLC0415 - as above

    rows = {}
    for who, waited in _samples(log).items():
        numbers = np.quantile(waited, list(_SHARES.values())) if len(waited) else [np.nan] * 3
        rows[who] = {"enquiries": len(waited), **dict(zip(_SHARES, numbers, strict=True))}
    return pd.DataFrame.from_dict(rows, orient="index")


def waits(log: EventLog, ax: Axes | None = None) -> Axes:
    """How long the answered and the missed waited, with the percentiles of the answered.

    Stretches grow with the wait, as labelled, because waits are many short ones and a few long.
    Half, 90 % and 95 % of the answered wait at most as long as the dashed lines say. What is
    missed out of hours, at once, is no matter of waiting and stands apart in grey.

    Parameters
    ----------
    log
        Of one run; chats carried in, and those a chatbot kept, do not wait for staff.
    ax
        Axes to draw on; a new figure's unless given.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    data, parts = waits_data(log), waits_percentiles_data(log)
    ax = canvas.axes(ax)
    canvas.headline(ax, _title(parts))
    places = np.arange(len(data)) + 0.5
    there = [who for who in _WHO if parts.loc[who, "enquiries"]]
    bottom = np.zeros(len(data))
    for who in there:
        colour, said = _WHO[who]
        heights = 100 * data[f"{who}_share"].to_numpy()
        label = f"{said} ({int(parts.loc[who, 'enquiries']):,})"
        ax.bar(places, heights, 0.92, bottom=bottom, color=colour, label=label)
        bottom = bottom + heights
    edges = np.append(data["over_s"], data["to_s"].iloc[-1])
    ax.set_xticks(range(len(edges)), [_edge(one) for one in edges], fontsize=8)
    ax.set_xlim(0, len(data))
    ax.set_ylim(0, 1.15 * max(1.0, float(bottom.max())))
    if "answered" in there:
        _percentiles(ax, edges, parts.loc["answered"])
    canvas.below(ax, "wait from writing, to the pickup or to the miss (steps grow)")
    ax.set_ylabel(f"% of {int(parts['enquiries'].sum()):,} enquiries")
    ax.grid(axis="y", alpha=0.3)
    if len(there) > 1:
        canvas.key(ax, 3, below=True, pad=5.6)
    return ax


def _edge(seconds: float) -> str:
    """The number over its unit."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g}\n{unit}"
    return f"{seconds:g}\ns" if seconds else "0"


def _percentiles(ax: Axes, edges: np.ndarray, answered: pd.Series) -> None:
    """Dashed lines at the percentiles, named at the top; those that fall together share a name."""
    top, wide = ax.get_ylim()[1], len(edges) - 1
    written: list[tuple[float, float, list[str]]] = []  # first, last, names
    for name, said in _MARKS.items():
        place = float(np.interp(answered[name], edges, np.arange(len(edges))))
        near = bool(written) and place - written[-1][1] < _NEAR * wide
        first, _, names = written.pop() if near else (place, place, [])
        written.append((first, place, [*names, said]))
        ax.axvline(place, color=canvas.INK, linewidth=0.9, linestyle=(0, (4, 3)))
    for first, last, names in written:
        right = last < (1 - 3 * _NEAR) * wide
        text = ", ".join(names)
        ax.text(
            last if right else first, top, f" {text}" if right else f"{text} ",
            ha="left" if right else "right", va="top", fontsize=8,
        )  # fmt: skip


def _title(parts: pd.DataFrame) -> str:
    answered, missed = parts.loc["answered"], parts.loc["missed"]
    total = float(parts["enquiries"].sum())
    if not total:
        return "Nobody was answered or missed"
    text = "Nobody was answered"
    if answered["enquiries"]:
        text = (
            f"Half of the answered wait at most {lasting(answered['median'])}, "
            f"nine in ten {lasting(answered['p90'])}"
        )
    if missed["enquiries"]:
        usual = f"after {lasting(missed['median'])}" if missed["median"] else "at once"
        share = percent(float(missed["enquiries"]) / total)
        text += f"; {share} are missed in hours, typically {usual}"
    shut = float(parts.loc["missed_out_of_hours", "enquiries"]) / total
    if shut:
        text += f"; {percent(shut)} {'' if missed['enquiries'] else 'are missed '}out of hours"
    return text if missed["enquiries"] or shut else f"{text}; nobody is missed"
