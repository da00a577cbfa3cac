"""Everything a scenario says about people: one place to import it from.

:class:`Customers`, :class:`StaffBehaviour` and :class:`WarmStart` are what a scenario holds; the
rest is what they are made of. All are frozen dataclasses that raise
:class:`~line_sim.errors.ConfigurationError`, all faults at once, when made with impossible values,
and that pydantic fills in from files (unions by their ``kind``, unknown keys refused).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from line_sim.errors import Fault
from line_sim.scenario.checked import Checked
from line_sim.scenario.counts import Count, FixedCount, Geometric, ListedCount
from line_sim.scenario.customers import (
    MESSAGE_MIXES,
    BotOutcome,
    Customers,
    FollowUp,
    HandOvers,
    Language,
    Messages,
    Patience,
    Retry,
    VisitorClass,
)
from line_sim.scenario.durations import (
    Duration,
    Empirical,
    Hyperexponential,
    Mixture,
    Quantiles,
)
from line_sim.scenario.parametric import (
    Constant,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    LognormalByMedian,
    Uniform,
)
from line_sim.scenario.staff import (
    NoSlowDown,
    Punctuality,
    Reaction,
    SlowDown,
    SlowDownByLoad,
    SlowDownByPower,
    Speed,
    Spells,
    StaffBehaviour,
)
from line_sim.scenario.traffic import (
    Arrivals,
    Campaign,
    ConstantRate,
    ListedTimes,
    Population,
    Profile,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MESSAGE_MIXES",
    "Arrivals",
    "BotOutcome",
    "Campaign",
    "Checked",
    "Constant",
    "ConstantRate",
    "Count",
    "Customers",
    "Duration",
    "Empirical",
    "Erlang",
    "Exponential",
    "FixedCount",
    "FollowUp",
    "Gamma",
    "Geometric",
    "HandOvers",
    "Hyperexponential",
    "Language",
    "ListedCount",
    "ListedTimes",
    "Lognormal",
    "LognormalByMedian",
    "Messages",
    "Mixture",
    "NoSlowDown",
    "Patience",
    "Population",
    "Profile",
    "Punctuality",
    "Quantiles",
    "Reaction",
    "Retry",
    "SlowDown",
    "SlowDownByLoad",
    "SlowDownByPower",
    "Speed",
    "Spells",
    "StaffBehaviour",
    "Uniform",
    "VisitorClass",
    "WarmStart",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmStart(Checked):
    """What is already there when the day begins; nothing in the plain model.

    Parameters
    ----------
    open_chats : chats open at the start, by name of member. Their work is drawn as for new ones
        [chosen: what is left of a lognormal's work is no shorter on average].
    open_chats_channel : name of their channel; ``None`` = the first.
    known_share : share of the people who come back who have written before: no welcome.
    memory_share : share of those whom somebody has helped before (sticky memory), drawn evenly
        among staff, on each channel.
    """

    open_chats: dict[str, int] = field(default_factory=dict)
    open_chats_channel: str | None = None
    known_share: float = 0.0
    memory_share: float = 0.0

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("known_share", "memory_share")
        for name, count in self.open_chats.items():
            if count < 0:
                yield Fault(f"open_chats.{name}", repr(count), "at least 0")
