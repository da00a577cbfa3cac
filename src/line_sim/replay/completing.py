"""What a recording made elsewhere leaves out of its calls: the operation, and what was sent.

The mock's ledger tells both; a reverse proxy or an importer only sees bytes. Whoever reads a
recording reads it through :func:`completed`, and finds every recording alike.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.operations import Directory, every_operation
from line_sim.recording.lines import body_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KINDS = {
    "replyMessage": "reply",
    "pushMessage": "push",
    "multicast": "multicast",
    "narrowcast": "narrowcast",
    "broadcast": "broadcast",
}
"""What each sending operation is called among what was sent."""
TOKENS_KEPT = 100_000
"""Reply tokens whose chat is remembered; they live for minutes."""


def completed(lines: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The same lines, each answer with its `operation` and what the call `sent`."""
    chats: OrderedDict[str, tuple[str, str]] = OrderedDict()
    asked: dict[int, Mapping[str, Any]] = {}
    for line in lines:
        kind = line["kind"]
        if kind == "webhook":
            _remember(chats, line)
        elif kind == "call":
            asked[line["exchange"]] = line
        elif kind == "call_end":
            call = asked.pop(line["exchange"], None)
            if call is not None and "operation" not in line:
                yield _told(call, line, chats)
                continue
        yield line


def operation_of(call: Mapping[str, Any]) -> str:
    """LINE's operationId of a recorded call; empty where its path is none of LINE's."""
    path = str(call.get("path", "")).partition("?")[0]
    operation, _ = _directory().find(str(call.get("method", "")), path)
    return operation.name if operation else ""


def _told(
    call: Mapping[str, Any], end: Mapping[str, Any], chats: Mapping[str, tuple[str, str]]
) -> Mapping[str, Any]:
    operation = operation_of(call)
    more: dict[str, Any] = {"operation": operation}
    status = end.get("status")
    accepted = isinstance(status, int) and 200 <= status < 300  # noqa: PLR2004 - HTTP's 2xx
    if accepted and operation in KINDS and "sent" not in end:
        more["sent"] = _sent(KINDS[operation], body_json(call), body_json(end), chats)
    return {**end, **more}


def _sent(
    kind: str, asked: object, answer: object, chats: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    """What an accepted call sent, as the mock's ledger tells it."""
    asked = asked if isinstance(asked, dict) else {}
    answer = answer if isinstance(answer, dict) else {}
    chat, event = chats.get(str(asked.get("replyToken")), ("", ""))
    to = asked.get("to")
    named = to if isinstance(to, list) else [to] if isinstance(to, str) else []
    reached = [chat] if kind == "reply" and chat else [str(each) for each in named]
    messages = _objects(asked.get("messages"))
    ids = [str(each.get("id", "")) for each in _objects(answer.get("sentMessages"))]
    return {
        "kind": kind,
        "chats": reached,
        "delivered": reached,
        "messages": messages,
        "ids": ids,
        "event": event,
        "token_age_s": None,
    }


def _remember(chats: OrderedDict[str, tuple[str, str]], line: Mapping[str, Any]) -> None:
    """Whom the reply tokens of a webhook answer."""
    payload = body_json(line)
    for event in _objects(payload.get("events") if isinstance(payload, dict) else None):
        source = event.get("source")
        source = source if isinstance(source, dict) else {}
        chat = source.get("groupId") or source.get("roomId") or source.get("userId")
        token = event.get("replyToken")
        if isinstance(token, str) and isinstance(chat, str):
            chats[token] = (chat, str(event.get("webhookEventId", "")))
    while len(chats) > TOKENS_KEPT:
        chats.popitem(last=False)


def _objects(found: object) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


@cache
def _directory() -> Directory:
    return Directory(every_operation())
