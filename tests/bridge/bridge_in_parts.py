"""As much of a bridge as administrators set up, made of real parts; time that stands; its log."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet

from line_sim.bridge.channels.registry import Channels
from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.keys import Keys
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.channels.connected import Connected

START = 1_790_000_000.0
NOWHERE = "http://127.0.0.1:1"


@dataclasses.dataclass
class StandingClock:
    """Time that stands until it is told."""

    at: float = START

    def now(self) -> float:
        """Unix seconds."""
        return self.at

    def now_ms(self) -> int:
        """Unix milliseconds."""
        return round(self.at * 1_000)

    async def sleep(self, duration_s: float) -> None:
        """Never: nobody waits by it."""
        raise AssertionError(duration_s)


@dataclasses.dataclass
class KeptJournal:
    """Keeps what is logged and alerted, and what is to be hidden."""

    lines: list[str] = dataclasses.field(default_factory=list)
    alerts: list[tuple[str, str, int | None, int | None]] = dataclasses.field(default_factory=list)
    hidden: set[str] = dataclasses.field(default_factory=set)

    def log(self, text: str, /, **facts: object) -> None:
        """Note it."""
        self.lines.append(f"{text} {facts}")

    def hide(self, secret: str, /) -> None:
        """Keep it for the test."""
        self.hidden.add(secret)

    def alert(
        self, kind: str, text: str, channel: int | None = None, enquiry: int | None = None
    ) -> None:
        """Note it."""
        self.alerts.append((kind, text, channel, enquiry))


class BridgeInParts:
    """The parts that :mod:`line_sim.bridge.channels.needs` asks for.

    Parameters
    ----------
    database
        Of the bridge.
    new
        Whether its tables are to be made.
    equip
        Gives a channel what calls are made with.
    settings
        What differs from an address where nothing is.
    """

    def __init__(
        self,
        database: str,
        equip: Callable[[Connected], None],
        *,
        new: bool = True,
        key: str = "",
        **settings: Any,  # noqa: ANN401 - as the bridge's
    ) -> None:
        self.store = Store(database)
        if new:
            METADATA.create_all(self.store.connection)
            self.store.connection.commit()
        self.clock, self.journal = StandingClock(), KeptJournal()
        self.keys = Keys(key or Fernet.generate_key().decode())
        self.desk = LiveDesk(self)
        told = {"public_url": NOWHERE, "line_api_url": NOWHERE, "host": "127.0.0.1", "port": 0}
        self.settings = SimpleNamespace(**{**told, **settings})
        self.channels = Channels(self, equip)
        self.channels.load()
        self.desk.begin()
