"""An install whose bridge does not run, for the command line: its store and its media."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.bridge.media.service import Media
from line_sim.bridge.settings import of_install

if TYPE_CHECKING:
    from line_sim.bridge.channels.registry import Channels
    from line_sim.bridge.clock import Clock
    from line_sim.bridge.offline import Offline, Silence
    from line_sim.bridge.store.store import Store


class AtRest:
    """As much of a bridge as the care for customers' data needs.

    Parameters
    ----------
    offline
        The install, with its lock held.
    """

    store: Store
    channels: Channels
    clock: Clock
    journal: Silence

    def __init__(self, offline: Offline) -> None:
        self.settings = of_install(offline.settings)
        self.store, self.channels = offline.store, offline.channels
        self.clock, self.journal = offline.clock, offline.journal
        self.media = Media(self)
