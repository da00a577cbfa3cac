"""LINE's content calls, read into a file and never beyond a cap (API reference, get content)."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from line_sim.net.http.addresses import address
from line_sim.net.http.failures import TIMEOUT, ExchangeError
from line_sim.net.http.foreign import Received, receive
from line_sim.net.http.streams import Streams, hand_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.media.needs import Channel, Owner

EXCHANGE_S = 600.0
"""Chosen: 200 MB at less than 3 Mbit/s."""
_MOST_STATUS_BYTES = 65_536


class LineContent:
    """Asks LINE's data host; belongs to one event loop."""

    def __init__(self, bridge: Owner) -> None:
        self._bridge = bridge
        host = urlsplit(bridge.settings.line_data_url).hostname
        self._streams = Streams(allow={host} if host else frozenset())

    async def content(
        self, channel: Channel, message: str, sink: Callable[[bytes], object], most_bytes: int
    ) -> Received:
        """The content of a message, into `sink`.

        Raises ExchangeError where no whole answer came.
        """
        return await self._get(channel, message, "", sink, most_bytes)

    async def preparation(self, channel: Channel, message: str) -> str:
        """How far LINE is with it: ``processing``, ``succeeded``, ``failed``; empty: not told."""
        parts: list[bytes] = []
        try:
            answer = await self._get(
                channel, message, "/transcoding", parts.append, _MOST_STATUS_BYTES
            )
            said = json.loads(b"".join(parts)) if answer.status == HTTPStatus.OK else {}
        except (ExchangeError, ValueError):
            return ""
        status = said.get("status") if isinstance(said, dict) else ""
        return status if isinstance(status, str) else ""

    async def _get(
        self,
        channel: Channel,
        message: str,
        part: str,
        sink: Callable[[bytes], object],
        most_bytes: int,
    ) -> Received:
        path = f"/v2/bot/message/{quote(message, safe='')}/content{part}"
        found = address(self._bridge.settings.line_data_url.rstrip("/") + path)
        tokens = channel.tokens
        token = await tokens.current()
        headers = [
            (b"host", found.authority.encode()),
            (b"authorization", b"Bearer " + token.encode("latin-1")),
        ]
        connection = await self._streams.connection(found)
        try:
            async with asyncio.timeout(EXCHANGE_S):
                await hand_over(connection, f"GET {found.path} HTTP/1.1".encode(), headers, b"")
                answer = await receive(connection, sink, most_bytes)
        except TimeoutError:
            raise ExchangeError(*TIMEOUT, handed_over=True) from None
        finally:
            self._streams.give_back(found, connection)
        request = answer.headers.get("x-line-request-id", "none")
        self._bridge.journal.log(f"GET {path}: {answer.status}, request id {request}")
        if answer.status == HTTPStatus.UNAUTHORIZED:
            await tokens.refused(token)
        return answer

    async def close(self) -> None:
        """Hang up."""
        await self._streams.close()
