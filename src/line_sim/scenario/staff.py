"""How staff behave, as data: how fast they react and work, how they keep to their roster.

The defaults are the plain model (everybody present, as planned and alike) except the reaction to an
alert, which must take some time and is assumed.
"""
# ruff: noqa: RUF009 - the defaults are frozen dataclasses themselves

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from line_sim.errors import Fault
from line_sim.scenario.checked import Checked
from line_sim.scenario.durations import Duration
from line_sim.scenario.parametric import Exponential, Lognormal, LognormalByMedian

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Checked):
    """Seconds from an alert until the person picks up, if nothing else happens. Assumed.

    Parameters
    ----------
    dashboard, mobile : by device.
    by_member : of single people, by name, in the place of their device's.
    """

    dashboard: Duration = LognormalByMedian(median_s=6.0, sigma=0.7)
    mobile: Duration = LognormalByMedian(median_s=12.0, sigma=0.9)
    by_member: dict[str, Duration] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed(Checked):
    """Work done in a unit of time.

    Parameters
    ----------
    by_member : 1 = as fast as the classes' work says; 2 = twice as fast.
    cv : spread among the others, drawn lognormal with mean 1. 0 = all alike, the plain model. The
        bank's agents had means from 115 to over 400 s, about 0.4.
    """

    by_member: dict[str, float] = field(default_factory=dict)
    cv: float = 0.0

    def _faults(self) -> Iterator[Fault]:
        yield from self._at_least(0, "cv")
        for name, speed in self.by_member.items():
            if not 0 < speed < math.inf:
                yield Fault(f"by_member.{name}", repr(speed), "a finite number above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSlowDown(Checked):
    """Each chat goes on as if it were the only one: r(k) = k."""

    kind: Literal["none"] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDownByLoad(Checked):
    """Total rate by number of chats that await the person at once, shared equally.

    Parameters
    ----------
    total_rates : r(1), r(2), ... in units of one chat's work alone; the last holds for more chats
        too: ``(1, 1.7, 2.2)``.
    """

    kind: Literal["by_load"] = "by_load"
    total_rates: tuple[float, ...]

    def _faults(self) -> Iterator[Fault]:
        if not self.total_rates or any(not 0 < rate < math.inf for rate in self.total_rates):
            yield Fault("total_rates", repr(self.total_rates), "one or more numbers above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDownByPower(Checked):
    """Total rate r(k) = k ** `exponent`, shared equally.

    0 = one person's attention is divided; 1 = no slow-down. Agents with several chats took 18 %
    longer a reply in one company (Goes, Ilk, Lin, Zhao 2018): about 0.75 at two chats.
    """

    kind: Literal["power"] = "power"
    exponent: float = 0.75

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("exponent")


SlowDown = Annotated[NoSlowDown | SlowDownByLoad | SlowDownByPower, Field(discriminator="kind")]
"""How much work a person does at once with k chats that await them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality(Checked):
    """How staff keep to their roster; as planned in the plain model.

    Parameters
    ----------
    absence : share of shifts that are not worked at all.
    late_share, late_by : share of shifts that begin late, and by how many seconds; the end stays
        as planned. The delay is assumed.
    start_jitter_s, end_jitter_s : a shift begins (ends) up to this many seconds earlier or later.
    break_jitter_s : a break begins up to this many seconds earlier or later; its length stays.
    """

    absence: float = 0.0
    late_share: float = 0.0
    late_by: Duration = Exponential(mean_s=600.0)
    start_jitter_s: float = 0.0
    end_jitter_s: float = 0.0
    break_jitter_s: float = 0.0

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("absence", "late_share")
        yield from self._at_least(0, "start_jitter_s", "end_jitter_s", "break_jitter_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells(Checked):
    """Times on duty in which a person does not use the device, besides breaks.

    From the start of a shift and from the end of each break: present for `between`, then away for
    `length`, and so on; a spell that would run into a break or past the shift's end is left out.
    All assumed.

    Parameters
    ----------
    between, length : seconds.
    background_share : share of spells in which a phone's app is in the background, which is OFFLINE
        at once; the others leave it unused in the foreground, IDLE after a while (CINNOX guide,
        setting-availability).
    """

    between: Duration = Exponential(mean_s=2700.0)
    length: Duration = Lognormal(mean_s=420.0, cv=1.5)
    background_share: float = 0.0

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("background_share")
        if self.between.expected_s() + self.length.expected_s() <= 0:
            yield Fault("between", "0 s between spells of 0 s", "spells that take time")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffBehaviour(Checked):
    """Everything about the staff that is not the desk's business.

    Parameters
    ----------
    reaction, speed, slow_down, punctuality : see there.
    dashboard_spells, mobile_spells : by device; ``None`` = always there, the plain model.
    at_shift_end : open chats are finished first (BUSY until the last closes), kept, or transferred
        [chosen: finish].
    """

    reaction: Reaction = Reaction()
    speed: Speed = Speed()
    slow_down: SlowDown = NoSlowDown()
    punctuality: Punctuality = Punctuality()
    dashboard_spells: Spells | None = None
    mobile_spells: Spells | None = None
    at_shift_end: Literal["finish", "keep", "transfer"] = "finish"
