"""From a replay that has ended to its :class:`~line_sim.replay.run.Run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from line_sim.net.clock import SECOND_US
from line_sim.replay.run import Run
from line_sim.replay.watching import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from line_sim.replay.playing import Playing
    from line_sim.replay.watching import InFlight

INTERRUPTED = "interrupted"


class Ends(NamedTuple):
    """What was seen right at the end."""

    in_flight: tuple[InFlight, ...]
    urls: Mapping[str, str]
    last_words: tuple[str, ...]


def run_of(playing: Playing, ends: Ends) -> Run:
    """All that is known of a replay."""
    watching, service, orders = playing.watching, playing.service, playing.orders
    reasons = tuple(_reasons(playing))
    return Run(
        url=", ".join(dict.fromkeys(ends.urls.values())),
        speed=f"{orders.speed:g}" if isinstance(orders.speed, float | int) else orders.speed,
        planned=playing.planned,
        sent=watching.started_count,
        confirmed=watching.confirmed,
        failed=dict(watching.failed),
        skipped=playing.plan.skipped,
        rate_per_s=round(playing.rate_per_s(), 3),
        span_s=round(playing.span_s, 3),
        lateness=shown(watching.lateness),
        own_lateness=shown(watching.own),
        answers=shown(watching.answers),
        stalls=shown(watching.stalls),
        peak_in_flight=watching.peak,
        backpressure=watching.backpressure,
        ended=playing.ended,
        valid=not reasons,
        reasons=reasons,
        warnings=tuple(_warnings(playing)),
        findings=tuple(service.findings.all()),
        in_flight=ends.in_flight,
        deaths=tuple(playing.deaths),
        last_words=ends.last_words,
        seed=orders.selection.seed,
        warm_up_until_s=playing.measured_from_us / SECOND_US if orders.warm_up_s else 0.0,
        map=playing.map,
        begun_s=playing.zero_us / SECOND_US,
        log=orders.log,
        ledger=service.ledger,
    )


def _reasons(playing: Playing) -> Iterator[str]:
    """Why a run says nothing about the bridge."""
    limit_ms = playing.orders.limit_ms
    late_ms = playing.watching.own.quantile_ms(0.99)
    if late_ms > limit_ms:
        yield (
            f"the player itself was late: {late_ms:.1f} ms at p99, more than {limit_ms:g} ms"
            " (a lower --speed, a smaller --share, or a machine with less to do)"
        )
    for error in playing.service.broken:
        yield f"the player broke: {type(error).__name__}: {error}"
    if not playing.watching.started_count and playing.ended == "done":
        seen = playing.seen
        yield (
            f"nothing was sent: none of the recording's {seen.webhooks:,} webhooks is selected"
            f" (they are {seen.first_s:g} to {seen.last_s:g} s from its start)"
            if seen.webhooks
            else "nothing was sent: the recording holds no webhook"
        )


def _warnings(playing: Playing) -> Iterator[str]:
    if playing.plan.skipped:
        yield f"{playing.plan.skipped} webhooks were not sent: their bytes are not in the recording"
    if not playing.seen.whole:
        yield "the recording has no end: it was cut off, and what came then cannot be played"
    waited = playing.watching.backpressure
    if waited and playing.orders.speed != "max":
        most = playing.orders.most
        yield f"{waited} webhooks waited because {most:,} were unanswered: the bridge was too slow"
    lacks = playing.service.ledger.header.get("replay_of", {}).get("lacks") or ()
    if lacks:
        yield f"the recording lacks {', '.join(map(str, lacks))}"
