"""Experiments: several strategies meet the same customers, many times over."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from line_sim.analysis import fairness, metrics
from line_sim.analysis.stopping import Goal, Stop, when_precise
from line_sim.analysis.study import Record, Study
from line_sim.errors import ConfigurationError, Fault, NotEnoughDataError
from line_sim.sim.engine import run_world
from line_sim.sim.variants import Strategy, Variants
from line_sim.world.draw import draw

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from line_sim.scenario import Scenario

Progress = Callable[[int, int, str], None]
"""Called with (runs done, runs in all so far planned, what was just done)."""

UNFAIRNESS = "gini_per_available_hour"
EXCESS = "gini_excess_over_chance"
REDRAWS = 100
"""How often chance is redrawn in each run for the fairness metrics (chosen; see fairness)."""

BETTER: dict[str, Any] = {
    "service_level": "high", "away_rate": "low", "away_rate_customers": "low",
    "away_rate_in_hours": "low",
    "missed_rate": "low", "waiting_time_s_mean": "low", "waiting_time_s_p90": "low",
    "waiting_time_answered_s_mean": "low", "waiting_time_answered_s_p90": "low",
    "first_response_time_s_mean": "low", "enquiry_duration_s_mean": "low", "handled": "high",
    "cost_per_enquiry": "low", "unanswered_after_pickup": "low", UNFAIRNESS: "low", EXCESS: "low",
}  # fmt: skip

MAIN = (
    "received", "away_rate", "missed_rate", "service_level", "waiting_time_answered_s_mean",
    "waiting_time_answered_s_p90", "first_response_time_s_mean", "occupancy", UNFAIRNESS, EXCESS,
)  # fmt: skip
"""The metrics a planner looks at first."""


def compare(  # noqa: PLR0913 - the choices of an experiment, each by name
    strategies: Mapping[str, Scenario | Strategy] | Variants,
    *,
    replications: int = 30,
    seed: int = 1,
    engine: str = "auto",
    baseline: str | None = None,
    goals: Sequence[Goal] = (),
    most: int = 1_000,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Study:
    """Run several strategies on the same customers with the same luck, and compare them.

    Parameters
    ----------
    strategies : scenarios (or :class:`Strategy`) by name; or what ``vary`` and ``every_strategy``
        made.
    replications : runs of each strategy; with goals, the fewest and the size of each further batch.
    seed : of all of them; replication i of every strategy meets the same customers.
    engine : see :func:`line_sim.simulate`.
    baseline : the strategy that others are compared with; the first unless told.
    goals : stop when every named metric of every strategy is this precise.
    most : replications at most, with goals.
    executor : anything with the interface of ``concurrent.futures.Executor``; ``None`` = one run
        after another, here. A process or cluster executor needs strategies that can be pickled (no
        functions written in a notebook cell).
    progress : called after every run.

    Returns
    -------
    Study
        Every metric of :func:`line_sim.metrics.summary`, and two of fairness:
        ``gini_per_available_hour`` of assignments, and ``gini_excess_over_chance``, for which time
        at the cap is no opportunity (per offerable hour): whoever is given too much is soon at the
        cap, chance with the same eligibility then favours the others, and per available hour the
        two wrongs look like a right.

    Raises
    ------
    ConfigurationError
        No strategy, or fewer than two replications.
    """
    notes: tuple[str, ...] = ()
    if isinstance(strategies, Variants):
        notes, strategies = strategies.notes, strategies.strategies
    plans = {name: _strategy(each) for name, each in strategies.items()}
    _check(plans, replications, most)
    runner = _Runner(plans, seed, engine, executor, progress)
    study = None
    while True:
        runner.run(replications)
        if not goals:
            break
        study = runner.study(baseline, notes)
        stop = _stop(study, goals, replications, most)
        if stop.stop:
            notes = (*notes, str(stop))
            break
    return runner.study(baseline, notes)


def _strategy(given: Scenario | Strategy) -> Strategy:
    return given if isinstance(given, Strategy) else Strategy(given)


def _check(plans: Mapping[str, Strategy], replications: int, most: int) -> None:
    faults = []
    if not plans:
        faults.append(Fault("strategies", "none", "at least one scenario by name"))
    if replications < 2:  # noqa: PLR2004 - an interval needs two
        faults.append(
            Fault(
                "replications", str(replications), "2 or more", "intervals need two runs at least"
            )
        )
    if most < replications:
        faults.append(Fault("most", str(most), f"at least replications, {replications}"))
    if faults:
        raise ConfigurationError(faults)


def _stop(study: Study, goals: Sequence[Goal], fewest: int, most: int) -> Stop:
    """Ask whether every goal is met under every strategy; return the answer least content."""
    stops = []
    for name in study.names:
        series = {goal.metric: study.series(goal.metric, name) for goal in goals}
        stops.append(when_precise(series, goals, fewest=fewest, most=most))
    return min(stops, key=lambda stop: (stop.stop, stop.reached))


class _Runner:
    """Runs batches of replications of every strategy and collects what they measured."""

    def __init__(
        self,
        plans: Mapping[str, Strategy],
        seed: int,
        engine: str,
        executor: Executor | None,
        progress: Progress | None,
    ) -> None:
        self.plans, self.seed, self.engine = plans, seed, engine
        self.executor, self.progress = executor, progress
        self.records: list[Record] = []
        self.done = 0

    def run(self, count: int) -> None:
        """Run ``count`` more replications of every strategy."""
        first = self.done
        jobs = [
            (name, plan, self.seed, replication, self.engine)
            for replication in range(first, first + count)
            for name, plan in self.plans.items()
        ]
        before = len(self.plans) * first
        with contextlib.ExitStack() as stack:
            results: Iterator[list[Record]] = map(_one_run, jobs)
            if self.executor is not None:
                futures = [self.executor.submit(_one_run, job) for job in jobs]
                stack.callback(lambda: [future.cancel() for future in futures])
                results = (future.result() for future in futures)
            for number, (job, found) in enumerate(zip(jobs, results, strict=True), start=1):
                self.records += found
                if self.progress is not None:
                    self.progress(before + number, before + len(jobs), job[0])
        self.done += count

    def study(self, baseline: str | None, notes: Sequence[str]) -> Study:
        """Return what was measured so far."""
        level_s = {plan.scenario.service_level_s for plan in self.plans.values()}
        spoken = " or ".join(f"{each:g}" for each in sorted(level_s))
        return Study(
            self.records,
            list(self.plans),
            baseline=baseline,
            notes=notes,
            seed=self.seed,
            better=BETTER,
            definitions={
                "service_level": f"picked up within {spoken} s, of all received",
                "away_rate": "enquiries with an away message, of all received",
                UNFAIRNESS: "Gini index of assignments per available hour, 0 = equal",
                EXCESS: "Gini index of assignments per offerable hour, minus its expectation if "
                "each had gone to one of those eligible then at random",
            },
        )


def _one_run(job: tuple[str, Strategy, int, int, str]) -> list[Record]:
    """Run one replication of one strategy and measure it."""
    name, plan, seed, replication, engine = job
    world = draw(plan.scenario, seed=seed, replication=replication, methods=plan.methods or None)
    log = run_world(world, engine=engine)
    found = metrics.measures(log, service_level_s=plan.scenario.service_level_s)
    with contextlib.suppress(NotEnoughDataError):
        index = fairness.summary(log, repetitions=REDRAWS, seed=seed)
        gini = index.xs("gini", level="index").loc["all"]
        found[UNFAIRNESS] = float(gini.loc["chats_per_available_hour", "observed"])
        found[EXCESS] = float(gini.loc["chats_per_offerable_hour", "excess"])
    records = []
    for metric, value in found.items():
        part, whole = metrics.SHARES.get(metric, (None, None))
        top = found.get(part) if part else None
        bottom = found.get(whole) if whole else None
        if top is None or bottom is None or math.isnan(top) or math.isnan(bottom):
            top = bottom = None
        records.append(Record(name, replication, metric, value, top, bottom, seed))
    return records
