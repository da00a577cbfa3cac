"""What became of one event: acted on or not, and how often, when, in which order and for whom.

Whether an event that nobody acted on is *lost* is judged by what the recorded bridge did, and where
that is not known by what this one does with others of its kind.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from line_sim.replay.attempts import attempts, shown
from line_sim.replay.evidence import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.evidence import Evidence

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


def fates_of(
    evidence: Evidence,
    due_s: Callable[[Event], float | None],
    should_answer: Callable[[Event], bool | None] | None,
) -> tuple[Fate, ...]:
    """What became of every event, in order of first sending.

    Parameters
    ----------
    due_s, should_answer
        As those of :meth:`line_sim.replay.history.History.of`.
    """
    return _Checker(evidence, due_s, should_answer).fates()


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

    def fates(self) -> tuple[Fate, ...]:
        """What became of each, in order of first sending."""
        return tuple(self._fate(each) for each in self.evidence.events.values())

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
