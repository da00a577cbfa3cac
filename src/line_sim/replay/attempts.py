"""What a bridge tried to send because of an event: repeats told apart from doubles."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import orjson

from line_sim.replay.evidence import RETRY_KEY, SENDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.evidence import Event

ACCEPTED_BEFORE = 409
"""The answer to a repeated retry key: LINE has it already."""


def attempts(event: Event) -> list[CallRecord]:
    """The sends that an event caused, without those that repeat one which had failed."""
    found: list[CallRecord] = []
    failed: list[CallRecord] = []
    for call in event.calls:
        if call.operation not in SENDING or _spent(call, event.calls):
            continue
        again = [each for each in failed if repeats(call, each)]
        if again:
            failed = [each for each in failed if each not in again]
        else:
            found.append(call)
        if not heard_yes(call):
            failed.append(call)
    return found


def _spent(call: CallRecord, calls: Sequence[CallRecord]) -> bool:
    """Whether a reply was refused for its token was spent: nobody was told twice (check 67)."""
    token = _reply_token(call)
    return bool(token) and call.sent is None and any(
        each.sent is not None and each.at_s < call.at_s and _reply_token(each) == token
        for each in calls
    )  # fmt: skip


def _reply_token(call: CallRecord) -> object:
    return call.body.get("replyToken") if isinstance(call.body, dict) else None


def shown(tried: Sequence[CallRecord]) -> int:
    """How often one event was acted on: as often as the same messages stand among its attempts."""
    same = Counter(orjson.dumps(messages_of(call), default=str) for call in tried)
    return max(same.values(), default=0)


def repeats(call: CallRecord, before: CallRecord) -> bool:
    """Whether a call tries again what failed before: the same retry key, or the same messages."""
    key = before.headers.get(RETRY_KEY)
    if key and call.headers.get(RETRY_KEY) == key:
        return True
    return messages_of(call) == messages_of(before)


def heard_yes(call: CallRecord) -> bool:
    """Whether the bridge knows that LINE took it; a 409 says so too."""
    return call.status is not None and (call.status < 300 or call.status == ACCEPTED_BEFORE)  # noqa: PLR2004 - HTTP's 2xx


def messages_of(call: CallRecord) -> object:
    """The messages a call asked to send."""
    body = call.body
    return body.get("messages") if isinstance(body, dict) else body
