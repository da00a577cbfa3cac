"""When visitors write: times drawn from rates by the clock, campaigns and lists.

Sampling is exact for rates that are constant in pieces: given how many come in a day, their times
are independent, each with a density in proportion to the rate; so one Poisson number and sorted
uniforms, bent by the inverse of the cumulative rate, are a whole day. Nothing is thinned.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from line_sim.desk.model import SECOND
from line_sim.scenario.traffic import ListedTimes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from line_sim.desk.setup import DeskSetup
    from line_sim.scenario.behaviour import Campaign, ConstantRate, Customers, Profile
    from line_sim.world.streams import Streams

    Times = NDArray[np.int64]

HOUR = 3600 * SECOND
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Source:
    """Visits from one cause, with a name of its own so that their luck depends on nothing else.

    Parameters
    ----------
    name
        Of its streams.
    channel
        Number of the channel.
    at
        When each visit begins, microseconds since the start, sorted.
    """

    name: tuple[str, ...]
    channel: int
    at: Times


def sources(
    setup: DeskSetup, customers: Customers, end_us: int, streams: Streams
) -> Iterator[Source]:
    """Every channel's own visits and every campaign's, from 0 up to, not including, `end_us`."""
    numbers = {channel.name: number for number, channel in enumerate(setup.channels)}
    for name, number in numbers.items():
        arrivals = customers.arrivals.get(name)
        if isinstance(arrivals, ListedTimes):
            listed = np.rint(np.asarray(arrivals.at_s) * SECOND).astype(np.int64)
            at = np.sort(listed[listed < end_us])
        elif arrivals is not None:
            at = by_rate(arrivals, name, setup.start, end_us, streams)
        else:
            continue
        yield Source(("channel", name), number, at)
    for campaign in customers.campaigns:
        number = numbers[campaign.channel]
        at = after_broadcast(campaign, setup.start, end_us, streams)
        yield Source(("campaign", campaign.name), number, at)


def by_rate(
    arrivals: ConstantRate | Profile, name: str, start: dt.datetime, end_us: int, streams: Streams
) -> Times:
    """Times of channel `name`, sorted, in [0, `end_us`) microseconds since `start`.

    Each day has streams of its own: a longer run begins with the same days.
    """
    days = []
    midnight = dt.datetime.combine(start.date(), dt.time())
    first_us = (midnight - start) // dt.timedelta(microseconds=1)
    for midnight_us in range(first_us, end_us, DAY):
        day = midnight.date()
        rates = np.asarray(arrivals.rates(day), np.float64)
        shape = arrivals.day_factor_shape
        if shape is not None:
            rates *= streams.of("day factor", name, str(day)).gamma(shape, 1 / shape)
        edges = midnight_us + np.arange(len(rates) + 1) * (DAY // len(rates))
        rng = streams.of("arrivals", name, str(day))
        days.append(piecewise(np.clip(edges, 0, end_us), rates, rng))
        midnight += dt.timedelta(days=1)
    return np.concatenate(days) if days else np.zeros(0, np.int64)


def piecewise(edges: Times, per_hour: NDArray[np.float64], rng: np.random.Generator) -> Times:
    """Poisson times, sorted, with a rate that is constant in pieces.

    Parameters
    ----------
    edges
        Microseconds, not falling, one more than there are pieces.
    per_hour
        Arrivals an hour in each piece.
    rng
        Where the luck comes from.

    Returns
    -------
    ndarray
        int64 microseconds, from the first edge up to, not including, the last.
    """
    expected = np.concatenate(([0.0], np.cumsum(np.diff(edges) * (per_hour / HOUR))))
    luck = rng.random(rng.poisson(expected[-1]))
    luck *= expected[-1]
    luck.sort()
    at: Times = np.interp(luck, expected, edges).astype(np.int64)
    # rounding of the interpolation must not reach the end
    np.minimum(at, edges[-1] - 1, out=at)
    return at


def after_broadcast(campaign: Campaign, start: dt.datetime, end_us: int, streams: Streams) -> Times:
    """Times at which people write after a broadcast, sorted, in [0, `end_us`)."""
    sent_us = (campaign.at - start) // dt.timedelta(microseconds=1)
    writers = campaign.audience * campaign.open_rate * campaign.writes
    parts = []
    for name, share in (
        ("at once", campaign.at_once),
        ("within hours", campaign.within_hours),
        ("within day", campaign.within_day),
    ):
        rng = streams.of("broadcast", campaign.name, name)
        count = rng.poisson(writers * share)
        if name == "at once":
            delay = rng.exponential(campaign.at_once_mean_s * SECOND, count)
        elif name == "within hours":
            delay = rng.uniform(0, campaign.hours * HOUR, count)
        else:
            delay = rng.uniform(campaign.hours * HOUR, DAY, count)
        parts.append(sent_us + np.maximum(1, delay.astype(np.int64)))
    at = np.sort(np.concatenate(parts))
    inside: Times = at[(at >= 0) & (at < end_us)]
    return inside
