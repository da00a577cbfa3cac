"""What all pictures share: axes, colours, titles, clocks, and letters of every script."""

from __future__ import annotations

import datetime as dt
import functools
import textwrap
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib import dates, font_manager

from line_sim.analysis.plots.words import NO_BREAK, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from line_sim.log import EventLog

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, BROWN, GREY = "#CC79A7", "#56B4E9", "#8C6D1F", "#8A8A8A"
"""Told apart by readers of every kind of colour vision (Okabe and Ito 2008; brown for yellow)."""
BAND = "#D9D9D9"
INK = "#222222"

_SCRIPTS = (  # fonts with Thai, Japanese or Chinese letters, as systems come with them
    "Noto Sans Thai", "Noto Sans Thai Looped", "Leelawadee UI", "Thonburi", "Loma", "Garuda",
    "Noto Sans CJK JP", "Noto Sans JP", "Noto Sans TC", "Hiragino Sans", "Yu Gothic", "Meiryo",
    "MS Gothic", "IPAexGothic", "TakaoGothic", "Microsoft JhengHei", "PingFang TC", "Heiti TC",
    "WenQuanYi Zen Hei", "Droid Sans Fallback", "Arial Unicode MS", "Tahoma",
)  # fmt: skip
_LONGEST = 28  # letters of a name
_TITLE_SIZE = 11.0
_LABEL_INCHES, _LABEL_ROOM = 0.08, 0.8  # of a letter; of what the axes leave anyway
_HOURS_WITHOUT_DATE = 36


def axes(ax: Axes | None, width: float = 7.2, height: float = 3.6) -> Axes:
    """The axes given, tidied, or those of a new figure of that size in inches."""
    if ax is None:
        from matplotlib import pyplot as plt  # noqa: PLC0415 - it looks for a screen

        _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.set_axisbelow(True)
    return ax


def beside(ax: Axes, share: float = 0.5) -> Axes:
    """New axes in the right `share` of the place of `ax`, with the same rows."""
    figure = ax.figure
    spec = ax.get_subplotspec()
    if spec is None:
        box = ax.get_position()
        width = box.width * (1 - share)
        ax.set_position((box.x0, box.y0, width * 0.95, box.height))
        place = (box.x0 + width * 1.05, box.y0, box.width * share * 0.95, box.height)
        other = figure.add_axes(place, sharey=ax)
    else:
        parts = spec.subgridspec(1, 2, width_ratios=(1 - share, share), wspace=0.06)
        ax.set_subplotspec(parts[0, 0])
        other = figure.add_subplot(parts[0, 1], sharey=ax)
    axes(other)
    other.tick_params(axis="y", left=False, labelleft=False)
    other.spines["left"].set_visible(False)
    return other


def headline(ax: Axes, text: str, labels: Sequence[str] = ()) -> None:
    """Set the title: a sentence, at the left, in as many lines as the width of `ax` asks for.

    Call it before :func:`beside`, for a title may run over both. Long `labels` of rows leave less
    width to axes and title.
    """
    longest = max(map(len, labels), default=0)
    inches = ax.get_position().width * ax.figure.bbox.width / ax.figure.dpi
    inches -= max(0.0, longest * _LABEL_INCHES - _LABEL_ROOM)
    letters = max(20, int(inches * 72 / (_TITLE_SIZE * 0.47)))
    lines = textwrap.wrap(together(text), letters, break_long_words=False)
    written = "\n".join(lines).replace(NO_BREAK, " ")
    ax.set_title(written, loc="left", fontsize=_TITLE_SIZE, fontfamily=families(), color=INK)


def rows(ax: Axes, labels: Sequence[str], *, height: float = 0.5) -> None:
    """One row a label, the first at the top."""
    ax.set_yticks(range(len(labels)), labels)
    for label in ax.get_yticklabels():
        label.set_fontfamily(families())
    ax.set_ylim(max(len(labels), 1) - 1 + height, -height)
    ax.tick_params(axis="y", length=0)


def below(ax: Axes, text: str, letters: int = 60) -> None:
    """Label the x axis, in lines of at most so many letters."""
    ax.set_xlabel("\n".join(textwrap.wrap(text, letters)), fontsize=9)


def key(
    ax: Axes,
    columns: int,
    *,
    below: bool = False,
    pad: float = 4.6,
    handles: Sequence[object] | None = None,
) -> None:
    """A legend where there is room in the axes, or `pad` letters below them."""
    how: dict[str, Any] = {
        "ncols": columns, "prop": {"family": families(), "size": 9}, "handlelength": 1.4,
        "frameon": not below, "framealpha": 0.8, "edgecolor": "none",
    }  # fmt: skip
    if below:  # the pad is in letters, so it is the same under high and low axes
        how |= {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "borderaxespad": pad}
    if handles is not None:
        how["handles"] = list(handles)
    if handles is None or handles:
        ax.legend(**how)


def clock(log: EventLog, seconds: np.ndarray) -> np.ndarray:
    """Local instants (datetime64) of seconds since the start of `log`."""
    start = np.datetime64(log.start.replace(tzinfo=None), "us")
    instants: np.ndarray = start + np.rint(np.asarray(seconds) * 1e6).astype("timedelta64[us]")
    return instants


def clock_axis(ax: Axes, log: EventLog, first: np.datetime64, last: np.datetime64) -> None:
    """Let x run from one local instant to another, marked with the time on the clock."""
    begin, end = (instant.astype("datetime64[us]").item() for instant in (first, last))
    calendar: Any = dates  # it has no types
    locator = calendar.AutoDateLocator(minticks=4, maxticks=9)
    short = end - begin <= dt.timedelta(hours=_HOURS_WITHOUT_DATE)
    formatter = calendar.DateFormatter("%H:%M") if short else calendar.ConciseDateFormatter(locator)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(formatter)
    ax.set_xlim(calendar.date2num(begin), calendar.date2num(end))
    last_day = (end - dt.timedelta(microseconds=1)).date()
    days = f"{begin:%Y-%m-%d}" if last_day <= begin.date() else f"{begin:%Y-%m-%d} to {last_day}"
    ax.set_xlabel(f"local time (UTC{log.header['utc_offset']}), {days}")


def time_of_day(log: EventLog, second: float) -> str:
    """The local time on the clock, ``12:05``, at a second since the start."""
    instant = log.start + dt.timedelta(seconds=float(second))
    return f"{instant:%H:%M}"


def local_midnight_s(log: EventLog) -> float:
    """When the first local day of `log` began: seconds since the start, at most 0."""
    start = log.start
    since = dt.timedelta(
        hours=start.hour, minutes=start.minute, seconds=start.second,
        microseconds=start.microsecond,
    )  # fmt: skip
    return -since.total_seconds()


def drawable(names: Iterable[str], noun: str) -> list[str]:
    """What can be drawn of each name: itself, or its number where no font here has its letters.

    Thai, Japanese and Chinese letters need a font that has them; one is looked for among those
    that matplotlib was told to use and those that systems bring. Where there is none, a name
    becomes ``staff 3`` (the third of the list), never a row of empty boxes.
    """
    made = []
    for number, name in enumerate(names, start=1):
        text = " ".join(name.split())
        known = bool(text) and all(_can_draw(letter) for letter in text)
        cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        made.append(cut.replace("$", r"\$") if known else f"{noun} {number}")
    return made


@functools.cache
def _can_draw(letter: str) -> bool:
    return any(ord(letter) in _letters(family) for family in families())


@functools.cache
def _letters(family: str) -> frozenset[int]:
    """The characters a font has."""
    path = font_manager.findfont(font_manager.FontProperties(family=[family]))
    return frozenset(font_manager.get_font(path).get_charmap())


def families() -> list[str]:
    """Fonts to draw with, each for the letters that those before it lack."""
    settings: Any = mpl.rcParams
    wanted = tuple(
        family
        for group in settings["font.family"]
        for family in settings.get(f"font.{group}", [group])
    )
    return list(_installed(wanted))


@functools.cache
def _installed(wanted: tuple[str, ...]) -> tuple[str, ...]:
    there = set(font_manager.get_font_names())
    found = [family for family in dict.fromkeys((*wanted, *_SCRIPTS)) if family in there]
    return tuple(found) or ("DejaVu Sans",)
