"""Pictures of a replay: what became of events over time, and how long answers took."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.plots import canvas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

__all__ = ["fates", "latencies"]

_COLOURS = {
    "handled": canvas.BLUE, "recovered": canvas.SKY, "unanswered": canvas.BAND,
    "silent": "#EEEEEE", "in flight": canvas.PURPLE, "refused": canvas.ORANGE, "lost": canvas.RED,
}  # fmt: skip
_BINS = 60
_FAULTS_DRAWN = 200


def fates(
    at_s: Mapping[str, Sequence[float]],
    faults_s: Sequence[float] = (),
    ax: Axes | None = None,
) -> Axes:
    """Events over schedule time, stacked by what became of them, with the faults that struck.

    Parameters
    ----------
    at_s
        By word (``handled``, ``lost``, ...), when each event was first sent; seconds.
    faults_s
        When planned faults struck; marked at the bottom, the first 200 of them.
    """
    ax = canvas.axes(ax)
    every = [second for found in at_s.values() for second in found]
    end_s = max((*every, *faults_s, 1.0))
    unit_s, unit = _unit(end_s)
    edges = np.linspace(0, end_s / unit_s, _BINS + 1)
    words = [word for word in _COLOURS if at_s.get(word)]
    counts = [np.histogram(np.asarray(at_s[word]) / unit_s, edges)[0] for word in words]
    floor = np.zeros(_BINS)
    for word, count in zip(words, counts, strict=True):
        ax.bar(
            edges[:-1], count, np.diff(edges), bottom=floor, align="edge", color=_COLOURS[word],
            label=f"{word} ({len(at_s[word]):,})",
        )  # fmt: skip
        floor = floor + count
    if faults_s:
        marks = np.asarray(faults_s[:_FAULTS_DRAWN]) / unit_s
        ax.plot(marks, np.zeros(len(marks)), "|", color=canvas.INK, markersize=9,
                label=f"planned fault ({len(faults_s):,})", clip_on=False)  # fmt: skip
    canvas.headline(ax, _finding({word: len(at_s[word]) for word in words}))
    ax.set_xlim(0, end_s / unit_s)
    ax.set_xlabel(f"schedule time, {unit}")
    ax.set_ylabel("events")
    if words:
        canvas.key(ax, 4, below=True, pad=4.2)
    return ax


def latencies(times_ms: Mapping[str, Sequence[float]], ax: Axes | None = None) -> Axes:
    """Which share took at most how long, for several kinds of times.

    Parameters
    ----------
    times_ms
        By what was timed, milliseconds; at most four.
    """
    ax = canvas.axes(ax)
    colours = (canvas.BLUE, canvas.ORANGE, canvas.GREEN, canvas.PURPLE)
    told = []
    for (name, found), colour in zip(times_ms.items(), colours, strict=False):
        if not len(found):
            continue
        sorted_ms = np.maximum(np.sort(np.asarray(found, dtype=float)), 0.01)
        share = np.arange(1, len(sorted_ms) + 1) / len(sorted_ms) * 100
        p99 = sorted_ms[int(np.ceil(0.99 * len(sorted_ms))) - 1]
        label = f"{name} ({len(sorted_ms):,}), 99 % in {_lasting(p99)}"
        ax.plot(sorted_ms, share, color=colour, drawstyle="steps-post", label=label)
        told.append(f"{name} within {_lasting(p99)}")
    ax.set_xscale("log")
    canvas.headline(ax, f"99 in 100: {'; '.join(told)}" if told else "Nothing was timed")
    ax.set_xlabel("milliseconds, logarithmic")
    ax.set_ylabel("share, %")
    ax.set_ylim(0, 101)
    ax.grid(axis="y", color=canvas.BAND, linewidth=0.6)
    if told:
        canvas.key(ax, 1, below=True, pad=4.2)
    return ax


def _unit(end_s: float) -> tuple[float, str]:
    for seconds, name in ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes")):
        if end_s > 3 * seconds:
            return seconds, name
    return 1.0, "seconds"


def _finding(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    bad = [f"{counts[word]:,} {word}" for word in ("lost", "refused") if counts.get(word)]
    return f"{total:,} events: {' and '.join(bad) if bad else 'none lost'}"


def _lasting(ms: float) -> str:
    return f"{ms / 1000:.2g} s" if ms >= 1_000 else f"{ms:.2g} ms"  # noqa: PLR2004 - a second
