"""The readable engine: customers and members of staff are SimPy processes around one desk.

Start here to see what happens in a run. A visitor writes; the desk alerts somebody, who reacts
after a while and takes the enquiry; they work on it, among their other chats, until they answer;
the visitor answers in turn, or the chat is closed. Meanwhile visitors may lose patience, the desk's
own timers run out, and shifts begin and end.

Who waits for what is said here: by visitors in :mod:`.visitor`, by staff in :mod:`.member`, by the
desk in :mod:`.room`. What the desk does then is said in :mod:`line_sim.desk`; how long a reaction
takes, how chats share a person and what becomes of a visit in :mod:`line_sim.sim.work` and
:mod:`line_sim.sim.visitors`.

The log is that of the fast loop, byte for byte. To that end the clock counts whole microseconds,
and what is to happen at one instant has its place in the order of ``docs/model.md``, "Ties":
SimPy's priorities are made of it (:func:`line_sim.sim.processes.clock.place_in_order`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.sim.processes.room import Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.world.drawn import World

__all__ = ["run"]


def run(world: World, progress: Callable[[int], None] | None = None) -> bytes:
    """Let a world run with SimPy, and return its log.

    Parameters
    ----------
    world
        What was drawn, and the desk.
    progress
        Called now and then with the time reached, microseconds since the start.

    Returns
    -------
    bytes
        The rows in the layout of ``line_sim.desk.model.HAPPENING_FIELDS``, one after another.
    """
    return Room(world, progress).run()
