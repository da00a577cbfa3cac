"""By reply token or by push, and what each answer of LINE means.

A reply is free but has no retry key: where its answer is lost, only the same token tells whether it
was taken, and a push beside it could tell the customer twice. A push costs quota and may be tried
again under its key as often as needed.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NamedTuple

from echo_bridge.quota import Quota

if TYPE_CHECKING:
    from collections.abc import Iterator

    from echo_bridge.app import Bridge
    from echo_bridge.line_api import Answer
    from echo_bridge.store import Row

REPLY = "/v2/bot/message/reply"
PUSH = "/v2/bot/message/push"
YOUNG_S = 30.0
"""Up to this age a reply token is used: LINE promises a minute, and calls take time."""
SURE_S = 50.0
"""Up to this age a reply token cannot have expired: refused by then means used, by us."""
GIVE_UP_S = 23 * 3600.0
"""Retry keys live for 24 h; a later attempt could be a second message."""
LONGEST_WAIT_S = 60.0


class Outcome(NamedTuple):
    """The end of a call: sent, failed or unknown, why, and LINE's ids of the messages."""

    state: str
    reason: str = ""
    sent: list[dict[str, Any]] = []  # noqa: RUF012 - nobody adds to it


class Routes:
    """Delivers calls of the outbox."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.store = bridge.store
        self.quota = Quota(bridge)

    async def deliver(self, row: Row) -> Outcome:
        """Make one call until its end is known; the route is fixed before its first byte."""
        route = row["route"] or self.chosen(row)
        if route == "reply":
            outcome = await self.reply(row)
            if outcome is not None:
                return outcome
            self._take(row, "push")
        return await self.push(row)

    def chosen(self, row: Row) -> str:
        """Reply where the token is unused and young, else push; the token is spent by this."""
        with self.store.transaction():
            found = self.store.row(
                "SELECT * FROM reply_tokens WHERE token = ? AND NOT used", row["reply_token"]
            )
            if found is None or not self.young(found["came_at"]):
                return self._take(row, "push")
            self.store.run("UPDATE reply_tokens SET used = 1 WHERE token = ?", found["token"])
            return self._take(row, "reply")

    def young(self, came_at: float) -> bool:
        """Whether a reply token that came then may still be used."""
        return self.bridge.clock.now() - came_at <= YOUNG_S

    def _take(self, row: Row, route: str) -> str:
        self.store.run(
            "UPDATE outbox SET state = 'trying', route = ?, first_tried_at = ? WHERE seq = ?",
            route,
            self.bridge.clock.now(),
            row["seq"],
        )
        return route

    # reply

    async def reply(self, row: Row) -> Outcome | None:
        """Reply; None where it certainly did not arrive, so that a push may follow."""
        ambiguous = bool(row["ambiguous"])
        said = {"replyToken": row["reply_token"], "messages": self.bridge.outbox.messages(row)}
        for wait_s in waits():
            if self._token_age_s(row) >= SURE_S:
                break
            answer = await self.bridge.api.post(REPLY, said)
            if answer.ok:
                return sent(answer)
            if answer.status == 400 and ambiguous and self._token_age_s(row) < SURE_S:
                return Outcome("sent", "the attempt whose answer was lost had been taken")
            if answer.ambiguous and not ambiguous:
                ambiguous = True
                self.store.run("UPDATE outbox SET ambiguous = 1 WHERE seq = ?", row["seq"])
            elif answer.status == 400:
                break
            elif not answer.ambiguous and answer.status not in {401, 429}:
                return Outcome("failed", refused(answer))
            await self.bridge.clock.sleep(0.0 if answer.status == 401 else wait_s)
        if ambiguous:
            return Outcome("unknown", "LINE did not say whether it took the reply")
        return None

    def _token_age_s(self, row: Row) -> float:
        found = self.store.row(
            "SELECT came_at FROM reply_tokens WHERE token = ?", row["reply_token"]
        )
        return self.bridge.clock.now() - found["came_at"] if found else SURE_S

    # push

    async def push(self, row: Row) -> Outcome:
        """Push, again and again under the same key, until LINE has said something final."""
        if not row["chat"]:
            return Outcome("failed", "nobody knows which chat it belongs to")
        said = {"to": row["chat"], "messages": self.bridge.outbox.messages(row)}
        began = row["first_tried_at"] if row["route"] == "push" else self.bridge.clock.now()
        for wait_s in waits():
            if self.bridge.clock.now() - began > GIVE_UP_S:
                break
            if await self.quota.spent():
                return Outcome("failed", "the monthly limit of messages is reached")
            answer = await self.call(row, said)
            if answer.ok or answer.status == 409:
                return sent(answer)
            if answer.status == 429:
                if await self.quota.used_up():
                    continue  # and say so
            elif not answer.ambiguous and answer.status != 401:
                return Outcome("failed", refused(answer))
            await self.bridge.clock.sleep(0.0 if answer.status == 401 else wait_s)
        return Outcome("unknown", "LINE did not say whether it took the push, for a day")

    async def call(self, row: Row, said: dict[str, Any]) -> Answer:
        """One attempt to push."""
        return await self.bridge.api.post(PUSH, said, row["retry_key"])


def waits() -> Iterator[float]:
    """Seconds between attempts: twice as long each time, a little by chance, without end."""
    wait_s = 0.5
    while True:
        yield wait_s * random.uniform(1.0, 1.25)  # noqa: S311 - so that not all come back at once
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def sent(answer: Answer) -> Outcome:
    """The good end; a 409 also lists what was sent under the key."""
    found = answer.json.get("sentMessages")
    rows = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return Outcome("sent", sent=rows)


def refused(answer: Answer) -> str:
    """LINE's words, for staff; no decision hangs on them."""
    return f"LINE refused it ({answer.status} {answer.json.get('message', '')})".replace(" )", ")")
