"""What one replay was: facts and figures, and everything else in its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from line_sim.recording.writer import Writer
    from line_sim.replay.token_map import TokenMap
    from line_sim.replay.watching import InFlight

FORMAT = "line_sim.replay"
VERSION = 1
Figures = Mapping[str, float]
"""count, p50_ms, p95_ms, p99_ms and max_ms; at most 5 % too high."""


@dataclass(frozen=True, slots=True)
class Death:
    """A bridge that ended in the middle of a run."""

    at_s: float
    """When, on the schedule."""
    exit_code: int
    """Negative: the signal that ended it."""
    in_flight: tuple[InFlight, ...]
    """What it had been sent and had not confirmed."""
    last_words: tuple[str, ...]
    restarted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One replay; frozen.

    Times are wall time but where they say schedule. Webhooks of the warm-up are counted and not
    measured.
    """

    url: str
    """Where the webhooks went."""
    speed: str
    """``1``, ``60``, ``max`` or ``stepped``."""
    planned: int
    """Webhooks that were to be sent, all loops together; 0 where it was stopped before that was
    known."""
    sent: int
    """Webhooks begun."""
    confirmed: int
    """Those answered with a 2xx in time."""
    failed: Mapping[str, int]
    """The others, by LINE's reason and detail."""
    skipped: int
    """Webhooks whose bytes the recording does not hold."""
    rate_per_s: float
    """Webhooks sent a second after the warm-up."""
    span_s: float
    """From the first webhook to the end of the last answer."""
    lateness: Figures
    """From intended to handed to the socket, of webhooks that had not to wait for room."""
    own_lateness: Figures
    """The same until the webhook was begun: what is the player's and the event loop's alone."""
    answers: Figures
    """How long the bridge took to answer webhooks."""
    stalls: Figures
    """How long the event loop stood, sampled 200 times a second."""
    peak_in_flight: int
    backpressure: int
    """Webhooks that had to wait because too many were unanswered: charged to the bridge."""
    ended: str
    """``done``, ``interrupted``, or what broke."""
    valid: bool
    reasons: tuple[str, ...]
    """Why the run is not valid."""
    warnings: tuple[str, ...]
    findings: tuple[str, ...]
    """What LINE does not have or refuses, and the bridge called."""
    in_flight: tuple[InFlight, ...]
    """What was not answered at the end."""
    deaths: tuple[Death, ...]
    last_words: tuple[str, ...]
    """Of a bridge that was started by command."""
    seed: int
    warm_up_until_s: float
    """Schedule seconds at which the warm-up ended."""
    begun_s: float
    """Schedule seconds of the first moment that was played; what the ledger has before, is the
    start of the bridge."""
    map: TokenMap = field(repr=False)
    """Recorded ids and tokens, and this run's."""
    log: Path | None
    """Where the ledger is kept."""
    ledger: Writer = field(repr=False)

    def lines(self) -> Iterator[dict[str, Any]]:
        """The ledger's lines, anew each time."""
        return self.ledger.lines()

    @property
    def header(self) -> Mapping[str, Any]:
        """The ledger's first line."""
        return self.ledger.header

    @property
    def faults(self) -> list[dict[str, Any]]:
        """The faults that struck, as the ledger has them: the schedule of bad luck."""
        return [line for line in self.lines() if line["kind"] == "fault"]

    def to_dict(self) -> dict[str, Any]:
        """Facts and figures as JSON can say them."""
        names = (
            "url", "speed", "planned", "sent", "confirmed", "skipped", "rate_per_s", "span_s",
            "peak_in_flight", "backpressure", "ended", "valid", "seed", "begun_s",
            "warm_up_until_s",
        )  # fmt: skip
        plain: dict[str, Any] = {"format": FORMAT, "version": VERSION}
        plain |= {name: getattr(self, name) for name in names}
        plain |= {"failed": dict(self.failed), "log": str(self.log) if self.log else None}
        for name in ("lateness", "own_lateness", "answers", "stalls"):
            plain[name] = dict(getattr(self, name))
        for name in ("reasons", "warnings", "findings", "last_words"):
            plain[name] = list(getattr(self, name))
        plain["in_flight"] = [str(each) for each in self.in_flight]
        plain["deaths"] = [
            {"at_s": each.at_s, "exit_code": each.exit_code, "restarted": each.restarted,
             "in_flight": [str(one) for one in each.in_flight],
             "last_words": list(each.last_words)}
            for each in self.deaths
        ]  # fmt: skip
        return plain


def unended(lines: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The webhooks and calls without an end: what was under way when a ledger breaks off."""
    under_way: dict[int, Mapping[str, Any]] = {}
    for line in lines:
        kind = line["kind"]
        if kind in {"webhook", "call"}:
            under_way[line["exchange"]] = line
        elif kind in {"webhook_end", "call_end"}:
            under_way.pop(line["exchange"], None)
    return list(under_way.values())
