"""What the bridge under test has answered to each chat so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.mock.platform.calls import Sent
    from line_sim.net.clock import Clock
    from line_sim.replay.recorded_answers import RecordedAnswers
    from line_sim.replay.token_map import TokenMap


@dataclass(slots=True)
class Given:
    """What one chat was given in this loop."""

    times_us: list[int] = field(default_factory=list)
    """When each answer came, on the schedule."""
    messages: list[str] = field(default_factory=list)
    """The ids of the bridge's messages."""


class LiveAnswers:
    """Counts the accepted sends to each chat, by live id.

    Attributes
    ----------
    heard
        Called with a chat whenever it was answered.
    """

    def __init__(self, clock: Clock, known: TokenMap) -> None:
        self.heard: Callable[[str], None] | None = None
        self._clock = clock
        self._map = known
        self._given: dict[str, Given] = {}
        self._loops: dict[str, int] = {}

    def sent(self, sent: Sent) -> None:
        """Note a send."""
        now_us = self._clock.now().schedule_us
        for chat in sent.chats:
            given = self._given.setdefault(chat, Given())
            given.times_us.append(now_us)
            given.messages += sent.ids
            if self.heard is not None:
                self.heard(chat)

    def of(self, chat: str) -> Given:
        """What a chat was given since its loop began."""
        return self._given.get(chat) or Given()

    def begins(self, chat: str, loop: int) -> None:
        """A webhook of a chat is next: with a new loop counting begins anew."""
        if self._loops.get(chat, 0) != loop:
            self._given.pop(chat, None)
        self._loops[chat] = loop

    def message(self, recorded: str, answers: RecordedAnswers) -> str | None:
        """The live message that stands for a recorded one of the bridge; None: not sent (yet)."""
        told = answers.messages.get(recorded)
        if told is None:
            return None
        chat = self._map.chats.get(told.chat) or self._map.people.get(told.chat)
        messages = self.of(chat).messages if chat else []
        return messages[told.place] if told.place < len(messages) else None
