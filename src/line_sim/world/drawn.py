"""What the world hands to a run: everybody's luck, drawn before anything happens.

A :class:`World` is arrays and a desk's setup, nothing that runs. Any source may fill it: drawn
people (:func:`line_sim.world.draw.draw`), recorded enquiries, or a test by hand. Because every draw
belongs to a visit or to a member, never to an enquiry number or an order of events, two strategies
meet the same customers with the same luck (common random numbers, ``docs/model.md``).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from line_sim.desk.setup import DeskSetup

TABLE_SIZE = 4096
"""Entries of one quantile table: the inverse distribution at (i + 0.5) / TABLE_SIZE."""

VISIT = np.dtype(
    [
        ("at", "i8"),  # when the visitor first writes, microseconds since the start; sorted
        ("visitor", "i4"),  # 0 ... visitors - 1
        ("channel", "i2"),
        ("visitor_class", "i2"),
        ("language", "i2"),  # index into setup.languages, 0 where there are none
        ("turns", "i2"),  # staff turns of the conversation, at least 1
        ("luck", "i4"),  # uniform 0 ... 2^31 - 1; the source of every hashed draw of this visit
        ("owner", "i4"),  # a chat already open at the start: its owner; else -1
        ("work", "f8"),  # microseconds of work by a person of speed 1 with no other chat, > 0
        ("patience", "i8"),  # microseconds from writing until the visitor leaves; NEVER = stays
        ("notice", "f8"),  # microseconds of work until a person notices that the visitor left
        ("retries", "i2"),  # how often the visitor writes again after a miss, at most
        ("bot_solves", "i2"),  # 1 = a chatbot can solve it, 0 = it hands over
        ("bot_time", "i8"),  # microseconds with a chatbot until solved or handed over, >= 1
        ("follow_up", "i8"),  # microseconds after a miss until somebody looks at it; NEVER = nobody
        ("transfer_at", "f8"),  # work done when the owner asks for a transfer; -1 = no transfer
        ("take_over_at", "f8"),  # work done when an administrator takes over; -1 = never
    ],
    align=True,
)
"""One row a visit: one wish of one visitor to be served."""

(
    SHIFT_START,  # logs in: ACTIVE
    SHIFT_END,  # what happens to open chats: Worker.at_shift_end
    BREAK_START,  # BUSY, the person is away
    BREAK_END,  # ACTIVE again
    AWAY_START,  # a spell begins: the person no longer acts, the status does not change yet
    TURNS_IDLE,  # the spell has lasted idle_after: IDLE
    TURNS_OFFLINE,  # a phone's app went to the background, or connection lost: OFFLINE
    AWAY_END,  # the spell is over: ACTIVE
) = range(8)

STAFF_EVENT = np.dtype([("at", "i8"), ("staff", "i4"), ("what", "i4")], align=True)
"""One row a thing that happens to a member, sorted by (at, staff, order of happening)."""

FINISH, KEEP, HAND_OVER = range(3)
"""At shift end: finish open chats (BUSY until the last close), keep them, or transfer them."""

WORKER = np.dtype(
    [
        ("speed", "f8"),  # work done in a unit of time with one chat, > 0
        ("reaction_table", "i4"),  # quantile table of the time to react to an alert
        ("at_shift_end", "i4"),
    ],
    align=True,
)
"""One row a member, in the order of ``setup.members``."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class World:
    """A desk and the luck of all its people.

    Parameters
    ----------
    setup : the desk.
    seed : what it was drawn from; shown in the log's header.
    end_us : end of the day(s) simulated: no arrivals after it. Microseconds.
    until_us : the run stops here whatever is still open (end plus drain). Microseconds.
    visits : array of VISIT, sorted by ``at``.
    visitors : number of visitors.
    staff_events : array of STAFF_EVENT.
    workers : array of WORKER, one row a member.
    rates : float64, entry k = rate of each of k chats that await a person at once, r(k) / k; entry
        0 is unused; the last entry holds beyond. ``[0, 1]`` = no slow-down.
    quantiles : int64, shape (tables, TABLE_SIZE): microseconds (or counts, for message tables).
    gap_table : one number a class: quantile table of the visitor's pause between turns.
    retry_table : quantile table of the pause before writing again after a miss.
    burst_table : quantile table of how many messages a visitor writes in one go, >= 1.
    spacing_table : quantile table of the pause between messages of one go.
    type_table : one number a language (or one in all): quantile table of message types, as
        numbers 0 ... of ``line_sim.desk.model.MESSAGE_TYPES``.
    known : visitors who have written before the start (no welcome): array of visitor numbers.
    memory : sticky memory at the start: rows of (visitor, channel, staff).
    abandonment : ``"silent"``: the desk does not see a visitor leave, as on LINE; ``"visible"``:
        the enquiry ends there.
    transfer_to : name of the tag chats are transferred to; empty = the destinations of the
        enquiry's own rule.
    cast : more for the log's header, plain JSON: names and planned shifts, see ``docs/log.md``.
    """

    setup: DeskSetup
    seed: int
    end_us: int
    until_us: int
    visits: np.ndarray
    visitors: int
    staff_events: np.ndarray
    workers: np.ndarray
    rates: np.ndarray
    quantiles: np.ndarray
    gap_table: tuple[int, ...]
    retry_table: int
    burst_table: int
    spacing_table: int
    type_table: tuple[int, ...]
    known: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(0, "i4"))
    memory: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros((0, 3), "i4"))
    abandonment: str = "silent"
    transfer_to: str = ""
    cast: dict[str, Any] = dataclasses.field(default_factory=dict)
