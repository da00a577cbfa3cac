"""Faults in sending."""
# ruff: noqa: ARG002 - a fault leaves out what the right one looks at

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from echo_bridge import outbox
from echo_bridge.handling import Handling
from echo_bridge.line_api import Answer, LineApi
from echo_bridge.outbox import OPEN, Outbox
from echo_bridge.routes import PUSH, REPLY, Outcome, Routes, refused, sent
from httpx import Headers

if TYPE_CHECKING:
    from echo_bridge.store import Row

NOTHING = Answer(0, Headers(), b"")


class RepliesAfter90s(Routes):
    """Answers by the reply token after 90 s, and by nothing else."""

    async def deliver(self, row: Row) -> Outcome:
        """First everything else."""
        if not row["reply_token"]:
            return await super().deliver(row)
        self._take(row, "reply")
        await self.bridge.clock.sleep(max(0.0, 90.0 - self._token_age_s(row)))
        said = {"replyToken": row["reply_token"], "messages": self.bridge.outbox.messages(row)}
        answer = await self.bridge.api.post(REPLY, said)
        return sent(answer) if answer.ok else Outcome("failed", refused(answer))


class NoFallback(Routes):
    """Drops the answer where LINE refuses the reply token."""

    async def reply(self, row: Row) -> Outcome | None:
        """By reply or not at all."""
        return await super().reply(row) or Outcome("failed", "the reply token was refused")


class UsesTokenTwice(Routes):
    """Calls again with a reply token that was taken."""

    async def reply(self, row: Row) -> Outcome | None:
        """Once more, to be sure."""
        found = await super().reply(row)
        said = {"replyToken": row["reply_token"], "messages": self.bridge.outbox.messages(row)}
        await self.bridge.api.post(REPLY, said)
        return found


class BlindPushAfterTimeout(Routes):
    """Pushes where the answer to a reply was lost, although LINE may have taken it."""

    async def reply(self, row: Row) -> Outcome | None:
        """One attempt."""
        said = {"replyToken": row["reply_token"], "messages": self.bridge.outbox.messages(row)}
        answer = await self.bridge.api.post(REPLY, said)
        return sent(answer) if answer.ok else None


class RepliesWhateverAge(Routes):
    """Uses the reply token of a chat however old it is, and nothing else."""

    def chosen(self, row: Row) -> str:
        """Reply where there ever was a token."""
        known = self.store.row(
            "SELECT token FROM reply_tokens WHERE chat = ? ORDER BY came_at DESC", row["chat"]
        )
        return self._take(row, "reply" if row["reply_token"] or known else "push")

    async def reply(self, row: Row) -> Outcome | None:
        """Also by one that was used."""
        known = self.store.row(
            "SELECT token FROM reply_tokens WHERE chat = ? ORDER BY came_at DESC", row["chat"]
        )
        token = row["reply_token"] or (known["token"] if known else "")
        said = {"replyToken": token, "messages": self.bridge.outbox.messages(row)}
        answer = await self.bridge.api.post(REPLY, said)
        return sent(answer) if answer.ok else Outcome("failed", refused(answer))


class PushesEverything(Routes):
    """Pushes every answer, and replies as well."""

    async def deliver(self, row: Row) -> Outcome:
        """To be sure."""
        await self.push(row)
        return await super().deliver(row)


class Multicasts(Routes):
    """Sends to one customer by a call for many."""

    def chosen(self, row: Row) -> str:
        """Never by reply."""
        return self._take(row, "push")

    async def call(self, row: Row, said: dict[str, Any]) -> Answer:
        """A list of one."""
        many = {"to": [said["to"]], "messages": said["messages"]}
        return await self.bridge.api.post("/v2/bot/message/multicast", many, row["retry_key"])


class NoRetryKey(Routes):
    """Pushes without a retry key, and retries all the same."""

    async def call(self, row: Row, said: dict[str, Any]) -> Answer:
        """No key."""
        return await self.bridge.api.post(PUSH, said)


class NewKeyPerRetry(Routes):
    """Makes a new retry key for each attempt."""

    async def call(self, row: Row, said: dict[str, Any]) -> Answer:
        """Another key."""
        return await self.bridge.api.post(PUSH, said, Outbox.new_key(self.bridge.outbox))


class KeyOnReplies(Routes):
    """Sends a retry key along with replies too."""

    async def reply(self, row: Row) -> Outcome | None:
        """Where LINE has none."""
        said = {"replyToken": row["reply_token"], "messages": self.bridge.outbox.messages(row)}
        answer = await self.bridge.api.post(REPLY, said, row["retry_key"])
        return sent(answer) if answer.ok else await super().reply(row)


class Treats409AsError(Routes):
    """Tells staff that a message failed which LINE had accepted before."""

    async def call(self, row: Row, said: dict[str, Any]) -> Answer:
        """409 is a 4xx."""
        answer = await super().call(row, said)
        return answer._replace(status=403) if answer.status == 409 else answer


class Retries4xx(Routes):
    """Tries again what LINE has refused."""

    async def call(self, row: Row, said: dict[str, Any]) -> Answer:
        """Five times."""
        for _ in range(5):
            answer = await super().call(row, said)
            if answer.status not in {400, 403, 404}:
                break
            await self.bridge.clock.sleep(0.1)
        return answer


class DropsAfter500(Routes):
    """Drops what LINE answered 500 to."""

    async def deliver(self, row: Row) -> Outcome:
        """One attempt by either way."""
        if self.chosen(row) == "reply":
            said = {"replyToken": row["reply_token"], "messages": self.bridge.outbox.messages(row)}
            answer = await self.bridge.api.post(REPLY, said)
            if answer.ok or answer.ambiguous:
                return sent(answer) if answer.ok else Outcome("failed", refused(answer))
        said = {"to": row["chat"], "messages": self.bridge.outbox.messages(row)}
        answer = await self.call(row, said)
        good = answer.ok or answer.status == 409
        return sent(answer) if good else Outcome("failed", refused(answer))


class SilentAfter429(Routes):
    """Sends nothing any more once LINE has answered 429."""

    quiet = False

    async def deliver(self, row: Row) -> Outcome:
        """Until the end of its life."""
        if self.quiet:
            return Outcome("failed", "too many requests")
        return await super().deliver(row)

    async def call(self, row: Row, said: dict[str, Any]) -> Answer:
        """Never again."""
        answer = await super().call(row, said)
        return await self.heard(answer)

    async def reply(self, row: Row) -> Outcome | None:
        """Never again."""
        said = {"replyToken": row["reply_token"], "messages": self.bridge.outbox.messages(row)}
        answer = await self.heard(await self.bridge.api.post(REPLY, said))
        return sent(answer) if answer.ok else Outcome("failed", refused(answer))

    async def heard(self, answer: Answer) -> Answer:
        """Give up at a 429."""
        if answer.status == 429:
            self.quiet = True
            return answer._replace(status=403)
        return answer


class Hammers429(Routes):
    """Tries again at once and for ever where LINE says that it is too much."""

    async def call(self, row: Row, said: dict[str, Any]) -> Answer:
        """Without a pause."""
        while (answer := await super().call(row, said)).status == 429:
            await self.bridge.clock.sleep(0.02)
        return answer


class GivesUpAfterAnOutage(Routes):
    """Sends nothing any more once LINE could not be reached."""

    gone = False

    async def deliver(self, row: Row) -> Outcome:
        """Somebody has to restart it."""
        if self.gone:
            return Outcome("failed", "not connected")
        return await super().deliver(row)

    async def reply(self, row: Row) -> Outcome | None:
        """One attempt."""
        said = {"replyToken": row["reply_token"], "messages": self.bridge.outbox.messages(row)}
        answer = await self.bridge.api.post(REPLY, said)
        self.gone = self.gone or answer.ambiguous
        if answer.ambiguous:
            return Outcome("unknown", "not connected")
        return sent(answer) if answer.ok else None

    async def call(self, row: Row, said: dict[str, Any]) -> Answer:
        """One attempt."""
        answer = await super().call(row, said)
        self.gone = self.gone or answer.ambiguous
        return answer._replace(status=403) if answer.ambiguous else answer


class ReusesKeys(Outbox):
    """Takes one retry key for all messages."""

    def new_key(self) -> str:
        """Always the same."""
        return "11111111-2222-4333-8444-555555555555"


class SendsOverFive(Outbox):
    """Puts all messages into one call, however many."""

    def add(self, chat: str, entry: int, messages: list[dict[str, Any]], **more: Any) -> None:  # noqa: ANN401
        """As if LINE took a hundred."""
        most, outbox.MOST_MESSAGES = outbox.MOST_MESSAGES, 100
        try:
            super().add(chat, entry, messages, **more)
        finally:
            outbox.MOST_MESSAGES = most


class LosesOrder(Outbox):
    """Sends what came last first."""

    async def send(self, row: Row) -> None:
        """After a moment in which more may come."""
        await self.bridge.clock.sleep(0.15)
        await super().send(self.next(row["chat"]) or row)

    def next(self, chat: str) -> Row | None:
        """The newest."""
        return self.store.row(
            f"SELECT * FROM outbox WHERE chat = ? AND {OPEN} "  # noqa: S608
            "ORDER BY seq DESC LIMIT 1",
            chat,
        )


class AlwaysSaysSent(Outbox):
    """Shows every message as sent, whatever became of it."""

    def delivery(self, entry: int) -> str:
        """Good news only."""
        return "sent" if super().delivery(entry) else ""


class WrongContentType(LineApi):
    """Sends JSON as plain text."""

    async def _call(
        self,
        method: str,
        url: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Under the wrong name."""
        if headers:
            headers["content-type"] = "text/plain"
        return await super()._call(method, url, headers, body)


class StrictAboutAnswers(LineApi):
    """Takes an answer with a property it does not know for none."""

    async def post(self, path: str, said: object, retry_key: str = "") -> Answer:
        """Extra properties are forbidden."""
        answer = await super().post(path, said, retry_key)
        messages = answer.json.get("sentMessages") or []
        new = set(answer.json) - {"sentMessages", "message", "details"}
        new |= {name for each in messages for name in set(each) - {"id", "quoteToken"}}
        return NOTHING if new else answer


class SendsEmpty(Handling):
    """Answers white space with white space."""

    def echo(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """As it came."""
        text = message.get("text")
        blank = isinstance(text, str) and not text.strip()
        return [{"type": "text", "text": ""}] if blank else super().echo(message)
