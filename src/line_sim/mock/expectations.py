"""What a test expects to be sent, and how what was sent differs from it.

Differences first, verdict second: a send matches an expectation where nothing differs, so the
explanation of a miss is there before it is needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from line_sim.mock.platform.calls import Sent

KINDS = ("reply", "push", "multicast", "broadcast", "narrowcast", "send")
"""What can be expected; ``send`` is any of the others."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a send is not what was expected."""

    field: str
    got: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.field}: got {self.got}, wanted {self.wanted}"


@dataclass(slots=True)
class Expectation:
    """So many sends of one kind to one chat.

    Parameters
    ----------
    chat
        Id of the user, group or room.
    who
        Its name, for messages.
    kind
        One of `KINDS`.
    count
        How many calls; 0 says that none may come.
    text
        What one of the messages' text is, exactly.
    contains
        What one of the texts contains.
    matches
        A regular expression that one of the texts matches somewhere.
    message_type
        The type of one of the messages: ``image``.
    """

    chat: str
    who: str
    kind: str
    count: int
    text: str | None = None
    contains: str | None = None
    matches: str | None = None
    message_type: str | None = None
    met: int = 0

    def __post_init__(self) -> None:
        faults = []
        if self.kind not in KINDS:
            faults.append(Fault.unknown("expect", self.kind, KINDS))
        if self.count < 0:
            faults.append(Fault(f"expect({self.kind}=)", repr(self.count), "0 or more calls"))
        try:
            re.compile(self.matches or "")
        except re.error as error:
            faults.append(Fault("expect(matches=)", repr(self.matches), "a pattern", str(error)))
        if faults:
            raise ConfigurationError(faults)

    def differences(self, sent: Sent) -> Iterator[Difference]:
        """Everything about `sent` that is not as expected."""
        if self.kind not in {"send", sent.kind}:
            yield Difference("kind", sent.kind, self.kind)
        texts = texts_of(sent.messages)
        shown = ", ".join(map(repr, texts)) or "no text"
        if self.text is not None and self.text not in texts:
            yield Difference("text", shown, repr(self.text))
        if self.contains is not None and not any(self.contains in text for text in texts):
            yield Difference("text", shown, f"one that contains {self.contains!r}")
        if self.matches is not None and not any(re.search(self.matches, text) for text in texts):
            yield Difference("text", shown, f"one that matches {self.matches!r}")
        types = [str(message.get("type")) for message in sent.messages]
        if self.message_type is not None and self.message_type not in types:
            yield Difference("type", ", ".join(types), self.message_type)
        if self.met >= self.count:
            yield Difference("number", f"call {self.met + 1}", f"{self.count} at most")

    @property
    def missing(self) -> int:
        """How many calls are still awaited."""
        return max(0, self.count - self.met)

    def __str__(self) -> str:
        wanted = [f"{self.count} {self.kind}"]
        named = {"text": self.text, "contains": self.contains, "matches": self.matches}
        wanted += [f"{name} {value!r}" for name, value in named.items() if value is not None]
        if self.message_type is not None:
            wanted.append(f"type {self.message_type}")
        return f"{self.who}: {', '.join(wanted)} ({self.met} came)"


def texts_of(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """The texts of messages, and the alternative texts of those that have only that."""
    found = [message.get("text", message.get("altText")) for message in messages]
    return [text for text in found if isinstance(text, str)]


class Expectations:
    """What is expected of every chat, and what came instead."""

    def __init__(self) -> None:
        self.of: dict[str, list[Expectation]] = {}

    def add(self, expectation: Expectation) -> None:
        """Expect one more thing."""
        self.of.setdefault(expectation.chat, []).append(expectation)

    def unmet(self) -> list[Expectation]:
        """Those still waiting for a call."""
        return [each for chat in self.of.values() for each in chat if each.missing]

    def note(self, sent: Sent) -> list[str]:
        """Count a send against what is expected; a finding for each chat where it matches nothing.

        A chat of which nothing is expected may be sent anything.
        """
        return [found for chat in sent.chats if (found := self._note(chat, sent))]

    def _note(self, chat: str, sent: Sent) -> str:
        expected = self.of.get(chat)
        if not expected:
            return ""
        misses = []
        for each in expected:
            differences = list(each.differences(sent))
            if not differences:
                each.met += 1
                return ""
            misses.append((len(differences), each, differences))
        _, nearest, differences = min(misses, key=lambda miss: miss[0])
        because = "; ".join(map(str, differences))
        return f"a {sent.kind} that nobody expected; nearest is {nearest}: {because}"
