"""A mock with its ports open: what runs in a test's thread, in a child process, or in a shell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from line_sim.errors import ConfigurationError, Fault
from line_sim.mock.app import mock_app
from line_sim.mock.commands import Commands
from line_sim.mock.faults import fault_from
from line_sim.mock.faults.engine import Faults
from line_sim.mock.platform.operations import every_operation
from line_sim.mock.pointing import environment
from line_sim.mock.service import Service
from line_sim.net.certificates import Authority, Certificate
from line_sim.net.clock import Clock
from line_sim.net.proxy import Proxy
from line_sim.net.serve import Server
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer
from line_sim.wire.refusals import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.faults import Fault as BadLuck
    from line_sim.mock.settings import Settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a mock runs; what it plays is in :class:`~line_sim.mock.settings.Settings`."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = False
    tls_port: int = 0
    certificate: Path | None = None
    """PEM files to serve HTTPS with; made for this run where not given."""
    key: Path | None = None
    proxy: bool = False
    """Also a forward proxy for bridges that hard-code LINE's hosts but take a proxy."""
    control_token: str = ""
    allow_targets: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    """Ids of rules whose breaking is no finding."""
    speed: float = 1.0
    stepped: bool = False
    scale_contracts: bool | None = None
    log: Path | None = None
    force: bool = False
    fsync: bool = False
    faults: tuple[BadLuck, ...] = field(default_factory=tuple)
    header: Mapping[str, Any] = field(default_factory=dict)
    """More of the ledger's first line, or other values for it: origin, channels."""

    def __post_init__(self) -> None:
        faults = [Fault.unknown("allow", each, RULES) for each in self.allow if each not in RULES]
        if self.host not in LOOPBACK and not self.control_token:
            mend = "--control-token SECRET, or host 127.0.0.1"
            allowed = "loopback unless the control API has a token"
            faults.append(Fault("host", repr(self.host), allowed, mend))
        if not 0 < self.speed <= 1e6:  # noqa: PLR2004 - more is a stepped clock's work
            faults.append(Fault("speed", repr(self.speed), "above 0, at most 1,000,000"))
        if (self.certificate is None) != (self.key is None):
            given = "only one of the two"
            faults.append(Fault("certificate, key", given, "both PEM files, or neither"))
        if faults:
            raise ConfigurationError(faults)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can say it, for a process of its own."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        for name in ("certificate", "key", "log"):
            plain[name] = str(plain[name]) if plain[name] else None
        plain["header"] = dict(self.header)
        return {**plain, "faults": [each.to_dict() for each in self.faults]}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Options:
        """From what :meth:`to_dict` said."""
        found = dict(plain)
        for name in ("certificate", "key", "log"):
            found[name] = Path(found[name]) if found[name] else None
        for name in ("allow_targets", "allow"):
            found[name] = tuple(found[name])
        return cls(**{**found, "faults": tuple(fault_from(each) for each in found["faults"])})


class RunningMock:
    """A mock on the running event loop; :meth:`start` opens its ports.

    Attributes
    ----------
    url, tls_url, proxy_url
        Where it answers; ``""`` for what it was not asked to open.
    """

    def __init__(self, settings: Settings, options: Options) -> None:
        self.settings = settings
        self.options = options
        self.clock = Clock(
            speed=options.speed,
            stepped=options.stepped,
            scale_contracts=options.scale_contracts,
            epoch_ms=_epoch_ms(settings.start),
        )
        self.faults = Faults(
            options.faults,
            seed=settings.seed,
            operations=[operation.name for operation in every_operation()],
        )
        self.authority: Authority | None = None
        self.url = self.tls_url = self.proxy_url = ""
        self.redactor = Redactor(options.control_token)
        self.server = self._bound()
        try:  # last, so that a mock that cannot run leaves no file
            self.ledger = self._ledger()
        except BaseException:
            self.abandon()
            raise

    def _bound(self) -> Server:
        """The server with its ports bound; what it serves comes with :meth:`start`."""
        options = self.options
        server = Server(_nothing, host=options.host, port=options.port, lifespan="off")
        self.url = server.url
        if options.tls or options.proxy:
            try:
                certificate = self._certificate()
                self.tls_url = server.listen(options.host, options.tls_port, certificate)
            except BaseException:
                server.close_ports()
                self._forget_authority()
                raise
        return server

    def _ledger(self) -> Writer:
        header = {"origin": "mock", "seed": self.settings.seed, "epoch_ms": self.clock.epoch_ms}
        header |= self.options.header
        return Writer(
            self.options.log,
            lambda: self.clock.now().schedule_us,
            redact=self.redactor,
            fsync=self.options.fsync,
            force=self.options.force,
            header=header,
        )

    async def start(self) -> Self:
        """Answer from now on."""
        options = self.options
        self.service = Service(
            self.settings,
            clock=self.clock,
            ledger=self.ledger,
            faults=self.faults,
            redactor=self.redactor,
            allow_targets=options.allow_targets,
            allow=options.allow,
        )
        self.commands = Commands(self.service)
        self.server.app = mock_app(self.service, self.commands, token=options.control_token)
        await self.server.start()
        if options.proxy:
            self.proxy = Proxy(self.tls_url)
            await self.proxy.start()
            self.proxy_url = self.proxy.url
        return self

    def abandon(self) -> None:
        """Close what was opened for a start that never came, or failed."""
        self.server.close_ports()
        self._forget_authority()

    async def stop(self) -> None:
        """Close the ports and the ledger; nothing of it is left running."""
        if self.proxy_url:
            await self.proxy.stop()
        await self.server.stop()
        await self.service.close()
        self._forget_authority()

    def facts(self) -> dict[str, Any]:
        """What a bridge, or the other end of a pipe, must know."""
        first = next(iter(self.service.platform.channels.values()))
        return {
            "url": self.url,
            "tls_url": self.tls_url,
            "proxy_url": self.proxy_url,
            "ca": str(self.authority.path) if self.authority else "",
            "environment": environment(self.url, first),
        }

    def _certificate(self) -> Certificate:
        if self.options.certificate and self.options.key:
            return Certificate.load(self.options.certificate, self.options.key)
        self.authority = Authority()
        return self.authority.certificate()

    def _forget_authority(self) -> None:
        if self.authority is not None:
            self.authority.close()


async def _nothing(*_asked: object) -> None:
    """Serve nothing yet."""


def _epoch_ms(start: dt.datetime | None) -> int | None:
    """The Unix time of a start; one without a zone is UTC+9, as LINE counts days."""
    if start is None:
        return None
    zoned = start if start.tzinfo else start.replace(tzinfo=dt.timezone(dt.timedelta(hours=9)))
    return int(zoned.timestamp() * 1000)
