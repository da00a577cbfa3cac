"""What the parts of a bridge may ask of it, said once, each in a small protocol of its own.

A package's ``needs`` puts these together, and adds what no other package asks for. So a part says
how little of the bridge it uses, and an install that does not run
(:class:`line_sim.bridge.offline.Offline`) can be enough for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.channels.registry import Channels
    from line_sim.bridge.desk.live import LiveDesk
    from line_sim.bridge.desk.words import HappeningRow
    from line_sim.bridge.keys import Keys
    from line_sim.bridge.store.store import Store


# --- time, and what operators read


class Clock(Protocol):
    """The bridge's time; :class:`line_sim.bridge.clock.Clock` is one."""

    def now(self) -> float:
        """Unix seconds."""

    def now_ms(self) -> int:
        """Unix milliseconds."""

    async def sleep(self, duration_s: float, /) -> None:
        """Wait until so many seconds of this clock have passed."""


class Log(Protocol):
    """Lines that operators read, without the secrets in them."""

    def log(self, text: str, /, **facts: object) -> None:
        """Note something."""

    def hide(self, secret: str, /) -> None:
        """Never write this anywhere."""


class Journal(Log, Protocol):
    """The same, and alerts; :class:`line_sim.bridge.journal.Journal` is one."""

    def alert(
        self, kind: str, text: str, channel: int | None = None, enquiry: int | None = None
    ) -> None:
        """Tell a person what they must see to."""


# --- how an install is set up; :class:`line_sim.bridge.settings.Settings` is all of these


class Public(Protocol):
    """Settings that say where LINE and customers reach this bridge."""

    @property
    def public_url(self) -> str:
        """The HTTPS address; empty: none."""


class Addressed(Public, Protocol):
    """Settings that say where a bridge is."""

    @property
    def host(self) -> str:
        """Where the bridge listens."""

    @property
    def port(self) -> int:
        """Where the bridge listens."""


class CallsLine(Protocol):
    """Settings that say where LINE is."""

    @property
    def line_api_url(self) -> str:
        """The origin of LINE's calls."""


class CallsOthers(Protocol):
    """Settings that say which addresses of others may be called."""

    @property
    def allow_loopback(self) -> bool:
        """Whether foreign addresses may be this machine's; for tests."""


# --- what a channel calls LINE with, and what a desk tells


class Tokens(Protocol):
    """The channel access token of the moment."""

    async def current(self) -> str:
        """The token; waits while LINE has refused all there are."""

    async def refused(self, token: str, /) -> None:
        """LINE answered 401 to it."""


class Reconfigurable(Protocol):
    """A desk that reads anew what administrators set up."""

    def reconfigure(self) -> object:
        """Read channels, destinations and staff; ConfigurationError with every fault."""


class Watched(Protocol):
    """A desk that tells what happens on it."""

    def on_row(self, listener: Callable[[HappeningRow], object]) -> None:
        """Tell of each new row of its log, within the transaction that writes it."""


# --- the bridge itself, by what is asked of it


class HasStore(Protocol):
    """A bridge with its data."""

    @property
    def store(self) -> Store:
        """Its database."""


class HasClock(Protocol):
    """A bridge with its time."""

    @property
    def clock(self) -> Clock:
        """Its time."""


class HasLog(Protocol):
    """A bridge that notes what it did, running or not."""

    @property
    def journal(self) -> Log:
        """Its log."""


class HasJournal(HasLog, Protocol):
    """A bridge that can tell a person, too."""

    @property
    def journal(self) -> Journal:
        """Its log and its alerts."""


class HasKeys(Protocol):
    """A bridge that can read its secrets."""

    @property
    def keys(self) -> Keys:
        """What its secrets are sealed with."""


class HasChannels(Protocol):
    """A bridge that knows its channels."""

    @property
    def channels(self) -> Channels:
        """Its channels."""


class HasLiveDesk(Protocol):
    """A bridge whose desk works."""

    @property
    def desk(self) -> LiveDesk:
        """Its desk."""
