"""What one team's Gantt chart shows: status, chats and offers as bars and marks in time."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis.exposure import membership
from line_sim.analysis.plots import canvas
from line_sim.analysis.timeline import ownership, timelines
from line_sim.desk.model import LAPSED, OFFERED, OFFLINE, PICKED_UP, REFUSED, SECOND, STATUSES
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from line_sim.log import EventLog

    Row = dict[str, object]

_DAY_S = 86400.0
_MARGIN_S = 900.0
_COLUMNS = ("member", "what", "start_s", "end_s", "lane", "enquiry")


def gantt_data(
    log: EventLog,
    destination: str | None = None,
    members: Sequence[str] | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
) -> pd.DataFrame:
    """All that the picture shows, one row a bar or mark.

    Parameters
    ----------
    log
        Of one run.
    destination
        Whose staff to show; the one with most pickups unless told.
    members
        Names of the staff to show instead.
    start_s, end_s
        The stretch to show, seconds since the start; unless told, the local day with most pickups,
        from shortly before its first status to shortly after its last.

    Returns
    -------
    pandas.DataFrame
        In the order of members; columns

        - ``member``: name;
        - ``what``: a status (``active``, ``busy``, ``idle``), ``chat`` (owned by the member),
          ``offered``, or ``missed offer`` (ran out or refused);
        - ``start_s``, ``end_s``: seconds since the start, cut at the stretch; the same for marks;
        - ``lane``: 0, 1, ... so that chats at one time lie beside each other; -1 for the rest;
        - ``enquiry``: number, -1 for a status.

        ``attrs`` holds ``destination``, ``members`` (those asked for by name, else those who were
        there), ``start_s`` and ``end_s``.

    Raises
    ------
    ConfigurationError
        For unknown names, or a stretch without length.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that other imports need not wait for

    place, team = _team(log, destination, members)
    begin, end = _stretch(log, team, start_s, end_s)
    rows = [
        row
        for number in team
        for found in (_statuses(log, number), _chats(log, number), _offers(log, number))
        for row in _cut(found, begin, end)
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    table["lane"] = table["lane"].astype(int)
    asked = members is not None
    there = set(table["member"])
    names = [log.members[number] for number in team if asked or log.members[number] in there]
    table.attrs = {"destination": place, "members": names, "start_s": begin, "end_s": end}
    return table


def _team(
    log: EventLog, destination: str | None, members: Sequence[str] | None
) -> tuple[str, list[int]]:
    """The destination's name, ``""`` for none, and the numbers of the staff to show."""
    everybody, places = log.members, log.names("destinations", "destination")
    if members is not None:
        if faults := [
            Fault.unknown("members", name, everybody) for name in members if name not in everybody
        ]:
            raise ConfigurationError(faults)
        return "", [everybody.index(name) for name in members]
    if destination is not None and destination not in places:
        raise ConfigurationError([Fault.unknown("destination", destination, places)])
    if destination is None:
        taken = log.rows["destination"][log.where(PICKED_UP)]
        taken = taken[taken >= 0]
        if not taken.size or not log.header["destinations"]:
            return "", list(range(len(everybody)))
        destination = places[int(np.bincount(taken).argmax())]
    serves = membership(log)[places.index(destination)]
    return destination, np.flatnonzero(serves).tolist()


def _stretch(
    log: EventLog, team: Sequence[int], start_s: float | None, end_s: float | None
) -> tuple[float, float]:
    """The stretch to show, seconds."""
    picked = log.rows[log.where(PICKED_UP)]
    at = picked["at"][np.isin(picked["staff"], team)] / SECOND
    midnight = canvas.local_midnight_s(log)
    days = ((at - midnight) // _DAY_S).astype(int)
    busiest = midnight + _DAY_S * int(np.bincount(days).argmax()) if days.size else midnight
    until = log.until_us / SECOND
    first, last = max(busiest, 0.0), min(busiest + _DAY_S, until)
    if start_s is None and end_s is None:
        there = [
            (max(float(str(row["start_s"])), first), min(float(str(row["end_s"])), last))
            for number in team
            for row in _statuses(log, number)
        ]
        there = [(begin, end) for begin, end in there if begin < end]
        if there:
            first = max(first, min(begin for begin, _ in there) - _MARGIN_S)
            last = min(last, max(end for _, end in there) + _MARGIN_S)
    begin = first if start_s is None else start_s
    end = last if end_s is None else end_s
    if start_s is not None and end_s is None:
        end = min(begin + _DAY_S, until)
    if start_s is None and end_s is not None and begin >= end:
        begin = max(0.0, end - _DAY_S)
    if not begin < end:
        raise ConfigurationError([Fault("end_s", f"{end:g} s", f"more than start_s, {begin:g} s")])
    return begin, end


def _cut(rows: Iterator[Row], begin: float, end: float) -> Iterator[Row]:
    """Those of `rows` within the stretch, shortened to it."""
    for row in rows:
        first, last = float(str(row["start_s"])), float(str(row["end_s"]))
        if first <= end and last >= begin and (first == last or (first < end and last > begin)):
            yield row | {"start_s": max(first, begin), "end_s": min(last, end)}


def _row(  # noqa: PLR0913, PLR0917 - the columns
    member: str, what: str, start_us: int, end_us: int, lane: int = -1, enquiry: int = -1
) -> Row:
    numbers = (member, what, start_us / SECOND, end_us / SECOND, lane, enquiry)
    return dict(zip(_COLUMNS, numbers, strict=True))


def _statuses(log: EventLog, number: int) -> Iterator[Row]:
    """Stretches of one status, offline left out."""
    one = timelines(log)[number]
    since = one.at
    changes = np.flatnonzero(np.append(True, np.diff(one.status) != 0))
    ends = np.append(since[changes[1:]], max(log.until_us, int(since[-1])))
    for step, end in zip(changes.tolist(), ends.tolist(), strict=True):
        status, begin = int(one.status[step]), int(since[step])
        if status != OFFLINE and begin < end:
            yield _row(log.members[number], STATUSES[status], begin, end)


def _chats(log: EventLog, number: int) -> Iterator[Row]:
    """Chats owned, each in the lowest lane that is free."""
    moves, when = ownership(log), log.rows["at"]
    same = np.append(moves.enquiry[1:] == moves.enquiry[:-1], False)
    next_row = np.append(moves.row[1:], 0)
    ends = np.where(same, when[next_row] if len(when) else 0, log.until_us)
    mine = np.flatnonzero(moves.after == number)
    mine = mine[np.argsort(moves.row[mine], kind="stable")]
    busy: list[tuple[int, int]] = []  # end, lane
    free: list[int] = []
    lanes = 0
    for place in mine.tolist():
        begin, end = int(when[moves.row[place]]), int(ends[place])
        while busy and busy[0][0] <= begin:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if free:
            lane = heapq.heappop(free)
        else:
            lane, lanes = lanes, lanes + 1
        heapq.heappush(busy, (end, lane))
        yield _row(log.members[number], "chat", begin, end, lane, int(moves.enquiry[place]))


def _offers(log: EventLog, number: int) -> Iterator[Row]:
    """Alerts, and those of them that ran out or were refused."""
    found = log.rows[log.where(OFFERED, LAPSED, REFUSED)]
    for row in found[found["staff"] == number]:
        what = "offered" if row["kind"] == OFFERED else "missed offer"
        at = int(row["at"])
        yield _row(log.members[number], what, at, at, enquiry=int(row["enquiry"]))
