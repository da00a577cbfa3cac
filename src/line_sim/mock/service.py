"""The mock at work: the platform, its clock, its ledger and its deliveries on one event loop.

Everything here runs on that loop; whoever is outside it goes through :mod:`line_sim.mock.links`.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError, Fault, LineSimError
from line_sim.mock.activity import Activity
from line_sim.mock.addressees import addressees
from line_sim.mock.delivery import Dispatcher
from line_sim.mock.expectations import Expectations
from line_sim.mock.findings import Findings
from line_sim.mock.platform.platform import Platform
from line_sim.net.targets import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from line_sim.mock.faults.engine import Faults
    from line_sim.mock.faults.plans import CallPlan
    from line_sim.mock.platform.calls import Answer, Call, Sent
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.settings import Settings
    from line_sim.net.clock import Clock, Instant
    from line_sim.recording.redaction import Redactor
    from line_sim.recording.writer import Writer

ISSUED = 200
"""Issued access tokens that are looked for by value: more than two channels' may live at a time."""

SHOWN = 5
"""Failed webhooks that are told beside findings."""


class Service:
    """One mock platform at work.

    Parameters
    ----------
    settings
        Channels and choices.
    clock, ledger, faults
        Its time, its memory, its bad luck.
    redactor
        Knows the secrets of all channels, and learns those that are issued later.
    allow_targets
        Hosts besides loopback that webhooks may go to.
    allow
        Ids of rules whose breaking is no finding.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        ledger: Writer,
        faults: Faults,
        redactor: Redactor,
        allow_targets: Iterable[str] = (),
        allow: Iterable[str] = (),
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.ledger = ledger
        self.faults = faults
        self.allow_targets = frozenset(allow_targets)
        self.redactor = redactor
        self.findings = Findings(allow, redactor.remark)
        self._issued: deque[str] = deque()
        self.broken: list[BaseException] = []
        self.expectations = Expectations()
        self.open_calls: dict[int, Call] = {}
        self.first_seq = 0
        self.activity = Activity()
        self._start()

    def _start(self) -> None:
        self.platform = Platform(self.settings, self.clock.epoch_ms)
        self.platform.on_auto = self.auto_sent
        self.on_sent: Callable[[Sent], None] | None = None
        """Told of every send that was accepted."""
        for channel in self.platform.channels.values():
            self.redactor.learn(channel.secret, channel.access_token)
        self.dispatcher = Dispatcher(
            self.platform,
            self.clock,
            self.ledger,
            self.settings,
            faults=self.faults,
            allow=self.allow_targets,
            touched=self.activity.touch,
            broke=self.broke,
        )
        self.dispatcher.start()

    async def close(self) -> None:
        """Stop delivering; the ledger stays open for whoever reads it."""
        await self.dispatcher.stop()

    async def reset(self) -> None:
        """Begin anew with the same channels and webhook URLs; the ledger goes on."""
        endpoints = {name: each.endpoint for name, each in self.platform.channels.items()}
        await self.dispatcher.stop()
        self.faults.restart()
        self.findings = Findings(self.findings.allowed, self.redactor.remark)
        self.broken = []
        self.expectations = Expectations()
        self.first_seq = self.ledger.write("note", text="reset")
        self._start()
        for name, endpoint in endpoints.items():
            self.platform.channels[name].endpoint = endpoint

    def answered(self, exchange: int, call: Call, answer: Answer, *, injected: bool) -> None:
        """Draw the conclusions of an answer: findings, and what was expected."""
        self.findings.of_answer(exchange, call, answer, injected=injected)
        if answer.sent is not None:
            self._note(exchange, answer.sent)
        elif isinstance(answer.content, dict) and "access_token" in answer.content:
            self._learn(answer.content["access_token"])

    def _learn(self, token: str) -> None:
        """Keep an access token that was just issued out of everything that is written."""
        self._issued.append(token)
        old = [self._issued.popleft()] if len(self._issued) > ISSUED else []
        self.redactor.learn(token, forget=old)

    def auto_sent(self, sent: Sent) -> None:
        """Note what an account answered by itself (greeting, auto-response)."""
        self.ledger.write("note", text="the account itself answered", sent=sent.to_wire())
        self.activity.touch()

    def _note(self, exchange: int, sent: Sent) -> None:
        if self.on_sent is not None:
            self.on_sent(sent)
        for finding in self.expectations.note(sent):
            self.findings.add(f"call {exchange}: {finding}")

    def plan(self, call: Call, channel: Channel | None) -> CallPlan | None:
        """What faults make of a call; None: nothing."""
        platform = self.platform
        operation, parameters = platform.directory.find(call.method, call.path)
        users = addressees(platform, channel, call, parameters) if self.faults.by_user else ()
        return self.faults.for_call(
            operation.name if operation else "",
            call.path,
            (channel.id, channel.name) if channel else (),
            users,
            self.clock.now(),
        )

    def reached(self, chat: str) -> list[dict[str, Any]]:
        """The messages of accounts that reached a chat since the last reset, in order."""
        found: list[dict[str, Any]] = []
        for line in self.ledger.lines(after=self.first_seq):
            sent = line.get("sent")
            if sent and chat in sent["delivered"]:
                found += [
                    {"id": number, **message}
                    for number, message in zip(sent["ids"], sent["messages"], strict=True)
                ]
        return found

    def broke(self, where: str, error: BaseException) -> None:
        """Note an exception inside the mock, told at the end of the block.

        One of our own kinds is somebody's mistake; any other is a bug.
        """
        self.broken.append(error)
        if isinstance(error, LineSimError):
            self.findings.add(f"{where}: {error}")
        else:
            self.findings.add(f"{where}: {type(error).__name__}: {error} (a bug in line_sim)")
        self.activity.touch()

    def check_target(self, url: str) -> None:
        """Raise where a webhook URL is not on this machine nor on a host that is allowed."""
        check(url, self.allow_targets)

    def counts(self) -> dict[str, int]:
        """Lines of the ledger by kind."""
        found: Counter[str] = Counter()
        for (kind, _, _), count in self.ledger.counts().items():
            found[kind] += count
        return dict(found)

    def failed_webhooks(self) -> list[str]:
        """The last webhooks that the bot did not confirm, one sentence each."""
        failed = [
            f"webhook {line['exchange']} was not confirmed: {line['reason']} {line['detail']}"
            for line in self.ledger.lines(after=self.first_seq)
            if line["kind"] == "webhook_end" and line.get("reason")
        ]
        return failed[-SHOWN:]

    def skip(self, seconds: float) -> Instant:
        """Let a running clock jump over so many seconds of both faces; what is due then, is."""
        if self.clock.stepped:
            mend = "advance moves it"
            raise ConfigurationError([Fault("skip", "a stepped clock", "a running one", mend)])
        if not 0 <= seconds < 1e8:  # noqa: PLR2004 - three years
            raise ConfigurationError([Fault("skip", f"{seconds!r} s", "0 s or more")])
        self.clock.skip(seconds)
        self.ledger.write("clock", seconds=seconds)
        self.activity.touch()
        self.dispatcher.wake()
        return self.clock.now()

    def reissue(self, channel: Channel, what: str) -> str:
        """The console's Issue buttons: a new ``secret``, or a new long-lived ``access_token``.

        The old one is dead at once. What was issued is kept out of the ledger from now on.
        """
        if what == "secret":
            channel.secret = self.platform.ids.secret(f"{channel.name} {self.ledger.seq}")
            new = channel.secret
        else:
            new = channel.tokens.reissue(self.clock.now().contract_us)
        self.redactor.learn(new)
        self.ledger.write("note", text=f"the console issued a new {what} for {channel.name}")
        return new

    async def advance(self, seconds: float) -> Instant:
        """Move a stepped clock; what becomes due is sent in order, each answer waited for."""
        if not self.clock.stepped:
            mend = "MockLine(clock='stepped'), or --clock stepped"
            raise ConfigurationError([Fault("advance", "a running clock", "a stepped one", mend)])
        if not 0 <= seconds < 1e10:  # noqa: PLR2004 - three centuries
            raise ConfigurationError([Fault("advance", f"{seconds!r} s", "0 s or more")])
        await self.dispatcher.advance(seconds)
        self.ledger.write("clock", seconds=seconds)
        self.activity.touch()
        return self.clock.now()
