"""One Messaging API channel: its account, its console's switches, and everything it may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from line_sim.mock.platform.access_tokens import AccessTokens
from line_sim.mock.platform.attachments import Attachments
from line_sim.mock.platform.buckets import Buckets, FloodGuard
from line_sim.mock.platform.days import DayCounts
from line_sim.mock.platform.endpoints import ErrorStatistics
from line_sim.mock.platform.link_tokens import LinkTokens
from line_sim.mock.platform.quota import Quota
from line_sim.mock.platform.reply_tokens import ReplyTokens
from line_sim.mock.platform.retry_keys import RetryKeys
from line_sim.net.clock import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock import settings
    from line_sim.mock.platform.people import Person, Provider
    from line_sim.mock.platform.platform import Platform
    from line_sim.net.clock import Instant

Part = TypeVar("Part")

_WROTE_LATELY_US = 7 * 86_400 * SECOND_US
"""Send push message: also to users who wrote in the past 7 days."""


class Control(NamedTuple):
    """Which other channel holds a chat, until when on the schedule."""

    holder: Channel
    until_us: int
    ending: Mapping[str, object]
    """The event that tells the holder of its end, which is on the schedule already."""


class Channel:
    """One channel and its account; friendship, quota and tokens are its own.

    Parameters
    ----------
    told
        What the settings say of it.
    """

    def __init__(self, told: settings.Channel, platform: Platform, provider: Provider) -> None:
        ids = platform.ids
        self.settings = told
        self.platform = platform
        self.provider = provider
        self.name = told.name
        self.id = told.id or ids.channel_id(told.name)
        self.secret = told.secret or ids.secret(told.name)
        self.tokens = AccessTokens(
            self.id,
            self.secret,
            told.access_token or ids.access_token(told.name),
            module=told.module,
        )
        self.bot_user_id = ids.bot(told.name)
        self.basic_id = ids.basic_id(told.name)
        # the console's switches
        self.use_webhook = told.use_webhook
        self.redelivery = told.redelivery
        self.error_statistics = told.error_statistics
        self.chat = told.chat
        self.groups = told.groups
        self.greeting = told.greeting
        self.auto_response = told.auto_response
        # whom it knows
        self.friends: dict[str, None] = {}
        """User ids in the order of adding; those who block the account too."""
        self.blocked: set[str] = set()
        self.last_wrote_us: dict[str, int] = {}
        """By user id, when on the schedule they last wrote in their own chat."""
        self.controls: dict[str, Control] = {}
        """By chat id, the channel that holds the chat instead of this one."""
        self.loading_until_us: dict[str, int] = {}
        """By user id, until when (contract) the loading indicator shows."""
        self.read_up_to: dict[str, str] = {}
        """By chat id, the last message the account has read."""
        # what it was given
        settings_of_all = platform.settings
        self.reply_tokens = ReplyTokens(settings_of_all.reply)
        self.retry_keys = RetryKeys()
        self.quota = Quota(told.quota)
        self.buckets = Buckets(settings_of_all.limits)
        self.flood = FloodGuard(settings_of_all.limits)
        self.link_tokens = LinkTokens()
        # its webhooks
        self.endpoint: str | None = None
        self.errors = ErrorStatistics()
        self.not_sent = 0
        """Webhooks that went nowhere: no endpoint, or the switch is off."""
        self.sent_by_day = DayCounts()
        """Messages by kind of call (reply, push, ...), each recipient counted."""
        self._parts: dict[type, object] = {}

    @property
    def access_token(self) -> str:
        """The long-lived access token, as the console shows it."""
        return self.tokens.long_lived

    def part(self, kind: type[Part]) -> Part:
        """What an area of the API keeps for this channel; made as ``kind(channel)`` at first."""
        found = self._parts.get(kind)
        if found is None:
            found = self._parts[kind] = kind(self)  # type: ignore[call-arg]
        return found  # type: ignore[return-value]

    def is_friend(self, user_id: str) -> bool:
        """Whether the user has added the account and does not block it."""
        return user_id in self.friends and user_id not in self.blocked

    def reaches(self, person: Person, now: Instant) -> bool:
        """Whether a message to this person arrives ("Send push message", users you can send to)."""
        if self.settings.module:  # it has no friends of its own, but those of its accounts
            accounts = self.part(Attachments).accounts.values()
            return any(account.reaches(person, now) for account in accounts)
        user_id = person.id
        if person.deleted or user_id in self.blocked:
            return False
        if user_id in self.friends:
            return True
        wrote_us = self.last_wrote_us.get(user_id)
        return wrote_us is not None and now.schedule_us - wrote_us <= _WROTE_LATELY_US

    def read_to(self, chat: str, message_id: str) -> None:
        """The account has read everything in a chat up to that message; never less than before."""
        if int(message_id) > int(self.read_up_to.get(chat, "0")):
            self.read_up_to[chat] = message_id

    def has_read(self, chat: str, message_id: str) -> bool:
        """Whether a user sees that message as read: at once where Chat is off (automatic)."""
        return not self.chat or int(message_id) <= int(self.read_up_to.get(chat, "0"))

    def shows_loading(self, user_id: str, now: Instant) -> bool:
        """Whether the user sees the loading indicator."""
        return self.loading_until_us.get(user_id, 0) > now.contract_us

    def standby(self, chat: str, now: Instant) -> bool:
        """Whether another channel holds that chat: events of it are for reading only."""
        control = self.controls.get(chat)
        if control is None:
            return False
        if control.until_us <= now.schedule_us:
            del self.controls[chat]
            return False
        return True

    def sends_webhooks(self) -> bool:
        """Whether webhooks go anywhere."""
        return self.use_webhook and self.endpoint is not None
