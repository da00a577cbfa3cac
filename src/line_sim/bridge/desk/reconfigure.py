"""A changed setup: a new desk is built, and everything that goes on is carried over to it.

Numbers of members, destinations, channels, visitors and enquiries stay what they are. Who waits is
routed anew under the new rules; pending transfers end, their senders keep the chats; what goes on
between people is not touched.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from line_sim.bridge.desk.carrying import (
    carry_clocks,
    carry_contacts,
    carry_counters,
    carry_members,
    carry_pointers,
    carry_seats,
)
from line_sim.desk.build import build
from line_sim.desk.lifecycle import cancel_search
from line_sim.desk.matching import settle
from line_sim.desk.model import (
    ACTIVE,
    BOT,
    BOT_HANDED_OVER,
    CHANNEL_STATES,
    MOVED_ON,
    NO_REASON,
    NOBODY,
    OPEN,
    REROUTED,
    TARGET_GONE,
    TIMER_REROUTE,
)
from line_sim.desk.notes import note_at, note_of
from line_sim.desk.offers import FOR_TRANSFER, NO_SEARCH
from line_sim.desk.rows import push
from line_sim.desk.rules import evaluate, next_boundary
from line_sim.desk.search import fail_transfer, route
from line_sim.desk.shifts import set_account, set_channel
from line_sim.desk.waiting import leg_destination
from line_sim.errors import InvariantError

if TYPE_CHECKING:
    from line_sim.bridge.desk.inputs import DeskState
    from line_sim.desk.setup import DeskSetup


def set_up(state: DeskState, setup: DeskSetup, at: int) -> None:
    """Let a desk be made of `setup` from `at` on, microseconds; the first one begins it.

    Raises
    ------
    InvariantError
        A member, destination or channel is gone: numbers are given once and stay.
    """
    before, old = state.setup, state.desk
    state.setup = setup
    state.chosen += [ACTIVE] * (len(setup.members) - len(state.chosen))
    if before is None or old is None:
        state.desk = build(setup, visitors=0)
        return
    _demand_all(before, setup)
    waiting = _end_searches(old, at)
    as_before = _with_states_of(before, setup)
    width = max(old.contact_width, 1)  # none where there is no channel yet
    new = build(as_before, visitors=len(old.contacts) // width)
    new.log, new.told = old.log, old.told
    new.enquiries, new.enquiry_count = old.enquiries, old.enquiry_count
    new.helpers, new.helper_count = old.helpers, old.helper_count
    carry_contacts(old, new)
    carry_counters(before, setup, old, new)
    carry_pointers(old, new)
    carry_seats(old, new, at)
    carry_members(old, new, at)
    _forget_plans(old, new, setup)
    carry_clocks(old, new, at)
    state.desk = new
    for c, channel in enumerate(setup.channels):
        set_channel(new, c, CHANNEL_STATES.index(channel.state), at)
    for m, member in enumerate(setup.members):
        set_account(new, m, int(member.account == "live"), at)
    _stay_with_bots(new, at)
    for e in sorted(waiting, key=lambda e: _place_in_line(new, e)):
        note_of(new, e, REROUTED, NO_REASON, NOBODY, -1, at)
        route(new, e, at)
    for e in _left_by_bots(new):
        note_at(new, e, BOT_HANDED_OVER, NO_REASON, NOBODY, new.enquiries[e].destination, -1, at)
        new.enquiries[e].bot = 0
        new.enquiries[e].state = OPEN
        route(new, e, at)
    settle(new, at)


def _demand_all(before: DeskSetup, setup: DeskSetup) -> None:
    for what in ("members", "destinations", "channels"):
        had, has = len(getattr(before, what)), len(getattr(setup, what))
        if has < had:
            law = "numbers on the desk are given once and stay"
            raise InvariantError(law, f"{has} {what} where there were {had}")


def _with_states_of(before: DeskSetup, setup: DeskSetup) -> DeskSetup:
    """The setup with accounts and channels still in their old states: their change is logged."""
    members = [
        dataclasses.replace(member, account=had.account)
        for member, had in zip(setup.members, before.members, strict=False)
    ]
    channels = [
        dataclasses.replace(channel, state=had.state)
        for channel, had in zip(setup.channels, before.channels, strict=False)
    ]
    return dataclasses.replace(
        setup,
        members=(*members, *setup.members[len(members) :]),
        channels=(*channels, *setup.channels[len(channels) :]),
    )


def _end_searches(desk: Any, at: int) -> list[int]:
    """End every search on the old desk; who waits for a first owner comes back in a list."""
    waiting = []
    for e in range(desk.enquiry_count):
        enquiry = desk.enquiries[e]
        if enquiry.search == NO_SEARCH or enquiry.bot == 1:
            continue
        transfer = enquiry.search == FOR_TRANSFER
        cancel_search(desk, e, MOVED_ON, at)
        enquiry.stray = 0
        if transfer:
            fail_transfer(desk, e, TARGET_GONE, at)
        else:
            waiting.append(e)
    return waiting


def _forget_plans(old: Any, new: Any, setup: DeskSetup) -> None:
    """Conditions have other numbers now, and so have members' own destinations."""
    for e in range(new.enquiry_count):
        enquiry = new.enquiries[e]
        enquiry.condition = enquiry.direct = NOBODY
        enquiry.legs = 0
        if enquiry.destination >= old.destination_count:
            enquiry.destination = NOBODY
        if setup.priorities:
            enquiry.priority = setup.priorities[enquiry.visitor_class]
        else:
            enquiry.priority = 0


def _place_in_line(desk: Any, e: int) -> tuple[int, int, int]:
    enquiry = desk.enquiries[e]
    return enquiry.priority, enquiry.created_at, e


def _stay_with_bots(desk: Any, at: int) -> None:
    """Give what a chatbot has a plan under the new rule, to be handed over by."""
    for e in range(desk.enquiry_count):
        enquiry = desk.enquiries[e]
        if enquiry.bot == 0 or desk.destinations[enquiry.destination].kind != BOT:
            continue
        channel = desk.channels[enquiry.channel]
        evaluate(desk, e, enquiry.routed_at)
        legs = [leg_destination(desk, enquiry, leg) for leg in range(enquiry.legs)]
        enquiry.leg = legs.index(enquiry.destination) if enquiry.destination in legs else NOBODY
        if channel.reroute == 1:
            push(desk.timers, (next_boundary(desk, channel, at), TIMER_REROUTE, e, 0, 0))


def _left_by_bots(desk: Any) -> list[int]:
    """What a chatbot had that is no chatbot any more."""
    return [
        e
        for e in range(desk.enquiry_count)
        if desk.enquiries[e].bot == 1
        and desk.destinations[desk.enquiries[e].destination].kind != BOT
    ]
