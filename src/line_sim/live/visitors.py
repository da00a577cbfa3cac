"""Simulated visitors: they write, answer, lose patience, try again; all by their phones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    from line_sim.live.pacing import Process
    from line_sim.live.phones import Message
    from line_sim.live.room import Room
    from line_sim.live.talks import Talk


class Visitors:
    """All visits of a world, each a process.

    Parameters
    ----------
    room
        Where they are.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self._inboxes: dict[tuple[str, str], simpy.Store] = {}
        for talk in room.script.talks:
            room.pace.process(self._visit(talk))

    def hear(self, message: Message) -> None:
        """A message of an account came to somebody's phone."""
        inbox = self._inboxes.get((message.name, message.channel))
        if inbox is not None:
            inbox.put(self.room.texts.get(message.text, "staff"))

    def _visit(self, talk: Talk) -> Process:
        room, pace = self.room, self.room.pace
        yield pace.timeout(max(talk.at_s - pace.now, 0.0))
        live = room.script.begins(talk)
        inbox = simpy.Store(pace)
        if live is talk:
            self._inboxes[talk.name, talk.channel] = inbox
        yield from self._write(talk)
        if live is talk:
            pace.process(self._write_on(talk))
            yield from self._follow(talk, inbox)

    def _follow(self, talk: Talk, inbox: simpy.Store) -> Process:
        """Read what comes, and do what follows from it, until the conversation is over."""
        pace, script = self.room.pace, self.room.script
        served, leaves_at = False, pace.now + talk.patience_s
        while not talk.over:
            news = inbox.get()
            waits: Any = news
            if not served and not talk.left and leaves_at != float("inf"):
                waits = news | pace.timeout(max(leaves_at - pace.now, 0.0))
            yield waits
            if not news.triggered:
                news.cancel()
                talk.left = True
                continue
            word = news.value
            if word == "close":
                talk.over = True
            elif word == "staff":
                served = True
                if talk.answered < talk.turns and not talk.left:
                    yield pace.timeout(script.gap_s(talk))
                    yield from self._write(talk)
                    pace.process(self._write_on(talk))
            elif word == "away" and not served and talk.attempts < int(talk.visit["retries"]):
                talk.attempts += 1
                yield pace.timeout(script.retry_s(talk))
                if not talk.answered and not talk.over:
                    talk.left = False
                    leaves_at = pace.now + talk.patience_s
                    yield from self._write(talk)

    def _write_on(self, talk: Talk) -> Process:
        """The further messages of one go."""
        for spacing_s in self.room.script.spacings_s(talk):
            yield self.room.pace.timeout(spacing_s)
            if talk.over or talk.left:
                return
            yield from self._write(talk)

    def _write(self, talk: Talk) -> Process:
        text = self.room.script.text(talk)
        self.room.tell("wrote", name=talk.name, text=text, channel=talk.channel)
        yield self.room.pace.ask(self.room.phones.says(talk.name, talk.channel, text))
