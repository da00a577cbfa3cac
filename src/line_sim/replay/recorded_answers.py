"""What the recorded bridge answered to each chat, followed line by line.

A send counts once LINE had accepted it, at the chats it went to. The mock's ledgers say that in so
many words (``sent``); of other recordings it is read from the call and its answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.recording.lines import body_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SENDING = re.compile(r"/v2/bot/message/(reply|push|multicast)\b")
TOKENS_KEPT = 100_000
"""Reply tokens whose chat is remembered; they live for minutes."""


@dataclass(slots=True)
class Answers:
    """What one chat has been answered so far."""

    count: int = 0
    last_s: float = 0.0
    messages: int = 0


class Told(NamedTuple):
    """Which of a bridge's messages one is: counted within its chat, from 0."""

    chat: str
    place: int


class RecordedAnswers:
    """Follows a recording's calls; events must be told of as they come.

    Attributes
    ----------
    by_chat
        By recorded chat id.
    messages
        By recorded message id, which of the bridge's messages it is.
    """

    def __init__(self) -> None:
        self.by_chat: dict[str, Answers] = {}
        self.messages: dict[str, Told] = {}
        self._tokens: dict[str, str] = {}
        self._open: dict[int, Mapping[str, Any]] = {}

    def event(self, token: object, chat: str) -> None:
        """Remember whom a reply token answers."""
        if isinstance(token, str) and chat:
            self._tokens[token] = chat
            if len(self._tokens) > TOKENS_KEPT:
                del self._tokens[next(iter(self._tokens))]

    def see(self, line: Mapping[str, Any]) -> None:
        """Take in a ``call`` or ``call_end``."""
        if line["kind"] == "call":
            if _SENDING.search(str(line.get("path", ""))):
                self._open[line["exchange"]] = line
        elif (call := self._open.pop(line["exchange"], None)) is not None:
            status = line.get("status")
            if isinstance(status, int) and 200 <= status < 300:  # noqa: PLR2004 - HTTP's 2xx
                self._sent(call, line)

    def _sent(self, call: Mapping[str, Any], end: Mapping[str, Any]) -> None:
        sent = end.get("sent")
        if isinstance(sent, dict):
            chats, ids = sent.get("chats") or (), sent.get("ids") or ()
        else:
            chats, ids = self._chats(call), _ids(end)
        for chat in chats:
            found = self.by_chat.setdefault(chat, Answers())
            found.count += 1
            found.last_s = end["at_s"]
            for number, each in enumerate(ids):
                self.messages[str(each)] = Told(chat, found.messages + number)
            found.messages += len(ids)

    def _chats(self, call: Mapping[str, Any]) -> Sequence[str]:
        asked = body_json(call)
        if not isinstance(asked, dict):
            return ()
        token = asked.get("replyToken")
        if isinstance(token, str):
            chat = self._tokens.get(token)
            return (chat,) if chat else ()
        to = asked.get("to")
        chats = to if isinstance(to, list) else [to]
        return [each for each in chats if isinstance(each, str)]


def _ids(end: Mapping[str, Any]) -> list[str]:
    """The ids that LINE gave to what was sent (sentMessages of its answer)."""
    answer = body_json(end)
    sent = answer.get("sentMessages") if isinstance(answer, dict) else None
    found = sent if isinstance(sent, list) else ()
    return [str(each["id"]) for each in found if isinstance(each, dict) and "id" in each]
