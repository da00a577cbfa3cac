"""A replay's ledger in the words of its recording: live ids, tokens and times made recorded ones.

What stands for what is read from the webhooks, of which the ledger knows the recorded line
(``recorded``): the two bodies differ in such values only. Of what a bridge sent, the n-th message
to a chat stands for the n-th recorded one. So both sides of a replay can be compared, and a
re-recording made anywhere else too, as long as somebody knows which webhook was which.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from line_sim.recording.lines import body_bytes
from line_sim.replay.places import pairs, rewritten
from line_sim.replay.plan import chat_of, events_of
from line_sim.replay.recorded_answers import RecordedAnswers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_WORD = re.compile(r"[0-9A-Za-z_\-]{6,}")
Line = dict[str, Any]


class Back:
    """The way back from one replay to its recording.

    Parameters
    ----------
    recording
        The lines that were played.
    lines
        The replay's ledger, or a re-recording of it that keeps ``recorded``.

    Attributes
    ----------
    torn
        Live values that stand for more than one recorded value, with both: none, or the player is
        wrong. Within one loop the same holds the other way round.
    """

    def __init__(
        self, recording: Iterable[Mapping[str, Any]], lines: Iterable[Mapping[str, Any]]
    ) -> None:
        self.torn: dict[str, tuple[str, str]] = {}
        self._known: dict[str, str] = {}
        self._bodies: dict[int, str] = {}
        told = RecordedAnswers()
        for line in recording:
            if line["kind"] == "webhook":
                self._bodies[line["seq"]] = _body(line)
            _follow(told, line)
        live = RecordedAnswers()
        for line in lines:
            self._learn(line)
            _follow(live, line)
        by_place = {(each.chat, each.place): name for name, each in told.messages.items()}
        for name, each in live.messages.items():
            recorded = by_place.get((self._known.get(each.chat, each.chat), each.place))
            if recorded is not None:
                self._put(name, recorded)

    def value(self, live: str) -> str:
        """The recorded value that a live one stands for; itself where it stands for none."""
        return self._known.get(live, live)

    def text(self, text: str) -> str:
        """A text with every live value in it made the recorded one."""
        return _WORD.sub(lambda word: self._known.get(word[0], word[0]), text)

    def body(self, line: Mapping[str, Any]) -> str:
        """The body of a line: of a webhook byte for byte but for what was replaced."""
        text = _body(line)
        recorded = line.get("recorded")
        if line["kind"] != "webhook" or recorded not in self._bodies:
            return self.text(text)
        times = {
            live: told for name, told, live in pairs(self._bodies[recorded], text)
            if name == "timestamp"
        }  # fmt: skip
        return rewritten(
            text, lambda name, value: (times if name == "timestamp" else self._known).get(value)
        )

    def lines(self, lines: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
        """Lines of a ledger with path and body mapped back; others as they are."""
        for line in lines:
            found = dict(line)
            if "path" in line:
                found["path"] = self.text(str(line["path"]))
            if isinstance(line.get("body"), str):
                found["body"] = self.body(line)
            yield found

    def _learn(self, line: Mapping[str, Any]) -> None:
        if line["kind"] != "webhook":
            return
        recorded = self._bodies.get(line.get("recorded", -1))
        if recorded is not None:
            for name, told, live in pairs(recorded, _body(line)):
                if name != "timestamp":
                    self._put(live, told)

    def _put(self, live: str, recorded: str) -> None:
        before = self._known.setdefault(live, recorded)
        if before != recorded:
            self.torn[live] = before, recorded


def _body(line: Mapping[str, Any]) -> str:
    return (body_bytes(line) or b"").decode("utf-8", "surrogateescape")


def _follow(answers: RecordedAnswers, line: Mapping[str, Any]) -> None:
    if line["kind"] == "webhook":
        for event in events_of(body_bytes(line) or b""):
            answers.event(event.get("replyToken"), chat_of(event))
    elif line["kind"] in {"call", "call_end"}:
        answers.see(line)
