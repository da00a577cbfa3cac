"""The history checker: what became of every event, in the manner of Jepsen's checkers.

Every recorded event is an element that was *offered* to the bridge. As in Jepsen's set-full, one
that was confirmed and never acted on is **lost**; as in its total-queue, one acted on twice is
**doubled**, and a send that answers nothing is **unsolicited**. Beside it stand late answers,
answers out of order within a chat, and answers to the wrong person, with the fault schedule.
(Jepsen, jepsen.checker: set-full, total-queue; Kingsbury.)
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from line_sim.replay.attempts import attempts, shown
from line_sim.replay.evidence import Event, Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from line_sim.mock.call_records import CallRecord

Word = Literal["handled", "recovered", "lost", "refused", "unanswered", "in flight", "silent"]
WORDS: Mapping[Word, str] = {
    "handled": "confirmed, and acted on",
    "recovered": "acted on although no 2xx was heard for it",
    "lost": "confirmed, and never acted on although it should have been",
    "refused": "never confirmed, and never acted on; LINE may have given up on it",
    "unanswered": "confirmed, and nothing was done; nothing need have been",
    "in flight": "under way when the recording ended",
    "silent": "rightly not acted on: standby, or a signature that was wrong",
}
"""What became of an event, in one word, and what each word means."""

LATE_S = 10.0
"""Wall seconds by which a first answer may come later than the recorded one (chosen)."""
MOSTLY = 0.9
"""The share of answered events of a kind from which on an unanswered one counts as lost."""
FEWEST = 10
"""Events of one kind, those overtaken apart, from which on its own habit counts."""
WHOLE_TEXT = 8
"""Characters of a text from which on finding it in somebody else's chat is no chance."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one event.

    Attributes
    ----------
    flags
        Of ``doubled``, ``late``, ``out of order``, ``wrong person``.
    answer_s
        Schedule seconds from its first sending to the first answer; None without one.
    times
        How often the bridge acted on it, repeats of what failed apart.
    why
        What was seen, sentences.
    """

    event: Event
    word: Word
    flags: frozenset[str] = frozenset()
    answer_s: float | None = None
    times: int = 0
    why: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.word not in {"lost", "refused"} and not self.flags


@dataclass(frozen=True)
class History:
    """What became of everything.

    Attributes
    ----------
    fates
        One an event, in order of first sending.
    unsolicited
        Accepted sends that answer no event.
    unknown
        Sends whose answer never came to the bridge, or no answer is recorded.
    faults
        The fault schedule: ``(at_s, name, exchange)``.
    """

    fates: tuple[Fate, ...]
    unsolicited: tuple[CallRecord, ...] = ()
    unknown: tuple[CallRecord, ...] = ()
    faults: tuple[tuple[float, str, int], ...] = ()
    complete: bool = True

    @classmethod
    def of(
        cls,
        lines: Iterable[Mapping[str, Any]] | Evidence,
        *,
        due_s: Callable[[Event], float | None] | float | None = None,
        should_answer: Callable[[Event], bool | None] | None = None,
    ) -> History:
        """From the lines of a recording.

        Parameters
        ----------
        due_s
            Schedule seconds from which on a first answer is late, of all events or of each; None:
            no answer is, for people may take their time.
        should_answer
            Whether an event had to be acted on; None from it, or none given: decided by what the
            bridge does with others of its kind (an event whose like is acted on in nine of ten
            cases should be).
        """
        evidence = lines if isinstance(lines, Evidence) else Evidence.of(lines)
        due = due_s if callable(due_s) else lambda _event: due_s
        return _Checker(evidence, due, should_answer).history()

    def counts(self) -> dict[str, int]:
        """How many events of each word and flag; ``unsolicited`` counts sends."""
        found: Counter[str] = Counter(fate.word for fate in self.fates)
        found.update(flag for fate in self.fates for flag in fate.flags)
        found["events"] = len(self.fates)
        found["unsolicited"] = len(self.unsolicited)
        found["unknown"] = len(self.unknown)
        return dict(found)

    @property
    def ok(self) -> bool:
        """Whether nothing was lost, doubled, late, out of order or for somebody else."""
        return all(fate.ok for fate in self.fates)

    def wrong(self) -> list[Fate]:
        """Those with anything wrong."""
        return [fate for fate in self.fates if not fate.ok]

    def answer_seconds(self) -> list[float]:
        """Schedule seconds to the first answer of each answered event, in order."""
        return [fate.answer_s for fate in self.fates if fate.answer_s is not None]


class _Checker:
    def __init__(
        self,
        evidence: Evidence,
        due_s: Callable[[Event], float | None],
        should_answer: Callable[[Event], bool | None] | None,
    ) -> None:
        self.evidence = evidence
        self.due_s = due_s
        self.should_answer = should_answer
        self.acted = {each.id: self._acted(each) for each in evidence.events.values()}
        self.overtaken, self.followed = self._sequences()
        self.usual = self._usual()
        self.disordered = self._disordered()
        self.whose = self._whose_texts()

    def history(self) -> History:
        evidence = self.evidence
        return History(
            tuple(self._fate(each) for each in evidence.events.values()),
            tuple(each for each in evidence.sends if not each.event),
            tuple(each for each in evidence.calls if each.status is None),
            tuple(
                (line["at_s"], _name(line.get("fault")), int(line.get("exchange") or 0))
                for line in evidence.faults
            ),
            evidence.complete,
        )

    def _acted(self, event: Event) -> bool:
        seen = any(
            row.get("source_event") == event.id
            for line in self.evidence.agent
            for row in line.get("rows", ())
        )
        return bool(event.calls) or seen

    def _sequences(self) -> tuple[frozenset[str], dict[str, CallRecord]]:
        """What came next in the chat of an event that caused nothing by itself.

        Those whose chat wrote again before anything was sent to it: one answer may do for both. And
        by event the send that came next, too late for its cause to be sure.
        """
        chats: defaultdict[str, list[tuple[float, int, Event | CallRecord]]] = defaultdict(list)
        for event in self.evidence.events.values():
            chats[event.chat].append((event.at_s, event.deliveries[0].exchange, event))
        for call in self.evidence.sends:
            for chat in call.chats:
                chats[chat].append((call.at_s, call.exchange, call))
        overtaken: set[str] = set()
        followed: dict[str, CallRecord] = {}
        for happened in chats.values():
            happened.sort(key=lambda each: each[:2])
            for (_, _, one), (_, _, then) in itertools.pairwise(happened):
                if isinstance(one, Event):
                    if isinstance(then, Event):
                        overtaken.add(one.id)
                    elif not then.event:
                        followed[one.id] = then
        return frozenset(overtaken), followed

    def _kinds(self, event: Event) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What an event is like, closely and at large."""
        kind = event.type, str(event.message.get("type", ""))
        return (*kind, "overtaken" if event.id in self.overtaken else "alone"), kind

    def _usual(self) -> dict[tuple[str, ...], bool]:
        """Of each kind of event, whether the bridge mostly acts on it; seldom ones left out."""
        total: Counter[tuple[str, ...]] = Counter()
        acted: Counter[tuple[str, ...]] = Counter()
        for event in self.evidence.events.values():
            if event.confirmed and not _silent(event):
                for kind in self._kinds(event):
                    total[kind] += 1
                    acted[kind] += self.acted[event.id]
        return {
            kind: acted[kind] >= MOSTLY * count
            for kind, count in total.items()
            if count >= FEWEST or kind[-1] not in {"alone", "overtaken"}
        }

    def _should(self, event: Event) -> bool:
        """Whether the bridge mostly acts on events like this one."""
        closely, at_large = self._kinds(event)
        return self.usual.get(closely, self.usual.get(at_large, False))

    def _fate(self, event: Event) -> Fate:
        tried = attempts(event)
        times = max(shown(tried), shown(event.sends))
        first = min((call.at_s for call in event.sends), default=None)
        acted = self.acted[event.id]
        if not acted and event.id in self.followed:
            acted, first, times = True, self.followed[event.id].at_s, 1
        answer_s = None if first is None else first - event.at_s
        flags, why = self._flags(event, times, answer_s)
        return Fate(event, self._word(event, acted=acted), flags, answer_s, times, tuple(why))

    def _word(self, event: Event, *, acted: bool) -> Word:
        if acted:
            return "handled" if event.confirmed else "recovered"
        if _silent(event):
            return "silent"
        if not event.confirmed:
            return "refused" if all(each.ended for each in event.deliveries) else "in flight"
        should = self.should_answer(event) if self.should_answer else None
        if should is None:
            should = self._should(event)
        return "lost" if should else "unanswered"

    def _flags(
        self, event: Event, times: int, answer_s: float | None
    ) -> tuple[frozenset[str], list[str]]:
        flags: set[str] = set()
        why: list[str] = []
        if times > 1:
            flags.add("doubled")
            why.append(f"acted on {times} times: {'; '.join(map(str, event.calls))}")
        due_s = self.due_s(event)
        if answer_s is not None and due_s is not None and answer_s > due_s:
            flags.add("late")
            why.append(f"answered after {answer_s:.1f} s, due within {due_s:.1f} s")
        if event.id in self.disordered:
            flags.add("out of order")
            why.append(f"answered before {self.disordered[event.id]}, which came earlier")
        wrong = self._wrong_person(event)
        if wrong:
            flags.add("wrong person")
            why += wrong
        return frozenset(flags), why

    def _disordered(self) -> dict[str, str]:
        """Events answered before an earlier one of their chat, and that earlier one."""
        found: dict[str, str] = {}
        chats: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for event in self.evidence.events.values():
            sends = event.sends
            if event.chat and sends:
                chats[event.chat].append((min(call.exchange for call in sends), event.id))
        for answered in chats.values():
            latest, whose = 0, ""
            for exchange, name in answered:
                if exchange < latest:
                    found[name] = whose
                    continue
                latest, whose = exchange, name
        return found

    def _whose_texts(self) -> dict[str, set[str]]:
        """The chats that each long text came from."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for event in self.evidence.events.values():
            if event.text and len(event.text) >= WHOLE_TEXT and event.chat:
                found[event.text].add(event.chat)
        return found

    def _wrong_person(self, event: Event) -> list[str]:
        """Sends because of an event that went to another chat, or that tell another's text."""
        found: list[str] = []
        for call in event.sends:
            others = [chat for chat in call.chats if chat != event.chat]
            if event.chat and others and call.kind in {"reply", "push"}:
                found.append(f"the answer went to {others[0]}, not to {event.chat}")
            for message in call.messages:
                text = message.get("text")
                chats = self.whose.get(text) if isinstance(text, str) else None
                if chats and event.chat not in chats:
                    found.append(f"what {min(chats)} had written was sent to {event.chat}")
        return found


def _silent(event: Event) -> bool:
    """Whether doing nothing is right: standby, or never sent with a right signature."""
    if event.data.get("mode") == "standby":
        return True
    return all(any(name == "WrongSignature" for name in each.faults) for each in event.deliveries)


def _name(fault: object) -> str:
    if isinstance(fault, dict):
        return str(fault.get("fault", fault))
    return str(fault)
