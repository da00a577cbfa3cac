"""Records what people do to the desk in a simulated run, act by act, and acts it on a live desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from worlds import first_free

from line_sim.bridge.desk.timing import is_spent
from line_sim.desk import rows
from line_sim.desk.model import MESSAGE_TYPES, NOBODY, REASONS, STATUSES, TEXT, UNFINISHED
from line_sim.sim import loop, visitors
from line_sim.sim.start import start

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from bridge_in_parts import StandingClock

    from line_sim.bridge.desk.live import LiveDesk
    from line_sim.world.drawn import World

MOST_STEPS = 100_000


class Act(NamedTuple):
    """One input of a live desk, and what the simulated desk said to it."""

    at: int
    kind: str
    args: dict[str, Any]
    said: int = 0


def _receive(*given: int) -> dict[str, Any]:
    c, visitor, visit, of_class, _priority, language, luck, attempt, message_type = given
    return {
        "channel": c, "visitor": visitor, "visit": visit, "class": of_class, "language": language,
        "draw": luck, "attempt": attempt, "type": MESSAGE_TYPES[message_type - TEXT],
    }  # fmt: skip


def _transfer(e: int, condition: int, member: int) -> dict[str, Any]:
    return {"enquiry": e} | ({"condition": condition} if member == NOBODY else {"staff": member})


SPELLED: dict[str, tuple[str, Callable[..., dict[str, Any]]]] = {
    "receive": ("receive", _receive),
    "pick_up": ("pick_up", lambda e, m: {"enquiry": e, "staff": m}),
    "take_over": ("take_over", lambda e, m: {"enquiry": e, "staff": m}),
    "follow_up": ("follow_up", lambda e, m: {"enquiry": e, "staff": m}),
    "transfer": ("transfer", _transfer),
    "close": ("close", lambda e, by: {"enquiry": e, "by": REASONS[by]}),
    "visitor_left": ("leave", lambda e, visible: {"enquiry": e, "visible": visible}),
    "bot_solved": ("bot_solved", lambda e: {"enquiry": e}),
    "bot_hands_over": ("bot_hands_over", lambda e: {"enquiry": e}),
    "set_status": ("status", lambda m, status: {"staff": m, "status": STATUSES[status]}),
    "set_shift": ("shift", lambda m, on: {"staff": m, "on": on}),
    "staff_message": (
        "message",
        lambda e, turn, of_type: {
            "enquiry": e, "turn": turn, "type": MESSAGE_TYPES[of_type - TEXT],
        },
    ),
}  # fmt: skip


def record(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Act], list[Any]]:
    """Run a world in the plain loop: what people did, and the rows of the desk's log."""
    acts: list[Act] = []

    def watched(name: str, function: Callable[..., int]) -> Callable[..., int]:
        def watching(desk: Any, *args: int) -> int:  # noqa: ANN401
            spent = name == "advance" and is_spent(desk, desk.timers[0])
            said = function(desk, *args)
            if name == "advance":
                acts.extend([] if spent else [Act(args[0], "timers", {})])
            else:
                kind, spell = SPELLED[name]
                acts.append(Act(args[-1], kind, spell(*args[:-1]), said or 0))
            return said

        return watching

    with monkeypatch.context() as patch:
        patch.setattr(visitors, "somebody_of", first_free)
        for module in (loop, visitors):
            for name in (*SPELLED, "advance"):
                if hasattr(module, name):
                    patch.setattr(module, name, watched(name, getattr(module, name)))
        desk, people = start(world)
        assert loop.DONE == loop.run(desk, people, MOST_STEPS)
    happened = [row for row in zip(*[iter(desk.log)] * rows.COLUMNS, strict=True)
                if row[1] != UNFINISHED]  # fmt: skip
    return needed(acts), happened


def needed(acts: list[Act]) -> list[Act]:
    """Leave out timers that a live desk fires by itself before what comes next.

    People in a simulation may act between two timers of one instant; then the timers are told
    apart, one input each.
    """
    kept = []
    for i, act in enumerate(acts):
        following = next((a for a in acts[i + 1 :] if a.kind != "timers"), None)
        between = following is not None and following.at == act.at
        if act.kind != "timers" or (between and following.kind not in {"receive", "leave"}):
            kept.append(act)
    return kept


def act_on(live: LiveDesk, clock: StandingClock, act: Act) -> int:
    """Let one act happen to a live desk at its time."""
    clock.at = live.started + act.at / 1e6
    if act.kind == "timers":
        return int(live.tick(most=1))
    return live.do(act.kind, act.args, "visitor")
