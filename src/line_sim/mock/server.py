"""``MockLine``: a LINE platform for the length of a ``with`` block."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from line_sim.errors import ConfigurationError, LineSimError
from line_sim.errors import Fault as Fault_
from line_sim.mock.aio import Aio
from line_sim.mock.config import settings_of
from line_sim.mock.face import Face
from line_sim.mock.homes import ChildHome, ThreadHome
from line_sim.mock.running import Options
from line_sim.mock.settings import Channel, Settings, StrictSettings
from line_sim.net.serve import Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from line_sim.mock.faults import Fault
    from line_sim.mock.homes import Home
    from line_sim.net.lifespan import Application


class MockLine(Face):
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
        Whether the end of the block raises :class:`~line_sim.errors.MockFailedError`; a table,
        ``{"https": True}``, is the settings' table of that name, and a strict block too.
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
        strict: bool | Mapping[str, Any] | StrictSettings = True,
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
        self.strict = strict is not False
        table = {} if isinstance(strict, bool) else {"strict": strict}
        self.settings = _settings(settings, {**fields, **table})
        self._options = Options(
            host=host,
            port=port,
            tls=tls or proxy,
            certificate=certificate,
            key=key,
            proxy=proxy,
            control_token=control_token,
            allow_targets=_words(allow_targets),
            allow=_words(allow),
            speed=1.0 if isinstance(clock, str) else float(clock),
            stepped=_stepped(clock),
            scale_contracts=scale_contracts,
            log=Path(log) if log else None,
            force=force,
            faults=tuple(faults),
        )
        self._home: Home = (ChildHome if process else ThreadHome)(self.settings, self._options)
        self._leaving = ExitStack()
        self._finished = False
        self.aio = Aio(self)
        """The same for callers on an event loop of their own: ``await line.aio.settle()``."""

    def __enter__(self) -> Self:
        self._leaving.callback(self._home.stop)
        try:
            self.link, self.facts = self._home.start()
        except BaseException:
            self._leaving.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._leaving:  # whatever happens, bots and mock are closed, each of them
            if error is None:
                self.finish()
            elif not self._finished:
                self._note(error)

    def _note(self, error: BaseException) -> None:
        """Tell beside another error, which goes on, what the mock had found until then."""
        try:
            findings = self.link.do("finish", strict=False, settle_s=0.0)["findings"]
        except LineSimError as lost:
            findings = [f"nothing more: {lost}"]
        if findings:
            error.add_note("the mock also found:\n  " + "\n  ".join(findings))

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
        starting = asyncio.ensure_future(asyncio.to_thread(self.__enter__))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            await starting
            self._leaving.close()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, trace)

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
        url = self.serve(bridge, path)
        self.link.do("connect", url=url, channel=channel, verify=verify)
        return url

    def serve(self, bridge: str | Application, path: str) -> str:
        """Serve an application until the block ends; where it gets its webhooks. A URL is one."""
        if isinstance(bridge, str):
            return bridge
        given: object = bridge
        if not callable(given):
            allowed = "a URL, or an ASGI application"
            raise ConfigurationError([Fault_("connect", repr(given), allowed)])
        server = Server(bridge).start_in_thread()
        self._leaving.callback(server.stop_in_thread)
        return server.url + path


def _settings(given: object, more: Mapping[str, Any]) -> Settings:
    """Settings with fields replaced; every fault at once."""
    if not isinstance(given, Settings | None):
        raise ConfigurationError([Fault_("settings", repr(given)[:80], "MockSettings(...)")])
    known = {*Settings.model_fields, *inspect.signature(MockLine).parameters} - {"fields"}
    unknown = [Fault_.unknown("MockLine", name, known) for name in more if name not in known]
    if unknown:
        raise ConfigurationError(unknown)
    if not more:
        return given or Settings()
    channels = more.get("channels")
    plain = dict(more)
    if channels is not None:
        plain["channels"] = [
            each.model_dump() if isinstance(each, Channel) else each for each in channels
        ]
    return settings_of({**(given.model_dump(exclude_unset=True) if given else {}), **plain})


def _words(given: Iterable[str]) -> tuple[str, ...]:
    """Several words, or one."""
    return (given,) if isinstance(given, str) else tuple(given)


def _stepped(clock: object) -> bool:
    if isinstance(clock, str) and clock not in {"real", "stepped"}:
        raise ConfigurationError([Fault_.unknown("clock", clock, ("real", "stepped"))])
    return clock == "stepped"
