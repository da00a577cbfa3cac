"""The results of ``line-sim compare`` as text: a table a metric, then what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.cli.screen import heading, paragraph, table
from line_sim.cli.wording import apart, counted, estimate, listed, title, winner
from line_sim.errors import NotEnoughDataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.analysis.study import Study
    from line_sim.cli.compare import Comparison

_SURE = {
    "met by": {("met", True)},
    "met on average, though chance could explain it, by": {("met", False)},
    "missed on average, though chance could explain it, by": {("missed", False)},
    "missed by": {("missed", True)},
    "not observed with": {("not observed", True), ("not observed", False)},
}
"""How a target is met: the verdict on the estimate, and whether both ends share it."""


def comparison_tables(found: Comparison) -> Iterator[Any]:
    """The parts of the report, in order, each ready to print."""
    study = found.study
    yield heading(_headline(found))
    for metric in found.shown:
        yield ""
        yield heading(title(metric, study))
        yield _of_one(metric, found)
    yield from _targets(found)
    yield heading("\nWhich is best")
    if len(study.names) > 1 and found.all_the_same():
        yield from _item("none: all gave the same; what was varied has no effect in this scenario")
    else:
        for metric in found.shown:
            if metric in study.better:
                yield from _best(metric, study)
    yield heading("\nTo know")
    for note in study.notes:
        yield from _item(note)
    hidden = len(study.metrics) - len(found.shown)
    if hidden:
        yield from _item(f"{hidden} more metrics: --metric NAME, or --metric all; --json has them")


def _headline(found: Comparison) -> str:
    study = found.study
    names = {each.name for each in found.scenarios.values()}
    what = f"{names.pop()}: " if len(names) == 1 else ""
    return (
        f"{what}{counted(len(study.names), 'strategy', 'strategies')}, "
        f"{len(study.replications)} runs each, seed {study.seed}"
    )


def _of_one(metric: str, found: Comparison) -> Any:  # noqa: ANN401 - a rich table
    """One metric under every strategy, and how it differs from the baseline."""
    study, key = found.study, found.varied.rpartition(".")[2]
    what = "" if key == "distribution" else key  # its values say themselves what they are
    differences = study.differences(metric)
    rows = []
    for name in study.names:
        mean, interval = estimate(metric, study.interval(metric, name))
        if name == study.baseline and len(study.names) > 1:
            rows.append([name, mean, interval, "baseline", "", ""])
        else:
            rows.append([name, mean, interval, *apart(metric, differences.get(name))])
    return table([what, "mean", "95 % interval", "differs", "95 % interval", "p"], rows)


def _best(metric: str, study: Study) -> Iterator[str]:
    try:
        yield from _item(winner(metric, study))
    except NotEnoughDataError:
        yield from _item(f"{metric}: no run has a value")


def _targets(found: Comparison) -> Iterator[Any]:
    """Which strategies meet each target, and for which of them that may be chance."""
    by_target: dict[tuple[str, str], dict[str, list[str]]] = {}
    for name, scenario in found.scenarios.items():
        for metric, wanted in scenario.targets.items():
            words = by_target.setdefault((metric, wanted), {how: [] for how in _SURE})
            words[_how(found, name, metric, wanted)].append(name)
    if not by_target:
        return
    yield heading("\nTargets")
    for (metric, wanted), words in by_target.items():
        spoken = [
            f"{how} {listed(names, found.study.names)}" for how, names in words.items() if names
        ]
        yield from _item(f"{metric} {wanted}: {'; '.join(spoken)}")
    everything = tuple(
        name for name, one in found.verdicts().items() if (one["verdict"] == "met").all()
    )
    if len(by_target) > 1:
        met = (
            f"met by {listed(everything, found.study.names)}"
            if everything
            else "met by no strategy"
        )
        yield from _item(f"all targets on average: {met}")


def _how(found: Comparison, name: str, metric: str, wanted: str) -> str:
    """How a strategy stands to a target: a key of :data:`_SURE`."""
    from line_sim.analysis.targets import verdicts  # noqa: PLC0415 - pandas

    one = found.study.interval(metric, name)
    mean, low, high = (
        str(verdicts({metric: value}, {metric: wanted})["verdict"].iloc[0])
        for value in (one.estimate, one.low, one.high)
    )
    return next(how for how, found in _SURE.items() if (mean, low == high == mean) in found)


def _item(text: str) -> Iterator[str]:
    """An item of a list."""
    yield paragraph(text, first="- ", rest="  ")
