"""How long customers waited: those answered against those missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis import metrics
from line_sim.analysis.plots import canvas
from line_sim.analysis.plots.words import lasting, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from line_sim.log import EventLog

_EDGES_S = (
    0, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600, 7200, 4 * 3600,
    8 * 3600, 86400, 2 * 86400, 7 * 86400,
)  # fmt: skip
_WHO = {"answered": canvas.BLUE, "missed": canvas.RED}
_SHARES = {"median": 0.5, "p90": 0.9, "p95": 0.95}
_MARKS = {"median": "half", "p90": "90 %", "p95": "95 %"}
_FEWEST_EDGES = 5


def waits_data(log: EventLog) -> pd.DataFrame:
    """How many waited how long.

    Returns
    -------
    pandas.DataFrame
        One row a stretch of time, whose length grows with the wait; columns

        - ``over_s``, ``to_s``: longer than the first, at most the second, seconds; who did not
          wait at all is in the first row;
        - ``answered``, ``missed``: enquiries picked up, or missed, after so long;
        - ``answered_share``, ``missed_share``: the same over all answered and missed.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that other imports need not wait for

    samples = {who: metrics.waits(log, who) for who in ("answered", "missed")}  # type: ignore[arg-type]
    edges = _edges(max((float(one.max(initial=0)) for one in samples.values()), default=0.0))
    made = {
        who: np.bincount(
            np.maximum(np.searchsorted(edges, waited, "left") - 1, 0), minlength=len(edges) - 1
        )
        for who, waited in samples.items()
    }
    total = max(1, sum(len(one) for one in samples.values()))
    shares = {f"{who}_share": counts / total for who, counts in made.items()}
    return pd.DataFrame({"over_s": edges[:-1], "to_s": edges[1:], **made, **shares})


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
        One row each for ``answered`` and ``missed``; columns

        - ``enquiries``: how many;
        - ``median``, ``p90``, ``p95``: seconds, between the two nearest observations; nan where
          there is none.
    """
    import pandas as pd  # noqa: PLC0415 - as above

    rows = {}
    for who in _WHO:
        waited = metrics.waits(log, who)  # type: ignore[arg-type]
        numbers = np.quantile(waited, list(_SHARES.values())) if len(waited) else [np.nan] * 3
        rows[who] = {"enquiries": len(waited), **dict(zip(_SHARES, numbers, strict=True))}
    return pd.DataFrame.from_dict(rows, orient="index")


def waits(log: EventLog, ax: Axes | None = None) -> Axes:
    """How long the answered and the missed waited, with the percentiles of the answered.

    Stretches grow with the wait, as labelled, because waits are many short ones and a few long.
    Half, 90 % and 95 % of the answered wait at most as long as the dashed lines say.

    Parameters
    ----------
    log
        Of one run; its chats carried in, and those a chatbot kept, do not wait for staff.
    ax
        Axes to draw on; a new figure's unless given.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    data, parts = waits_data(log), waits_percentiles_data(log)
    ax = canvas.axes(ax)
    canvas.headline(ax, _title(log, parts))
    places = np.arange(len(data))
    there = [who for who in _WHO if parts.loc[who, "enquiries"]]
    for number, who in enumerate(there):
        width = 0.9 / len(there)
        count = int(parts.loc[who, "enquiries"])
        ax.bar(
            places + 0.05 + number * width, 100 * data[f"{who}_share"], width, align="edge",
            color=_WHO[who], label=f"{who} ({count:,})",
        )  # fmt: skip
    edges = np.append(data["over_s"], data["to_s"].iloc[-1])
    ax.set_xticks(range(len(edges)), [_edge(one) for one in edges], fontsize=8)
    ax.set_xlim(0, len(data))
    ax.set_ylim(0, 1.18 * max(1.0, ax.get_ylim()[1] / 1.05))
    if "answered" in there:
        _percentiles(ax, edges, parts.loc["answered"])
    ax.set_xlabel("wait from writing, to the pickup or to the miss (steps grow)")
    ax.set_ylabel(f"% of {int(parts['enquiries'].sum()):,} enquiries")
    ax.grid(axis="y", alpha=0.3)
    if len(there) > 1:
        canvas.key(ax, 1)
    return ax


def _edge(seconds: float) -> str:
    return "0" if seconds == 0 else lasting(seconds).replace(" ", "\n", 1)


def _percentiles(ax: Axes, edges: np.ndarray, answered: pd.Series) -> None:
    """Dashed lines at the percentiles, named at the top; those that fall together share a name."""
    top = ax.get_ylim()[1]
    places: dict[float, list[str]] = {}
    for name, said in _MARKS.items():
        place = float(np.interp(answered[name], edges, np.arange(len(edges))))
        near = next((one for one in places if abs(one - place) < 0.04 * len(edges)), place)  # noqa: PLR2004 - about a label's width
        places.setdefault(near, []).append(said)
        ax.axvline(place, color=canvas.INK, linewidth=0.9, linestyle=(0, (4, 3)))
    for place, said in places.items():
        ax.text(place, top, f" {', '.join(said)}", ha="left", va="top", fontsize=8)


def _title(log: EventLog, parts: pd.DataFrame) -> str:
    answered, missed = parts.loc["answered"], parts.loc["missed"]
    numbers = metrics.measures(log)
    if not answered["enquiries"]:
        many = int(missed["enquiries"])
        return f"Nobody was answered; {many:,} enquiries were missed" if many else "Nobody waited"
    text = (
        f"Half of the answered wait at most {lasting(answered['median'])}, "
        f"nine in ten {lasting(answered['p90'])}"
    )
    if not missed["enquiries"]:
        return f"{text}; nobody is missed"
    usual = lasting(missed["median"])
    at = "at once" if missed["median"] == 0 else f"after {usual}"
    return f"{text}; {percent(numbers['missed_rate'])} are missed, half of them {at} or sooner".replace(
        "at once or sooner", "at once"
    )
