"""When the welcome, away and close messages of a channel are due (seed; ``docs/model.md``)."""

from __future__ import annotations

from typing import Any

from line_sim.desk.model import AWAY_SENT, CLOSE_SENT, NO_REASON, NOBODY, WELCOME_SENT
from line_sim.desk.notes import note_at, note_of
from line_sim.desk.rows import rule


@rule
def contact_of(desk: Any, visitor: int, channel: int) -> Any:
    """Return what the desk remembers of a visitor on a channel."""
    return desk.contacts[visitor * desk.contact_width + channel]


@rule
def welcome(desk: Any, e: int, first_contact: int, now: int) -> None:
    """Send the welcome message if it is due: to a new visitor, or with every enquiry."""
    enquiry = desk.enquiries[e]
    channel = desk.channels[enquiry.channel]
    if channel.welcome == 1 and (first_contact == 1 or channel.welcome_enquiry == 1):
        note_of(desk, e, WELCOME_SENT, NO_REASON, NOBODY, -1, now)


@rule
def away(desk: Any, e: int, reason: int, at_arrival: int, now: int) -> None:
    """Send the away message if it is due; never twice for one enquiry."""
    enquiry = desk.enquiries[e]
    channel = desk.channels[enquiry.channel]
    if channel.away == 0 or enquiry.away_sent == 1:
        return
    if at_arrival == 1 and channel.away_at_arrival == 0:
        return
    if at_arrival == 0 and channel.away_at_miss == 0:
        return
    contact = contact_of(desk, enquiry.visitor, enquiry.channel)
    again_at = contact.away_at + channel.away_cooldown
    if channel.away_window == 1 and contact.away_at >= 0 and now < again_at:
        return
    enquiry.away_sent = 1
    contact.away_at = now
    note_at(desk, e, AWAY_SENT, reason, NOBODY, enquiry.missed_at_destination, -1, now)


@rule
def say_goodbye(desk: Any, e: int, by: int, now: int) -> None:
    """Send the close message after staff or the system closed."""
    enquiry = desk.enquiries[e]
    if desk.channels[enquiry.channel].close == 1:
        note_of(desk, e, CLOSE_SENT, by, NOBODY, -1, now)
