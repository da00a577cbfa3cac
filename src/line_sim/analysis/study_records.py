"""One number of an experiment, and what can be wrong with a list of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Record(NamedTuple):
    """One metric of one replication under one strategy.

    Attributes
    ----------
    strategy : str
    replication : int
        Its number, the same under every strategy that met the same customers.
    metric : str
    value : float
        nan where the metric does not exist in this replication.
    numerator, denominator : float or None
        What `value` is the ratio of, for a metric that is one; else both ``None``.
    seed : int
        Of this replication; the same under every strategy.
    """

    strategy: str
    replication: int
    metric: str
    value: float
    numerator: float | None = None
    denominator: float | None = None
    seed: int = 0


def plain(given: Sequence[Any]) -> Record:
    """A record of Python's own numbers, from a record or its fields with numpy's."""
    one = Record(*given)
    return Record(
        one.strategy,
        int(one.replication),
        one.metric,
        float(one.value),
        None if one.numerator is None else float(one.numerator),
        None if one.denominator is None else float(one.denominator),
        int(one.seed),
    )


def faults_of(records: Sequence[Record], names: Sequence[str], baseline: str | None) -> list[Fault]:
    """Everything that keeps these records from being a study."""
    faults = []
    if not names or len(set(names)) < len(names):
        faults.append(Fault("names", f"{tuple(names)!r}", "at least one, none of them twice"))
    if baseline is not None and baseline not in names:
        faults.append(Fault.unknown("baseline", baseline, names))
    used = {one.strategy for one in records}
    faults += [Fault.unknown("records", name, names) for name in sorted(used - set(names))]
    faults += [
        Fault(f"names[{place}]", f"{name!r} without records", "a strategy that was run")
        for place, name in enumerate(names)
        if name not in used
    ]
    return [*faults, *_twice(records), *_halves(records), *_seeds(records)]


def _twice(records: Sequence[Record]) -> Iterator[Fault]:
    counts = Counter((one.metric, one.strategy, one.replication) for one in records)
    for (metric, strategy, replication), times in counts.items():
        if times > 1:
            where = f"{metric} of {strategy!r}, replication {replication}"
            yield Fault(where, f"{times} records", "one")


def _halves(records: Sequence[Record]) -> Iterator[Fault]:
    ratios: dict[str, set[bool]] = {}
    for one in records:
        ratios.setdefault(one.metric, set()).add(one.denominator is not None)
        if (one.numerator is None) != (one.denominator is None):
            where = f"{one.metric} of {one.strategy!r}, replication {one.replication}"
            yield Fault(where, "half a ratio", "numerator and denominator, or neither")
    for metric, kinds in ratios.items():
        if len(kinds) > 1:
            yield Fault(metric, "a ratio in some records only", "a ratio in all or in none")


def _seeds(records: Sequence[Record]) -> Iterator[Fault]:
    seeds: dict[int, set[int]] = {}
    for one in records:
        seeds.setdefault(one.replication, set()).add(one.seed)
    for replication, found in seeds.items():
        if len(found) > 1:
            given = f"seeds {', '.join(str(seed) for seed in sorted(found))}"
            mend = "strategies are compared on the same customers"
            yield Fault(f"replication {replication}", given, "one seed", mend)
