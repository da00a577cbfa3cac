"""Replies and messages to one or several users (Messaging API reference, messages)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.aggregation_units import AggregationUnits
from line_sim.mock.platform.calls import Answer, Sent
from line_sim.mock.platform.named_users import check_known
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.mock.platform.sending import checked_for_chat, reach, read, sent_messages
from line_sim.wire.refusals import RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()


@operations.answers(
    "replyMessage", "POST", "/v2/bot/message/reply", tier=1,
    body="ReplyMessageRequest", result="ReplyMessageResponse",
)  # fmt: skip
def reply(asked: Asked) -> Answer:
    """Answer an event: the token works once, for a minute, and costs no quota."""
    channel, now = asked.channel, asked.now
    tokens = channel.reply_tokens
    try:
        body, findings = read(asked, "reply")
        token = body["replyToken"]
        found = tokens.find(token, now)
        messages: list[dict[str, Any]] = body["messages"]
        findings += checked_for_chat(asked, found.chat, messages)
    except RefusedError as refused:
        raise _explained(asked, refused) from None
    channel.flood.take(found.chat, len(messages), now)
    age_s = tokens.use(token, now)
    reached = reach(channel, found.chat, now, known=True)
    channel.loading_until_us.pop(found.chat, None)
    channel.sent_by_day.add("reply", reached.people, asked.platform.unix_ms(now))
    ids = tuple(asked.platform.ids.message() for _ in messages)
    sent = Sent(
        kind="reply",
        channel=channel.id,
        chats=(found.chat,),
        delivered=(found.chat,) if reached.people else (),
        messages=tuple(messages),
        ids=ids,
        event=found.event,
        token_age_s=age_s,
    )
    content = {"sentMessages": sent_messages(channel, found.chat, ids, messages)}
    return Answer(content=content, sent=sent, findings=findings)


def _explained(asked: Asked, refused: RefusedError) -> RefusedError:
    """Use the token up where the settings say so, and look for it at other channels."""
    if refused.rule.id != "reply-token":
        if asked.platform.settings.reply.consume_on_400 and refused.rule.status == 400:  # noqa: PLR2004
            _spend(asked)
        return refused
    token = asked.json()["replyToken"]
    for other in asked.platform.channels.values():
        if other is not asked.channel and other.reply_tokens.why_dead(token):
            refused.why = f"the token of an event of channel {other.name}, not {asked.channel.name}"
    return refused


def _spend(asked: Asked) -> None:
    try:
        token = str(asked.json().get("replyToken", ""))
        asked.channel.reply_tokens.find(token, asked.now)
    except RefusedError:
        return
    asked.channel.reply_tokens.use(token, asked.now)


@operations.answers(
    "pushMessage", "POST", "/v2/bot/message/push", tier=1, retry_key=True,
    body="PushMessageRequest", result="PushMessageResponse",
)  # fmt: skip
def push(asked: Asked) -> Answer:
    """Messages to one user, group or room; each person reached costs one of the quota."""
    channel, now = asked.channel, asked.now
    body, findings = read(asked, "push")
    to: str = body["to"]
    messages: list[dict[str, Any]] = body["messages"]
    reached = reach(channel, to, now)
    findings += checked_for_chat(asked, to, messages)
    unix_ms = asked.platform.unix_ms(now)
    if reached.people:
        channel.flood.take(to, len(messages), now)
        channel.quota.take(reached.people, unix_ms)
        channel.loading_until_us.pop(to, None)
        channel.sent_by_day.add("push", reached.people, unix_ms)
        findings += _units(asked, body, unix_ms)
    else:
        findings += (f"accepted and not delivered: {reached.why}",)
    ids = tuple([asked.platform.ids.message() for _ in messages])
    sent = Sent(
        kind="push",
        channel=channel.id,
        chats=(to,),
        delivered=(to,) if reached.people else (),
        messages=tuple(messages),
        ids=ids,
    )
    content = {"sentMessages": sent_messages(channel, to, ids, messages)}
    return Answer(content=content, sent=sent, findings=findings)


@operations.answers(
    "multicast", "POST", "/v2/bot/message/multicast", tier=1, retry_key=True,
    limit=Limit(200, 1), body="MulticastRequest",
)  # fmt: skip
def multicast(asked: Asked) -> Answer:
    """Messages to at most 500 users."""
    channel, now = asked.channel, asked.now
    body, findings = read(asked, "multicast")
    to = tuple(dict.fromkeys(body["to"]))
    messages: list[dict[str, Any]] = body["messages"]
    people = channel.provider.people
    check_known(asked, "to", body["to"])
    findings += checked_for_chat(asked, "", messages)
    delivered = tuple(each for each in to if channel.reaches(people[each], now))
    answer = to_many(asked, "multicast", to, delivered, messages, findings)
    answer.findings += _units(asked, body, asked.platform.unix_ms(now))
    return answer


def _units(asked: Asked, body: dict[str, Any], unix_ms: int) -> tuple[str, ...]:
    """Note the aggregation unit of a message; findings where its name is dropped."""
    names = body.get("customAggregationUnits")
    return asked.channel.part(AggregationUnits).add(names, unix_ms) if names else ()


@operations.answers(
    "broadcast", "POST", "/v2/bot/message/broadcast", tier=2, retry_key=True,
    limit=Limit(60, 3_600), body="BroadcastRequest",
)  # fmt: skip
def broadcast(asked: Asked) -> Answer:
    """Messages to all friends."""
    channel, now = asked.channel, asked.now
    body, findings = read(asked, "broadcast")
    people = channel.provider.people
    to = tuple(each for each in channel.friends if channel.is_friend(each))
    delivered = tuple(each for each in to if channel.reaches(people[each], now))
    findings += checked_for_chat(asked, "", body["messages"])
    return to_many(asked, "broadcast", to, delivered, body["messages"], findings)


def to_many(  # noqa: PLR0913, PLR0917 - what a message to many is
    asked: Asked,
    kind: str,
    to: tuple[str, ...],
    delivered: tuple[str, ...],
    messages: list[dict[str, Any]],
    findings: tuple[str, ...],
) -> Answer:
    """Count and send; LINE answers an empty object."""
    channel, now = asked.channel, asked.now
    unix_ms = asked.platform.unix_ms(now)
    for each in delivered:
        channel.flood.take(each, len(messages), now)
    channel.quota.take(len(delivered), unix_ms)
    channel.sent_by_day.add(kind, len(delivered), unix_ms)
    for each in delivered:
        channel.loading_until_us.pop(each, None)
    if len(delivered) < len(to):
        findings += (f"accepted, and {len(to) - len(delivered)} of {len(to)} are not reached",)
    sent = Sent(
        kind=kind,
        channel=channel.id,
        chats=to,
        delivered=delivered,
        messages=tuple(messages),
        ids=tuple([asked.platform.ids.message() for _ in messages]),
    )
    return Answer(content={}, sent=sent, findings=findings)


def _validates(kind: str) -> None:
    """One of the five calls that only look at messages."""

    @operations.answers(
        f"validate{kind.capitalize()}", "POST", f"/v2/bot/message/validate/{kind}", tier=1,
        body="ValidateMessageRequest",
    )  # fmt: skip
    def validate(asked: Asked) -> Answer:
        return Answer(content={}, findings=read(asked, f"validate_{kind}").warnings)


for _kind in ("reply", "push", "multicast", "narrowcast", "broadcast"):
    _validates(_kind)
