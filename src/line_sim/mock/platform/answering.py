"""The way of every call to LINE's API: found, authenticated, limited, carried out, answered."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from line_sim.mock.platform import retry_keys
from line_sim.mock.platform.calls import Answer, Asked
from line_sim.wire.refusals import (
    CONTENT_TYPE,
    NO_SUCH_PATH,
    RETRIED,
    RETRY_KEY_PLACE,
    TOKEN,
    TOO_LARGE,
    UNSUPPORTED,
    RefusedError,
)

if TYPE_CHECKING:
    from typing import Any

    from line_sim.mock.platform.buckets import Buckets
    from line_sim.mock.platform.calls import Call
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.operations import Directory, Operation
    from line_sim.mock.platform.platform import Platform
    from line_sim.net.clock import Instant

MOST_BODY_BYTES = 2 * 2**20
"""Status codes, 413: more than 2 MB; which MB is chosen."""
_HOSTS = {"api": "api.line.me", "data": "api-data.line.me", "manager": "manager.line.biz"}
BEARER = "bearer "
"""What an Authorization header begins with, in lower case."""


def answered(platform: Platform, call: Call, now: Instant) -> Answer:
    """LINE's answer; nothing that a caller sends makes this raise."""
    request_id = platform.ids.request_id()
    try:
        answer = _carried_out(platform, call, now, request_id)
    except RefusedError as refused:
        answer = refusal(refused)
    answer.headers["x-line-request-id"] = request_id
    return answer


def refusal(refused: RefusedError) -> Answer:
    """LINE's answer to a call it refuses; the token endpoints follow OAuth's shape instead."""
    rule = refused.rule
    content: dict[str, Any]
    if rule.id.startswith("oauth-"):
        error, _, description = refused.message.partition(": ")
        content = {"error": error, "error_description": description}
    else:
        content = {"message": refused.message}
        if refused.details:
            content["details"] = [detail.to_wire() for detail in refused.details]
    content.update(refused.extra)
    return Answer(rule.status, content, refused.headers, rule=rule, why=refused.why)


def _carried_out(platform: Platform, call: Call, now: Instant, request_id: str) -> Answer:
    directory = platform.directory
    operation, parameters = directory.find(call.method, call.path)
    if operation is None:
        raise RefusedError(NO_SUCH_PATH, why=_nearest(directory, call))
    channel = _caller(platform, operation, call, now)
    if platform.settings.strict.hosts:
        _check_host(operation, call)
    if len(call.body) > MOST_BODY_BYTES and not operation.upload:
        raise RefusedError(TOO_LARGE, why=f"{len(call.body)} bytes")
    _buckets(platform, channel, call).take(operation, now)
    if not operation.supported:
        raise RefusedError(UNSUPPORTED, operation=operation.name, why="listed in docs/mock.md")
    if operation.body and operation.auth == "bearer" and not operation.upload:
        _check_type(call)
    asked = Asked(platform, operation, parameters, call, now, channel or platform.first, request_id)
    key = call.headers.get("x-line-retry-key")
    if key is None:
        return operation.answering(asked)
    return _carried_out_once(asked, key)


def _caller(platform: Platform, operation: Operation, call: Call, now: Instant) -> Channel | None:
    """Whose token the call carries; None where the operation needs none."""
    if operation.auth == "none":
        return None
    channel = platform.channel_of(call, now)
    if channel is None:
        given = call.headers.get("authorization", "")
        why = "no Authorization header" if not given else "no channel's token, expired or revoked"
        raise RefusedError(TOKEN, why=why)
    return channel


def _buckets(platform: Platform, channel: Channel | None, call: Call) -> Buckets:
    """Where a call counts: at its channel; without a token, at the one its form names, if any."""
    if channel is None:
        form = parse_qs(call.body.decode("utf-8", "replace"))
        channel = platform.channels.get(form.get("client_id", [""])[0])
    return platform.buckets if channel is None else channel.buckets


def _check_host(operation: Operation, call: Call) -> None:
    wanted = _HOSTS[operation.host]
    if call.host.partition(":")[0].lower() != wanted:
        raise RefusedError(NO_SUCH_PATH, why=f"{operation.name} is served by {wanted}")


def _check_type(call: Call) -> None:
    given = call.headers.get("content-type", "")
    if (
        given != "application/json"
        and given.partition(";")[0].strip().lower() != "application/json"
    ):
        raise RefusedError(CONTENT_TYPE, given=given, why="application/json is expected")


def _carried_out_once(asked: Asked, text: str) -> Answer:
    """A call with a retry key: carried out unless it was accepted within the last 24 hours."""
    if not asked.operation.retry_key:
        raise RefusedError(RETRY_KEY_PLACE, why=f"{asked.operation.name} takes no retry key")
    key = retry_keys.parsed(text)
    keys, schedule_us = asked.channel.retry_keys, asked.now.schedule_us
    digest = retry_keys.digest(asked.operation.name, asked.call.body)
    accepted = keys.find(key, schedule_us)
    if accepted is not None:
        return _retried(asked, accepted, same=accepted.digest == digest)
    answer = asked.operation.answering(asked)
    if answer.status < 300:  # noqa: PLR2004 - HTTP's 2xx; a failure leaves the key free
        keys.accept(key, _accepted(asked, answer, digest), schedule_us)
    return answer


def _accepted(asked: Asked, answer: Answer, digest: bytes) -> retry_keys.Accepted:
    content, sent = answer.content, answer.sent
    if sent is None or sent.kind != "push" or not isinstance(content, dict):
        return retry_keys.Accepted(asked.request_id, digest, "", ())
    shown = tuple((each["id"], "quoteToken" in each) for each in content["sentMessages"])
    return retry_keys.Accepted(asked.request_id, digest, sent.chats[0], shown)


def _retried(asked: Asked, accepted: retry_keys.Accepted, *, same: bool) -> Answer:
    """409, with what the accepted call was answered (Retrying an API request)."""
    extra: dict[str, object] = {}
    if accepted.chat:
        quote = asked.platform.seal.quote
        extra["sentMessages"] = [
            {"id": each, "quoteToken": quote(asked.channel.id, accepted.chat, each)}
            if quotable
            else {"id": each}
            for each, quotable in accepted.sent
        ]
    headers = {"x-line-accepted-request-id": accepted.request_id}
    answer = refusal(RefusedError(RETRIED, extra=extra, headers=headers))
    if not same:
        answer.findings = ("the retry key was accepted with another call: keys belong to one call",)
    return answer


def _nearest(directory: Directory, call: Call) -> str:
    """What the caller may have meant."""
    path = call.path[:200]
    if methods := directory.methods(call.path):
        return f"{call.method} is not for {path}; {' or '.join(methods)} is"
    templates = {operation.path: operation.method for operation in directory.every}
    near = get_close_matches(path, templates, n=1, cutoff=0.5)
    nearest = f"; nearest is {templates[near[0]]} {near[0]}" if near else ""
    return f"LINE has no {call.method} {path}{nearest}"
