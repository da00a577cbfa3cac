"""Whom a call is about, found out before it is answered: for faults that meet one user only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from line_sim.mock.platform.calls import Call
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.platform import Platform

PLACES = ("userId", "groupId", "roomId", "chatId")
"""Fields of path templates that name somebody."""


def addressees(
    platform: Platform, channel: Channel | None, call: Call, parameters: Mapping[str, str]
) -> list[str]:
    """Ids of the users, groups and rooms a call is about, and the names of those known.

    They are in the path, in ``to`` and ``chatId`` of the body, behind the reply token, and behind
    the message whose content is fetched.
    """
    ids = [parameters[place] for place in PLACES if place in parameters]
    ids += platform.content.sender(parameters.get("messageId", ""))
    ids += _in_body(channel, call)
    return [name for each in ids for name in {each, platform.name_of(each)}]


def _in_body(channel: Channel | None, call: Call) -> Iterator[str]:
    try:
        body: Any = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        return
    if not isinstance(body, dict):
        return
    for place in ("to", "chatId"):
        value = body.get(place)
        yield from (each for each in (value if isinstance(value, list) else [value])
                    if isinstance(each, str))  # fmt: skip
    token = body.get("replyToken")
    if channel is not None and isinstance(token, str):
        yield from channel.reply_tokens.chats(token)
