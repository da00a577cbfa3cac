"""How fairly enquiries were shared among staff, and how much of it is chance.

Every number is shown beside what pure chance gives with the same decisions and the same eligible
members (:mod:`line_sim.analysis.chance`): a Gini of 0.11 on a day with 20 chats a member is no
evidence of unfairness. Fairness of chats, of occupancy and of idleness are different goals; the
table has all three, the indices speak of chats. Eligibility itself is taken as it was: somebody
who works slowly is at the cap more often and therefore offered less, and the baseline grants that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from line_sim.analysis import chance, exposure, indices
from line_sim.analysis.frames import keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from line_sim.log import EventLog

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["EVERYTHING", "WITHOUT_STICKY", "summary", "table"]

EVERYTHING = "all"
WITHOUT_STICKY = "without sticky"

BASES = ("chats", "chats_per_available_hour", "chats_per_offerable_hour")

_INDICES: dict[str, Callable[[Floats], Floats]] = {
    "jain": indices.jain,
    "gini": indices.gini,
    "theil": indices.theil,
    "cv": indices.coefficient_of_variation,
    "max_over_mean": indices.max_over_mean,
}
_VERDICTS = {-1: "more even than chance", 0: "as chance", 1: "less even than chance"}


def table(log: EventLog, *, repetitions: int = 400, seed: int = 0) -> pd.DataFrame:
    """One row a member: work given, time to be given work, turns, and what chance would give.

    Parameters
    ----------
    log
        Of one run; a replayed or live one as well.
    repetitions
        Redrawn runs behind each expected value.
    seed
        Of the redrawing; the same seed gives the same table.

    Returns
    -------
    pandas.DataFrame
        Index ``member``; columns

        - ``assigned``: enquiries given to the member by a rule or by the visitor's memory;
        - ``sticky``: those of them that the visitor's memory decided;
        - ``expected``, ``low``, ``high``: `assigned` by chance, and its middle 95 %;
        - ``available_h``, ``offerable_h``: hours, see :mod:`line_sim.analysis.exposure`;
        - ``per_available_h``, ``per_offerable_h``: `assigned` an hour; nan without hours;
        - ``idle_h``: available hours without any chat;
        - ``idle_share``: the part of all idle hours over the part of all available hours, 1 is
          fair; nan without available hours;
        - ``passed_over``, ``passed_over_expected``: decisions for which the member was eligible,
          yet somebody served more recently was chosen;
        - ``longest_gap``: most decisions in a row for which the member was eligible in vain.
    """
    import pandas as pd  # noqa: PLC0415 - a second, only where a table is made

    made = exposure.decisions(log)
    staff, eligible = made.staff.astype(np.int64), made.eligible
    members = eligible.shape[1]

    def counts_and_turns(runs: Whole) -> Floats:
        both = (chance.tally(runs, members), chance.passed_over(runs, eligible))
        return np.stack(both, axis=-1).astype(float)

    rng = np.random.default_rng(seed)
    band = chance.chance_band(staff, eligible, counts_and_turns, repetitions, rng)
    available, offerable = exposure.available_hours(log), exposure.offerable_hours(log)
    idle = np.maximum(available - exposure.chat_hours(log)[:, 0], 0.0)
    assigned = band.observed[:, 0]
    columns = {
        "assigned": assigned.astype(np.int64),
        "sticky": chance.tally(staff[made.sticky], members),
        "expected": band.expected[:, 0],
        "low": band.low[:, 0],
        "high": band.high[:, 0],
        "available_h": available,
        "offerable_h": offerable,
        "per_available_h": _rate(assigned, available),
        "per_offerable_h": _rate(assigned, offerable),
        "idle_h": idle,
        "idle_share": indices.idle_share(idle, available) if members else idle,
        "passed_over": band.observed[:, 1].astype(np.int64),
        "passed_over_expected": band.expected[:, 1],
        "longest_gap": chance.longest_gap(staff, eligible),
    }
    return pd.DataFrame(columns, index=pd.Index(log.members, name="member"))


def summary(
    log: EventLog,
    *,
    groups: Mapping[str, str] | None = None,
    repetitions: int = 400,
    seed: int = 0,
) -> pd.DataFrame:
    """Each index of how evenly enquiries were shared, beside what chance gives.

    Parameters
    ----------
    log
        Of one run.
    groups
        The group of each member (shift, contract, team), to split Theil's index within and
        between groups; unnamed members form a group of their own. By default members who serve
        the same destinations are a group.
    repetitions, seed
        Of the chance baseline.

    Returns
    -------
    pandas.DataFrame
        One row for each (``scope``, ``basis``, ``index``):

        - scope: ``"all"``; ``"without sticky"``, where the visitor's memory decided some; and each
          destination, counting what was routed there;
        - basis: ``chats``, ``chats_per_available_hour``, ``chats_per_offerable_hour``; the hours
          of a member of several destinations are not divided between them;
        - index: ``jain``, ``gini``, ``theil``, ``theil_within``, ``theil_between``, ``cv``,
          ``max_over_mean``; and, on basis ``chats``, ``passed_over`` (per decision) and
          ``longest_gap`` (of the member with the longest).

        Columns ``observed``, ``expected``, ``low``, ``high`` (chance, and its middle 95 %),
        ``excess`` (observed minus expected), ``verdict`` in words, ``decisions`` and ``members``
        counted. Members who were eligible for no decision of the scope are left out, and from the
        rates those without hours. nan where there is no decision.
    """
    made = exposure.decisions(log)
    labels = _labels(log, groups)
    hours = np.stack(
        [np.ones(len(labels)), exposure.available_hours(log), exposure.offerable_hours(log)]
    )
    rows = []
    for scope, chosen in _scopes(log, made):
        rng = np.random.default_rng(seed)
        staff, eligible = made.staff[chosen].astype(np.int64), made.eligible[chosen]
        found = _scope_rows(staff, eligible, hours, labels, repetitions, rng)
        rows += [{"scope": scope, **row} for row in found]
    return keyed(rows, ("scope", "basis", "index"), _COLUMNS)


_COLUMNS = (
    "observed", "expected", "low", "high", "excess", "verdict", "decisions", "members",
)  # fmt: skip


def _rate(counts: Floats, hours: Floats) -> Floats:
    """Counts an hour, nan where there are none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(hours > 0, counts / hours, np.nan)


def _scopes(log: EventLog, made: exposure.Decisions) -> Iterator[tuple[str, Flags]]:
    """Each scope and which decisions belong to it."""
    yield EVERYTHING, np.ones(len(made), bool)
    if made.sticky.any():
        yield WITHOUT_STICKY, ~made.sticky
    for number, name in enumerate(log.names("destinations", "destination")):
        here = (made.destination == number) & ~made.sticky
        if here.any():
            yield name, here


def _labels(log: EventLog, groups: Mapping[str, str] | None) -> list[str]:
    """The group of each member."""
    if groups is not None:
        return [groups.get(name, "") for name in log.members]
    serves = exposure.membership(log)
    return ["".join("x" if one else "-" for one in column) for column in serves.T]


def _scope_rows(  # noqa: PLR0913, PLR0917 - one scope, its exposure, and how to redraw it
    staff: Whole,
    eligible: Flags,
    hours: Floats,
    labels: Sequence[str],
    repetitions: int,
    rng: np.random.Generator,
) -> list[dict[str, object]]:
    """All indices of one scope: bases one after the other, then the turns."""
    taking_part = eligible.any(axis=0) & (hours > 0)  # bases x members
    names = [
        (basis, index)
        for basis in BASES
        for index in (*_INDICES, *_SPLIT, *(_TURNS if basis == BASES[0] else ()))
    ]

    def everything(runs: Whole) -> Floats:
        counts = chance.tally(runs, eligible.shape[1])
        found: list[Floats] = []
        for inside, exposed in zip(taking_part, hours, strict=True):
            rates = counts[:, inside] / exposed[inside]
            own = [label for label, there in zip(labels, inside, strict=True) if there]
            found += [*_all_indices(rates, own), *([] if found else _turns(runs, eligible))]
        return np.stack(found, axis=-1)

    band = chance.chance_band(staff, eligible, everything, repetitions, rng)
    people = dict(zip(BASES, taking_part.sum(axis=1).tolist(), strict=True))
    return [
        {**_row(band, place, index), "decisions": len(staff), "members": people[basis]}
        | {"basis": basis, "index": index}
        for place, (basis, index) in enumerate(names)
    ]


def _row(band: chance.Band, place: int, index: str) -> dict[str, object]:
    """One number of the band; Jain's index alone is large where shares are even."""
    numbers = {name: float(getattr(band, name)[place]) for name in _COLUMNS[:5]}
    side = int(band.outside[place]) * (-1 if index == "jain" else 1)
    return {**numbers, "verdict": "" if np.isnan(numbers["observed"]) else _VERDICTS[side]}


_SPLIT = ("theil_within", "theil_between")
_TURNS = ("passed_over", "longest_gap")


def _turns(runs: Whole, eligible: Flags) -> list[Floats]:
    """Members passed over a decision, and the longest gap of any; nan without decisions."""
    if not len(eligible):
        return [np.full(len(runs), np.nan)] * len(_TURNS)
    over = chance.passed_over(runs, eligible).sum(axis=-1) / len(eligible)
    return [over, chance.longest_gap(runs, eligible).max(axis=-1, initial=0).astype(float)]


def _all_indices(rates: Floats, labels: Sequence[str]) -> list[Floats]:
    """Every index of `rates` [runs, members], in the order of the rows; nan without members."""
    if not rates.shape[-1]:
        return [np.full(len(rates), np.nan)] * (len(_INDICES) + len(_SPLIT))
    split = indices.theil_split(rates, labels)
    return [*(index(rates) for index in _INDICES.values()), split.within, split.between]
