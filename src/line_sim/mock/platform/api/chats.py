"""What a bot shows in a chat without writing: loading, and that it has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.chats import chat_kind
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.mock.platform.request_bodies import read
from line_sim.net.clock import SECOND_US
from line_sim.wire.refusals import (
    BODY_ERRORS,
    LOADING_CHAT,
    MARK_AS_READ,
    PARAMETER,
    Detail,
    RefusedError,
)

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()

_LOADING_S = 20
"""Display a loading indicator: without ``loadingSeconds``."""
_STEP_S = 5


@operations.answers(
    "showLoadingAnimation", "POST", "/v2/bot/chat/loading/start", tier=1, status=202,
    limit=Limit(100, 1), body="ShowLoadingAnimationRequest",
)  # fmt: skip
def loading(asked: Asked) -> Answer:
    """Show the indicator in a user's chat until the time is over or the next message comes."""
    body, findings = read(asked, "ShowLoadingAnimationRequest")
    chat: str = body["chatId"]
    told: int | None = body.get("loadingSeconds")
    seconds = _LOADING_S if told is None else told
    if chat_kind(chat) != "user":
        raise RefusedError(LOADING_CHAT, [Detail(LOADING_CHAT.message, "chatId")])
    if seconds % _STEP_S:
        detail = Detail("must be a multiple of five", "loadingSeconds")
        raise RefusedError(BODY_ERRORS, [detail], count=1, why=f"{seconds} given")
    channel = asked.channel
    person = channel.provider.people.get(chat)
    if person is None:
        why = f"no user {chat[:80]} is known to provider {channel.provider.name}"
        raise RefusedError(PARAMETER, name="chatId", why=why)
    if channel.reaches(person, asked.now):
        channel.loading_until_us[chat] = asked.now.contract_us + seconds * SECOND_US
    else:
        findings += (f"accepted and not shown: {person.name} is not reached",)
    return Answer(202, {}, findings=findings)


@operations.answers(
    "markMessagesAsReadByToken", "POST", "/v2/bot/chat/markAsRead", tier=1,
    body="MarkMessagesAsReadByTokenRequest",
)  # fmt: skip
def mark_as_read(asked: Asked) -> Answer:
    """Mark a message, and all before it in its chat, as read."""
    body, findings = read(asked, "MarkMessagesAsReadByTokenRequest")
    channel = asked.channel
    found = asked.platform.seal.read(channel.id, body["markAsReadToken"])
    if found is None:
        raise RefusedError(MARK_AS_READ, why="not a token of a message to this channel")
    channel.read_to(found.chat, found.message_id)
    return Answer(content={}, findings=findings)


@operations.answers(
    "markMessagesAsRead", "POST", "/v2/bot/message/markAsRead", tier=2,
    body="MarkMessagesAsReadRequest",
)  # fmt: skip
def mark_chat_as_read(asked: Asked) -> Answer:
    """The older call of LINE's partners: everything that a user wrote so far."""
    body, findings = read(asked, "MarkMessagesAsReadRequest")
    channel = asked.channel
    user_id = body["chat"]["userId"]
    if user_id not in channel.provider.people:
        why = f"no user {user_id[:80]} is known to provider {channel.provider.name}"
        raise RefusedError(PARAMETER, name="userId", why=why)
    channel.read_to(user_id, asked.platform.ids.message())
    return Answer(content={}, findings=findings)
