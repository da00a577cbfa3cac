"""Simulated staff: they follow rosters, react to alerts and work on chats; all by the API."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from line_sim.desk.model import SECOND
from line_sim.live.work import Workload
from line_sim.world.drawn import (
    AWAY_START,
    BREAK_START,
    FINISH,
    HAND_OVER,
    SHIFT_END,
    SHIFT_START,
    TURNS_IDLE,
    TURNS_OFFLINE,
)

if TYPE_CHECKING:
    import simpy

    from line_sim.live.colleagues import Desk
    from line_sim.live.pacing import Process
    from line_sim.live.room import Room
    from line_sim.live.talks import Talk

HEARTBEAT_S = 10.0
"""Between two signs of life, seconds of the bridge; 30 s without one is OFFLINE (PLATFORM 27)."""
NAMED_WITHIN_S = 1.0
"""After which a customer's name is looked up again, where LINE has not told it yet (chosen)."""
HANDLED = frozenset({"ongoing", "followed_up"})


@dataclasses.dataclass(eq=False)
class Chat:
    """A chat that a member has."""

    enquiry: int
    chat: int
    talk: Talk
    awaits: bool = True
    """Whether the customer waits for an answer."""
    heard: int = 0
    """The last of the customer's entries that was seen."""


class Member:
    """A member of staff.

    Parameters
    ----------
    room
        Where they work.
    m
        Their number.
    desk
        Their way to the bridge.
    """

    def __init__(self, room: Room, m: int, desk: Desk) -> None:
        self.room, self.m, self.desk = room, m, desk
        self.id = 0
        self.name = room.world.setup.members[m].name
        self.offers: dict[int, dict[str, Any]] = {}
        self.chats: dict[int, Chat] = {}
        self.away, self.silent, self.leaving = True, True, False
        worker = room.world.workers[m]
        self._at_shift_end = int(worker["at_shift_end"])
        rates = [float(rate) for rate in room.world.rates]
        self.work = Workload(room.pace, rates, float(worker["speed"]), self._piece_done)
        self._news = room.pace.event()
        room.pace.process(self._follow_roster())
        room.pace.process(self._react())
        room.pace.process(self._live())

    # --- what the roster says

    def _follow_roster(self) -> Process:
        pace = self.room.pace
        for at, m, what in self.room.world.staff_events.tolist():
            if m == self.m:
                yield pace.timeout(max(at / SECOND - pace.now, 0.0))
                yield from self._change(what)

    def _change(self, what: int) -> Process:
        if what == SHIFT_START:
            yield from self._come()
        elif not self.desk.token:
            return
        elif what == SHIFT_END:
            yield from self._leave()
        elif what == BREAK_START:
            self._be_away(away=True)
            yield self._asks(self.desk.choose("busy"))
        elif what == AWAY_START:
            self._be_away(away=True)  # their device is heard of, and unused: IDLE by and by
        elif what == TURNS_OFFLINE:
            self.silent = True  # the app is in the background
        elif what != TURNS_IDLE:
            self.silent = False
            yield self._asks(self.desk.heartbeat(used=True))
            yield self._asks(self.desk.choose("active"))
            self._be_away(away=False)

    def _come(self) -> Process:
        self.leaving = False
        if not self.desk.token:
            yield self._asks(self.room.sign_in(self))
        self.silent = False
        yield self._asks(self.desk.choose("active"))
        self.room.tell("came", staff=self.name)
        self._be_away(away=False)

    def _leave(self) -> Process:
        if self._at_shift_end == FINISH and self.chats:
            self.leaving = True
            self._be_away(away=False)
            yield self._asks(self.desk.choose("busy"))
            return
        if self._at_shift_end == HAND_OVER:
            for number in sorted(self.chats):
                yield from self._transfer(self.chats[number])
        yield from self._go()

    def _go(self) -> Process:
        self.leaving, self.silent = False, True
        self._be_away(away=True)
        self.offers.clear()
        yield self._asks(self.room.sign_out(self))
        self.room.tell("left", staff=self.name)

    def _live(self) -> Process:
        """Be heard of; whether one is used says whether somebody is at it."""
        while True:
            yield self.room.pace.timeout(HEARTBEAT_S)
            if self.desk.token and not self.silent:
                yield self._asks(self.desk.heartbeat(used=not self.away))

    def _be_away(self, *, away: bool) -> None:
        self.away = away
        self.work.be_away(away)
        self._tell_oneself()

    # --- what the bridge tells

    def hear(self, kind: str, data: dict[str, Any]) -> None:
        """An event of the stream."""
        if kind == "enquiry":
            self._hear_of(int(data["number"]), data)
        elif kind == "entry" and data["author"] == "customer":
            for chat in self.chats.values():
                if chat.chat == data["chat"] and data["id"] > chat.heard:
                    chat.heard = data["id"]
                    self._answered(chat)

    def look(self, offers: list[dict[str, Any]], mine: list[dict[str, Any]]) -> None:
        """How things stand when one has signed in."""
        now_s = self.room.pace.now
        self.offers = {each["number"]: {**each, "at_s": now_s} for each in offers}
        for each in mine:
            self._hear_of(each["number"], {"enquiry": each, "happening": "", "staff": None})
        self._tell_oneself()

    def _hear_of(self, number: int, data: dict[str, Any]) -> None:
        enquiry = data["enquiry"] or {}
        alerted = {each["id"] for each in enquiry.get("alerted", ())}
        if self.id in alerted:
            known = self.offers.get(number) or {"at_s": self._happened_s(data)}
            self.offers[number] = {**enquiry, "at_s": known["at_s"]}
        else:
            self.offers.pop(number, None)
        owner = (enquiry.get("owner") or {}).get("id")
        has = owner == self.id and enquiry.get("state") in HANDLED
        if has and number not in self.chats:
            self._begin(enquiry)
        elif not has and (chat := self.chats.pop(number, None)) is not None:
            self.work.drop(number)
            if enquiry.get("state") == "closed":
                chat.talk.over = True
            if self.leaving and not self.chats:
                self.room.pace.process(self._go())
        if data["happening"]:
            self.room.happened(self, number, data)
        self._tell_oneself()

    def _happened_s(self, data: dict[str, Any]) -> float:
        """When the bridge says that it happened, by the people's time."""
        at = data.get("at")
        return self.room.pace.now if at is None else float(at) - self.room.zero_s

    def _tell_oneself(self) -> None:
        news, self._news = self._news, self.room.pace.event()
        news.succeed()

    # --- alerts

    def _react(self) -> Process:
        """Turn to the oldest alert; after a while take the enquiry, unless it is gone by then.

        A reaction counts from the alert, or from when one was free for it: the way from the bridge
        is no part of it.
        """
        pace, turned_s = self.room.pace, 0.0
        while True:
            if self.away or self.leaving:
                yield self._news
                turned_s = pace.now
                continue
            if not self.offers:
                yield self._news
                continue
            number = min(self.offers, key=lambda each: (self.offers[each]["at_s"], each))
            begun_s = max(self.offers[number]["at_s"], turned_s)
            reacts_at = begun_s + self.room.reaction_s(self, self.offers[number])
            while pace.now < reacts_at and number in self.offers and not self.away:
                news = self._news
                if reacts_at == float("inf"):
                    yield news
                else:
                    yield news | pace.timeout(reacts_at - pace.now)
            if number in self.offers and not self.away:
                self.offers.pop(number)
                yield self._asks(self.desk.do(number, "pick-up"))
            turned_s = pace.now

    # --- chats

    def _begin(self, enquiry: dict[str, Any]) -> None:
        """Begin with a chat, as soon as it is known whose it is."""
        talk = self.room.script.of(enquiry["customer"], enquiry["channel"]["name"])
        if talk is None:
            self.room.pace.process(self._learn(enquiry["number"]))
            return
        chat = Chat(enquiry["number"], enquiry["chat"], talk)
        self.chats[chat.enquiry] = chat
        self.room.pace.process(self._read(chat))
        self.work.begin(chat.enquiry, self._piece_s(talk))

    def _learn(self, number: int) -> Process:
        """Ask again who a customer is, whose name LINE has not told yet."""
        yield self.room.pace.timeout(NAMED_WITHIN_S)
        found = yield self._asks(self.room.enquiry(self, number))
        if found is not None:
            self._hear_of(number, {"enquiry": found, "happening": "", "staff": None})

    def _piece_s(self, talk: Talk) -> float:
        return talk.notice_s if talk.left else talk.todo_s

    def _answered(self, chat: Chat) -> None:
        """The customer wrote; a turn begins, unless one is at their matter already."""
        if not chat.awaits:
            chat.awaits = True
            self.work.begin(chat.enquiry, self._piece_s(chat.talk))
        self.room.pace.process(self._read(chat))

    def _read(self, chat: Chat) -> Process:
        yield self._asks(self.desk.read(chat.chat))

    def _piece_done(self, number: int) -> None:
        """A piece of work is done: an answer, the last one, or a wish to pass it on."""
        if number in self.chats:
            self.room.pace.process(self._end_piece(self.chats[number]))

    def _end_piece(self, chat: Chat) -> Process:
        talk, room = chat.talk, self.room
        if talk.transfers:
            talk.transferred = True
            if (yield from self._transfer(chat)):
                chat.awaits = True
                self.work.begin(chat.enquiry, self._piece_s(talk))
                return
        text = room.answer(self.m, talk)
        talk.answered += 1
        chat.awaits = False
        last = talk.left or talk.answered >= talk.turns
        key = f"{chat.enquiry}-{talk.number}-{talk.answered}"
        wrote = yield self._asks(self.desk.write(chat.chat, text, key))
        if wrote:
            room.tell("answered", staff=self.name, name=talk.name, text=text)
        if last and self.chats.get(chat.enquiry) is chat:
            talk.over = True
            yield self._asks(self.desk.do(chat.enquiry, "close"))

    def _transfer(self, chat: Chat) -> Process:
        """Offer a chat to the destinations of the world's tag; False where there is none."""
        tag = self.room.world.transfer_to
        if not tag:
            return False
        done = yield self._asks(self.desk.do(chat.enquiry, "transfer", {"tag": tag}))
        return bool(done)

    def _asks(self, work: Any) -> simpy.Event:  # noqa: ANN401 - a coroutine of any kind
        return self.room.pace.ask(work)
