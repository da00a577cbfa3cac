"""A channel as its owner sees it in the console."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """A channel: what a bridge must be told, and how its switches stand.

    Its secrets are not shown by ``repr``, which ends up in logs. ``channel["secret"]`` is
    ``channel.secret``.
    """

    name: str
    id: str
    secret: str = field(repr=False)
    access_token: str = field(repr=False)
    bot_user_id: str
    basic_id: str
    endpoint: str | None
    """The webhook URL; None where none is set."""
    use_webhook: bool
    redelivery: bool
    error_statistics: bool
    greeting: str
    auto_response: str
    groups: bool

    def __getitem__(self, name: str) -> str | bool | None:
        if name not in self.__dataclass_fields__:
            raise KeyError(name)
        found: str | bool | None = getattr(self, name)
        return found
