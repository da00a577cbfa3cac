"""Messages to some of the friends (Messaging API reference, narrowcast)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.audiences import Audiences
from line_sim.mock.platform.calls import Answer, Sent
from line_sim.mock.platform.narrowcasts import Narrowcast, Narrowcasts
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.mock.platform.sending import checked_for_chat, read
from line_sim.wire.refusals import NOT_FOUND, PARAMETER, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.platform.calls import Asked

operations = Operations()

_SIMPLER = "the demographic filter is not looked at: nothing is known of anybody's age or place"


@operations.answers(
    "narrowcast", "POST", "/v2/bot/message/narrowcast", tier=2, retry_key=True, status=202,
    limit=Limit(60, 3_600), body="NarrowcastRequest",
)  # fmt: skip
def narrowcast(asked: Asked) -> Answer:
    """Accept the messages, hold the quota they will use, and send them."""
    channel, now, platform = asked.channel, asked.now, asked.platform
    body, findings = read(asked, "narrowcast")
    messages: list[dict[str, Any]] = body["messages"]
    findings += checked_for_chat(asked, "", messages)
    people = channel.provider.people
    everybody = [each for each in channel.friends if channel.is_friend(each)]
    chosen = everybody
    if recipient := body.get("recipient"):
        keep = _chosen(asked, recipient, frozenset(everybody))
        chosen = [each for each in everybody if each in keep]
    if body.get("filter"):
        findings += (_SIMPLER,)
    chosen = _limited(asked, body.get("limit") or {}, chosen)
    reached = tuple(each for each in chosen if channel.reaches(people[each], now))
    accepted = Narrowcast(now.schedule_us, reached, len(chosen))
    unix_ms = platform.unix_ms(now)
    channel.quota.reserve(len(reached), unix_ms, platform.epoch_ms + accepted.done_us // 1_000)
    channel.part(Narrowcasts).add(asked.request_id, accepted)
    channel.sent_by_day.add("narrowcast", len(reached), unix_ms)
    for each in reached:
        channel.loading_until_us.pop(each, None)
    sent = Sent(
        kind="narrowcast",
        channel=channel.id,
        chats=tuple(chosen),
        delivered=reached,
        messages=tuple(messages),
        ids=tuple([platform.ids.message() for _ in messages]),
    )
    return Answer(202, {}, sent=sent, findings=findings)


@operations.answers(
    "getNarrowcastProgress", "GET", "/v2/bot/message/progress/narrowcast", tier=2,
    result="NarrowcastProgressResponse",
)  # fmt: skip
def progress(asked: Asked) -> Answer:
    """How far a narrowcast has come, by the request id of its call."""
    request_id = asked.query("requestId")
    if not request_id:
        raise RefusedError(PARAMETER, name="requestId", why="it is missing")
    narrowcasts = asked.channel.part(Narrowcasts)
    found = narrowcasts.find(request_id, asked.now)
    if found is None:
        raise RefusedError(NOT_FOUND, why="no narrowcast of that request id within 14 days")
    return Answer(content=narrowcasts.progress(found, asked.now))


def _chosen(
    asked: Asked, recipient: Mapping[str, Any], everybody: frozenset[str]
) -> frozenset[str]:
    """The friends that a recipient object names (narrowcast, recipient objects)."""
    if recipient["type"] == "audience":
        try:
            audience = asked.channel.part(Audiences).find(recipient.get("audienceGroupId"))
        except RefusedError as refused:
            name = "recipient.audienceGroupId"
            raise RefusedError(PARAMETER, name=name, why=refused.why) from None
        return everybody.intersection(audience.users)
    if recipient["type"] == "redelivery":
        request_id = str(recipient.get("requestId", ""))
        found = asked.channel.part(Narrowcasts).find(request_id, asked.now)
        if found is None:
            why = "no narrowcast of that request id within 14 days"
            raise RefusedError(PARAMETER, name="recipient.requestId", why=why)
        return everybody.intersection(found.recipients)
    keep = everybody
    for each in recipient.get("and") or ():
        keep &= _chosen(asked, each, everybody)
    if either := recipient.get("or"):
        keep &= frozenset().union(*(_chosen(asked, each, everybody) for each in either))
    if other := recipient.get("not"):
        keep -= _chosen(asked, other, everybody)
    return keep


def _limited(asked: Asked, limit: Mapping[str, Any], chosen: list[str]) -> list[str]:
    """At most so many, and no more than the quota still allows where that is asked for."""
    most = limit.get("max")
    if most is not None:
        chosen = chosen[:most]
    left = asked.channel.quota.left(asked.platform.unix_ms(asked.now))
    if limit.get("upToRemainingQuota") and left is not None:
        chosen = chosen[:left]
    return chosen
