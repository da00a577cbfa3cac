"""One team's day as a Gantt chart: status behind, chats as bars, offers as marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import dates
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from line_sim.analysis.plots import canvas
from line_sim.analysis.plots.team_day_data import gantt_data
from line_sim.analysis.plots.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from line_sim.log import EventLog

_BEHIND = {"active": "#D6E9F5", "busy": "#FBE3B5", "idle": "#E6E6E6"}
_MARKS = {"offered": ("|", canvas.INK, 4.0), "missed offer": ("X", canvas.RED, 6.0)}
_TALL = 0.42


def gantt(  # noqa: PLR0913, PLR0917 - whose day, and which part of it
    log: EventLog,
    destination: str | None = None,
    members: Sequence[str] | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """One row a member: status as the background, chats as bars, offers as marks.

    Parameters
    ----------
    log, destination, members, start_s, end_s
        See :func:`gantt_data`.
    ax
        Axes to draw on; a new figure's unless given.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Raises
    ------
    ConfigurationError
        For unknown names, or a stretch without length.
    """
    data = gantt_data(log, destination, members, start_s, end_s)
    names = data.attrs["members"]
    ax = canvas.axes(ax, height=1.7 + 0.5 * max(1, len(names)))
    labels = dict(zip(log.members, canvas.drawable(log.members, "staff"), strict=True))
    canvas.headline(ax, _title(log, data, labels), [labels[name] for name in names])
    for place, name in enumerate(names):
        _draw_member(ax, log, data[data["member"] == name], place)
    canvas.rows(ax, [labels[name] for name in names])
    begin, end = canvas.clock(log, np.array([data.attrs["start_s"], data.attrs["end_s"]]))
    canvas.clock_axis(ax, log, begin, end)
    canvas.key(ax, 7, below=True, handles=_handles(set(data["what"])))
    return ax


def _draw_member(ax: Axes, log: EventLog, mine: pd.DataFrame, place: int) -> None:
    """One row of the chart: behind, bars from bottom to top, marks above them."""
    for status, colour in _BEHIND.items():
        _bars(ax, log, mine[mine["what"] == status], place - _TALL, 2 * _TALL, colour)
    chats = mine[mine["what"] == "chat"]
    lanes = int(chats["lane"].max()) + 1 if len(chats) else 1
    room = 1.5 * _TALL / lanes  # the top quarter is for marks
    for lane, own in chats.groupby("lane"):
        bottom = place + _TALL - room * (int(str(lane)) + 1)
        _bars(ax, log, own, bottom + 0.08 * room, 0.84 * room, canvas.BLUE)
    for what, (mark, colour, size) in _MARKS.items():
        at = mine.loc[mine["what"] == what, "start_s"].to_numpy()
        when = canvas.clock(log, at)
        ax.plot(
            when, np.full(len(at), place - 0.75 * _TALL), mark, color=colour, markersize=size,
            markeredgewidth=0.8 if mark == "|" else 0.0,
        )  # fmt: skip


def _bars(  # noqa: PLR0913, PLR0917 - where and how
    ax: Axes, log: EventLog, spans: pd.DataFrame, bottom: float, tall: float, colour: str
) -> None:
    calendar: Any = dates  # it has no types
    begin, end = (
        calendar.date2num(canvas.clock(log, spans[name].to_numpy()))
        for name in ("start_s", "end_s")
    )
    lengths = zip(begin, end - begin, strict=True)
    ax.broken_barh(list(lengths), (bottom, tall), facecolor=colour, linewidth=0)


def _handles(shown: set[object]) -> list[object]:
    """What the legend explains: only what is there."""
    patches = [Patch(color=colour, label=name) for name, colour in _BEHIND.items() if name in shown]
    chat = [Patch(color=canvas.BLUE, label="chat")] if "chat" in shown else []
    marks = [
        Line2D([], [], marker=mark, linestyle="", color=colour, label=name,
               markersize=size + 1, markeredgewidth=1.0 if mark == "|" else 0.0)
        for name, (mark, colour, size) in _MARKS.items()
        if name in shown
    ]  # fmt: skip
    return [*patches, *chat, *marks]


def _title(log: EventLog, data: pd.DataFrame, labels: dict[str, str]) -> str:
    chats = data[data["what"] == "chat"]
    (place,) = canvas.drawable([data.attrs["destination"] or "Team"], "destination")
    people = counted(len(data.attrs["members"]), "person", "people")
    if chats.empty:
        return f"{place}: no chats, {people}"
    open_at = chats.sort_values(["start_s", "end_s"], kind="stable")
    most, when, who = 0, 0.0, ""
    for name, own in open_at.groupby("member", sort=False):
        ends = np.sort(own["end_s"].to_numpy())
        begins = own["start_s"].to_numpy()
        number = np.arange(1, len(own) + 1) - np.searchsorted(ends, begins, "right")
        if number.max() > most:
            most, when, who = int(number.max()), float(begins[number.argmax()]), str(name)
    missed = int((data["what"] == "missed offer").sum())
    offers = f"; {counted(missed, 'offer')} missed" if missed else "; no offer missed"
    return (
        f"{place}: {counted(len(chats), 'chat')}, {people}, at most {most} at once "
        f"({labels[who]}, {canvas.time_of_day(log, when)}){offers}"
    )
