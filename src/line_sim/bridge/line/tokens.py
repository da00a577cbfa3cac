"""A channel's access token: in use, refused, replaced; or issued and renewed by the bridge itself.

A long-lived token is pasted by an administrator. Where the channel's id is stored
(``channels.line_channel_id``) the bridge issues tokens of thirty days by id and secret, and renews
each before its end (Messaging API reference, issue channel access token).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from line_sim.bridge.beside import Beside
from line_sim.bridge.store.tables import channels, meta

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.line.api import LineApi
    from line_sim.bridge.line.needs import Owner

ISSUE = "/v2/oauth/accessToken"
REVOKE = "/v2/oauth/revoke"
RENEW_AT = 0.8
"""Chosen: the share of a token's life after which it is renewed."""
AGAIN_S = 30.0
"""Chosen: until issuing is tried again after it failed."""
REFUSED = "LINE refuses the channel access token (401)"


class Tokens:
    """Gives the token, or lets everybody wait while there is none that LINE takes.

    Attributes
    ----------
    api
        What tokens are issued by; set once it is there.
    """

    api: LineApi

    def __init__(self, bridge: Owner, channel: Connected) -> None:
        self._bridge, self._channel = bridge, channel
        self._usable = asyncio.Event()
        self._wanted = asyncio.Event()
        self._beside = Beside(bridge.journal)
        self._issuing = False
        self._issued = ""
        """The token in use, where we issued it."""
        self._renew_at = 0.0

    @property
    def in_use(self) -> str:
        """The token that LINE takes as far as is known; empty while there is none."""
        return self._channel.token if self._usable.is_set() else ""

    async def current(self) -> str:
        """The token; waits while LINE has refused all there are, so nothing is called in vain."""
        await self._usable.wait()
        return self._channel.token

    def begin(self) -> None:
        """Go on where an earlier life was: paused for a refused token, or until a renewal."""
        if not self._channel.paused:
            self._usable.set()
        if self._channel.line_channel_id:
            known = self._bridge.store.value(select(meta.c.value).where(meta.c.name == self._name))
            if known is not None:
                self._issued, self._renew_at = self._channel.token, float(known)
            else:
                self._usable.clear()
            self._issue_from_now_on()

    async def refused(self, token: str) -> None:
        """LINE answered 401 to `token`: pause the channel, tell people, wait for another."""
        if token != self.in_use:
            return  # an answer that comes late, about a token that is no longer in use
        self._usable.clear()
        if self._channel.line_channel_id:
            self._renew_at = 0.0
            self._wanted.set()
            return
        self._pause(REFUSED)
        told = f"{REFUSED} of {self._channel.name}: nothing is sent until it is replaced"
        self._bridge.journal.alert("token_refused", told, channel=self._channel.id)

    def changed(self) -> None:
        """Another token, secret or channel id is stored; it holds once that is safe."""
        self._bridge.store.after_commit(self._follow)

    def _follow(self) -> None:
        channel = self._channel
        if channel.line_channel_id and channel.token != self._issued:
            self._usable.clear()
            self._renew_at = 0.0
            self._issue_from_now_on()
            self._wanted.set()
            return
        if channel.token != self._issued:
            self._issued = ""
            self._bridge.store.run(delete(meta).where(meta.c.name == self._name))
        if channel.paused:
            self._pause(None)
        self._usable.set()

    async def close(self) -> None:
        """Renew no more."""
        await self._beside.close()

    # tokens of our own

    @property
    def _name(self) -> str:
        return f"token_renewed_at:{self._channel.id}"

    def _issue_from_now_on(self) -> None:
        if not self._issuing:
            self._issuing = True
            self._beside.start(self._keep_fresh())

    async def _keep_fresh(self) -> None:
        """Issue and renew for as long as the channel is there and has its id stored."""
        channel = self._channel
        try:
            while channel.line_channel_id and self._bridge.channels.by_id(channel.id) is channel:
                left_s = self._renew_at - self._bridge.clock.now()
                if left_s > 0:
                    await self._until(left_s)
                else:
                    await self._issue()
        finally:
            self._issuing = False

    async def _until(self, wait_s: float) -> None:
        """Wait so long, or until a token is wanted at once."""
        self._wanted.clear()
        waits = [
            asyncio.ensure_future(self._wanted.wait()),
            asyncio.ensure_future(self._bridge.clock.sleep(wait_s)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _issue(self) -> None:
        channel, now = self._channel, self._bridge.clock.now()
        old = self._issued
        answer = await self.api.form(
            ISSUE,
            grant_type="client_credentials",
            client_id=channel.line_channel_id,
            client_secret=channel.secret,
        )
        token, life_s = answer.json.get("access_token"), answer.json.get("expires_in")
        if not (answer.ok and isinstance(token, str) and type(life_s) is int):
            told = f"no channel access token was issued for {channel.name} ({answer.said})"
            self._bridge.journal.alert("token_not_issued", told, channel=channel.id)
            self._renew_at = now + AGAIN_S
            return
        self._keep(token, now + life_s * RENEW_AT)
        if old:
            await self.api.form(REVOKE, access_token=old)

    def _keep(self, token: str, renew_at: float) -> None:
        store, channel = self._bridge.store, self._channel
        self._bridge.journal.hide(token)
        self._issued, self._renew_at = token, renew_at
        with store.transaction():
            store.run(delete(meta).where(meta.c.name == self._name))
            store.add(meta, name=self._name, value=renew_at)
            store.run(
                channels.update()
                .where(channels.c.id == channel.id)
                .values(token_box=self._bridge.keys.seal(token), paused=None)
            )
            self._bridge.channels.refresh(channel.id)
            store.after_commit(self._follow)

    def _pause(self, reason: str | None) -> None:
        with self._bridge.store.transaction():
            self._bridge.store.run(
                channels.update().where(channels.c.id == self._channel.id).values(paused=reason)
            )
            self._bridge.channels.refresh(self._channel.id)
