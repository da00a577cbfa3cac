"""``replay``: recorded traffic against a bridge, and what it got wrong."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError, Fault
from line_sim.recording.recording import Recording
from line_sim.replay.asked import selection_of, speed_of
from line_sim.replay.behaviours import Behaviours, behaviours
from line_sim.replay.checks.running import check_recording
from line_sim.replay.comparison import compare
from line_sim.replay.event_log import AutomaticTexts
from line_sim.replay.evidence import Evidence
from line_sim.replay.history import LATE_S, History
from line_sim.replay.orders import Orders
from line_sim.replay.player import play
from line_sim.replay.report import ReplayReport
from line_sim.wire import bridge_profiles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from line_sim.replay.evidence import Event
    from line_sim.replay.expectations import Expectations
    from line_sim.replay.player import To
    from line_sim.replay.run import Run
    from line_sim.replay.scan import Recorded


SELECTING = ("since", "until", "share", "seed", "loops", "ramp")
"""Choices of what is played (:class:`~line_sim.replay.selection.Selection`)."""


def replay(  # noqa: PLR0913 - each by name but the first two
    recording: Recorded | str | Path,
    to: To = None,
    *,
    command: str | None = None,
    against: To = None,
    expectations: Expectations | None = None,
    texts: AutomaticTexts | None = None,
    profile: str | Path = "line",
    late_s: float = LATE_S,
    skip: Collection[int] = (),
    orders: Orders | None = None,
    **choices: Any,  # noqa: ANN401 - each is checked where it is used
) -> ReplayReport:
    """Play a recording against a bridge and say what it got wrong.

    Parameters
    ----------
    recording
        ``ls.Recording.load("friday.jsonl.zst")``, or the path.
    to, command
        The bridge: its webhook URL, what makes an ASGI application of the environment that the
        start contract tells, or the command that starts it (docs/checks.md).
    against
        Another bridge or version, given as the first one is: the recording is played to the first
        one twice, which measures the noise, and once to this one.
    expectations
        What must be done about each event.
    texts
        The bridge's automatic messages, for the event log; by default those that the recording's
        header or the profile tells.
    profile
        What the bridge takes and sends, for the checks.
    late_s
        Wall seconds by which a first answer may come later than the recorded bridge's.
    skip
        Numbers of checks to leave out.
    orders, choices
        How it is played: `since`, `until`, `share`, `seed`, `loops` and `ramp`, as a shell writes
        them; any field of :class:`~line_sim.replay.orders.Orders` (`speed`, `closed`, ...), or all
        of these as `orders`; `path`, `restart` and `progress` of
        :func:`~line_sim.replay.player.play`.

    Raises
    ------
    ConfigurationError, UnreachableError, TargetNotAllowedError
        As :func:`~line_sim.replay.player.play`.
    """
    tape = Recording.load(recording) if isinstance(recording, str | Path) else recording
    ordered, how = _ordered(tape, orders, choices)
    bridge_profiles.load(profile)  # that it cannot be read is no news for after an hour's replay

    def played(where: To, by: str | None, kept: Orders) -> Run:
        return play(tape, where, command=by, orders=kept, **how)

    run = played(to, command, ordered)
    evidence = Evidence.of(run.lines())
    recorded = _Recorded(tape, run, late_s)
    comparison = None
    others: tuple[Run, ...] = ()
    if against is not None:
        bare = replace(ordered, log=None)
        again = played(to, command, bare)
        by_command = isinstance(against, str) and "://" not in against.partition(" ")[0]
        other = played(None, str(against), bare) if by_command else played(against, None, bare)
        others = again, other
        comparison = compare(_done(run, evidence), _done(other), _done(again))
    return ReplayReport(
        str(getattr(tape, "path", "") or "a recording"),
        run,
        History.of(evidence, due_s=recorded.due_s, should_answer=recorded.should_answer),
        check_recording(run.lines(), profile=profile, skip=skip, target=run.url),
        evidence,
        None if expectations is None else tuple(expectations.judge(_done(run, evidence))),
        comparison,
        others,
        texts or AutomaticTexts.known(tape.header, profile),
    )


def _done(run: Run, evidence: Evidence | None = None) -> Behaviours:
    """What a run's bridge did, in recorded ids."""
    found = evidence if evidence is not None else Evidence.of(run.lines())
    return behaviours(found, run.map.back_in, speed=_speed(run))


def _speed(run: Run) -> float:
    try:
        return max(float(run.speed), 1e-9)
    except ValueError:  # max, stepped
        return 1.0


class _Recorded:
    """What the recorded bridge did about each event, for a run's history to be held to."""

    def __init__(self, recording: Iterable[Mapping[str, Any]], run: Run, late_s: float) -> None:
        self._map = run.map
        self._speed = _speed(run)
        self._late_s = late_s
        events = Evidence.of(recording).events.values()
        self._acted = {event.id for event in events if event.calls}
        self._answer_s = {
            event.id: min(call.at_s for call in event.sends) - event.at_s
            for event in events
            if event.sends
        }

    def should_answer(self, event: Event) -> bool | None:
        """Whether it acted; None where the recording has no calls at all."""
        if not self._acted:
            return None
        return self._name(event) in self._acted

    def due_s(self, event: Event) -> float | None:
        """When it had answered, and so much later; schedule seconds of the run."""
        found = self._answer_s.get(self._name(event))
        return None if found is None else (found + self._late_s) * self._speed

    def _name(self, event: Event) -> str:
        return self._map.recorded(event.id) or event.id


def _ordered(
    tape: Recorded, orders: Orders | None, choices: Mapping[str, Any]
) -> tuple[Orders, dict[str, Any]]:
    """How it is played, and what :func:`play` takes beside; unknown choices are told."""
    left = dict(choices)
    chosen = {name: left.pop(name) for name in SELECTING if name in left}
    how: dict[str, Any] = {
        name: left.pop(name) for name in ("path", "restart", "progress") if name in left
    }
    fields = {each.name for each in dataclasses.fields(Orders)}
    known = sorted({*fields, *SELECTING, "path", "restart", "progress"} - {"selection"})
    unknown = [Fault.unknown("replay", name, known) for name in left if name not in fields]
    if unknown:
        raise ConfigurationError(unknown)
    if isinstance(left.get("speed"), str):
        left["speed"] = speed_of(left["speed"])
    made = replace(orders or Orders(), **left)
    if chosen:
        given = selection_of(tape.header, speed=made.speed, **chosen)
        made = replace(made, selection=given)
    return made, how
