"""What can be asked of a mock from outside, by name and with plain arguments.

The façade of a test, the control API and ``line-sim say`` all end here, so each thing is done in
one place. Commands of visitors are in :mod:`line_sim.mock.acting`
and :mod:`line_sim.mock.encounters`, those of groups in :mod:`line_sim.mock.gathering`.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError, validate_call

from line_sim.errors import ConfigurationError, Fault, MockFailedError
from line_sim.mock.acting import Acting
from line_sim.mock.config import faults_of
from line_sim.mock.encounters import Encounters
from line_sim.mock.expectations import Expectation
from line_sim.mock.faults import fault_from
from line_sim.mock.gathering import Gathering
from line_sim.mock.settling import awaited, rest, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.mock.platform.channel import Channel

SWITCHES = ("use_webhook", "redelivery", "error_statistics", "greeting", "auto_response", "groups")
"""What a console lets its owner switch while the channel runs."""


class Commands(Acting, Encounters, Gathering):
    """Every command; a public method each.

    Each returns what JSON can say, and raises :class:`~line_sim.errors.LineSimError` for a
    mistake.
    """

    async def do(self, command: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Do the command of that name; unknown names and arguments are told."""
        if command not in names():
            raise ConfigurationError([Fault.unknown("command", command, names())])
        try:
            found: dict[str, Any] = await _checked(command)(self, **arguments)
        except ValidationError as error:
            known = inspect.signature(getattr(Commands, command)).parameters.keys() - {"self"}
            raise ConfigurationError(faults_of(error, names=known)) from None
        return found

    async def state(self) -> dict[str, Any]:
        """Everything at a glance: time, channels, visitors, what is awaited, what was found."""
        service = self.service
        return {
            "clock": self._time(),
            "channels": [self._channel(each) for each in service.platform.channels.values()],
            "visitors": [
                {"id": person.id, "name": person.name, "provider": provider.name}
                for provider in service.platform.providers.values()
                for person in provider.people.values()
            ],
            "awaited": awaited(service, 0.0),
            "findings": service.findings.all(),
            "counts": self.service.counts(),
            "lateness_ms": service.dispatcher.lateness(),
        }

    async def channels(self) -> dict[str, Any]:
        """The channels, with what a bridge must be told."""
        return {
            "channels": [self._channel(each) for each in self.service.platform.channels.values()]
        }

    async def switch(self, channel: str | None = None, **switches: bool | str) -> dict[str, Any]:
        """Turn switches of a channel's console."""
        found = self._channel_of(channel)
        faults = [
            Fault.unknown("switch", name, SWITCHES) for name in switches if name not in SWITCHES
        ]
        if faults:
            raise ConfigurationError(faults)
        for name, value in switches.items():
            wanted = type(getattr(found, name))
            if not isinstance(value, wanted):
                raise ConfigurationError([Fault(name, repr(value), f"a {wanted.__name__}")])
        for name, value in switches.items():
            setattr(found, name, value)
        return self._channel(found)

    async def connect(
        self, url: str, channel: str | None = None, *, verify: bool = True
    ) -> dict[str, Any]:
        """Set a channel's webhook URL and verify it, as a person does in the console."""
        service = self.service
        found = self._channel_of(channel)
        service.check_target(url)
        found.endpoint = url
        if verify:
            outcome = await service.dispatcher.probe(url, found)
            if not outcome.ok:
                what = f"{url} answered {outcome.status}" if outcome.status else outcome.detail
                mend = "is the bot running, and is the path right?"
                raise ConfigurationError([Fault("connect", what, "a 2xx within 2 s", mend)])
        service.dispatcher.wake()
        return self._channel(found)

    async def expect(
        self,
        chat: str,
        counts: dict[str, int],
        text: str | None = None,
        contains: str | None = None,
        matches: str | None = None,
        message_type: str | None = None,
    ) -> dict[str, Any]:
        """Expect calls that send to a chat."""
        if not counts:
            raise ConfigurationError(
                [
                    Fault("expect", "nothing", "a count: reply=1, push=1, ..."),
                ]
            )
        who = self.service.platform.name_of(chat)
        for kind, count in counts.items():
            self.service.expectations.add(
                Expectation(chat, who, kind, count, text, contains, matches, message_type)
            )
        return {}

    async def settle(self, timeout_s: float = 5.0) -> dict[str, Any]:
        """Wait until the mock is at rest."""
        await settle(self.service, timeout_s)
        return {}

    async def advance(self, seconds: float) -> dict[str, Any]:
        """Move a stepped clock."""
        await self.service.advance(seconds)
        return self._time()

    async def skip(self, seconds: float) -> dict[str, Any]:
        """Let a running clock jump."""
        self.service.skip(seconds)
        return self._time()

    async def note(self, text: str, facts: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write a remark into the ledger, where whoever reads it later finds it."""
        return {"seq": self.service.ledger.write("note", text=text, **(facts or {}))}

    async def agent(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Write what the bridge's own side shows into the ledger: a line of kind ``agent``."""
        return {"seq": self.service.ledger.write("agent", **facts)}

    async def reissue(
        self, what: Literal["secret", "access_token"], channel: str | None = None
    ) -> dict[str, Any]:
        """Issue a new channel secret or long-lived token; the old one is dead."""
        return {what: self.service.reissue(self._channel_of(channel), what)}

    async def clock(self) -> dict[str, Any]:
        """What the clock shows."""
        return self._time()

    async def faults(
        self, add: list[dict[str, Any]] | None = None, *, clear: bool = False
    ) -> dict[str, Any]:
        """Add bad luck, or end all of it; answers what is in force."""
        found = [fault_from(each) for each in add or []]
        if clear:
            self.service.faults.clear()
        for each in found:
            self.service.faults.add(each)
        return {"faults": self.service.faults.state()}

    async def calls(self, after: int = 0) -> dict[str, Any]:
        """The ledger's lines after one, or since the last reset."""
        since = max(after, self.service.first_seq)
        return {"lines": list(self.service.ledger.lines(after=since))}

    async def error_statistics(self, channel: str | None = None) -> dict[str, Any]:
        """A channel's webhook errors, as its console exports them: lines of cells with tabs."""
        return {"tsv": self._channel_of(channel).errors.tsv()}

    async def findings(self) -> dict[str, Any]:
        """What a strict mock would not let pass."""
        return {"findings": self.service.findings.all()}

    async def finish(self, *, strict: bool = True, settle_s: float = 2.0) -> dict[str, Any]:
        """End a block: wait for what is expected, then say what went wrong.

        Raises
        ------
        MockFailedError
            With `strict`, where anything did.
        """
        service = self.service
        await rest(service, settle_s)
        found = service.findings.all()
        found += [f"expected and did not come: {each}" for each in service.expectations.unmet()]
        if strict and found:
            failed = service.failed_webhooks()
            raise MockFailedError([*found, *failed])
        return {"findings": found}

    async def reset(self) -> dict[str, Any]:
        """Begin anew: nobody is known, nothing is due; channels and webhook URLs stay."""
        await self.service.reset()
        return {}

    def _time(self) -> dict[str, Any]:
        clock = self.service.clock
        now = clock.now()
        return {
            "schedule_s": now.schedule_us / 1e6,
            "contract_s": now.contract_us / 1e6,
            "unix_ms": clock.unix_ms(now.schedule_us),
            "stepped": clock.stepped,
            "speed": clock.speed,
        }

    def _channel(self, channel: Channel) -> dict[str, Any]:
        return {
            "name": channel.name,
            "id": channel.id,
            "secret": channel.secret,
            "access_token": channel.access_token,
            "bot_user_id": channel.bot_user_id,
            "basic_id": channel.basic_id,
            "endpoint": channel.endpoint,
            **{name: getattr(channel, name) for name in SWITCHES},
        }


@cache
def names() -> frozenset[str]:
    """The names of all commands."""
    public = inspect.getmembers(Commands, inspect.iscoroutinefunction)
    return frozenset(name for name, _ in public if not name.startswith("_") and name != "do")


@cache
def _checked(command: str) -> Callable[..., Any]:
    """The command of that name, its arguments checked by their annotations."""
    checked: Callable[..., Any] = validate_call(getattr(Commands, command))
    return checked
