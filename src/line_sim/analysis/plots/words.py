"""How numbers are said: each metric in words with its unit, times as a person would tell them."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import TYPE_CHECKING

from line_sim.analysis.metrics import SHARES

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_PERCENT = ("staff_hours_per_enquiry", "cost_per_enquiry")
_SAID = {
    "away_rate": "away messages, of enquiries",
    "away_rate_in_hours": "away messages in hours, of enquiries in hours",
    "away_rate_customers": "customers who get an away message",
    "missed_rate": "missed enquiries",
    "service_level": "picked up in time, of received",
    "service_level_of_answered": "picked up in time, of answered",
    "service_level_of_patient": "picked up in time, of the patient",
    "service_level_with_left": "picked up or left in time, of received",
    "occupancy": "available time with a chat",
    "load": "open chats, of capacity",
    "push_share": "messages sent as pushes",
    "cost_per_enquiry": "cost of a handled enquiry",
    "staff_hours_per_enquiry": "staff hours a handled enquiry",
    "gini_per_available_hour": "inequality of work (Gini)",
    "gini_excess_over_chance": "inequality beyond chance (Gini)",
}
_TIMES = {
    "waiting_time_s": "wait",
    "waiting_time_answered_s": "wait of the answered",
    "waiting_time_missed_s": "wait of the missed",
    "first_response_time_s": "time to the first response",
    "handling_time_s": "handling time",
    "enquiry_duration_s": "duration of an enquiry",
    "longest_silence_after_pickup_s": "longest silence after the pickup",
    "line_reply_time_s": "reply time as LINE shows it",
}
_STATISTICS = {"_mean": "mean", "_median": "median", "_p90": "90th percentile of",
               "_p95": "95th percentile of"}  # fmt: skip
NO_BREAK = "\N{NO-BREAK SPACE}"
_UNIT = re.compile(r"(\d) (%|s|min|h|days?|staff|people|chats?|offers?)(?![a-z])")
_MOST_DIGITS = 4
_TWO_DIGITS = 10  # from here on no decimals
_STEPS = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"))


@dataclasses.dataclass(frozen=True, slots=True)
class Quantity:
    """How a metric is said.

    Attributes
    ----------
    words : str
        What it is, in small letters, without its unit.
    unit : str
        ``"%"``, ``"s"``, ``"min"``, ``"h"`` or ``""`` for a plain number.
    scale : float
        A value times this is in the unit.
    """

    words: str
    unit: str
    scale: float

    @property
    def axis(self) -> str:
        """The label of an axis: words and unit."""
        return f"{self.words}, {self.unit}" if self.unit else self.words

    @property
    def difference_unit(self) -> str:
        """The unit of a difference: percent differ by percentage points."""
        return "percentage points" if self.unit == "%" else self.unit

    def said(self, *values: float) -> list[str]:
        """Values with their unit, in so many digits that different ones stay different."""
        scaled = [value * self.scale for value in values]
        large = max(map(abs, scaled), default=0) >= _TWO_DIGITS
        digits = 0 if large or self._whole(scaled) else 1
        shown = [f"{value:.{digits}f}" for value in scaled]
        while digits < _MOST_DIGITS and len(set(shown)) < len(set(scaled)):
            digits += 1
            shown = [f"{value:.{digits}f}" for value in scaled]
        unit = f" {self.unit}" if self.unit else ""
        return [f"{text}{unit}" for text in shown]

    @staticmethod
    def _whole(values: Iterable[float]) -> bool:
        return all(value == round(value) for value in values if math.isfinite(value))


def quantity(metric: str, values: Iterable[float] = ()) -> Quantity:
    """How `metric` is said; times in the unit that suits the largest of `values`."""
    if metric in SHARES and metric not in _NO_PERCENT:
        return Quantity(_SAID.get(metric, metric.replace("_", " ")), "%", 100.0)
    time, said = metric, ""
    for ending, statistic in _STATISTICS.items():
        if metric.endswith(f"_s{ending}"):
            time, said = metric.removesuffix(ending), f"{statistic} "
    if time.endswith("_s"):
        largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
        long, unit = next((step for step in _STEPS if largest >= 3 * step[0]), (1.0, "s"))
        words = _TIMES.get(time, time.removesuffix("_s").replace("_", " "))
        return Quantity(f"{said}{words}", unit, 1.0 / long)
    return Quantity(_SAID.get(metric, metric.replace("_", " ")), "", 1.0)


def percent(share: float) -> str:
    """A share as percent: one decimal below ten."""
    value = 100 * share
    if math.isnan(value):
        return "unknown"
    whole = value >= _TWO_DIGITS or value == round(value)
    return f"{value:.0f} %" if whole else f"{value:.1f} %"


def lasting(seconds: float) -> str:
    """A length of time as a person says it: ``9 s``, ``1 min 20 s``, ``2 h 5 min``, ``3 days``."""
    if not math.isfinite(seconds):
        return "unknown"
    if seconds < _TWO_DIGITS and seconds != round(seconds):
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for (size, unit), (small, small_unit) in zip(_STEPS, (*_STEPS[1:], (1.0, "s")), strict=True):
        if whole >= size:
            rest = int(whole % size // small)
            large = int(whole // size)
            name = "day" if unit == "days" and large == 1 else unit
            return f"{large} {name}" + (f" {rest} {small_unit}" if rest else "")
    return f"{whole} s"


def counted(number: float, noun: str, plural: str = "") -> str:
    """A number and what it counts: ``1 chat``, ``2 chats``, ``1,200 enquiries``."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,.0f} {word}" if number == round(number) else f"{number:,.1f} {word}"


def together(text: str) -> str:
    """The same with numbers kept on one line with their units."""
    return _UNIT.sub(rf"\1{NO_BREAK}\2", text)


def sentence(text: str) -> str:
    """The same with a capital first letter."""
    return text[:1].upper() + text[1:]
