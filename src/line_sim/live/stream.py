"""The bridge's event stream as a member of staff reads it: server-sent events, one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.live.colleagues import PREFIX, StaffApiError
from line_sim.net.http.addresses import address
from line_sim.net.http.streams import Streams, hand_over

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OK = 200


class Event(NamedTuple):
    """One event of the stream."""

    kind: str
    data: dict[str, Any]


async def events(streams: Streams, url: str, token: str) -> AsyncIterator[Event]:
    """What a member is told, from now on, until the bridge ends it.

    The first event is ``hello``: what happens after it is told.

    Raises
    ------
    StaffApiError
        The bridge refuses it.
    ExchangeError
        The connection is lost.
    """
    place = address(f"{url}{PREFIX}/stream")
    connection = await streams.connection(place)
    headers = [
        (b"host", place.authority.encode("ascii")), (b"accept", b"text/event-stream"),
        (b"authorization", f"Bearer {token}".encode("ascii")),
    ]  # fmt: skip
    try:
        line = f"GET {PREFIX}/stream HTTP/1.1".encode("ascii")
        await hand_over(connection, line, headers, b"")
        await connection.head()
        if connection.status != OK:
            message = f"GET {PREFIX}/stream: {connection.status}"
            raise StaffApiError(message)
        waiting = b""
        while part := await connection.part():
            *whole, waiting = (waiting + part).split(b"\n\n")
            for block in whole:
                if (event := _event(block.decode("utf-8"))) is not None:
                    yield event
    finally:
        connection.abort()


def _event(block: str) -> Event | None:
    fields = dict(
        line.split(": ", 1) for line in block.splitlines() if ": " in line and line[0] != ":"
    )
    return Event(fields["event"], json.loads(fields["data"])) if "data" in fields else None
