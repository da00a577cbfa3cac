"""Random worlds as a bridge can have them, and a bridge that plays one."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from argon2 import PasswordHasher

from line_sim.desk.model import NOBODY
from line_sim.live.stepping import Stepped, step
from line_sim.world.drawn import HAND_OVER, KEEP

if TYPE_CHECKING:
    from line_sim.world.drawn import World

MOST_VISITS = 20
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PLAIN_TYPES = np.array([0, 2, 6])
"""Text, sticker, location: what a phone sends without a file."""


def for_a_bridge(world: World, most: int = MOST_VISITS) -> World:
    """A world without what no bridge has: the past, methods of one's own, visible leaving."""
    visits = world.visits[:most].copy()
    visits["owner"] = NOBODY
    workers = world.workers.copy()
    if world.transfer_to:  # or nobody could tell a wish to pass on from a shift's end
        workers["at_shift_end"][workers["at_shift_end"] == HAND_OVER] = KEEP
    quantiles = np.array(world.quantiles)
    for table in world.type_table:
        quantiles[table] = PLAIN_TYPES[quantiles[table] // 3]
    return dataclasses.replace(
        world,
        setup=dataclasses.replace(world.setup, methods={}),
        visits=visits,
        workers=workers,
        quantiles=quantiles,
        known=world.known[:0],
        memory=world.memory[:0],
        abandonment="silent",
    )


def played(world: World) -> Stepped:
    """A world simulated and played on a bridge."""
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        return runner.run(step(world, Path(folder) / "shop", hasher=QUICK))
