"""One call to LINE: the token of the moment, a request id in the log, a time-out, a turn."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from line_sim.bridge.line.answers import Answer, of_reply
from line_sim.bridge.line.quota import Quota
from line_sim.net.http.failures import ExchangeError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.line.needs import Owner
    from line_sim.bridge.line.tokens import Tokens
    from line_sim.net.http.pool import Pool

TIMEOUT_S = 10.0
"""Chosen: wall seconds for a whole answer; afterwards nobody knows whether LINE acted on it."""
NOT_MADE = Answer(0, handed_over=False, why="it was no longer to be made")
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"
RETRY_KEY = "x-line-retry-key"


class LineApi:
    """LINE's API for one channel.

    Parameters
    ----------
    turns
        How many calls of the whole bridge are made at once. A call waits for its token before it
        takes a turn, so a channel that has none holds up no other.

    Attributes
    ----------
    quota
        What is left of the month's messages.
    """

    def __init__(
        self,
        bridge: Owner,
        channel: Connected,
        tokens: Tokens,
        pool: Pool,
        turns: asyncio.Semaphore,
    ) -> None:
        self._url = bridge.settings.line_api_url.rstrip("/")
        self._journal = bridge.journal
        self._channel, self._tokens, self._pool, self._turns = channel, tokens, pool, turns
        self.quota = Quota(bridge, self, channel.id)

    async def get(self, path: str) -> Answer:
        """Ask for something."""
        return await self._call("GET", path, [], b"")

    async def post(
        self,
        path: str,
        said: object,
        retry_key: str = "",
        *,
        may: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """Have something done; equal `said` is equal bytes.

        Parameters
        ----------
        retry_key
            A UUID, for the calls that take one (LINE Developers, Retrying a failed API request).
        may
            Asked last, right before the call: False makes none (:data:`NOT_MADE`).
        """
        headers = [("content-type", JSON_TYPE)]
        if retry_key:
            headers.append((RETRY_KEY, retry_key))
        return await self._call("POST", path, headers, json.dumps(said).encode("ascii"), may)

    async def form(self, path: str, **fields: str) -> Answer:
        """One of the calls about tokens, which carry none in a header; no word of it is logged."""
        headers = [("content-type", FORM_TYPE)]
        async with self._turns:
            return await self._send("POST", path, headers, urlencode(fields).encode("ascii"))

    async def _call(
        self,
        method: str,
        path: str,
        headers: list[tuple[str, str]],
        body: bytes,
        may: Callable[[], bool] = lambda: True,
    ) -> Answer:
        while True:
            token = await self._tokens.current()
            async with self._turns:
                if token != self._tokens.in_use:
                    continue  # refused or replaced while we waited for our turn
                if not may():
                    return NOT_MADE
                bearer = ("authorization", f"Bearer {token}")
                answer = await self._send(method, path, [bearer, *headers], body)
            if answer.status == HTTPStatus.UNAUTHORIZED:
                await self._tokens.refused(token)
            return answer

    async def _send(
        self, method: str, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> Answer:
        try:
            reply = await self._pool.send(
                method, self._url + path, headers=headers, body=body, timeout_s=TIMEOUT_S
            )
        except ExchangeError as error:
            self._journal.log(f"{method} {path}: no answer ({error})", channel=self._channel.id)
            return Answer(0, handed_over=error.handed_over, why=str(error))
        answer = of_reply(reply)
        request = answer.request_id or "none"
        self._journal.log(
            f"{method} {path}: {answer.status}, request id {request}", channel=self._channel.id
        )
        return answer
