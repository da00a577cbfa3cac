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
        if call.operation not in SENDING or _spent(call, event):
            continue
        again = [each for each in failed if repeats(call, each)]
        if again:
            failed = [each for each in failed if each not in again]
        else:
            found.append(call)
        if not heard_yes(call):
            failed.append(call)
    return found


def _spent(call: CallRecord, event: Event) -> bool:
    """Whether a reply only spends its token once more (check 67): nobody was told twice by it.

    Once the event has come again, it may be what the bridge made of the copy, and counts.
    """
    if call.sent is not None or sum(each.at_s <= call.at_s for each in event.deliveries) > 1:
        return False
    return any(each.at_s < call.at_s and _took(each, call) for each in event.calls)


def _took(before: CallRecord, call: CallRecord) -> bool:
    """Whether LINE took the reply token of a call in one before it."""
    token = call.body.get("replyToken") if isinstance(call.body, dict) else None
    if not token or before.sent is None or not isinstance(before.body, dict):
        return False
    return bool(before.body.get("replyToken") == token)


def said_again(event: Event) -> list[CallRecord]:
    """The replies that repeat, with a spent token, what LINE had taken: its answer was not read."""
    return [
        call for call in event.calls
        if call.operation in SENDING and _spent(call, event)
        and any(_took(each, call) and repeats(call, each) for each in event.calls)
    ]  # fmt: skip


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
