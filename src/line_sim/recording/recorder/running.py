"""A recorder with its ports open: two sides, one recording."""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from line_sim.errors import ConfigurationError, Fault, RecordingFormatError
from line_sim.net.certificates import Authority
from line_sim.net.http.addresses import address
from line_sim.net.http.streams import Streams
from line_sim.net.serve import Server
from line_sim.net.targets import is_loopback
from line_sim.recording.reader import Reader
from line_sim.recording.recorder.accounts import Accounts
from line_sim.recording.recorder.headers import pseudonym
from line_sim.recording.recorder.items import Moment
from line_sim.recording.recorder.masking import Masking
from line_sim.recording.recorder.options import place
from line_sim.recording.recorder.passing import Passing
from line_sim.recording.recorder.sides import ApiSide, WebhookSide
from line_sim.recording.recorder.tape import Tape
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from line_sim.recording.recorder.items import Gap
    from line_sim.recording.recorder.options import Options

MOST_LEARNT = 64
"""Chosen: bearer tokens looked for by value; the oldest are found by their place all the same."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a recorder saw."""

    file: str
    webhooks: int
    calls: int
    webhooks_failed: int
    """Not confirmed by a 2xx."""
    calls_failed: int
    """Not answered by a 2xx."""
    passed: int
    """Requests at the webhook side that were no webhooks: passed on, not recorded."""
    looped: int
    """Requests that came from this recorder itself and were refused."""
    gaps: tuple[Gap, ...]
    unfinished: str
    """What the end of the recording could not do; empty where all is well."""

    @property
    def whole(self) -> bool:
        """Whether the recording lacks nothing."""
        return not self.gaps and not self.unfinished

    def to_dict(self) -> dict[str, Any]:
        """As JSON can say it."""
        return {**asdict(self), "whole": self.whole}


class Recorder:
    """A recorder on the running event loop; its ports are bound when it is made.

    Parameters
    ----------
    options
        How it runs.
    writing
        Makes the writer, from the keywords of :class:`~line_sim.recording.writer.Writer`.

    Attributes
    ----------
    webhook_url, api_url
        Where each side listens; ``""`` for one that there is not.

    Raises
    ------
    ConfigurationError
        Where nothing can listen there, or it would pass on to itself.
    OutputExistsError
        Where the file exists and is neither to be replaced nor gone on with.
    """

    def __init__(self, options: Options, writing: Callable[..., Writer] = Writer) -> None:
        self.options = options
        self.authority: Authority | None = None
        self.webhook_url = self.api_url = ""
        self._via = pseudonym()
        self._learnt: dict[str, None] = {}
        self._servers: list[Server] = []
        try:
            self._listen()
            self._look_for_loop()
            self._redactor = Redactor(*options.secrets)
            self._moment = _moment(options.path, resume=options.resume)
            self.writer = self._opened(writing)
        except BaseException:
            self.abandon()
            raise
        self.tape = self._tape()
        self._streams: Streams | None = None
        self._passings: dict[str, Passing] = {}

    async def start(self) -> Self:
        """Pass on from now on."""
        options = self.options
        self._streams = Streams(allow=options.allowed)
        accounts, personal = Accounts(options.channel), options.mask is None
        for server, (where, _) in zip(self._servers, options.sides, strict=True):
            side: WebhookSide | ApiSide
            if where == "listen":
                side = WebhookSide(options.to, accounts, personal=personal)
            else:
                side = ApiSide(options.api_urls(), accounts, personal=personal)
            passing = Passing(side, self.tape, self.writer.exchange, self._streams, self._via)
            self._passings[side.kind] = passing
            server.app = passing
            await server.start()
        return self

    async def stop(self) -> Summary:
        """Let what is under way end, close the ports and the recording; what was seen."""
        for server in self._servers:
            await server.stop()
        if self._streams is not None:
            await self._streams.close()
        self.abandon()
        self.tape.close()
        return self.summary()

    def abandon(self) -> None:
        """Close the ports."""
        for server in self._servers:
            server.close_ports()
        if self.authority is not None:
            self.authority.close()
            self.authority = None

    def summary(self) -> Summary:
        """What was seen so far."""
        webhooks, calls = self._passings.get("webhook"), self._passings.get("call")
        return Summary(
            file=str(self.options.path),
            webhooks=webhooks.recorded if webhooks else 0,
            calls=calls.recorded if calls else 0,
            webhooks_failed=webhooks.failed if webhooks else 0,
            calls_failed=calls.failed if calls else 0,
            passed=webhooks.passed if webhooks else 0,
            looped=sum(each.looped for each in self._passings.values()),
            gaps=tuple(self.tape.gaps),
            unfinished=self.tape.failed,
        )

    def _listen(self) -> None:
        certificate = None
        if self.options.tls:
            self.authority = Authority()
            certificate = self.authority.certificate()
        for where, told in self.options.sides:
            host, port = place(told)
            server = Server(
                _nothing, host=host, port=port, tls=certificate, lifespan="off", dated=False
            )
            self._servers.append(server)
            if where == "listen":
                self.webhook_url = server.url
            else:
                self.api_url = server.url

    def _look_for_loop(self) -> None:
        """Refuse to pass on to one of our own ports."""
        own = {address(server.url).port for server in self._servers}
        for where, url in (("to", self.options.to), *self.options.api_urls().items()):
            found = address(url) if url else None
            if found is None or found.port not in own:
                continue
            if found.host == "localhost" or is_loopback(found.host):
                given = f"{url} is this recorder itself"
                mend = "point it at the bridge, LINE or the mock, and the others at this recorder"
                raise ConfigurationError([Fault(where, given, "the other side", mend)])

    def _opened(self, writing: Callable[..., Writer]) -> Writer:
        options = self.options
        lacks = [] if options.mask is None else ["media"]
        lacks += ["calls"] if not options.api_to else []
        lacks += ["events"] if not options.to else []
        header: dict[str, Any] = {
            "origin": "recorded",
            "epoch_ms": self._moment.epoch_ms,
            "channels": [{"name": options.channel}],
            "lacks": sorted(lacks),
        }
        if options.mask is not None:
            header = options.mask.header(header)
        return writing(
            options.path,
            self._moment.schedule_us,
            redact=self._redactor,
            fsync=options.fsync,
            keep=0,
            media="files" if options.mask is None else "reference",
            header=header,
            force=options.force,
            wall_ms=self._moment.wall_ms,
            resume=options.resume,
        )

    def _tape(self) -> Tape:
        if self.options.mask is None:
            return Tape(self.writer, self._moment, learn=self._learn)
        masking = Masking(self.options.mask, self._moment)
        return Tape(self.writer, self._moment, learn=self._learn, mask=masking)

    def _learn(self, token: str) -> None:
        """Look for a bearer token by value, too; called by the tape's thread."""
        if token in self._learnt:
            return
        self._learnt[token] = None
        old = [next(iter(self._learnt))] if len(self._learnt) > MOST_LEARNT else []
        for each in old:
            del self._learnt[each]
        self._redactor.learn(token, forget=old)


def _moment(path: Path, *, resume: bool) -> Moment:
    """Now, counted from the beginning of the recording that goes on, or from now."""
    now_ms = time.time_ns() // 1_000_000
    for each in (path, path.with_suffix("")) if resume else ():
        with contextlib.suppress(OSError, RecordingFormatError):  # the writer looks again, and says
            epoch_ms = int(Reader(each).header.get("epoch_ms", now_ms))
            return Moment(at_us=max(now_ms - epoch_ms, 0) * 1_000, epoch_ms=epoch_ms)
    return Moment(epoch_ms=now_ms)


async def _nothing(*_asked: object) -> None:
    """Serve nothing yet."""
