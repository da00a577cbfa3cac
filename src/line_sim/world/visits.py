"""Everything about each visit but its time: whose it is, what it takes, how it is taken.

Columns are filled in place, one purpose after the other, each from a stream of its own named after
the source of the visits, the purpose and the class; so a changed law changes one column, and
nothing else is larger for long than the visits themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from line_sim.desk.model import NEVER, NOBODY, SECOND
from line_sim.world.drawn import VISIT
from line_sim.world.quantiles import LONGEST, microseconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from line_sim.scenario.behaviour import Customers, Duration, VisitorClass
    from line_sim.world.arrivals import Source
    from line_sim.world.streams import Streams

_MOST_TURNS = 32_000


class People(NamedTuple):
    """Those who come back: what stays the same about each.

    Parameters
    ----------
    cumulative
        Cumulative visit rates, rising to 1; shape (people,), empty where nobody comes back.
    visitor_class, language
        Numbers, shape (people,).
    """

    cumulative: NDArray[np.float64]
    visitor_class: NDArray[np.int16]
    language: NDArray[np.int16]


NOBODY_RETURNS = People(np.zeros(0), np.zeros(0, np.int16), np.zeros(0, np.int16))
"""The population of a service whose visitors are all new."""


def draw_people(customers: Customers, streams: Streams) -> People:
    """The population of ``customers.population``; nobody where all visitors are new."""
    population = customers.population
    size = population.size if population.new_share < 1 else 0
    shape = population.visit_rate_shape
    # a floor, so that very unequal rates never are all nothing
    rates = streams.of("population", "visit rate").gamma(shape, 1 / shape, size) + 1e-12
    cumulative = np.cumsum(rates)
    return People(
        cumulative / (cumulative[-1] if size else 1.0),
        choose(class_shares(customers), size, streams.of("population", "class")),
        choose(language_shares(customers), size, streams.of("population", "language")),
    )


def class_shares(customers: Customers) -> list[float]:
    """Weight of each class, in the order of their numbers."""
    return [each.share for each in customers.classes]


def language_shares(customers: Customers) -> list[float]:
    """Weight of each language, in the order of their numbers; one where none is named."""
    return [each.share for each in customers.languages] or [1.0]


def choose(shares: Sequence[float], size: int, rng: np.random.Generator) -> NDArray[np.int16]:
    """Numbers 0, 1, ... with probabilities in proportion to `shares`; shape (size,)."""
    if len(shares) == 1:
        return np.zeros(size, np.int16)
    edges = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(edges[:-1], rng.random(size), side="right").astype(np.int16)


def draw_visits(
    drawn_from: Sequence[Source], customers: Customers, people: People, streams: Streams
) -> np.ndarray:
    """Array of ``VISIT``, source after source, not yet in order.

    Visitors who come back have their number, 0 ... people - 1; new ones have -1, see
    :func:`in_order`.
    """
    visits = np.zeros(sum(len(source.at) for source in drawn_from), VISIT)
    start = 0
    for source in drawn_from:
        mine = visits[start : start + len(source.at)]
        start += len(source.at)
        mine["at"] = source.at
        mine["channel"] = source.channel
        mine["owner"] = NOBODY
        fill_who(mine, source.name, customers, people, streams)
        fill_what(mine, source.name, customers, streams)
    return visits


def in_order(visits: np.ndarray, first_new: int) -> tuple[np.ndarray, int]:
    """The visits by time (ties: as they were) with new visitors numbered, and how many there are.

    Parameters
    ----------
    visits
        Array of ``VISIT``; visitor -1 = somebody new.
    first_new
        The first new visitor's number; the others count on in order of time.

    Returns
    -------
    tuple of ndarray and int
        The visits, and the number of visitors: one more than the largest number.
    """
    if np.any(np.diff(visits["at"]) < 0):
        visits = visits[np.argsort(visits["at"], kind="stable")]
    new = np.flatnonzero(visits["visitor"] == NOBODY)
    visits["visitor"][new] = np.arange(first_new, first_new + len(new), dtype=np.int32)
    return visits, max(first_new + len(new), int(visits["visitor"].max(initial=-1)) + 1)


def fill_who(
    visits: np.ndarray,
    name: tuple[str, ...],
    customers: Customers,
    people: People,
    streams: Streams,
) -> None:
    """Fill in whose each visit is: ``visitor`` (-1 = new), ``visitor_class`` and ``language``.

    Parameters
    ----------
    visits
        Array of ``VISIT``, in order of time.
    name
        Of their source; begins the names of its streams.
    customers, people, streams
        Who may come.
    """
    size = len(visits)
    visits["visitor"] = NOBODY
    visits["visitor_class"] = choose(class_shares(customers), size, streams.of(*name, "class"))
    visits["language"] = choose(language_shares(customers), size, streams.of(*name, "language"))
    if not len(people.cumulative):
        return
    returning = np.flatnonzero(
        streams.of(*name, "returning").random(size) >= customers.population.new_share
    )
    # one number a visit, not a returning visit: another share of new ones moves nobody else
    luck = streams.of(*name, "visitor").random(size)[returning]
    who = np.searchsorted(people.cumulative, luck, side="right")
    np.minimum(who, len(people.cumulative) - 1, out=who)
    visits["visitor"][returning] = who
    visits["visitor_class"][returning] = people.visitor_class[who]
    visits["language"][returning] = people.language[who]


def fill_what(
    visits: np.ndarray, name: tuple[str, ...], customers: Customers, streams: Streams
) -> None:
    """Fill in what each visit takes and how it is taken, by its class: every other column.

    Parameters
    ----------
    visits, name, customers, streams
        As for :func:`fill_who`; ``visitor_class`` is filled in already.
    """
    size = len(visits)
    visits["luck"] = streams.of(*name, "luck").integers(0, 2**31, size, dtype=np.uint32)
    several = len(customers.classes) > 1
    for number, each in enumerate(customers.classes):
        rows = np.flatnonzero(visits["visitor_class"] == number) if several else slice(None)
        _fill_class(visits, rows, (*name, each.name), each, streams)
    visits["retries"] = retries(
        customers.retry.probability, customers.retry.at_most, size, streams.of(*name, "retries")
    )
    _fill_bot(visits, name, customers, streams)
    _fill_follow_up(visits, name, customers, streams)
    for column, share in (
        ("transfer_at", customers.hand_overs.transfer_share),
        ("take_over_at", customers.hand_overs.take_over_share),
    ):
        visits[column] = _moment_of_work(visits["work"], share, streams, (*name, column))


def _fill_class(
    visits: np.ndarray,
    rows: NDArray[np.intp] | slice,
    name: tuple[str, ...],
    each: VisitorClass,
    streams: Streams,
) -> None:
    count = len(visits) if isinstance(rows, slice) else len(rows)
    visits["work"][rows] = work(each.work, streams.of(*name, "work"), count)
    visits["notice"][rows] = work(each.notice, streams.of(*name, "notice"), count)
    turns = each.turns.sample(streams.of(*name, "turns"), count)
    visits["turns"][rows] = np.minimum(turns, _MOST_TURNS, out=turns)
    law, zero_share = each.patience.until_leaving, each.patience.zero_share
    if law is None:
        visits["patience"][rows] = NEVER
    else:
        patience = law.sample(streams.of(*name, "patience"), count)
        visits["patience"][rows] = microseconds(patience)
    if zero_share:
        at_once = streams.of(*name, "no patience").random(count) < zero_share
        places = np.arange(len(visits))[rows]
        visits["patience"][places[at_once]] = 1


def work(law: Duration, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    """Microseconds of work, at least 1, not rounded; shape (size,)."""
    drawn = law.sample(rng, size)
    drawn *= SECOND
    np.clip(drawn, 1.0, LONGEST, out=drawn)
    return drawn


def retries(
    probability: float, at_most: int, size: int, rng: np.random.Generator
) -> NDArray[np.int16]:
    """How often each visit would be tried again, one miss after the other; shape (size,)."""
    if probability in {0, 1} or not at_most:
        return np.full(size, at_most if probability == 1 else 0, np.int16)
    times = np.log1p(-rng.random(size))
    times /= np.log(probability)
    return np.minimum(times, at_most, out=times).astype(np.int16)


def _fill_bot(
    visits: np.ndarray, name: tuple[str, ...], customers: Customers, streams: Streams
) -> None:
    solved = streams.of(*name, "bot solves").random(len(visits)) < customers.bot.solves
    visits["bot_solves"] = solved
    takes = customers.bot.takes.sample(streams.of(*name, "bot takes"), len(visits))
    visits["bot_time"] = microseconds(takes)


def _fill_follow_up(
    visits: np.ndarray, name: tuple[str, ...], customers: Customers, streams: Streams
) -> None:
    follow_up = customers.follow_up
    if not follow_up.share:
        visits["follow_up"] = NEVER
        return
    delay = follow_up.delay.sample(streams.of(*name, "follow-up delay"), len(visits))
    visits["follow_up"] = microseconds(delay)
    nobody = streams.of(*name, "followed up").random(len(visits)) >= follow_up.share
    visits["follow_up"][nobody] = NEVER


def _moment_of_work(
    done: NDArray[np.float64], share: float, streams: Streams, name: tuple[str, ...]
) -> NDArray[np.float64]:
    """A moment within the work of a `share` of visits, evenly drawn; -1 for the others."""
    moment = np.full(len(done), -1.0)
    if share:
        chosen = streams.of(*name, "whether").random(len(done)) < share
        luck = streams.of(*name, "when").random(len(done))
        moment[chosen] = luck[chosen] * done[chosen]
    return moment
