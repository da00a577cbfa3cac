"""When visitors write, as data: rates by time of day, random days, broadcasts, lists of times.

Clock times are local to the service's ``utc_offset``.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from line_sim.errors import Fault
from line_sim.scenario.checked import Checked

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = (*WEEKDAYS, "weekday", "weekend", "every_day")
_MINUTES_A_DAY = 1440


def _rate_faults(where: str, rates: tuple[float, ...]) -> Iterator[Fault]:
    if not rates or _MINUTES_A_DAY % len(rates):
        allowed = "as many as divide a day evenly: 24 for hours, 96 for quarter-hours"
        yield Fault(where, f"{len(rates)} rates", allowed)
    for place, rate in enumerate(rates):
        if not 0 <= rate < math.inf:
            yield Fault(f"{where}[{place}]", repr(rate), "a finite number of at least 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Random(Checked):
    """What arrivals with a rate share.

    Parameters
    ----------
    day_factor_shape : the rate of each day is multiplied by its own Gamma(shape, 1 / shape) number,
        mean 1, variance 1 / shape; ``None`` = no random days. Real counts vary far more than
        Poisson's from day to day; published shapes are about 10 and 28.7. Drawn for each channel
        apart [chosen].
    """

    day_factor_shape: float | None = None

    def _faults(self) -> Iterator[Fault]:
        if self.day_factor_shape is not None:
            yield from self._above(0, "day_factor_shape")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantRate(_Random):
    """Poisson arrivals, `per_hour` an hour, day and night."""

    kind: Literal["constant"] = "constant"
    per_hour: float

    def _faults(self) -> Iterator[Fault]:
        yield from super(ConstantRate, self)._faults()
        yield from self._at_least(0, "per_hour")

    def rates(self, day: dt.date) -> tuple[float, ...]:
        """Arrivals an hour in each equal part of `day`: here one part."""
        del day
        return (self.per_hour,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(_Random):
    """Poisson arrivals whose rate follows the clock and the day of the week.

    Parameters
    ----------
    per_hour : arrivals an hour by day: ``"mon" ... "sun"``, else ``"weekday"`` (Monday to Friday)
        or ``"weekend"``, else ``"every_day"``, else none at all. 24 numbers are hours, 96
        quarter-hours; any number that divides the day's 1440 minutes is allowed. Always per hour,
        however short the part.
    special_dates : the same for single dates, ahead of any day of the week.
    scale : multiplies all of them.
    """

    kind: Literal["profile"] = "profile"
    per_hour: dict[str, tuple[float, ...]]
    special_dates: dict[dt.date, tuple[float, ...]] = field(default_factory=dict)
    scale: float = 1.0

    def _faults(self) -> Iterator[Fault]:
        yield from super(Profile, self)._faults()
        yield from self._at_least(0, "scale")
        for name, rates in self.per_hour.items():
            if name not in _DAY_NAMES:
                yield Fault.unknown("per_hour", name, _DAY_NAMES)
            yield from _rate_faults(f"per_hour.{name}", rates)
        for date, rates in self.special_dates.items():
            yield from _rate_faults(f"special_dates.{date}", rates)

    def rates(self, day: dt.date) -> tuple[float, ...]:
        """Arrivals an hour in each equal part of `day`."""
        place = day.weekday()
        kind = "weekend" if WEEKDAYS[place] in {"sat", "sun"} else "weekday"
        rates = self.special_dates.get(day)
        for name in (WEEKDAYS[place], kind, "every_day"):
            if rates is None:
                rates = self.per_hour.get(name)
        return tuple(rate * self.scale for rate in rates or (0.0,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTimes(Checked):
    """Arrivals at the listed seconds since the start, in any order; none after the end.

    People and their work are drawn as for other arrivals. A recorded table that says more than the
    time is something else: see :mod:`line_sim.world.recorded`.
    """

    kind: Literal["listed"] = "listed"
    at_s: tuple[float, ...]

    def _faults(self) -> Iterator[Fault]:
        for place, at in enumerate(self.at_s):
            if not 0 <= at < math.inf:
                yield Fault(f"at_s[{place}]", repr(at), "seconds since the start, at least 0")


Arrivals = Annotated[ConstantRate | Profile | ListedTimes, Field(discriminator="kind")]
"""When visitors of one channel write, apart from campaigns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign(Checked):
    """Extra visits after a broadcast.

    About 20 % of those who will open a broadcast do so at once, half within 3 to 6 hours, 80 % the
    same day; open rates are 55 to 65 % (Ligla, quoting LY Corp). A few percent of openers write
    (assumed). Those who open later than a day are left out.

    Parameters
    ----------
    name : unique; the campaign's luck belongs to it.
    channel : name of the channel.
    at : when the broadcast goes out, local clock.
    audience : people it is sent to.
    open_rate : share of the audience who ever open it.
    writes : share of openers who write. Assumed.
    at_once, within_hours, within_day : shares of openers who open within minutes (exponential, mean
        `at_once_mean_s`), evenly over `hours`, and evenly over the rest of the first 24 hours.
    at_once_mean_s : seconds. Assumed.
    hours : hours.
    """

    name: str
    channel: str
    at: dt.datetime
    audience: int
    open_rate: float = 0.6
    writes: float = 0.03
    at_once: float = 0.2
    within_hours: float = 0.3
    within_day: float = 0.3
    at_once_mean_s: float = 300.0
    hours: float = 6.0

    def _faults(self) -> Iterator[Fault]:
        yield from self._at_least(0, "audience")
        yield from self._shares("open_rate", "writes", "at_once", "within_hours", "within_day")
        yield from self._above(0, "at_once_mean_s", "hours")
        if self.at_once + self.within_hours + self.within_day > 1 + 1e-9:
            total = self.at_once + self.within_hours + self.within_day
            given = f"at_once, within_hours and within_day sum to {total:g}"
            yield Fault("at_once", given, "at most 1")
        if self.hours > 24:  # noqa: PLR2004 - a day
            yield Fault("hours", repr(self.hours), "at most 24")
        if self.at.tzinfo is not None:
            yield Fault("at", self.at.isoformat(), "a local clock time without an offset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Population(Checked):
    """People who come back, beside those who write once.

    How often a person writes differs from person to person as Gamma(visit_rate_shape); a visit by
    somebody who comes back belongs to a person in proportion to that (Gamma-Poisson). One
    population for all channels of the service.

    Parameters
    ----------
    new_share : share of visits by somebody who writes once and is not seen again. 1 = all, the
        plain model.
    size : people who come back.
    visit_rate_shape : small = few write most; large = all alike. 1 = exponential [chosen].
    """

    new_share: float = 1.0
    size: int = 1000
    visit_rate_shape: float = 1.0

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("new_share")
        yield from self._at_least(0 if self.new_share == 1 else 1, "size")
        yield from self._above(0, "visit_rate_shape")
