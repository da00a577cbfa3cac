"""The outcome of an experiment: several strategies, several replications, many metrics.

A study holds one record for each strategy, replication and metric, and answers three questions:
how large is each metric, does it differ from the baseline, and which strategy is best. Strategies
are compared replication by replication, for they met the same customers with the same luck.
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from line_sim.analysis.frames import keyed
from line_sim.analysis.intervals import Interval, mean_interval, per_replication
from line_sim.analysis.pairs import Difference, paired_differences
from line_sim.analysis.study_records import Record, faults_of, plain
from line_sim.errors import ConfigurationError, Fault, NotEnoughDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Best", "Record", "Study"]

Preference = Literal["low", "high"]

_COLUMNS = (
    "mean", "low", "high", "replications", "difference", "difference_low", "difference_high", "p",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Best:
    """The strategy with the best estimate, and those that chance alone may have put behind it.

    Attributes
    ----------
    metric, strategy : str
    prefer : str
        ``"low"`` or ``"high"``: what was taken as better.
    tied : tuple of str
        Strategies whose paired difference to the best could be chance (Holm over all of them).
    """

    metric: str
    strategy: str
    prefer: Preference
    tied: tuple[str, ...]

    def __str__(self) -> str:
        rivals = f"; not told apart from it: {', '.join(self.tied)}" if self.tied else ""
        return f"{self.prefer}est {self.metric}: {self.strategy}{rivals}"


class Study:
    """What several strategies did to the same customers.

    Parameters
    ----------
    records
        One a strategy, replication and metric, in any order: :class:`Record`, or its fields as a
        tuple ``(strategy, replication, metric, value, numerator, denominator, seed)``. A metric
        that is a ratio of totals (missed over received, waiting time over answered) carries both;
        its estimate is then the ratio of totals, not the mean of daily ratios. nan is a value that
        does not exist in that replication.
    names
        The strategies in the order to show them; each must have records.
    baseline
        The one that others are compared with; the first of `names` unless told.
    notes
        What a reader must know, one sentence each: what was switched off, whether the wanted
        precision was reached (``str(stop)`` of
        :func:`~line_sim.analysis.stopping.when_precise`).
    seed
        The seed that the replications' seeds came from.
    definitions
        What a metric means, by name, with unit and, for a service level, which of the four it is.
    better
        ``"low"`` or ``"high"`` by metric, so that :meth:`best` need not be told.
    level
        Of all intervals.

    Raises
    ------
    ConfigurationError
        If a record names an unknown strategy, comes twice, has half a ratio, or a replication has
        different seeds under different strategies (then nothing could be paired).
    """

    def __init__(  # noqa: PLR0913 - what is known of an experiment, each by name
        self,
        records: Iterable[Record | tuple[str, int, str, float, float | None, float | None, int]],
        names: Sequence[str],
        *,
        baseline: str | None = None,
        notes: Sequence[str] = (),
        seed: int | None = None,
        definitions: Mapping[str, str] | None = None,
        better: Mapping[str, Preference] | None = None,
        level: float = 0.95,
    ) -> None:
        self.names = tuple(names)
        self.records = tuple(plain(one) for one in records)
        if faults := faults_of(self.records, self.names, baseline):
            raise ConfigurationError(faults)
        self.baseline = self.names[0] if baseline is None else baseline
        self.seed, self.level = seed, level
        self.definitions, self.better = dict(definitions or {}), dict(better or {})
        self.given_notes = tuple(notes)
        self.metrics = tuple(dict.fromkeys(one.metric for one in self.records))
        self.replications = tuple(sorted({one.replication for one in self.records}))
        self._found = {(one.metric, one.strategy, one.replication): one for one in self.records}

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes given, how the numbers were made, and what the metrics mean."""
        runs, percent = len(self.replications), 100 * self.level
        how = [f"{percent:g} % intervals: Student's t over {runs} replications, ratios by totals"]
        if len(self.names) > 1:
            rivals = len(self.names) - 1
            many = f"{rivals} comparisons" if rivals > 1 else "one comparison"
            how.append(
                f"differences to {self.baseline!r} are paired by replication (same customers, same "
                f"luck); p by Holm and intervals by Bonferroni over the {many} of one metric"
            )
        terms = [f"{name}: {self.definitions[name]}" for name in self.metrics
                 if name in self.definitions]  # fmt: skip
        return (*self.given_notes, *how, *terms)

    def frame(self) -> pd.DataFrame:
        """The records as a tidy table.

        Returns
        -------
        pandas.DataFrame
            ``strategy``, ``replication``, ``metric``, ``value``, ``numerator``, ``denominator``
            (nan for a metric that is no ratio), ``seed``; one row a record, as given.
        """
        import pandas as pd  # noqa: PLC0415 - a second, only where a table is made

        table = pd.DataFrame(self.records, columns=list(Record._fields))
        return table.astype({"value": float, "numerator": float, "denominator": float})

    def series(self, metric: str, strategy: str) -> tuple[Floats, Floats | None]:
        """Numerators and denominators by replication (values and ``None`` if it is no ratio).

        In the order of `replications`, nan where there is no record: what
        :func:`~line_sim.analysis.stopping.when_precise` takes.
        """
        self._check(metric, strategy)
        rows = [self._found.get((metric, strategy, number)) for number in self.replications]
        if any(one is not None and one.denominator is not None for one in rows):
            top = [math.nan if one is None else one.numerator for one in rows]
            bottom = [math.nan if one is None else one.denominator for one in rows]
            return np.array(top, dtype=float), np.array(bottom, dtype=float)
        return np.array([math.nan if one is None else one.value for one in rows]), None

    def interval(self, metric: str, strategy: str) -> Interval:
        """The estimate of one metric under one strategy; nan ends for a single replication."""
        values = per_replication(*self.series(metric, strategy))
        try:
            return mean_interval(values, self.level)
        except NotEnoughDataError:
            known = values[~np.isnan(values)]
            mean = float(known.mean()) if known.size else math.nan
            return Interval(mean, math.nan, math.nan, known.size, self.level)

    def differences(self, metric: str, baseline: str | None = None) -> dict[str, Difference]:
        """Each other strategy minus the baseline, adjusted for there being several.

        A strategy without two replications to pair is left out.
        """
        against = self.baseline if baseline is None else baseline
        base = per_replication(*self.series(metric, against))
        pairs = {}
        for name in self.names:
            values = per_replication(*self.series(metric, name))
            if name != against and np.count_nonzero(~np.isnan(values - base)) > 1:
                pairs[name] = (values, base)
        return paired_differences(pairs, self.level)

    def table(
        self, metrics: Sequence[str] | None = None, baseline: str | None = None
    ) -> pd.DataFrame:
        """Every metric under every strategy, and how it differs from the baseline.

        Parameters
        ----------
        metrics
            Which, in this order; all unless told.
        baseline
            Another one than the study's.

        Returns
        -------
        pandas.DataFrame
            Index (``metric``, ``strategy``); ``mean`` (the ratio of totals for a ratio), ``low``,
            ``high``, ``replications`` it rests on; ``difference`` to the baseline (this minus
            that), ``difference_low``, ``difference_high`` and adjusted ``p``, nan for the baseline
            itself. A single replication gives means alone.

        Raises
        ------
        ConfigurationError
            If a metric or the baseline is unknown.
        """
        rows = []
        for metric in self.metrics if metrics is None else metrics:
            differences = self.differences(metric, baseline)
            for strategy in self.names:
                own, other = self.interval(metric, strategy), differences.get(strategy)
                apart = (math.nan,) * 4 if other is None else (
                    other.estimate, other.low, other.high, other.p_adjusted
                )  # fmt: skip
                numbers = (own.estimate, own.low, own.high, own.count, *apart)
                keys = {"metric": metric, "strategy": strategy}
                rows.append(keys | dict(zip(_COLUMNS, numbers, strict=True)))
        return keyed(rows, ("metric", "strategy"), _COLUMNS)

    def brief(self, metrics: Sequence[str]) -> pd.DataFrame:
        """Some metrics as a planner reads them: ``"0.628 ± 0.023 *"``.

        Returns
        -------
        pandas.DataFrame
            Text; one row a strategy, one column a metric: the estimate and the half-width of its
            interval, and a star where the paired difference to the baseline (adjusted for all
            comparisons of the metric) is beyond chance.

        Raises
        ------
        ConfigurationError
            If a metric is unknown.
        """
        from line_sim.analysis.study_text import brief  # noqa: PLC0415 - beside its use

        return brief(self, metrics)

    def best(self, metric: str, prefer: Preference | None = None) -> Best:
        """The strategy with the best estimate of `metric`, and its ties.

        Parameters
        ----------
        metric
            Its name.
        prefer
            ``"low"`` or ``"high"``; as the study was told unless given.

        Raises
        ------
        ConfigurationError
            If nothing says which is better, or the metric is unknown.
        NotEnoughDataError
            If no strategy has a value.
        """
        wanted = self.better.get(metric) if prefer is None else prefer
        self._check(metric, self.baseline)
        if wanted not in {"low", "high"}:
            given = "unknown which is better" if wanted is None else f"{wanted!r}"
            raise ConfigurationError([Fault("prefer", given, "'low' or 'high'")])
        sign = 1.0 if wanted == "low" else -1.0
        scores = {name: sign * self.interval(metric, name).estimate for name in self.names}
        known = {name: score for name, score in scores.items() if not math.isnan(score)}
        if not known:
            what = f"the best {metric}"
            raise NotEnoughDataError(what, 0, 1, "strategies with a value")
        first = min(known, key=known.__getitem__)
        apart = self.differences(metric, first)
        told_apart = {name for name, one in apart.items() if one.p_adjusted < 1.0 - self.level}
        tied = tuple(name for name in known if name != first and name not in told_apart)
        return Best(metric, first, wanted, tied)

    def _check(self, metric: str, strategy: str) -> None:
        faults = []
        if metric not in self.metrics:
            faults.append(Fault.unknown("metric", metric, self.metrics))
        if strategy not in self.names:
            faults.append(Fault.unknown("strategy", strategy, self.names))
        if faults:
            raise ConfigurationError(faults)

    def to_json(self) -> str:
        """The whole study as JSON text; :meth:`from_json` gives an equal one."""
        from line_sim.analysis.study_files import to_json  # noqa: PLC0415 - beside its use

        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Study:
        """The study in `text`.

        Raises
        ------
        LogFormatError
            If it is no study, or of a newer version.
        """
        from line_sim.analysis.study_files import from_json  # noqa: PLC0415 - beside its use

        return from_json(text)

    def save(self, path: str | Path, *, force: bool = False) -> None:
        """Write the study as JSON, all or nothing.

        Raises
        ------
        OutputExistsError
            If there is such a file already and not `force`.
        """
        from line_sim.analysis.study_files import write  # noqa: PLC0415 - beside its use

        write(self, path, force=force)

    @classmethod
    def load(cls, path: str | Path) -> Study:
        """The study in the file at `path`.

        Raises
        ------
        LogFormatError
            If it is no study, or of a newer version.
        FileNotFoundError
            If there is no such file.
        """
        from line_sim.analysis.study_files import read  # noqa: PLC0415 - beside its use

        return read(path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Study) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash((self.names, self.metrics, self.replications, self.seed))

    def __repr__(self) -> str:
        parts = [
            f"{len(self.names)} strategies x {len(self.replications)} replications",
            f"{len(self.metrics)} metrics",
            f"baseline {self.baseline!r}",
            *([] if self.seed is None else [f"seed {self.seed}"]),
        ]
        return f"<Study: {', '.join(parts)}>"

    def _repr_html_(self) -> str:
        from line_sim.analysis.study_text import to_html  # noqa: PLC0415 - in notebooks only

        return to_html(self)
