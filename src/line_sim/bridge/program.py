"""A bridge as a process: one at a time on an install, until TERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from line_sim.bridge.app import Bridge
from line_sim.bridge.running import Running
from line_sim.net.loops import new_loop
from line_sim.net.serve import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.clock import Clock
    from line_sim.bridge.settings import Settings


def serve(settings: Settings, clock: Clock, ready: Callable[[str], object]) -> None:
    """Run a bridge until a signal asks for its end.

    Parameters
    ----------
    ready
        Called with the address where it listens, once it takes webhooks.

    Raises
    ------
    ConfigurationError
        Another process has the install, nothing can listen there, or something that was set up is
        wrong.
    DeskLogError
        The stored desk is not what its inputs give.
    """
    running = Running(settings.data_folder)
    with running.held(), asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_until_told(settings, clock, running, ready))


async def _until_told(
    settings: Settings, clock: Clock, running: Running, ready: Callable[[str], object]
) -> None:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        except NotImplementedError:  # Windows: Ctrl-C ends the loop itself
            break
    bridge = Bridge(settings, clock=clock)
    server = Server(bridge, host=settings.host, port=settings.port, lifespan="off")
    try:
        settings.port = urlsplit(server.url).port or settings.port
        await bridge.begin()
        try:
            await server.start()
            running.at(server.url)
            bridge.journal.log("takes webhooks", url=server.url)
            ready(server.url)
            gc.freeze()  # what is there stays: no search among it holds webhooks up
            await told.wait()
            bridge.journal.log("was told to end")
        finally:
            await server.stop()
            await bridge.end()
    finally:
        server.close_ports()
