"""How staff work: reactions to alerts, and a clock of work shared by the chats of a person.

Work belongs to people, not to the desk. A person with k chats that await them does them at total
rate r(k), shared equally: each gets r(k) / k x speed. So a person has a virtual clock that runs at
that pace; a chat's segment ends when the clock reaches its target. One timer a person, with a
generation number; the clock stands while the person is away (``docs/model.md``, "People").
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.luck import FOR_REACTION, mix
from line_sim.desk.model import (
    CLOSED, DO_CLOSE, DO_PICK_UP, DO_TAKE_OVER, DO_TRANSFER, NOBODY, SECOND, UNFINISHED,
)  # fmt: skip
from line_sim.desk.notes import note_of
from line_sim.desk.rows import push, rule

BITS = 12
"""Quantile tables have 2 ** BITS entries (``world.drawn.TABLE_SIZE``)."""


@rule
def draw(people: Any, table: int, luck: int, purpose: int, a: int, b: int) -> int:
    """Return the value a visit's luck gives for a purpose, a person (or turn) and an attempt."""
    word = (purpose + (a << 7) + (b << 19)) & 0xFFFFFFFF
    return people.quantiles[(table << BITS) + (mix(luck, word) >> (32 - BITS))]


@rule
def attend(desk: Any, people: Any, m: int, now: int) -> None:
    """Let a person turn to the oldest alert they hold; their reaction counts from now."""
    worker = people.workers[m]
    worker.attention += 1
    a = desk.members[m].first_alert
    if a < 0 or worker.away == 1:
        worker.attending = NOBODY
        return
    alert = desk.alerts[a]
    e = alert.enquiry
    worker.attending = e
    luck = desk.enquiries[e].luck
    at = now + draw(people, worker.reaction_table, luck, FOR_REACTION, m, alert.attempt)
    place = desk.seats[alert.seat].place * desk.member_count + m
    push(people.agenda, (at, DO_PICK_UP, e, place, worker.attention))


@rule
def run_clock(people: Any, m: int, now: int) -> None:
    """Bring a person's clock of work up to now."""
    worker = people.workers[m]
    worker.clock += (now - worker.clock_at) * worker.pace
    worker.clock_at = now


@rule
def set_pace(desk: Any, people: Any, m: int, now: int) -> None:
    """Set the pace for the chats that await a person now, and the timer for the next milestone.

    The clock must be up to date. The timer set before is kept where neither pace nor chat changed.
    """
    worker = people.workers[m]
    k = worker.active
    if k == 0 or worker.away == 1:
        worker.pace = 0.0
        worker.armed = NOBODY
        worker.generation += 1
        return
    last = people.rate_count - 1
    pace = people.rates[k if k < last else last] * worker.speed
    first = NOBODY
    target = 0.0
    e = desk.members[m].first_chat
    while e >= 0:
        enquiry = desk.enquiries[e]
        chat = people.chats[enquiry.visit]
        if chat.active == 1 and (
            first < 0 or chat.target < target or (chat.target == target and e < first)
        ):
            first = e
            target = chat.target
        e = enquiry.chat_after
    if first == worker.armed and pace == worker.pace:
        return
    worker.pace = pace
    worker.armed = first
    worker.generation += 1
    left = (target - worker.clock) / pace
    delay = int(left)
    if delay < left:
        delay += 1
    if delay < 1:
        delay = 1
    milestone = people.chats[desk.enquiries[first].visit].milestone
    push(people.agenda, (now + delay, milestone, first, m, worker.generation))


@rule
def begin_segment(people: Any, v: int, m: int) -> None:
    """Start the next segment of a chat's turn: to its end, or to a transfer or take-over before."""
    chat = people.chats[v]
    visit = people.visits[v]
    chat.segment = chat.todo
    chat.milestone = DO_CLOSE
    if chat.left == 0:
        to_transfer = visit.transfer_at - chat.done
        if visit.transfer_at >= 0.0 and chat.transferred == 0 and to_transfer < chat.segment:
            chat.segment = max(to_transfer, 0.0)
            chat.milestone = DO_TRANSFER
        to_take_over = visit.take_over_at - chat.done
        if visit.take_over_at >= 0.0 and chat.taken_over == 0 and to_take_over < chat.segment:
            chat.segment = max(to_take_over, 0.0)
            chat.milestone = DO_TAKE_OVER
    worker = people.workers[m]
    chat.target = worker.clock + chat.segment
    if chat.active == 0:
        chat.active = 1
        worker.active += 1


@rule
def end_segment(people: Any, v: int, m: int) -> None:
    """Stop work on a chat where it stands; what was done is done."""
    chat = people.chats[v]
    if chat.active == 0:
        return
    worker = people.workers[m]
    left = max(chat.target - worker.clock, 0.0)
    done = max(chat.segment - left, 0.0)
    chat.done += done
    chat.todo = max(chat.todo - done, 0.0)
    chat.active = 0
    worker.active -= 1


@rule
def start_work(desk: Any, people: Any, e: int, m: int, now: int) -> None:
    """Let a person begin with a chat that is theirs now, or go on where somebody else stopped."""
    v = desk.enquiries[e].visit
    chat = people.chats[v]
    visit = people.visits[v]
    run_clock(people, m, now)
    if chat.begun == 0:
        chat.begun = 1
        chat.turns_left = 1 if chat.left == 1 else visit.turns
        chat.todo += visit.notice if chat.left == 1 else visit.work / visit.turns
        begin_segment(people, v, m)
    elif chat.todo > 0.0:
        begin_segment(people, v, m)
    if keeps_timer(desk, people, m, chat):
        return
    set_pace(desk, people, m, now)


@rule
def keeps_timer(desk: Any, people: Any, m: int, chat: Any) -> bool:
    """Return whether one more chat changes neither a person's pace nor what they finish first."""
    worker = people.workers[m]
    if worker.armed < 0 or chat.active == 0 or worker.away == 1:
        return False
    last = people.rate_count - 1
    k = worker.active
    if people.rates[k if k < last else last] * worker.speed != worker.pace:
        return False
    return chat.target > people.chats[desk.enquiries[worker.armed].visit].target


@rule
def stop_work(desk: Any, people: Any, e: int, m: int, now: int) -> None:
    """Let a person stop with a chat that left them; what auto-close cuts off is logged."""
    enquiry = desk.enquiries[e]
    v = enquiry.visit
    chat = people.chats[v]
    run_clock(people, m, now)
    if chat.over == 1 and chat.active == 0:
        set_pace(desk, people, m, now)
        return
    end_segment(people, v, m)
    if enquiry.state == CLOSED and chat.over == 0 and chat.begun == 1:
        chat.over = 1
        chat.writes += 1
        per_turn = people.visits[v].work / people.visits[v].turns
        waiting = chat.turns_left - 1 if chat.todo > 0.0 else chat.turns_left
        left = chat.todo + waiting * per_turn
        if left > 0.0:
            note_of(desk, e, UNFINISHED, 0, m, int(left / SECOND), now)
    set_pace(desk, people, m, now)
