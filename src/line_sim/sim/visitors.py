"""What visitors do: write, write again, answer, lose patience; and what becomes of missed ones."""

from __future__ import annotations

from typing import Any

from line_sim.desk.automessages import contact_of
from line_sim.desk.distributions import choose
from line_sim.desk.lifecycle import (
    bot_hands_over, bot_solved, carry_in, close, follow_up, is_live, may_follow_up, receive,
    staff_message, take_over, transfer, visitor_left,
)  # fmt: skip
from line_sim.desk.luck import FOR_BURST, FOR_GAP, FOR_RETRY, FOR_SPACING, FOR_TYPE
from line_sim.desk.model import (
    BY_STAFF, DO_CLOSE, DO_FOLLOW_UP, DO_LEAVE, DO_TRANSFER, DO_WRITE, NEVER, NOBODY, OPEN,
    ROUND_ROBIN, SECOND, TEXT,
)  # fmt: skip
from line_sim.desk.offers import advance_pointer
from line_sim.desk.rows import push, rule
from line_sim.desk.waiting import leg_destination
from line_sim.sim.work import begin_segment, draw, run_clock, set_pace

LOOK_AGAIN = 60 * SECOND
"""How often somebody looks at missed enquiries nobody could take yet (assumed, docs/model.md)."""


@rule
def send(desk: Any, people: Any, v: int, now: int) -> int:
    """Let a visitor write one message; return the enquiry it went to, or NOBODY."""
    visit = people.visits[v]
    chat = people.chats[v]
    chat.messages += 1
    message_type = TEXT
    if chat.messages > 1 or contact_of(desk, visit.visitor, visit.channel).latest >= 0:
        table = people.type_tables[visit.language if visit.language < people.type_count else 0]
        message_type = TEXT + draw(people, table, visit.luck, FOR_TYPE, chat.messages, 0)
    priority = people.priorities[visit.visitor_class]
    return receive(
        desk, visit.channel, visit.visitor, v, visit.visitor_class, priority, visit.language,
        visit.luck, chat.attempts, message_type, now,
    )  # fmt: skip


@rule
def arrive(desk: Any, people: Any, v: int, now: int) -> None:
    """Let a visit begin, or begin again after a miss."""
    visit = people.visits[v]
    chat = people.chats[v]
    if visit.owner >= 0 and chat.attempts == 0:
        e = carry_in(
            desk, visit.channel, visit.visitor, v, visit.visitor_class, visit.language, visit.luck,
            visit.owner, now,
        )  # fmt: skip
        if e >= 0:
            desk.enquiries[e].priority = people.priorities[visit.visitor_class]
    else:
        e = send(desk, people, v, now)
    if e < 0:
        return
    enquiry = desk.enquiries[e]
    if enquiry.visit != v:
        add_work(desk, people, e, v, now)
        return
    chat.enquiry = e
    lose_patience_later(desk, people, e, now)
    write_on(people, v, now)


@rule
def lose_patience_later(desk: Any, people: Any, e: int, now: int) -> None:
    """Set the time at which a visitor who still waits leaves."""
    enquiry = desk.enquiries[e]
    patience = people.visits[enquiry.visit].patience
    if enquiry.state == OPEN and patience < NEVER:
        push(people.agenda, (now + patience, DO_LEAVE, e, 0, 0))


@rule
def write_on(people: Any, v: int, now: int) -> None:
    """Let the further messages of one go follow the first."""
    if people.burst_table < 0:
        return
    visit = people.visits[v]
    chat = people.chats[v]
    count = draw(people, people.burst_table, visit.luck, FOR_BURST, chat.messages, chat.attempts)
    at = now
    for i in range(1, count):
        at += draw(people, people.spacing_table, visit.luck, FOR_SPACING, chat.messages, i)
        push(people.agenda, (at, DO_WRITE, v, i, chat.writes))


@rule
def write_again(desk: Any, people: Any, v: int, place: int, generation: int, now: int) -> None:
    """Let a visitor's planned message happen: a retry, an answer, or one more of the same go."""
    chat = people.chats[v]
    if chat.writes != generation:
        return
    if place > 0:
        e = contact_of(desk, people.visits[v].visitor, people.visits[v].channel).latest
        if e >= 0 and e == chat.enquiry and is_live(desk, e):
            send(desk, people, v, now)
        return
    if chat.begun == 0:
        arrive(desk, people, v, now)
        return
    e = send(desk, people, v, now)
    if e < 0:
        return
    if e != chat.enquiry:
        if desk.enquiries[e].visit != v:
            add_work(desk, people, e, v, now)
            return
        chat.enquiry = e
        chat.begun = 0
        lose_patience_later(desk, people, e, now)
        return
    take_turn(desk, people, e, now)
    write_on(people, v, now)


@rule
def take_turn(desk: Any, people: Any, e: int, now: int) -> None:
    """Let the owner's next turn begin: the visitor has answered."""
    enquiry = desk.enquiries[e]
    v = enquiry.visit
    visit = people.visits[v]
    chat = people.chats[v]
    chat.todo += visit.work / visit.turns
    m = enquiry.holder
    if m >= 0 and chat.active == 0:
        run_clock(people, m, now)
        begin_segment(people, v, m)
        set_pace(desk, people, m, now)


@rule
def add_work(desk: Any, people: Any, e: int, v: int, now: int) -> None:
    """Add the work of a visit that joined a live enquiry (or reopened it) to that enquiry."""
    enquiry = desk.enquiries[e]
    other = enquiry.visit
    chat = people.chats[other]
    work = people.visits[v].work
    m = enquiry.holder
    if chat.begun == 0:
        chat.todo += work
        return
    if m < 0:  # it was open once, and waits for somebody again
        chat.todo += work
        if chat.over == 1:
            chat.over = 0
            chat.turns_left = 1
            chat.writes += 1
        return
    run_clock(people, m, now)
    if chat.active == 1:
        chat.todo += work
        if chat.milestone == DO_CLOSE:
            chat.segment += work
            chat.target += work
    else:
        chat.todo = work
        chat.turns_left += 1
        chat.over = 0
        chat.writes += 1
        begin_segment(people, other, m)
    people.workers[m].armed = NOBODY
    set_pace(desk, people, m, now)


@rule
def reach_milestone(
    desk: Any, people: Any, kind: int, e: int, m: int, generation: int, now: int
) -> None:
    """Let a person reach the end of a segment: a transfer, a take-over, or the end of a turn."""
    worker = people.workers[m]
    if worker.generation != generation:
        return
    v = desk.enquiries[e].visit
    chat = people.chats[v]
    run_clock(people, m, now)
    chat.done += chat.segment
    chat.todo = max(chat.todo - chat.segment, 0.0)
    worker.armed = NOBODY
    if kind == DO_CLOSE:
        chat.active = 0
        worker.active -= 1
        chat.todo = 0.0
        end_turn(desk, people, e, m, now)
        return
    if kind == DO_TRANSFER:
        chat.transferred = 1
    else:
        chat.taken_over = 1
    begin_segment(people, v, m)
    set_pace(desk, people, m, now)
    if kind == DO_TRANSFER:
        condition = people.transfer_condition
        if condition < 0:
            condition = desk.enquiries[e].condition
        if condition >= 0:
            transfer(desk, e, condition, NOBODY, now)
        return
    for other in range(desk.member_count):
        member = desk.members[other]
        there = member.receiving == 1 and people.workers[other].away == 0
        if there and member.administrator == 1 and other != m:
            take_over(desk, e, other, now)
            return


@rule
def end_turn(desk: Any, people: Any, e: int, m: int, now: int) -> None:
    """Let a person answer; the visitor answers in turn, or the chat is closed."""
    v = desk.enquiries[e].visit
    chat = people.chats[v]
    visit = people.visits[v]
    chat.turn += 1
    chat.turns_left -= 1
    staff_message(desk, e, chat.turn, TEXT, now)
    if chat.turns_left > 0:
        table = people.gap_tables[visit.visitor_class]
        at = now + draw(people, table, visit.luck, FOR_GAP, chat.turn, 0)
        push(people.agenda, (at, DO_WRITE, v, 0, chat.writes))
        set_pace(desk, people, m, now)
        return
    chat.over = 1
    chat.writes += 1
    close(desk, e, BY_STAFF, now)


@rule
def lose_patience(desk: Any, people: Any, e: int, now: int) -> None:
    """Let a visitor who still waits leave, once, with a sign or without; not one already served."""
    chat = people.chats[desk.enquiries[e].visit]
    if chat.left == 1 or chat.begun == 1:
        return
    if visitor_left(desk, e, people.visible, now) == 1 and people.visible == 0:
        chat.left = 1


@rule
def try_again_later(desk: Any, people: Any, e: int, now: int) -> None:
    """Let a visitor whose enquiry came to nothing write again after a while, if they would."""
    v = desk.enquiries[e].visit
    visit = people.visits[v]
    chat = people.chats[v]
    chat.writes += 1
    if chat.begun == 1 or chat.attempts >= visit.retries:
        return
    chat.attempts += 1
    chat.left = 0
    at = now + draw(people, people.retry_table, visit.luck, FOR_RETRY, chat.attempts, 0)
    push(people.agenda, (at, DO_WRITE, v, 0, chat.writes))


@rule
def come_due(desk: Any, people: Any, e: int, now: int) -> None:
    """Put a missed enquiry among those to be followed up, oldest first, and look at them.

    A visit stands there once, at its first place, with the enquiry it missed last.
    """
    if e >= 0:
        v = desk.enquiries[e].visit
        if people.chats[v].due < 0:
            before = NOBODY
            at = people.first_due
            while at >= 0 and people.chats[at].due < e:
                before = at
                at = people.chats[at].next_due
            people.chats[v].next_due = at
            if before >= 0:
                people.chats[before].next_due = v
            else:
                people.first_due = v
        people.chats[v].due = e
    elif people.look_at != now:
        return
    else:
        people.look_at = NEVER
    look_at_missed(desk, people, now)


@rule
def look_at_missed(desk: Any, people: Any, now: int) -> None:
    """Follow up missed enquiries, oldest first, where somebody eligible is there; later the rest.

    Who wrote again and was served meanwhile needs nobody any more.
    """
    before = NOBODY
    v = people.first_due if anybody_free(desk) else NOBODY
    while v >= 0:
        chat = people.chats[v]
        e = chat.due
        following = chat.next_due
        may = chat.over == 0 and may_follow_up(desk, e)
        m = somebody_for(desk, e, now) if may else NOBODY
        if may and m < 0:
            before = v
        else:
            if before >= 0:
                people.chats[before].next_due = following
            else:
                people.first_due = following
            chat.due = NOBODY
            if may:
                chat.enquiry = (
                    e  # the visitor may have missed a later one: this is the live one now
                )
                follow_up(desk, e, m, now)
        v = following
    if people.first_due >= 0 and people.look_at == NEVER:
        people.look_at = now + LOOK_AGAIN
        push(people.agenda, (people.look_at, DO_FOLLOW_UP, NOBODY, 0, 0))


@rule
def anybody_free(desk: Any) -> bool:
    """Return whether any member at all could take something up."""
    count = 0
    for m in range(desk.member_count):
        count += desk.members[m].free
    return count > 0


@rule
def somebody_for(desk: Any, e: int, now: int) -> int:
    """Return an eligible member for a missed enquiry, by the methods of its plan; or NOBODY.

    Where the rule named no staff, so at night, it is whoever it sends enquiries to at other times.
    """
    enquiry = desk.enquiries[e]
    staff = 0
    for leg in range(enquiry.legs):
        d = leg_destination(desk, enquiry, leg)
        staff += desk.destinations[d].width
        m = somebody_of(desk, d, e, now)
        if m >= 0:
            return m
    if staff == 0:
        channel = desk.channels[enquiry.channel]
        for c in range(channel.first_condition, channel.first_condition + channel.conditions):
            condition = desk.conditions[c]
            for route in range(condition.first_route, condition.first_route + condition.routes):
                m = somebody_of(desk, desk.routes[route], e, now)
                if m >= 0:
                    return m
    return NOBODY


@rule
def somebody_of(desk: Any, d: int, e: int, now: int) -> int:
    """Return the eligible member of a destination whom its method chooses; or NOBODY."""
    enquiry = desk.enquiries[e]
    enquiry.cursor_place = NOBODY
    enquiry.pool = 1 << 30
    enquiry.leg_at = now
    seat = choose(desk, d, e, now)
    if seat < 0 or desk.members[desk.seats[seat].member].free == 0:
        return NOBODY
    if desk.destinations[d].method == ROUND_ROBIN:
        advance_pointer(desk.destinations[d], desk.seats[seat].place)
    return desk.seats[seat].member


@rule
def meet_bot(desk: Any, people: Any, e: int, now: int) -> None:
    """Let a chatbot come to the end of its part: solved, or handed over."""
    if people.visits[desk.enquiries[e].visit].bot_solves == 1:
        people.chats[desk.enquiries[e].visit].over = 1
        bot_solved(desk, e, now)
    elif bot_hands_over(desk, e, now) == 1:
        lose_patience_later(desk, people, e, now)
