"""By reply token or by push, and what each answer of LINE means (PLATFORM.md 26).

A reply is free and has no retry key: where its answer is lost only the same token can tell whether
it was taken, and a push beside it could tell the customer twice. A push costs quota and may be
tried again under its key, which LINE remembers for a day.
"""

from __future__ import annotations

import asyncio
import random
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from line_sim.bridge.outgoing.calls import Outcome
from line_sim.bridge.store.tables import outbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.bridge.line.answers import Answer
    from line_sim.bridge.outgoing.calls import Call
    from line_sim.bridge.outgoing.needs import Sender
    from line_sim.bridge.outgoing.reply_tokens import ReplyTokens

REPLY = "/v2/bot/message/reply"
PUSH = "/v2/bot/message/push"
SURE_S = 50.0
"""Up to this age a reply token cannot have expired (LINE promises a minute, and calls take time):
refused by then, it was used, and only we could have used it."""
GIVE_UP_S = 23 * 3600.0
"""LINE forgets a retry key after 24 h; a later attempt could be a second message."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 60.0
"""Chosen: between attempts, twice as long each time."""
JITTER = 0.25
"""Chosen: so much longer at most by chance, so that not all come back at once."""


class Routes:
    """Brings calls to their ends.

    Attributes
    ----------
    open
        Cleared while no call may begin.
    """

    def __init__(self, bridge: Sender, tokens: ReplyTokens) -> None:
        self._store, self._clock = bridge.store, bridge.clock
        self._tokens = tokens
        self.open = asyncio.Event()
        self.open.set()

    async def deliver(self, call: Call) -> Outcome:
        """Make one call until its end is known; its route is written down before its first byte."""
        if not call.route:
            self._choose(call)
        if call.route == "reply":
            outcome = await self._reply(call)
            if outcome is not None:
                return outcome
            self._fix(call, route="push")
        return await self._push(call)

    def _choose(self, call: Call) -> None:
        with self._store.transaction():
            taken = self._tokens.take(call.chat)
            if taken is None:
                self._fix(call, route="push")
            else:
                token, came_at = taken
                self._fix(call, route="reply", reply_token=token, token_came_at=came_at)

    def _fix(self, call: Call, **values: Any) -> None:  # noqa: ANN401 - columns
        self._write(call, state="trying", first_tried_at=self._clock.now(), **values)

    def _write(self, call: Call, **values: Any) -> None:  # noqa: ANN401 - columns
        self._store.run(update(outbox).where(outbox.c.id == call.id).values(**values))
        for name, value in values.items():
            if name != "state":
                setattr(call, name, value)

    def _doubt(self, call: Call) -> None:
        """From now on LINE may have taken it."""
        if not call.ambiguous:
            self._write(call, ambiguous=1)

    # reply

    async def _reply(self, call: Call) -> Outcome | None:
        """Reply; None where it certainly did not arrive, so that a push may follow."""
        said = {"replyToken": call.reply_token, "messages": call.messages}
        for wait_s in waits():
            if not self._sure(call):
                break
            await self.open.wait()
            answer = await call.channel.api.post(REPLY, said, may=lambda: self._sure(call))
            if answer.ok:
                return sent(answer)
            if answer.ambiguous:
                self._doubt(call)
            elif answer.status == HTTPStatus.BAD_REQUEST:
                if call.ambiguous and self._sure(call):
                    return Outcome("sent", "the attempt whose answer was lost had been taken")
                break
            elif not _again(answer):
                return Outcome("unknown" if call.ambiguous else "failed", refused(answer))
            await self._pause(answer, wait_s)
        if call.ambiguous:
            return Outcome("unknown", "LINE did not say whether it took the reply")
        return None

    def _sure(self, call: Call) -> bool:
        return self._clock.now() - call.token_came_at < SURE_S

    # push

    async def _push(self, call: Call) -> Outcome:
        """Push, again and again under the same key, until LINE has said something final."""
        said = {"to": call.to, "messages": call.messages}
        api = call.channel.api
        for wait_s in waits():
            if not self._keyed(call):
                break
            await self.open.wait()
            if not call.ambiguous and await api.quota.spent():
                return Outcome("failed", SPENT)
            answer = await api.post(PUSH, said, call.retry_key, may=lambda: self._keyed(call))
            if answer.ok or answer.status == HTTPStatus.CONFLICT:
                return sent(answer)
            if answer.ambiguous:
                self._doubt(call)
            elif answer.status == HTTPStatus.TOO_MANY_REQUESTS and await api.quota.used_up():
                return Outcome("unknown" if call.ambiguous else "failed", SPENT)
            elif not _again(answer):
                return Outcome("unknown" if call.ambiguous else "failed", refused(answer))
            await self._pause(answer, wait_s)
        if call.ambiguous:
            return Outcome("unknown", "LINE did not say for a day whether it took the message")
        return Outcome("failed", "LINE could not be asked for a day")

    def _keyed(self, call: Call) -> bool:
        return self._clock.now() - call.first_tried_at <= GIVE_UP_S

    async def _pause(self, answer: Answer, wait_s: float) -> None:
        """Between two attempts; after a 401 the next waits for another token by itself."""
        if answer.status != HTTPStatus.UNAUTHORIZED:
            await self._clock.sleep(wait_s)


SPENT = "the month's limit of messages is used up"


def _again(answer: Answer) -> bool:
    """Whether a call that was certainly not taken may be made once more."""
    return answer.transient or answer.status == HTTPStatus.UNAUTHORIZED


def waits() -> Iterator[float]:
    """Seconds between attempts, without end."""
    wait_s = FIRST_WAIT_S
    while True:
        yield wait_s * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311 - no secret
        wait_s = min(2 * wait_s, LONGEST_WAIT_S / (1.0 + JITTER))


def sent(answer: Answer) -> Outcome:
    """The good end; a 409, too, lists what was sent under the key."""
    found = answer.json.get("sentMessages")
    rows = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return Outcome("sent", sent=tuple(rows))


def refused(answer: Answer) -> str:
    """LINE's reason, for staff."""
    return f"LINE refused it ({answer.said})"
