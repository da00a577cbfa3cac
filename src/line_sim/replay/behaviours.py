"""What a bridge did about each recorded event, in the words of the recording.

Two runs can only be compared in one vocabulary: ids and tokens of a run are mapped back to the
recorded ones, and each event is found again by its recorded id.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from line_sim.replay.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.evidence import Event

    Back = Callable[[Any], Any]
    """From JSON with live ids to the same with recorded ones: ``TokenMap.back_in``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One accepted call that sent messages because of an event."""

    by: str
    """reply, push, multicast ..."""
    messages: tuple[Mapping[str, Any], ...]
    delay_s: float
    """Wall seconds from the event's first sending."""
    to: tuple[str, ...] = ()
    """The chats it went to, by their recorded ids."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What was done about one event.

    Attributes
    ----------
    event
        Its recorded id.
    loop
        Which of its replays: 0, 1, ...
    says
        What the customer wrote, or the kind of event, for people to read.
    asked
        The event itself, in recorded ids.
    """

    event: str
    chat: str
    says: str
    asked: Mapping[str, Any]
    confirmed: bool
    answers: tuple[Answer, ...]
    loop: int = 0

    def messages(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Every message with how it was sent, in order."""
        return [(answer.by, each) for answer in self.answers for each in answer.messages]


Behaviours = dict[tuple[str, int], Behaviour]
"""By recorded event id and loop, in order of first sending."""


def behaviours(
    lines: Iterable[Mapping[str, Any]] | Evidence,
    back: Back | None = None,
    *,
    speed: float = 1.0,
) -> Behaviours:
    """What was done about each event of a recording, or of a run's ledger.

    Parameters
    ----------
    back
        Maps a run's ids to the recorded ones; None: they are the recorded ones.
    speed
        Schedule seconds a wall second, by which delays are made wall seconds again.
    """
    evidence = lines if isinstance(lines, Evidence) else Evidence.of(lines)
    turn = back if back is not None else _as_it_is
    found: Behaviours = {}
    loops: defaultdict[str, int] = defaultdict(int)
    for event in evidence.events.values():
        name = str(turn(event.id))
        key = name, loops[name]
        loops[name] += 1
        found[key] = Behaviour(
            name,
            str(turn(event.chat)),
            _says(event),
            turn(dict(event.data)),
            event.confirmed,
            tuple(_answer(each, event, turn, speed) for each in event.sends),
            key[1],
        )
    return found


def _answer(call: CallRecord, event: Event, turn: Back, speed: float) -> Answer:
    messages = tuple(turn(dict(each)) for each in call.messages)
    delay_s = max(0.0, call.at_s - event.at_s) / speed
    return Answer(call.kind, messages, delay_s, tuple(str(turn(each)) for each in call.chats))


def _says(event: Event) -> str:
    if event.text is not None:
        return event.text
    kind = event.message.get("type")
    return f"[{kind}]" if kind else f"[{event.type}]"


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape, and the same back
    return value
