"""The plain loop: the next thing in time happens to the desk, until nothing is left to happen.

Arrivals and shifts come from tables in order, everything people planned from one heap, and the
desk's own timers from the desk. At one instant the order is that of ``docs/model.md``: status
changes, what staff do, the desk's timers, what visitors do. This module is two-form: the compiled
engine runs the very same source.

The loop is resumable. Before each step it asks whether the tables have room for the most that one
step can write; if not it returns, with nothing changed, and goes on when called again.
"""

from __future__ import annotations

from typing import Any

from line_sim.desk.model import (
    ACTIVE, BUSY, DO_BOT, DO_FOLLOW_UP, DO_LEAVE, DO_PICK_UP, DO_WRITE, IDLE, NEVER, NOBODY,
    OFFLINE, TIMER_LAPSE,
)  # fmt: skip
from line_sim.desk.lifecycle import pick_up, transfer
from line_sim.desk.offers import ALERTED, ALERT_OVER, LEFT, STARTED, STOPPED, TO_BOT, WAS_MISSED
from line_sim.desk.rows import (
    free_rows, pop, push, rule,
)  # fmt: skip
from line_sim.desk.shifts import set_shift, set_status
from line_sim.desk.timers import advance
from line_sim.sim.visitors import (
    arrive, come_due, lose_patience, meet_bot, reach_milestone, try_again_later, write_again,
)  # fmt: skip
from line_sim.sim.work import attend, run_clock, set_pace, start_work, stop_work

BATCH = 16
"""Steps between two looks at the room left in compiled tables, while few members and enquiries
(SMALL together) can fill it [chosen: a look costs a tenth of a step]."""
SMALL = 1_000

# what a run stops for
DONE, PAUSE, LOG_FULL, HEAP_FULL, TABLE_FULL = range(5)

# what happens to staff, as in world.drawn, and what becomes of chats at shift end
(
    SHIFT_START, SHIFT_END, BREAK_START, BREAK_END, AWAY_START, TURNS_IDLE, TURNS_OFFLINE, AWAY_END,
) = range(8)  # fmt: skip
FINISH, KEEP, HAND_OVER = range(3)


@rule
def run(desk: Any, people: Any, steps: int) -> int:
    """Let up to ``steps`` things happen; return DONE, PAUSE, or which rows ran out (and wants)."""
    fixed = desk.enquiry_room < NEVER  # plain tables grow by themselves
    write = next_write(people)
    shift = next_shift(people)
    until = people.until
    timers = desk.timers
    agenda = people.agenda
    told = desk.told
    unchecked = 0
    while steps > 0:
        if fixed:
            if unchecked == 0:
                full = rows_full(desk, people)
                if full != DONE:
                    return full
                unchecked = people.batch
            unchecked -= 1
        timer = timers[0][0]
        plan = agenda[0][0]
        now = timer if timer < plan else plan
        if write < now:
            now = write
        if shift < now:
            now = shift
        if now >= until:
            return DONE
        if shift == now:
            event = people.events[people.next_event]
            people.next_event += 1
            change_shift(desk, people, event.staff, event.what, now)
            shift = next_shift(people)
        elif plan == now and agenda[0][1] < TIMER_LAPSE:
            act(desk, people, now)
        elif timer == now:
            advance(desk, now)
        elif write == now and (plan > now or comes_first(people)):
            v = people.next_visit
            people.next_visit += 1
            arrive(desk, people, v, now)
            write = next_write(people)
        else:
            act(desk, people, now)
        if len(told) > 0:
            listen(desk, people, now)
        steps -= 1
        people.now = now
    return PAUSE


@rule
def next_write(people: Any) -> int:
    """Return when the next visit begins, or NEVER."""
    if people.next_visit < people.visit_count:
        return people.visits[people.next_visit].at
    return NEVER


@rule
def next_shift(people: Any) -> int:
    """Return when something planned happens to staff next, or NEVER."""
    if people.next_event < people.event_count:
        return people.events[people.next_event].at
    return NEVER


@rule
def comes_first(people: Any) -> bool:
    """Return whether the next arrival comes before what is planned for the same instant."""
    kind = people.agenda[0][1]
    if kind != DO_WRITE:
        return kind > DO_WRITE
    return people.agenda[0][2] > people.next_visit


@rule
def rows_full(desk: Any, people: Any) -> int:
    """Return which rows might run out in the next steps, or DONE; how many they want is noted.

    One step alerts at most every member, or one member for all who wait; it withdraws at most all
    alerts out; each of these writes at most a few rows, timers and plans. On a small desk the rows
    of a batch of steps are asked for at once, with what each step may add to the next one's.
    """
    members = desk.member_count
    waiting = desk.waiting
    wants = 64 + 6 * members + 6 * desk.alerts_out + 8 * waiting
    people.batch = 1
    if members + waiting < SMALL:
        people.batch = BATCH
        more = BATCH * (members + waiting + 6 * BATCH)
        wants = BATCH * (wants + 6 * more + 8 * 6 * BATCH)
    people.wants = wants
    if free_rows(desk.log) < wants:
        return LOG_FULL
    if free_rows(people.agenda) < wants or free_rows(desk.timers) < wants:
        return HEAP_FULL
    if desk.enquiry_room - desk.enquiry_count < 4 * people.batch:
        return TABLE_FULL
    if desk.helper_room - desk.helper_count < wants:
        return TABLE_FULL
    if desk.ticket_room - desk.ticket_count < wants or desk.alert_room - desk.alert_count < wants:
        return TABLE_FULL
    return TABLE_FULL if free_rows(desk.told) < 4 * wants else DONE


@rule
def act(desk: Any, people: Any, now: int) -> None:
    """Let the next planned act of a person happen."""
    _at, kind, number, place, generation = pop(people.agenda)
    if kind == DO_PICK_UP:
        m = place % desk.member_count
        if people.workers[m].attention == generation:
            pick_up(desk, number, m, now)
    elif kind < TIMER_LAPSE and kind != DO_FOLLOW_UP and kind != DO_BOT:
        reach_milestone(desk, people, kind, number, place, generation, now)
    elif kind == DO_WRITE:
        write_again(desk, people, number, place, generation, now)
    elif kind == DO_LEAVE:
        lose_patience(desk, people, number, now)
    elif kind == DO_BOT:
        meet_bot(desk, people, number, now)
    else:
        come_due(desk, people, number, now)


@rule
def listen(desk: Any, people: Any, now: int) -> None:
    """Let people hear what the desk told, in order; what they do may make it tell more."""
    told = desk.told
    i = 0
    while i < len(told):
        what = told[i]
        e = told[i + 1]
        m = told[i + 2]
        i += 3
        if what == ALERTED:
            if people.workers[m].attending < 0:
                attend(desk, people, m, now)
        elif what == ALERT_OVER:
            worker = people.workers[m]
            if worker.attending == e:
                if desk.members[m].first_alert < 0:
                    worker.attending = NOBODY
                    worker.attention += 1
                else:
                    attend(desk, people, m, now)
        elif what == STARTED:
            start_work(desk, people, e, m, now)
        elif what == STOPPED:
            stop_work(desk, people, e, m, now)
            if people.workers[m].leaving == 1 and desk.members[m].open_chats == 0:
                go_home(desk, people, m, now)
        elif what == WAS_MISSED:
            try_again_later(desk, people, e, now)
            follow = people.visits[desk.enquiries[e].visit].follow_up
            if follow < NEVER:
                push(people.agenda, (now + follow, DO_FOLLOW_UP, e, 0, 0))
        elif what == LEFT:
            try_again_later(desk, people, e, now)
        elif what == TO_BOT:
            time = people.visits[desk.enquiries[e].visit].bot_time
            push(people.agenda, (now + time, DO_BOT, e, 0, 0))
    told.clear()


@rule
def go_home(desk: Any, people: Any, m: int, now: int) -> None:
    """Let a member whose shift is over and whose chats are done log out."""
    people.workers[m].leaving = 0
    be_away(desk, people, m, 1, now)
    set_status(desk, m, OFFLINE, now)


@rule
def be_away(desk: Any, people: Any, m: int, away: int, now: int) -> None:
    """Stop (1) or start (0) a member's clock of work and attention to alerts."""
    run_clock(people, m, now)
    people.workers[m].away = away
    set_pace(desk, people, m, now)
    attend(desk, people, m, now)


@rule
def change_shift(desk: Any, people: Any, m: int, what: int, now: int) -> None:
    """Let something planned happen to a member: shift, break, or a spell away."""
    worker = people.workers[m]
    if what == SHIFT_START:
        worker.on = 1
        worker.leaving = 0
        set_shift(desk, m, 1, now)
        be_away(desk, people, m, 0, now)
        set_status(desk, m, ACTIVE, now)
    elif worker.on == 0:
        return
    elif what == SHIFT_END:
        worker.on = 0
        set_shift(desk, m, 0, now)
        leave_shift(desk, people, m, now)
    elif what == BREAK_START:
        be_away(desk, people, m, 1, now)
        set_status(desk, m, BUSY, now)
    elif what == AWAY_START:
        be_away(desk, people, m, 1, now)
    elif what == TURNS_IDLE:
        set_status(desk, m, IDLE, now)
    elif what == TURNS_OFFLINE:
        set_status(desk, m, OFFLINE, now)
    else:
        be_away(desk, people, m, 0, now)
        set_status(desk, m, ACTIVE, now)


@rule
def leave_shift(desk: Any, people: Any, m: int, now: int) -> None:
    """End a member's shift: finish open chats first, keep them for next time, or hand them over."""
    worker = people.workers[m]
    if worker.at_shift_end == FINISH and desk.members[m].open_chats > 0:
        worker.leaving = 1
        be_away(desk, people, m, 0, now)
        set_status(desk, m, BUSY, now)
        return
    if worker.at_shift_end == HAND_OVER:
        e = desk.members[m].first_chat
        while e >= 0:
            following = desk.enquiries[e].chat_after
            if desk.enquiries[e].condition >= 0:
                transfer(desk, e, desk.enquiries[e].condition, NOBODY, now)
            e = following
    be_away(desk, people, m, 1, now)
    set_status(desk, m, OFFLINE, now)
