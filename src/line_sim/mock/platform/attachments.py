"""Which accounts a module channel is attached to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.wire.refusals import NOT_FOUND, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel

SCOPES = ("message:send", "message:receive")
"""What an account lets a module channel do (attach module channel, scopes)."""


class Attachments:
    """The accounts of one module channel; at first all of its provider, which is chosen."""

    def __init__(self, module: Channel) -> None:
        self._module = module
        self.accounts: dict[str, Channel] = {
            each.bot_user_id: each
            for each in module.platform.channels.values()
            if each.provider is module.provider and not each.settings.module
        }
        """By the user id of their bot."""

    def account(self, bot_id: str) -> Channel:
        """The account of that bot; raises :class:`RefusedError` where it is not attached."""
        found = self.accounts.get(bot_id)
        if found is None:
            raise RefusedError(NOT_FOUND, why=f"{bot_id[:80]!r} is no account attached to this")
        return found

    def account_of_chat(self, chat: str) -> Channel:
        """The account whose chat it is; raises :class:`RefusedError` where it is nobody's."""
        group = self._module.platform.chats.get(chat)
        for account in self.accounts.values():
            if group is not None and group.channel is account:
                return account
            if chat in account.friends or chat in account.last_wrote_us:
                return account
        raise RefusedError(NOT_FOUND, why=f"{chat[:80]!r} is a chat of no account attached to this")
