"""What may happen to a live desk, and the one function that lets it happen.

The same function serves a live bridge and whoever derives its log again from the stored inputs, so
both come to the same rows. Order at one instant is that of ``docs/model.md``: what staff do stands
before the timers of the instant, what visitors do after them.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from line_sim.bridge.desk.reconfigure import set_up
from line_sim.bridge.desk.timing import EVERY, fire
from line_sim.bridge.desk.words import from_json, reason_number, status_number
from line_sim.desk import lifecycle
from line_sim.desk.model import (
    FOLLOWED_UP,
    IDLE,
    NOBODY,
    OFFLINE,
    ONGOING,
)
from line_sim.desk.shifts import set_shift, set_status
from line_sim.desk.tables import CONTACT
from line_sim.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.desk.setup import DeskSetup

Args = dict[str, Any]

AFTER_TIMERS = frozenset({"receive", "leave", "timers"})
"""Kinds of input that come after the desk's timers of the same instant."""


@dataclasses.dataclass(slots=True)
class DeskState:
    """A live desk at one moment: what a snapshot keeps.

    Parameters
    ----------
    setup : what it is made of; ``None`` before the first input.
    desk : the row of ``desk.tables.DESK``; its log holds what is not written yet.
    chosen : the status each member chose last; what they come back to (guide,
        setting-availability).
    at : the time of the last input, microseconds since the service began.
    input_seq, log_seq : the last input taken, the last row written.
    """

    setup: DeskSetup | None = None
    desk: Any = None
    chosen: list[int] = dataclasses.field(default_factory=list)
    at: int = 0
    input_seq: int = 0
    log_seq: int = 0


def apply(state: DeskState, kind: str, at: int, args: Args) -> int:
    """Let one input happen; the rows it gave stand in ``state.desk.log``.

    Parameters
    ----------
    kind : one of :data:`KINDS_OF_INPUT`.
    at : microseconds since the service began, not before the last input.
    args : what the kind needs, plain JSON.

    Returns
    -------
    int
        What the desk's own function says: the enquiry of a ``receive`` (NOBODY = dropped), else 1
        for done, 0 for not allowed now. What is not allowed changes nothing.

    Raises
    ------
    InvariantError
        There is no such kind: the inputs are of a newer version.
    """
    if kind not in _ACTS:
        law = f"an input is one of {', '.join(KINDS_OF_INPUT)}"
        raise InvariantError(law, f"{kind!r}")
    if state.desk is not None and kind != "timers":
        fire(state.desk, due_before(kind, at))
    return act(state, kind, at, args)


def due_before(kind: str, at: int) -> int:
    """The last instant whose timers fire before an input of this kind."""
    return at if kind in AFTER_TIMERS else at - 1


def act(state: DeskState, kind: str, at: int, args: Args) -> int:
    """The input itself, without the timers due before it."""
    if state.desk is not None and not _known(state.desk, args):
        return NOBODY if kind == "receive" else 0
    got = _ACTS[kind](state, at, args)
    state.at = max(state.at, at)
    state.desk.told.clear()
    return int(got)


def _known(desk: Any, args: Args) -> bool:
    """Whether the rows an input speaks of are there."""
    for name, count in (
        ("enquiry", desk.enquiry_count),
        ("staff", desk.member_count),
        ("channel", desk.channel_count),
        ("condition", len(desk.conditions)),
    ):
        if name in args and not 0 <= args[name] < count:
            return False
    return int(args.get("visitor", 0)) >= 0


def _setup(state: DeskState, at: int, args: Args) -> int:
    set_up(state, from_json(args["setup"]), at)
    return 1


def _timers(state: DeskState, at: int, args: Args) -> int:
    """Those due before `at`, and of those due at that instant the first so many."""
    return fire(state.desk, at - 1) + fire(state.desk, at, args.get("most", EVERY))


def _status(state: DeskState, at: int, args: Args) -> int:
    m, status = args["staff"], status_number(args["status"])
    changed = 0
    if not args.get("auto") and status not in {IDLE, OFFLINE}:
        changed = int(state.chosen[m] != status)
        state.chosen[m] = status
    return set_status(state.desk, m, status, at) | changed


def _shift(state: DeskState, at: int, args: Args) -> int:
    m, on = args["staff"], int(args["on"])
    changed = int(state.desk.members[m].on_shift != on)
    set_shift(state.desk, m, on, at)
    return changed


def _receive(state: DeskState, at: int, args: Args) -> int:
    desk, setup, visitor = state.desk, state.setup, args["visitor"]
    short = (visitor + 1) * desk.contact_width - len(desk.contacts)
    desk.contacts.extend(CONTACT.Row() for _ in range(short))
    of_class = args.get("class", 0)
    e = lifecycle.receive(
        desk, args["channel"], visitor, args.get("visit", NOBODY), of_class,
        setup.priorities[of_class] if setup is not None and setup.priorities else 0,
        args.get("language", 0), args["draw"], args.get("attempt", 0),
        reason_number(args["type"]), at,
    )  # fmt: skip
    return int(e)


def _message(state: DeskState, at: int, args: Args) -> int:
    enquiry = state.desk.enquiries[args["enquiry"]]
    if enquiry.holder < 0 or enquiry.state not in {ONGOING, FOLLOWED_UP}:
        return 0
    lifecycle.staff_message(
        state.desk, args["enquiry"], args["turn"], reason_number(args["type"]), at
    )
    return 1


def _transfer(state: DeskState, at: int, args: Args) -> int:
    to, condition = args.get("staff", NOBODY), args.get("condition", NOBODY)
    if to == condition == NOBODY:
        return 0
    return int(lifecycle.transfer(state.desk, args["enquiry"], condition, to, at))


def _close(state: DeskState, at: int, args: Args) -> int:
    by = reason_number(args.get("by", "staff"))
    return int(lifecycle.close(state.desk, args["enquiry"], by, at))


def _leave(state: DeskState, at: int, args: Args) -> int:
    return int(lifecycle.visitor_left(state.desk, args["enquiry"], int(args["visible"]), at))


def _of_enquiry(function: Callable[..., int]) -> Callable[[DeskState, int, Args], int]:
    def act(state: DeskState, at: int, args: Args) -> int:
        return int(function(state.desk, args["enquiry"], at))

    return act


def _by_staff(function: Callable[..., int]) -> Callable[[DeskState, int, Args], int]:
    def act(state: DeskState, at: int, args: Args) -> int:
        if state.desk.members[args["staff"]].account == 0:
            return 0
        return int(function(state.desk, args["enquiry"], args["staff"], at))

    return act


_ACTS: dict[str, Callable[[DeskState, int, Args], int]] = {
    "setup": _setup,
    "timers": _timers,
    "status": _status,
    "shift": _shift,
    "receive": _receive,
    "leave": _leave,
    "pick_up": _by_staff(lifecycle.pick_up),
    "refuse": _by_staff(lifecycle.refuse),
    "message": _message,
    "close": _close,
    "transfer": _transfer,
    "take_over": _by_staff(lifecycle.take_over),
    "join": _by_staff(lifecycle.join),
    "follow_up": _by_staff(lifecycle.follow_up),
    "bot_solved": _of_enquiry(lifecycle.bot_solved),
    "bot_hands_over": _of_enquiry(lifecycle.bot_hands_over),
}
KINDS_OF_INPUT = tuple(_ACTS)
