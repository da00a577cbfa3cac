"""What all sending calls share: whom a message reaches, what it quotes, what LINE answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.mock.platform.chats import chat_kind
from line_sim.wire import requests
from line_sim.wire.refusals import (
    BODY_ERRORS,
    FAILED_TO_SEND,
    STANDBY,
    Detail,
    RefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.mock.platform.calls import Asked
    from line_sim.mock.platform.channel import Channel
    from line_sim.net.clock import Instant
    from line_sim.wire.reading import Read

QUOTABLE = ("text", "textV2", "sticker", "image", "video", "template", "flex")
"""Kinds whose ``sentMessages`` carry a quote token; no set, for a lenient type may be a list."""

_QUOTES = "a quote token works in the chat it came from only; that LINE refuses others is chosen"


class Reach(NamedTuple):
    """Whom a message to one chat reaches."""

    people: int
    """People, each of whom counts against the quota."""
    why: str = ""
    """Why nobody, for the tester."""


def reach(channel: Channel, to: str, now: Instant, *, known: bool = False) -> Reach:
    """Whom a message to a user, group or room reaches (send push message).

    A reply goes to a chat that is `known`: if the account has left since, nobody is reached.

    Raises
    ------
    RefusedError
        Where the id is unknown to this channel, another provider's, or of a group without the
        account. A blocker, a non-friend or a deleted account is no error: nobody is reached.
    """
    if chat_kind(to) == "user":
        person = channel.provider.people.get(to)
        if person is None:
            raise RefusedError(FAILED_TO_SEND, why=_stranger(channel, to))
        if channel.reaches(person, now):
            return Reach(1)
        return Reach(0, f"{person.name} is no friend, blocks the account, or has left LINE")
    chat = channel.platform.chats.get(to)
    if chat is None or chat.channel is not channel:
        if known:
            return Reach(0, "the account has left it")
        raise RefusedError(FAILED_TO_SEND, why=f"the account is in no group or room {to[:80]}")
    return Reach(len(chat.members))


def _stranger(channel: Channel, to: str) -> str:
    for provider in channel.platform.providers.values():
        if to in provider.people:
            return (
                f"a user id of provider {provider.name}; the channel is {channel.provider.name}'s"
            )
    return f"no user {to[:80]} is known to provider {channel.provider.name}"


def check_standby(channel: Channel, to: str, now: Instant) -> None:
    """Refuse to send where another channel holds the chat (module channels: standby)."""
    if channel.controls and channel.standby(to, now):
        holder = channel.controls[to].holder.name
        raise RefusedError(STANDBY, why=f"{holder} holds this chat: this channel is on standby")


def wrong_quotes(channel: Channel, to: str, messages: list[dict[str, Any]]) -> list[Detail]:
    """The quote tokens that were not given out in the very chat they are sent to."""
    return [
        Detail("invalid quoteToken", f"messages[{place}].quoteToken")
        for place, message in enumerate(messages)
        if message.get("quoteToken") is not None
        and not channel.platform.seal.quoted(channel.id, to, str(message["quoteToken"]))
    ]


def sent_messages(
    channel: Channel, to: str, ids: Sequence[str], messages: Sequence[dict[str, Any]]
) -> list[dict[str, str]]:
    """LINE's ``sentMessages``: ids as strings, and quote tokens of what can be quoted."""
    quote = channel.platform.seal.quote
    return [
        {"id": each, "quoteToken": quote(channel.id, to, each)}
        if message.get("type") in QUOTABLE
        else {"id": each}
        for each, message in zip(ids, messages, strict=True)
    ]


def read(asked: Asked, kind: str) -> Read:
    """The body of a sending call; raises :class:`RefusedError` with every fault in it."""
    settings = asked.platform.settings
    return requests.read(
        kind, asked.call.body, profile=settings.profile, extra=settings.strict.extra
    )


def checked_for_chat(asked: Asked, to: str, messages: list[dict[str, Any]]) -> tuple[str, ...]:
    """Findings about messages in that very chat; raises where LINE would refuse them there.

    Without a chat they go to many users: nothing can be quoted then.
    """
    profile = asked.platform.settings.profile
    check_standby(asked.channel, to, asked.now)
    warnings = requests.check_chat(messages, chat_kind(to), profile=profile)
    wrong = wrong_quotes(asked.channel, to, messages)
    if wrong and profile == "line":
        raise RefusedError(BODY_ERRORS, wrong, why=_QUOTES, count=len(wrong))
    if wrong and profile == "lenient":
        warnings += tuple(f"{each.property}: {each.message} ({_QUOTES})" for each in wrong)
    return warnings
