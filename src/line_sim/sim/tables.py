"""The rows of people: what was drawn for them, and what they are doing."""

from __future__ import annotations

from line_sim.desk.model import NEVER, NOBODY
from line_sim.desk.rows import Layout

VISIT = Layout(
    "visit",  # as drawn, see world.drawn.VISIT: same fields, same order
    at="i8",
    visitor="i4",
    channel="i2",
    visitor_class="i2",
    language="i2",
    turns="i2",
    luck="i4",
    owner="i4",
    work="f8",
    patience="i8",
    notice="f8",
    retries="i2",
    bot_solves="i2",
    bot_time="i8",
    follow_up="i8",
    transfer_at="f8",
    take_over_at="f8",
)

CHAT = Layout(
    "chat",  # what became of a visit so far
    enquiry=("i4", NOBODY),
    attempts="i2",  # enquiries before this one
    begun="i1",  # somebody of the staff has taken it
    left="i1",  # the visitor left without a sign
    over="i1",
    active="i1",  # awaits staff, somebody works on it
    milestone="i1",  # what comes at the end of the segment
    transferred="i1",
    taken_over="i1",
    turn="i2",  # staff turns done
    turns_left="i2",
    messages="i2",
    writes="i4",  # generation of the visitor's next message
    due=("i4", NOBODY),  # the missed enquiry that somebody is to look at
    next_due=("i4", NOBODY),
    todo="f8",  # work left in this turn, microseconds at speed 1
    segment="f8",  # of it, until the next milestone
    target="f8",  # where the owner's clock stands at the end of the segment
    done="f8",  # work done in all
)

WORKER = Layout(
    "worker",
    speed="f8",
    reaction_table="i4",
    at_shift_end="i4",
    on="i2",  # on shift
    away="i2",  # not acting: break, spell, off shift
    leaving="i2",  # shift over, finishing open chats
    attending=("i4", NOBODY),  # the enquiry whose alert is being reacted to
    attention="i4",  # generation of the reaction
    active="i4",  # chats that await the worker
    armed=("i4", NOBODY),  # the chat whose segment ends next
    generation="i4",
    clock="f8",  # work a chat has got since the start, microseconds
    pace="f8",  # work a chat gets in a microsecond
    clock_at="i8",
)

EVENT = Layout("event", at="i8", staff="i4", what="i4")

PEOPLE = Layout(
    "people",
    visits=VISIT,
    chats=CHAT,
    workers=WORKER,
    events=EVENT,
    rates="list:f8",
    quantiles="list:i8",
    gap_tables="list:i8",
    type_tables="list:i8",
    priorities="list:i8",
    agenda="heap",
    visit_count="i8",
    next_visit="i8",
    event_count="i8",
    next_event="i8",
    rate_count="i8",
    type_count="i8",
    retry_table="i8",
    burst_table="i8",  # NOBODY = one message in a go
    spacing_table="i8",
    transfer_condition=("i8", NOBODY),
    visible="i8",  # leaving is seen by the desk
    first_due=("i8", NOBODY),
    look_at=("i8", NEVER),  # when somebody looks at the missed ones next
    until=("i8", NEVER),
    now="i8",
    batch="i8",  # steps that may follow one look at the rows left
    wants="i8",  # rows wanted free before the next step, when the loop stopped for want of them
)
