"""Who could have been given work, when, and at each decision: the exposure behind any fairness.

A count of chats says little without the time in which its owner could have been given some.
*Available* hours: on shift, account live, a status that receives, member of a destination with
traffic; time at the chat cap counts. *Offerable* hours: the same, below the cap. Time is cut into
half-open intervals, so an hour from 9 to 10 and one from 10 to 11 share nothing.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.timeline import (
    ALERT_ENDED,
    Timeline,
    previous_alike,
    timelines,
)
from line_sim.desk.model import (
    NEVER,
    OFFERED,
    PICKED_UP,
    SECOND,
    STATUSES,
    STICKY,
    TAKEN,
    WARM,
    WITHDRAWN,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.log import EventLog

HOUR_US = 3600 * SECOND


def available_hours(log: EventLog) -> np.ndarray:
    """Hours each member was available: float64 by member number.

    On shift, account live, status among the header's ``receiving_statuses``, and a member of some
    destination that the log mentions; time at the chat cap counts (``docs/model.md``).
    """
    return np.array([_hours(log, one, free) for one, free, _ in states(log)])


def offerable_hours(log: EventLog) -> np.ndarray:
    """Hours each member was available and below their chat cap: float64 by member number."""
    return np.array([_hours(log, one, free & below) for one, free, below in states(log)])


def shift_hours(log: EventLog) -> np.ndarray:
    """Hours each member was on shift, whatever their status: float64 by member number.

    From ``shift_started`` and ``shift_ended`` rows; without any, and without planned shifts in
    the header, the whole run.
    """
    return np.array([_hours(log, one, one.on_shift) for one in timelines(log)])


def chat_hours(log: EventLog) -> np.ndarray:
    """Hours each available member had at least one chat, and chat-hours in all.

    Returns
    -------
    float64, shape (members, 2)
        Available hours with at least one open chat; sum over open chats of available hours.
        Divided by available hours: ``any_chat_share``, and the mean number of open chats.
    """
    return np.array(
        [
            (_hours(log, one, free & (one.chats > 0)), _hours(log, one, free * one.chats))
            for one, free, _ in states(log)
        ]
    ).reshape(-1, 2)


def time_in_status(log: EventLog) -> np.ndarray:
    """Hours in each status: float64, shape (members, 4), columns as ``STATUSES``.

    Every row adds up to the length of the run; nobody's status is known before their first
    ``status`` row, which counts as OFFLINE.
    """
    return np.array(
        [
            [_hours(log, one, one.status == status) for status in range(len(STATUSES))]
            for one in timelines(log)
        ]
    ).reshape(-1, len(STATUSES))


def caps(log: EventLog) -> np.ndarray:
    """Open chats each member may hold at most: int64 by member number, NEVER = no limit."""
    heads = log.header["members"]
    given = [head.get("max_concurrent") for head in heads]
    given += [None] * (len(log.members) - len(given))
    return np.array([NEVER if cap is None else cap for cap in given], "i8")


def membership(log: EventLog) -> np.ndarray:
    """Which member serves which destination: bool, shape (destinations, members)."""
    places = {name: number for number, name in enumerate(log.members)}
    table = np.zeros((len(log.names("destinations", "destination")), len(places)), bool)
    for number, destination in enumerate(log.header["destinations"]):
        table[number, [places[name] for name in destination["staff"]]] = True
    return table


@dataclasses.dataclass(frozen=True, slots=True)
class Decisions:
    """Every assignment of an enquiry to a member, and who else could have had it.

    Parameters
    ----------
    at_us : int64, when it was decided, microseconds.
    destination : int, -1 where a sticky offer needed none.
    staff : int, the member who got the enquiry.
    eligible : bool, shape (decisions, members): who could have been chosen; the chosen always.
    enquiry : int.
    sticky : bool, decided by the visitor's memory rather than by a method.
    row : int64, position in the log of the row that decided.
    """

    at_us: np.ndarray
    destination: np.ndarray
    staff: np.ndarray
    eligible: np.ndarray
    enquiry: np.ndarray
    sticky: np.ndarray
    row: np.ndarray

    def __len__(self) -> int:
        return len(self.at_us)

    def passed_over(self) -> np.ndarray:
        """How often each member's turn went to somebody served more recently: int64 by member.

        Counted are decisions for which the member was eligible while the one chosen had been
        given an enquiry later than they had; never having been given one is longest ago. It says
        "was it my turn?" whatever the method.
        """
        count = self.eligible.shape[1]
        latest = [self._latest(number) for number in range(count)]
        of_chosen = np.full(len(self), -1, "i8")
        for number in range(count):
            chosen = self.staff == number
            of_chosen[chosen] = latest[number][chosen]
        return np.array(
            [np.sum(self.eligible[:, m] & (latest[m] < of_chosen)) for m in range(count)], "i8"
        )

    def _latest(self, number: int) -> np.ndarray:
        """Position among the decisions of the last one for member `number` before each."""
        mine = np.where(self.staff == number, np.arange(len(self)), -1)
        return np.append(-1, np.maximum.accumulate(mine))[: len(self)]


def decisions(log: EventLog) -> Decisions:
    """Every pickup by which a rule or the visitor's memory gave an enquiry to a member.

    Eligible is a member of the destination with a live account, a receiving status and fewer
    chats than the cap, who holds no other alert (``docs/model.md``, "Who can be offered what").
    The moment is that of the alert that was taken up, when the method chose. Under Simultaneous,
    where the staff's own speed chooses, it is the pickup, and other alerts do not count. After a
    sticky offer nobody but the remembered helper could have been chosen. Chats open at the start
    (``warm``), transfers, take-overs and follow-ups are no decisions of distribution.

    Returns
    -------
    Decisions
        In the order of their moments.
    """
    return log.known("decisions", _decisions)


def states(log: EventLog) -> Iterator[tuple[Timeline, np.ndarray, np.ndarray]]:
    """Each member's timeline, where they are available, and where they are below their cap."""
    receiving = _receiving(log)
    busy_places = np.unique(log.rows["destination"])
    serves = membership(log)[busy_places[busy_places >= 0]].any(axis=0)
    no_places = not log.header["destinations"]
    for number, (one, cap) in enumerate(zip(timelines(log), caps(log), strict=True)):
        wanted = no_places or bool(serves[number])
        free = one.on_shift & one.live & receiving[one.status] & wanted
        yield one, free, one.chats < cap


def _receiving(log: EventLog) -> np.ndarray:
    """Which status numbers receive: bool by status."""
    return np.isin(STATUSES, log.header["receiving_statuses"])


def _hours(log: EventLog, one: Timeline, weight: np.ndarray) -> float:
    return float(one.lengths_us(log.until_us) @ weight.astype("i8")) / HOUR_US


def _moments(log: EventLog, pickups: np.ndarray) -> np.ndarray:
    """For each pickup the position of the alert it answered, or its own where there was none.

    The taker's own alert may be logged as withdrawn, taken, just before the pickup.
    """
    rows = log.rows
    at = log.where(OFFERED, *ALERT_ENDED)
    at = at[(rows["kind"][at] != WITHDRAWN) | (rows["reason"][at] != TAKEN)]
    found = rows[at]
    key = found["enquiry"].astype("i8") * (len(log.members) + 1) + found["staff"]
    order, earlier = previous_alike(key, found["kind"])
    answered = np.flatnonzero((found["kind"][order] == PICKED_UP) & (earlier == OFFERED))
    moment = np.arange(len(rows))
    moment[at[order[answered]]] = at[order[answered - 1]]
    answers: np.ndarray = moment[pickups]
    return answers


def sticky(log: EventLog, pickups: np.ndarray) -> np.ndarray:
    """Which of these ``picked_up`` rows (positions) are by the visitor's remembered helper.

    They say so, or, under auto pick-up, name no destination although the desk has some.
    """
    found = log.rows[pickups]
    at_once = (found["destination"] < 0) & bool(log.header["destinations"])
    marked: np.ndarray = (found["reason"] != WARM) & ((found["reason"] == STICKY) | at_once)
    return marked


def _decisions(log: EventLog) -> Decisions:
    rows = log.rows
    pickups = log.where(PICKED_UP)
    pickups = pickups[rows["reason"][pickups] != WARM]
    moment = _moments(log, pickups)
    races = [one["distribution"] == "simultaneous" for one in log.header["destinations"]]
    race = _looked_up(races, rows["destination"][pickups])
    moment = np.where(race, pickups, moment)
    order = np.argsort(moment, kind="stable")
    pickups, moment, race = pickups[order], moment[order], race[order]
    found, direct = rows[pickups], sticky(log, pickups)
    return Decisions(
        at_us=rows["at"][moment],
        destination=found["destination"],
        staff=found["staff"],
        eligible=_eligible(log, moment, found, race=race, direct=direct),
        enquiry=found["enquiry"],
        sticky=direct,
        row=moment,
    )


def _looked_up(values: list[bool], places: np.ndarray) -> np.ndarray:
    """``values[place]``, False where there is no such place."""
    known = np.zeros(max(len(values), int(places.max(initial=-1)) + 1) + 1, bool)
    known[: len(values)] = values
    found: np.ndarray = known[places]  # -1 is the last, False
    return found


def _eligible(
    log: EventLog, moment: np.ndarray, found: np.ndarray, *, race: np.ndarray, direct: np.ndarray
) -> np.ndarray:
    """Who could have been chosen at each moment: bool, shape (moments, members)."""
    receiving, cap = _receiving(log), caps(log)
    serves = membership(log)
    if not log.header["destinations"]:
        serves[:] = True
    serves = np.vstack([serves, np.ones(len(cap), bool)])  # without a destination: anybody
    table = np.zeros((len(moment), len(cap)), bool)
    for number, one in enumerate(timelines(log)):
        able = one.live & receiving[one.status] & (one.chats < cap[number])
        step = one.before(moment)
        free = race | (one.alerts[step] == 0)
        table[:, number] = able[step] & free & serves[found["destination"], number] & ~direct
    table[np.arange(len(found)), found["staff"]] = True
    return table
