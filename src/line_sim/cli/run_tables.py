"""The results of ``line-sim simulate`` as text: what planners ask first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from line_sim.analysis import fairness, metrics
from line_sim.cli.screen import clean, heading, paragraph, table
from line_sim.cli.wording import UNKNOWN, counted, number, span, with_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.cli.simulate import Outcome

_OUTCOMES = {
    "service_level": "picked up within {service_level_s:g} s (service level)",
    "missed_rate": "missed: nobody picked up",
    "away_rate": "got an away message",
    "away_rate_in_hours": "  of those who wrote in opening hours",
    "away_rate_customers": "  of customers, not enquiries",
    "line_reply_rate": "answered at all, as LINE counts it",
    "occupancy": "staff had a chat (occupancy)",
}
_TIMES = {
    "waiting_time_answered_s": "wait until picked up",
    "waiting_time_missed_s": "wait until missed",
    "first_response_time_s": "first answer by a person",
    "handling_time_s": "picked up until closed",
}
_VERDICTS = {"as chance": "about as even as chance would have it"}
_BASIS, _INDEX = "chats_per_available_hour", "gini"


def run_tables(outcome: Outcome) -> Iterator[Any]:
    """The parts of the report, in order, each ready to print."""
    yield heading(_headline(outcome))
    yield ""
    yield _service(outcome)
    yield ""
    yield _times(outcome)
    yield ""
    yield from _reasons(outcome)
    yield ""
    yield from _staff(outcome)
    yield from _targets(outcome)
    if outcome.story is not None:
        yield heading(f"\nEnquiry {outcome.story.enquiry}{_of_first(outcome)}")
        yield clean(str(outcome.story))


def _headline(outcome: Outcome) -> str:
    scenario, total = outcome.scenario, _total(outcome, "received")
    customers = _total(outcome, "customers")
    runs = f" in {outcome.replications} runs" if outcome.replications > 1 else ""
    return (
        f"{scenario.name}: {counted(total, 'enquiry', 'enquiries')} "
        f"by {counted(customers, 'customer')}{runs}\n"
        f"{scenario.days:g} days from {scenario.start:%a %Y-%m-%d %H:%M} "
        f"({scenario.utc_offset}), seed {outcome.seed}"
    )


def _total(outcome: Outcome, metric: str) -> int:
    """A count, all runs together."""
    counts, _ = outcome.study.series(metric, outcome.study.names[0])
    return int(counts[~_unknown(counts)].sum())


def _unknown(values: Any) -> Any:  # noqa: ANN401 - arrays
    return values != values  # noqa: PLR0124 - nan alone differs from itself


def _service(outcome: Outcome) -> Any:  # noqa: ANN401 - a rich table
    """Shares, each with its interval or its denominator."""
    study, name, many = outcome.study, outcome.study.names[0], outcome.replications > 1
    rows = []
    for metric, words in _OUTCOMES.items():
        found = study.interval(metric, name)
        top, bottom = study.series(metric, name)
        fraction = "" if bottom is None else f"{_sum(top)} of {_sum(bottom)}{_what(metric)}"
        row = [words.format(service_level_s=outcome.scenario.service_level_s)]
        row += [with_unit(metric, found.estimate)]
        row += [span(metric, found.low, found.high)] if many else []
        rows.append([*row, fraction])
    columns = ["How it went", "", *(["95 % interval"] if many else []), "that is"]
    return table(columns, rows)


def _what(metric: str) -> str:
    return " hours" if metric == "occupancy" else ""


def _sum(values: Any) -> str:  # noqa: ANN401 - an array
    total = float(values[~_unknown(values)].sum())
    return f"{total:,.0f}" if total >= 100 or total == int(total) else f"{total:,.1f}"  # noqa: PLR2004


def _times(outcome: Outcome) -> Any:  # noqa: ANN401 - a rich table
    """Waits: mean (with its interval), median and percentiles."""
    study, name, many = outcome.study, outcome.study.names[0], outcome.replications > 1
    rows = []
    for metric, words in _TIMES.items():
        mean = study.interval(f"{metric}_mean", name)
        if math.isnan(mean.estimate):
            continue
        row = [words, number(f"{metric}_mean", mean.estimate)]
        row += [span(f"{metric}_mean", mean.low, mean.high)] if many else []
        row += [
            number(f"{metric}_{part}", study.interval(f"{metric}_{part}", name).estimate)
            for part in ("median", "p90", "p95")
        ]
        rows.append(row)
    interval = ["95 % interval"] if many else []
    return table(
        [
            "Seconds",
            "mean",
            *interval,
            "median",
            "90 % \N{LESS-THAN OR EQUAL TO}",
            "95 % \N{LESS-THAN OR EQUAL TO}",
        ],
        rows,
    )


def _reasons(outcome: Outcome) -> Iterator[Any]:
    """Why customers got an away message, of all enquiries."""
    study, name = outcome.study, outcome.study.names[0]
    sent = []
    for metric in study.metrics:
        top, bottom = study.series(metric, name)
        reason = metric.removeprefix("away_rate_")
        if reason == metric or bottom is None or reason in {"in_hours", "customers"}:
            continue
        if float(top.sum()) > 0:
            share = study.interval(metric, name)
            row = [reason.replace("_", " "), _sum(top), with_unit(metric, share.estimate)]
            row += [span(metric, share.low, share.high)] if outcome.replications > 1 else []
            sent.append((float(top.sum()), row))
    if not sent:
        yield "No customer got an away message."
        return
    rows = [row for _, row in sorted(sent, key=lambda one: -one[0])]
    of = f"of {_total(outcome, 'received'):,} received"
    interval = ["95 % interval"] if outcome.replications > 1 else []
    yield table(["Away messages by reason", "sent", of, *interval], rows)


def _of_first(outcome: Outcome) -> str:
    return f" (first of {outcome.replications} runs)" if outcome.replications > 1 else ""


def _staff(outcome: Outcome) -> Iterator[Any]:
    """Who got how many enquiries, beside what chance would have given; then how fair that is."""
    log = outcome.log
    people = fairness.table(log, seed=outcome.seed)
    work = metrics.by_staff(log)
    rows = [
        [
            str(name),
            f"{one['assigned']:,.0f}",
            f"{one['low']:,.0f} to {one['high']:,.0f}",
            _plain(one["per_available_h"], 1),
            _plain(100 * work.loc[name, "occupancy"], 0, " %"),
            f"{work.loc[name, 'missed_offers']:,.0f}",
            f"{one['passed_over']:,.0f}",
        ]
        for name, one in people.iterrows()
    ]
    if outcome.replications > 1:
        yield f"Of the first of {outcome.replications} runs:\n"
    columns = (
        "Who got which", "got", "by chance", "per hour", "busy",
        "let go", "passed over",
    )  # fmt: skip
    yield table(columns, rows)
    yield paragraph(
        "by chance: the middle 95 % if each enquiry had gone at random to one of those eligible; "
        "per hour: available; busy: with a chat; let go: offers run out; "
        "passed over: somebody served more recently was chosen"
    )
    yield paragraph(f"\n{_fairness(outcome)}")


def _plain(value: float, decimals: int, unit: str = "") -> str:
    return UNKNOWN if math.isnan(value) else f"{value:,.{decimals}f}{unit}"


def _fairness(outcome: Outcome) -> str:
    """How even it was, beside chance, in one sentence."""
    index = fairness.summary(outcome.log, seed=outcome.seed).loc[("all", _BASIS, _INDEX)]
    if not index["verdict"]:
        return "How fair: nothing was assigned."
    return (
        f"How fair: {_VERDICTS.get(index['verdict'], index['verdict'])}. Gini of enquiries per "
        f"available hour: {index['observed']:.3f} (0 = all equal); chance alone gives "
        f"{index['expected']:.3f} ({index['low']:.3f} to {index['high']:.3f})."
    )


def _targets(outcome: Outcome) -> Iterator[Any]:
    """The verdict on each target the scenario sets."""
    found = outcome.verdicts()
    if found.empty:
        return
    rows = [
        [str(name), str(one["target"]), with_unit(str(name), one["value"]), one["verdict"]]
        for name, one in found.iterrows()
    ]
    yield ""
    yield table(["Targets", "wanted", "found", "verdict"], rows)
