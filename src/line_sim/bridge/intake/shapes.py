"""Reading an event that may lack what we know, or hold what we do not.

LINE may add types and properties at any time, and leaves out properties without a value (Messaging
API documentation, development guidelines), so nothing is taken for granted here.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, NamedTuple

Event = dict[str, Any]

LATEST_MS = 2**53
"""Beyond it, JSON's numbers are not exact any more."""
LONGEST_ID = 200
"""Characters of an id; LINE's have 32 or so, and an index has no room for endless ones (chosen)."""
LONGEST_WORD = 100
"""Characters of a type (chosen)."""
MOST_SHOWN = 2_000
"""Characters of an event that nobody knows, as staff see it (chosen)."""
MANY = ("group", "room")
"""Kinds of chat with several people."""
ACCOUNT = "account"
"""The kind of the chat that takes what is of nobody's chat: it is about the account itself."""
NOBODY = "-"
"""The line_id of that chat."""
_CHAT_ID = re.compile(r"[!-~]{1,100}")


class Place(NamedTuple):
    """Which chat an event is of, and who did it.

    Parameters
    ----------
    kind : user, group, room; account for what is of no chat that we know.
    line_id : its id at LINE; ``-`` for the account's.
    member : the user who wrote, where LINE tells; of a user's chat, that user.
    """

    kind: str
    line_id: str
    member: str


def dict_in(value: Event, name: str) -> dict[str, Any]:
    """The object `name` of a JSON object; an empty one where it is missing or something else."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def text_in(value: Event, name: str) -> str:
    """The text `name` of a JSON object; empty where it is missing or something else."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def id_in(value: Event, name: str) -> str:
    """The id `name`; empty where there is none, a hash in the place of one without end."""
    found = text_in(value, name)
    if len(found) <= LONGEST_ID:
        return found
    return "sha256:" + hashlib.sha256(found.encode("utf-8", "surrogatepass")).hexdigest()


def word_in(value: Event, name: str) -> str:
    """The type `name`, not endless; empty where it is missing or something else."""
    return text_in(value, name)[:LONGEST_WORD]


def happened_ms(event: Event, now_ms: int) -> int:
    """When an event happened, Unix milliseconds; now, where it does not say."""
    at_ms = event.get("timestamp")
    told = isinstance(at_ms, int) and not isinstance(at_ms, bool) and 0 <= at_ms < LATEST_MS
    return at_ms if told else now_ms  # type: ignore[return-value]


def place_of(event: Event) -> Place:
    """The chat an event is of.

    What a member writes in a group is of the group, never of the member's own chat; what comes from
    a source that nobody knows yet is of no chat, whatever ids it holds.
    """
    source = dict_in(event, "source")
    kind, member = text_in(source, "type"), _chat_id(source, "userId")
    line_id = _chat_id(source, f"{kind}Id") if kind in {"user", *MANY} else ""
    return Place(kind, line_id, member) if line_id else Place(ACCOUNT, NOBODY, member)


def answerable(event: Event) -> bool:
    """Whether the account has the word: in standby, a module of somebody else's has it."""
    return bool(event.get("mode", "active") == "active")


def whole(event: Event) -> str:
    """An event as it came, for whoever has to make sense of it; without its reply token."""
    told = {name: value for name, value in event.items() if name != "replyToken"}
    text = json.dumps(told, ensure_ascii=False, separators=(", ", ": "))
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."


def _chat_id(source: Event, name: str) -> str:
    found = text_in(source, name)
    return found if _CHAT_ID.fullmatch(found) else ""
