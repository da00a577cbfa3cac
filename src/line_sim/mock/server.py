"""``MockLine``: a LINE platform for the length of a ``with`` block."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from line_sim.errors import ConfigurationError
from line_sim.errors import Fault as Fault_
from line_sim.mock.calls import Calls
from line_sim.mock.config import settings_of
from line_sim.mock.homes import ChildHome, ThreadHome
from line_sim.mock.running import Options
from line_sim.mock.settings import Channel, Settings
from line_sim.mock.visitors import Group, Visitor
from line_sim.net.serve import Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from line_sim.mock.faults import Fault
    from line_sim.mock.homes import Home
    from line_sim.net.lifespan import Application


class MockLine:
    """A LINE platform of one's own, running for the length of a ``with`` (or ``async with``).

    ::

        with MockLine() as line:
            line.connect("http://127.0.0.1:8000/callback")
            alice = line.visitor("Alice")
            alice.expect(reply=1)
            alice.says("Is my order on its way?")
            line.settle()

    It is strict: the block fails where the bot called something that LINE does not have or refuses
    (unless a fault of the test made it), where something expected did not come or something
    unexpected came, and where the mock itself broke.

    Parameters
    ----------
    settings
        Channels and choices; or give single fields of :class:`Settings` by keyword (``profile=``,
        ``channels=``, ``limits=``, ...).
    faults
        Bad luck from the start: :mod:`line_sim.mock.faults`.
    clock
        ``"real"``, ``"stepped"`` (moves by :meth:`advance` only), or how many times as fast as
        real time the schedule runs.
    strict
        Whether the end of the block raises :class:`~line_sim.errors.MockFailedError`.
    allow
        Ids of rules (``"not-found"``) that the bot may break all the same.
    process
        Whether the mock runs in a process of its own instead of a thread.
    tls, certificate, key
        Whether it also answers by HTTPS, and with which PEM files if not its own.
    proxy
        Whether it also opens a forward proxy for LINE's host names; implies `tls`.
    log
        A file for the ledger: a recording.
    allow_targets
        Hosts besides loopback that webhooks may go to.

    Raises
    ------
    ConfigurationError
        Where an argument is impossible.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        faults: Iterable[Fault] = (),
        clock: float | Literal["real", "stepped"] = "real",
        scale_contracts: bool | None = None,
        strict: bool = True,
        allow: Iterable[str] = (),
        process: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: bool = False,
        certificate: Path | None = None,
        key: Path | None = None,
        proxy: bool = False,
        log: Path | str | None = None,
        force: bool = False,
        control_token: str = "",
        allow_targets: Iterable[str] = (),
        **fields: Any,
    ) -> None:
        self.strict = strict
        self.settings = _settings(settings, fields)
        self._options = Options(
            host=host,
            port=port,
            tls=tls or proxy,
            certificate=certificate,
            key=key,
            proxy=proxy,
            control_token=control_token,
            allow_targets=tuple(allow_targets),
            allow=tuple(allow),
            speed=1.0 if isinstance(clock, str) else float(clock),
            stepped=_stepped(clock),
            scale_contracts=scale_contracts,
            log=Path(log) if log else None,
            force=force,
            faults=tuple(faults),
        )
        self._home: Home = (ChildHome if process else ThreadHome)(self.settings, self._options)
        self._bots: list[Server] = []
        self._finished = False
        self.aio = Aio(self)
        """The same for callers on an event loop of their own: ``await line.aio.settle()``."""

    def __enter__(self) -> Self:
        self.link, self.facts = self._home.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.finish()
            elif not self._finished:
                _note(error, self.link.do("finish", strict=False, settle_s=0.0)["findings"])
        finally:
            self._close()

    def finish(self) -> None:
        """Come to rest and say what went wrong; the end of the block does it where nobody did.

        Raises
        ------
        MockFailedError
            Where the mock is strict and found anything.
        """
        if not self._finished:
            self._finished = True
            self.link.do("finish", strict=self.strict)

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, trace)

    def _close(self) -> None:
        try:
            for bot in self._bots:
                bot.stop_in_thread()
        finally:
            self._bots.clear()
            self._home.stop()

    @property
    def url(self) -> str:
        """The origin that a bot is given in place of LINE's three: ``http://127.0.0.1:49152``."""
        return str(self.facts["url"])

    @property
    def tls_url(self) -> str:
        """The HTTPS origin; ``""`` without `tls`. Its certificate also has LINE's host names."""
        return str(self.facts["tls_url"])

    @property
    def proxy_url(self) -> str:
        """The forward proxy; ``""`` without `proxy`."""
        return str(self.facts["proxy_url"])

    @property
    def ca_file(self) -> str:
        """The PEM file a client must trust for :attr:`tls_url`."""
        return str(self.facts["ca"])

    @property
    def environment(self) -> dict[str, str]:
        """What a bridge is told by its environment: URLs, secret, token of the first channel."""
        return dict(self.facts["environment"])

    @property
    def channels(self) -> list[dict[str, Any]]:
        """The channels: name, id, secret, access_token, bot_user_id, endpoint, switches."""
        return list(self.link.do("channels")["channels"])

    @property
    def channel(self) -> dict[str, Any]:
        """The first channel."""
        return self.channels[0]

    def switch(self, channel: str | None = None, **switches: bool | str) -> None:
        """Turn switches in a channel's console: ``redelivery=True``, ``use_webhook=False``."""
        self.link.do("switch", channel=channel, **switches)

    def connect(
        self,
        bridge: str | Application,
        *,
        path: str = "/callback",
        channel: str | None = None,
        verify: bool = True,
    ) -> str:
        """Set the webhook URL of a channel and verify it, as a person does in the console.

        Parameters
        ----------
        bridge
            Its URL; or an ASGI application, which is then served on this machine, lifespan
            included, until the block ends, and gets its webhooks at `path`.

        Returns
        -------
        str
            The URL.

        Raises
        ------
        ConfigurationError
            Where verifying fails: nobody answers there, or not with a 2xx.
        TargetNotAllowedError
            Where the URL is not on this machine.
        """
        url = bridge if isinstance(bridge, str) else self._serve(bridge) + path
        self.link.do("connect", url=url, channel=channel, verify=verify)
        return url

    def _serve(self, app: Application) -> str:
        server = Server(app).start_in_thread()
        self._bots.append(server)
        return server.url

    def visitor(self, name: str = "Alice", *, friend: bool = True, **facts: Any) -> Visitor:
        """A LINE user of that name, new where there is none.

        Parameters
        ----------
        friend
            Whether the account is added already; no webhook goes out for that.
        facts
            `channel` (whose provider knows the user), `picture_url`, `status_message`,
            `language`, `consent`.
        """
        found = self.link.do("visitor", name=name, friend=friend, **facts)
        return Visitor(self.link, found["id"], found["name"])

    def group(
        self,
        name: str = "Friends",
        members: Sequence[Visitor] = (),
        *,
        room: bool = False,
        channel: str | None = None,
    ) -> Group:
        """A group, or a room of people without a name; the account is not in it yet."""
        ids = [each.id for each in members]
        found = self.link.do("group", name=name, members=ids, room=room, channel=channel)
        return Group(self.link, found["id"], found["name"], found["kind"])

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything that happens within goes out as one webhook for each channel."""
        self.link.do("together", begin=True)
        try:
            yield
        finally:
            self.link.do("together", begin=False)

    def add_fault(self, *faults: Fault) -> None:
        """Bad luck from now on."""
        self.link.do("faults", add=[each.to_dict() for each in faults])

    def clear_faults(self) -> None:
        """No more bad luck."""
        self.link.do("faults", clear=True)

    @property
    def calls(self) -> Calls:
        """What the bot called since the start or :meth:`reset`."""
        return Calls(self.link.do("calls")["lines"])

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The ledger since the start or :meth:`reset`: calls, webhooks, faults."""
        return list(self.link.do("calls")["lines"])

    @property
    def findings(self) -> list[str]:
        """What a strict mock does not let pass, so far."""
        return list(self.link.do("findings")["findings"])

    @property
    def state(self) -> dict[str, Any]:
        """Everything at a glance."""
        return self.link.do("state")

    def settle(self, timeout_s: float = 5.0) -> None:
        """Wait until nothing is due or under way and everything expected has come.

        Raises
        ------
        SettleTimeoutError
            After `timeout_s`, listing what is still awaited.
        """
        self.link.do("settle", timeout_s=timeout_s)

    def advance(self, seconds: float) -> None:
        """Move a stepped clock; what becomes due is sent in order, each answer waited for."""
        self.link.do("advance", seconds=seconds)

    def reset(self) -> None:
        """Begin anew with the same channels and webhook URLs; nobody is known, nothing is due."""
        self.link.do("reset")


class Aio:
    """What waits, for callers that run on an event loop of their own."""

    def __init__(self, line: MockLine) -> None:
        self.line = line

    async def settle(self, timeout_s: float = 5.0) -> None:
        """See :meth:`MockLine.settle`."""
        await self.line.link.do_async("settle", timeout_s=timeout_s)

    async def advance(self, seconds: float) -> None:
        """See :meth:`MockLine.advance`."""
        await self.line.link.do_async("advance", seconds=seconds)

    async def connect(
        self,
        bridge: str | Application,
        *,
        path: str = "/callback",
        channel: str | None = None,
        verify: bool = True,
    ) -> str:
        """See :meth:`MockLine.connect`."""
        url = bridge if isinstance(bridge, str) else self.line._serve(bridge) + path  # noqa: SLF001 - its other half
        await self.line.link.do_async("connect", url=url, channel=channel, verify=verify)
        return url


def _settings(given: Settings | None, more: Mapping[str, Any]) -> Settings:
    """Settings with fields replaced; every fault at once."""
    if not more:
        return given or Settings()
    channels = more.get("channels")
    plain = dict(more)
    if channels is not None:
        plain["channels"] = [
            each.model_dump() if isinstance(each, Channel) else each for each in channels
        ]
    return settings_of({**(given.model_dump(exclude_unset=True) if given else {}), **plain})


def _stepped(clock: object) -> bool:
    if isinstance(clock, str) and clock not in {"real", "stepped"}:
        raise ConfigurationError([Fault_.unknown("clock", clock, ("real", "stepped"))])
    return clock == "stepped"


def _note(error: BaseException, findings: Sequence[str]) -> None:
    """Tell beside another error what the mock had found until then."""
    if findings:
        error.add_note("the mock also found:\n  " + "\n  ".join(findings))
