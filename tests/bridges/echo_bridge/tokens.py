"""The channel access token: in use, refused, replaced, and renewed where it is short-lived."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from echo_bridge.clock import Clock
    from echo_bridge.journal import Journal
    from echo_bridge.line_api import LineApi
    from echo_bridge.settings import Settings

RENEW_AT = 0.8
"""Share of a token's life after which it is renewed."""
AGAIN_S = 30.0
"""Until issuing is tried again after it failed."""


class Tokens:
    """Gives the token, or makes everybody wait while there is none that LINE takes."""

    api: LineApi

    def __init__(self, settings: Settings, clock: Clock, journal: Journal) -> None:
        self.settings = settings
        self.clock = clock
        self.journal = journal
        self._usable = asyncio.Event()
        self._usable.set()
        self._wanted = asyncio.Event()
        self.issued = ""
        self._renew_at = 0.0

    @property
    def in_use(self) -> str:
        """The token of the moment, whether LINE takes it or not."""
        return self.issued if self.settings.channel_id else self.settings.access_token

    async def current(self) -> str:
        """The token; waits while the last one was refused, so nothing is called in vain."""
        await self._usable.wait()
        return self.in_use

    async def refused(self, token: str) -> None:
        """LINE refused `token` by 401: stop, tell, and wait for another."""
        if token != self.in_use:
            return  # an answer that comes late, about a token that is no longer in use
        self._usable.clear()
        if self.settings.channel_id:
            self._renew_at = 0.0
            self._wanted.set()
            return
        self.journal.alert("LINE refuses the channel access token (401): nothing is sent until it "
                           "is replaced")  # fmt: skip

    def changed(self) -> None:
        """The operator gave another token, or another way to get one."""
        if self.settings.channel_id:
            self._usable.clear()
            self._renew_at = 0.0
            self._wanted.set()
        else:
            self._usable.set()

    async def keep_fresh(self) -> None:
        """Issue and renew short-lived tokens, for as long as the bridge runs."""
        if self.settings.channel_id:
            self.changed()
        while True:
            if not self.settings.channel_id:
                self._wanted.clear()
                await self._wanted.wait()
            elif (left := self._renew_at - self.clock.now()) <= 0:
                await self._issue()
            else:
                await self._until(left)

    async def _until(self, seconds: float) -> None:
        """Wait so long, or until a token is wanted at once."""
        self._wanted.clear()
        waiting = [asyncio.ensure_future(self._wanted.wait()),
                   asyncio.ensure_future(self.clock.sleep(seconds))]  # fmt: skip
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()

    async def _issue(self) -> None:
        old = self.issued
        answer = await self.api.form(
            "/v2/oauth/accessToken",
            grant_type="client_credentials",
            client_id=self.settings.channel_id,
            client_secret=self.settings.secret,
        )
        token, life_s = answer.json.get("access_token"), answer.json.get("expires_in")
        if not (answer.ok and isinstance(token, str) and isinstance(life_s, int)):
            self.journal.alert(f"no channel access token was issued ({answer.status})")
            self._renew_at = self.clock.now() + AGAIN_S
            return
        self.issued = token
        self._renew_at = self.clock.now() + life_s * RENEW_AT
        self._usable.set()
        if old:
            await self.api.form("/v2/oauth/revoke", access_token=old)
