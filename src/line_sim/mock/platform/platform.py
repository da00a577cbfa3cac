"""The platform: every provider, channel, person and chat, and the one way in for calls."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from line_sim.errors import ConfigurationError, Fault
from line_sim.mock.platform.answering import BEARER, answered
from line_sim.mock.platform.buckets import Buckets
from line_sim.mock.platform.channel import Channel
from line_sim.mock.platform.chats import Chat
from line_sim.mock.platform.content import ContentStore
from line_sim.mock.platform.deliveries import Deliveries
from line_sim.mock.platform.operations import Directory, every_operation
from line_sim.mock.platform.people import Provider
from line_sim.mock.platform.sealed import Seal
from line_sim.mock.platform.written import Written
from line_sim.wire.ids import Ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal

    from line_sim.mock.platform.calls import Answer, Call, Sent
    from line_sim.mock.platform.operations import Operation
    from line_sim.mock.platform.people import Person
    from line_sim.mock.settings import Channel as ToldChannel
    from line_sim.mock.settings import Settings
    from line_sim.net.clock import Instant

_TOKENS_KEPT = 10_000


class Platform:
    """LINE as a machine: it neither reads a clock nor touches a network.

    Parameters
    ----------
    settings
        Channels and every choice.
    epoch_ms
        The Unix time, in milliseconds, at which the schedule shows 0.
    operations
        The operations of the API; by default all.
    """

    def __init__(
        self, settings: Settings, epoch_ms: int, operations: tuple[Operation, ...] | None = None
    ) -> None:
        self.settings = settings
        self.epoch_ms = epoch_ms
        self.ids = Ids(settings.seed)
        self.seal = Seal(blake2b(f"seal {settings.seed}".encode(), digest_size=32).digest())
        self.deliveries = Deliveries(settings, epoch_ms)
        self.content = ContentStore(settings.content)
        self.buckets = Buckets(settings.limits)
        """Of operations that need no token."""
        self.providers: dict[str, Provider] = {}
        self.channels: dict[str, Channel] = {}
        """By channel id."""
        self.chats: dict[str, Chat] = {}
        """Groups and rooms by id."""
        self.written = Written()
        self._tokens: dict[str, Channel] = {}
        """Whose token it was when last asked; whether it still works, its channel knows."""
        self.on_auto: Callable[[Sent], None] | None = None
        """Told of what accounts answer by themselves: greeting, auto-response."""
        self._operations = operations
        self._directory: Directory | None = None
        for told in settings.channels:
            self._add(told)
        self.first = next(iter(self.channels.values()))

    def _add(self, told: ToldChannel) -> None:
        provider = self.providers.get(told.provider)
        if provider is None:
            provider = self.providers[told.provider] = Provider(told.provider, self.ids)
        channel = Channel(told, self, provider)
        self.channels[channel.id] = channel

    @property
    def directory(self) -> Directory:
        """The operations by method and path."""
        if self._directory is None:
            self._directory = Directory(self._operations or every_operation())
        return self._directory

    def unix_ms(self, now: Instant) -> int:
        """The Unix time in milliseconds that the schedule shows."""
        return self.epoch_ms + now.schedule_us // 1_000

    def channel(self, name_or_id: str) -> Channel:
        """A channel by its name or id; raises :class:`ConfigurationError` where there is none."""
        found = self.channels.get(name_or_id)
        if found is not None:
            return found
        for channel in self.channels.values():
            if channel.name == name_or_id:
                return channel
        names = [channel.name for channel in self.channels.values()]
        raise ConfigurationError([Fault.unknown("channel", name_or_id, names)])

    def new_chat(
        self,
        provider: Provider,
        members: list[Person],
        name: str = "",
        kind: Literal["group", "room"] = "group",
    ) -> Chat:
        """A new group or room of these people, without any account."""
        number = len(self.chats) + 1
        chat_id = self.ids.group(number) if kind == "group" else self.ids.room(number)
        chat = Chat(chat_id, kind, provider, name, members={each.id: each for each in members})
        self.chats[chat_id] = chat
        return chat

    def token_channel(self, token: str, now: Instant) -> Channel | None:
        """Whose access token this is; None where it is nobody's, or no longer."""
        found = self._tokens.get(token)
        if found is not None and found.tokens.accepts(token, now.contract_us):
            return found
        for channel in self.channels.values():
            if channel.tokens.accepts(token, now.contract_us):
                if len(self._tokens) >= _TOKENS_KEPT:
                    self._tokens.clear()
                self._tokens[token] = channel
                return channel
        return None

    def channel_of(self, call: Call, now: Instant) -> Channel | None:
        """Whose access token a call carries, for whoever keeps the ledger."""
        token = _bearer(call)
        return self.token_channel(token, now) if token else None

    def void_token(self, call: Call, now: Instant) -> None:
        """End the access token that a call carries, of whatever kind it is."""
        channel = self.channel_of(call, now)
        if channel is not None:
            channel.tokens.void(_bearer(call))

    def was_voided(self, call: Call) -> bool:
        """Whether :meth:`void_token` ended the access token that a call carries."""
        token = _bearer(call)
        return any(channel.tokens.was_voided(token) for channel in self.channels.values())

    def everybody(self) -> Iterator[Person]:
        """Every person of every provider."""
        for provider in self.providers.values():
            yield from provider.people.values()

    def name_of(self, chat: str) -> str:
        """The name of a user, group or room; its id where it has none."""
        if chat in self.chats:
            return self.chats[chat].name or chat
        for provider in self.providers.values():
            if chat in provider.people:
                return provider.people[chat].name
        return chat

    def answer(self, call: Call, now: Instant) -> Answer:
        """LINE's answer to a call; never raises for what a caller sends."""
        return answered(self, call, now)


def _bearer(call: Call) -> str:
    """The access token that a call carries; empty where there is none."""
    given = call.headers.get("authorization", "")
    return given[len(BEARER) :].strip() if given[: len(BEARER)].lower() == BEARER else ""
