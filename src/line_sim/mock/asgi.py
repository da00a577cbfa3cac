"""A call as it comes by ASGI, and its answer as it goes: whole, cut short, or reset."""

from __future__ import annotations

import contextlib
import socket
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from line_sim.mock.platform.calls import Answer, Call
from line_sim.net.serve import TRANSPORT

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Message, Receive, Scope, Send

    from line_sim.mock.faults.plans import CallPlan

MOST_BYTES = 64 * 2**20
"""No body is read beyond this: more than any upload LINE takes."""


@lru_cache(4_096)
def _header(pair: tuple[bytes, bytes]) -> tuple[str, str]:
    """A header as text; most calls of a bot carry the same ones."""
    return pair[0].decode("latin-1"), pair[1].decode("latin-1")


def call_of(scope: Scope, body: bytes) -> Call:
    """The call, for the platform."""
    headers = dict(map(_header, scope["headers"]))
    return Call(
        scope["method"],
        scope["path"],
        scope["query_string"].decode("latin-1"),
        headers,
        body,
        headers.get("host", ""),
    )


async def body_of(receive: Receive) -> bytes | None:
    """The body; None where the caller left in the middle, or sends more than `MOST_BYTES`."""
    message = await receive()
    if not message.get("more_body"):
        return message.get("body", b"") if message["type"] == "http.request" else None
    parts = [message["body"]]
    size = len(parts[0])
    while message.get("more_body"):
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
    return b"".join(parts)


def bytes_of(answer: Answer) -> bytes:
    """The answer's body."""
    if answer.content is None:
        return b""
    return answer.content if isinstance(answer.content, bytes) else orjson.dumps(answer.content)


async def send_answer(
    scope: Scope, send: Send, answer: Answer, body: bytes, plan: CallPlan | None
) -> bool:
    """Send the answer, its `body` as short as the plan of a fault has it; whether that cut it."""
    part = body
    if plan is not None and plan.truncate is not None:
        part = body[: int(len(body) * plan.truncate)]
        body = body if plan.keeps_length else part
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers.append((b"content-type", answer.media_type.encode()))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    cut = len(part) < len(body)
    await send({"type": "http.response.body", "body": part, "more_body": cut})
    if cut:
        _transport(scope).close()  # what was promised never comes
    return cut


async def gone(receive: Receive) -> None:
    """Wait until the caller hangs up."""
    message: Message = await receive()
    while message["type"] != "http.disconnect":
        message = await receive()


def reset(scope: Scope) -> None:
    """Cut the connection so that the caller sees a reset, not an orderly end."""
    transport = _transport(scope)
    connection = transport.get_extra_info("socket")
    if connection is not None:
        linger_at_once = struct.pack("ii", 1, 0)  # SO_LINGER with 0 s sends RST in place of FIN
        with contextlib.suppress(ValueError, OSError):  # the caller was quicker
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_at_once)
    transport.abort()


def _transport(scope: Scope) -> asyncio.Transport:
    found: asyncio.Transport = scope["extensions"][TRANSPORT]
    return found
