"""The model and a live bridge given the same inputs, as one call."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from line_sim.desk.model import SECOND
from line_sim.live.scene import part_of
from line_sim.live.stepping import step
from line_sim.net.loops import LoopThread
from line_sim.scenario import Scenario
from line_sim.world.draw import draw

if TYPE_CHECKING:
    from line_sim.live.stepping import Stepped


def cosimulate(
    scenario: Scenario | str | Path,
    *,
    seed: int = 1,
    start_h: float = 0.0,
    hours: float = 1.0,
    language: str = "en",
) -> Stepped:
    """Simulate some hours of a scenario, and let the same inputs happen to a bridge that runs.

    Visitors write by a mock LINE, whose webhooks come over a socket, staff act by the bridge's API,
    on a clock that moves from act to act: nothing depends on the speed of the machine. Needs the
    extra ``bridge``. Chatbots and what was before `start_h` are left out of both.

    Parameters
    ----------
    scenario
        A scenario, the path of its file, or the name of a shipped one.
    seed
        Where the people's luck comes from.
    start_h, hours
        Which part of it, hours since its start.
    language
        Of what the bridge says by itself: en, ja, th, zh-TW, id.

    Returns
    -------
    Stepped
        ``simulated`` and ``live``, two event logs; ``difference`` says where the desk's rows
        differ first, and is empty where they do not.

    Raises
    ------
    ConfigurationError
        The scenario is more than a bridge can have.
    """
    if not isinstance(scenario, Scenario):
        scenario = Scenario.load(scenario)
    start_us = round(start_h * 3600 * SECOND)
    world = draw(scenario, seed=seed)
    part = part_of(world, start_us, start_us + round(hours * 3600 * SECOND))
    with TemporaryDirectory(prefix="line-live-") as folder, LoopThread("line_sim live") as thread:
        return thread.call(step(part, Path(folder) / "shop", language=language))
