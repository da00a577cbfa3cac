"""Who got how many enquiries, beside what pure chance gives with the same decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis import fairness as fair
from line_sim.analysis.plots import canvas

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from line_sim.log import EventLog

_SHOWN = ["assigned", "expected", "low", "high", "offerable_h", "passed_over"]
_VERDICTS = {
    "more even than chance": "more evenly than chance",
    "as chance": "as evenly as chance",
    "less even than chance": "less evenly than chance",
}


def fairness_data(log: EventLog, *, repetitions: int = 400, seed: int = 0) -> pd.DataFrame:
    """One row a member who could have been given an enquiry.

    Parameters
    ----------
    log
        Of one run.
    repetitions, seed
        Of the chance baseline, see :func:`line_sim.analysis.fairness.table`.

    Returns
    -------
    pandas.DataFrame
        Index ``member``; columns

        - ``label``: what is written in the picture;
        - ``assigned``: enquiries given to the member;
        - ``expected``, ``low``, ``high``: the same by chance, and its middle 95 %;
        - ``offerable_h``: hours in which they could have been given one;
        - ``passed_over``: times somebody served more recently was chosen;
        - ``outside``: 1 above the band, -1 below, 0 within.
    """
    table = fair.table(log, repetitions=repetitions, seed=seed)[_SHOWN]
    table.insert(0, "label", canvas.drawable(table.index, "staff"))
    above, below = table["assigned"] > table["high"], table["assigned"] < table["low"]
    table["outside"] = above.astype(int) - below.astype(int)
    return table[(table["expected"] > 0) | (table["assigned"] > 0)]


def fairness(
    log: EventLog, ax: Axes | None = None, *, repetitions: int = 400, seed: int = 0
) -> Axes:
    """What each member got as a dot, what chance gives as a band; dots outside stand out.

    Chance keeps all decisions and who was eligible at each, and draws anew who was chosen. The
    title's verdict is on all members together (Gini index), for of many single bands one is
    easily left by chance.

    Parameters
    ----------
    log
        Of one run.
    ax
        Axes to draw on; a new figure's unless given.
    repetitions, seed
        Of the chance baseline.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    data = fairness_data(log, repetitions=repetitions, seed=seed)
    ax = canvas.axes(ax, height=1.5 + 0.34 * max(1, len(data)))
    canvas.headline(ax, _title(log, data, repetitions, seed), list(data["label"]))
    places = np.arange(len(data))
    low, high = data["low"].to_numpy(), data["high"].to_numpy()
    ax.barh(places, high - low, 0.6, left=low, color=canvas.BAND)
    ax.vlines(data["expected"], places - 0.3, places + 0.3, color=canvas.GREY, linewidth=1.2)
    inside = data["outside"].to_numpy() == 0
    for chosen, colour, mark in ((inside, canvas.BLUE, "o"), (~inside, canvas.RED, "D")):
        ax.plot(data["assigned"].to_numpy()[chosen], places[chosen], mark, color=colour)
    canvas.rows(ax, list(data["label"]))
    ax.set_xlim(0, 1.08 * max(1.0, float(np.max(high, initial=0)), data["assigned"].max()))
    note = "grey: expected by chance, and 95 of 100 chance runs; red diamond: outside"
    canvas.below(ax, f"enquiries assigned ({note})", 70)
    ax.grid(axis="x", alpha=0.3)
    return ax


def _title(log: EventLog, data: pd.DataFrame, repetitions: int, seed: int) -> str:
    if data.empty:
        return "Nobody was given an enquiry"
    index = fair.summary(log, repetitions=repetitions, seed=seed)
    gini = index.loc[(fair.EVERYTHING, "chats", "gini")]
    if not gini["verdict"]:
        return "Too little was assigned to speak of fairness"
    text = (
        f"Shared {_VERDICTS[gini['verdict']]}: Gini {gini['observed']:.2f}, by chance "
        f"{gini['low']:.2f} to {gini['high']:.2f}"
    )
    most = data.loc[(data["assigned"] - data["high"]).idxmax()]
    if gini["verdict"] != "less even than chance" or most["outside"] <= 0:
        return text
    return (
        f"{text}; {most['label']} gets {most['assigned']}, by chance "
        f"{most['low']:.0f} to {most['high']:.0f}"
    )
