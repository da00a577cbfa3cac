"""Recorded enquiries as visits, one to one: real history in the place of drawn customers.

What a record says is taken as it is; what it does not say is drawn as for anybody else, except
that work of unknown length is drawn from the recorded work of the same class where there is any,
and that patience behind a wait is drawn from the Kaplan-Meier curve of the recorded waits of the
same class, or of all where fewer than 30 of the class left [chosen].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.desk.model import NEVER, NOBODY, SECOND
from line_sim.world.drawn import VISIT
from line_sim.world.patience import kaplan_meier, patience_given_waited
from line_sim.world.quantiles import LONGEST, microseconds
from line_sim.world.visits import choose, fill_what, language_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from line_sim.scenario.config import Content
    from line_sim.scenario.recorded import RecordedEnquiry
    from line_sim.world.patience import SurvivalCurve
    from line_sim.world.streams import Streams

_NAME = ("recorded",)
_LEAVERS_OF_A_CLASS = 30


def recorded_visits(
    scenario: Content,
    streams: Streams,
    *,
    first_visitor: int = 0,
    curve: SurvivalCurve | None = None,
) -> tuple[np.ndarray, int]:
    """The visits of ``scenario.recorded``, by time, and the first visitor number not taken.

    Parameters
    ----------
    scenario
        With recorded enquiries, in any order. The rest is drawn as for its customers.
    streams
        For what is drawn.
    first_visitor
        Recorded customers are numbered from here on, in the order of their names; a record
        without a customer is somebody new (-1 here).
    curve
        Of everybody's patience; by default of these records, by class.
    """
    customers, end_us = scenario.customers, scenario.end_us
    enquiries = sorted(scenario.recorded.enquiries, key=_arrival)
    visits = np.zeros(len(enquiries), VISIT)
    # rounding must not reach the end
    visits["at"] = np.minimum([round(each.at_s * SECOND) for each in enquiries], end_us - 1)
    visits["owner"] = NOBODY
    channels = [channel.name for channel in scenario.channels]
    visits["channel"] = _places([each.channel for each in enquiries], channels, 0)
    classes = [each.name for each in customers.classes]
    visits["visitor_class"] = _places([each.visitor_class for each in enquiries], classes, 0)
    codes = [each.code for each in customers.languages]
    visits["language"] = _places([each.language for each in enquiries], codes, NOBODY)
    unknown = np.flatnonzero(visits["language"] == NOBODY)
    drawn = choose(language_shares(customers), len(enquiries), streams.of(*_NAME, "language"))
    visits["language"][unknown] = drawn[unknown]
    fill_what(visits, _NAME, customers, streams)
    _set_work(visits, enquiries, streams)
    _set_patience(visits, enquiries, curve, streams)
    return visits, _set_visitors(visits, enquiries, first_visitor)


def _arrival(enquiry: RecordedEnquiry) -> float:
    return enquiry.at_s


def _places(given: Sequence[str | None], known: Sequence[str], absent: int) -> list[int]:
    numbers = {name: number for number, name in enumerate(known)}
    return [absent if name is None else numbers[name] for name in given]


def _numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _set_work(visits: np.ndarray, enquiries: Sequence[RecordedEnquiry], streams: Streams) -> None:
    handling = _numbers([each.handling_s for each in enquiries])
    known = ~np.isnan(handling)
    visits["work"][known] = np.clip(handling[known] * SECOND, 1.0, LONGEST)
    luck = streams.of(*_NAME, "unknown work").random(len(visits))
    for number in np.unique(visits["visitor_class"]):
        mine = visits["visitor_class"] == number
        seen = np.sort(visits["work"][mine & known])
        unknown = mine & ~known
        if len(seen):
            visits["work"][unknown] = seen[(luck[unknown] * len(seen)).astype(np.intp)]


def _set_patience(
    visits: np.ndarray,
    enquiries: Sequence[RecordedEnquiry],
    curve: SurvivalCurve | None,
    streams: Streams,
) -> None:
    patience = _numbers([each.patience_s for each in enquiries])
    waited = _numbers([each.waited_s for each in enquiries])
    gave_up = np.array([each.gave_up for each in enquiries], bool)
    seen = ~np.isnan(waited)
    patience[seen & gave_up] = waited[seen & gave_up]
    rng = streams.of(*_NAME, "patience of the answered")
    for number in np.unique(visits["visitor_class"][seen & ~gave_up]):
        mine = seen & (visits["visitor_class"] == number)
        enough = np.count_nonzero(mine & gave_up) >= _LEAVERS_OF_A_CLASS
        about = mine if enough else seen
        behind = kaplan_meier(waited[about], gave_up[about]) if curve is None else curve
        answered = mine & ~gave_up
        patience[answered] = patience_given_waited(behind, waited[answered], rng)
    stays = np.isinf(patience)
    finite = np.isfinite(patience)
    visits["patience"][stays] = NEVER
    visits["patience"][finite] = microseconds(patience[finite])


def _set_visitors(
    visits: np.ndarray, enquiries: Sequence[RecordedEnquiry], first_visitor: int
) -> int:
    names = sorted({each.customer for each in enquiries if each.customer is not None})
    numbers = {name: first_visitor + place for place, name in enumerate(names)}
    visits["visitor"] = [
        NOBODY if each.customer is None else numbers[each.customer] for each in enquiries
    ]
    return first_visitor + len(names)
