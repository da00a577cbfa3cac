"""Reading an event that may lack what we know, or hold what we do not.

LINE may add types and properties at any time and leaves out properties without a value
(Messaging API documentation, development guidelines), so nothing is taken for granted here.
"""

from __future__ import annotations

from typing import Any

from echo_bridge.texts import mended

Event = dict[str, Any]
MOST_MS = 2**53


def dict_in(value: dict[str, Any], name: str) -> dict[str, Any]:
    """The object `name` of a JSON object; an empty one where it is missing or something else."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def text_in(value: dict[str, Any], name: str) -> str:
    """The text `name` of a JSON object; empty where it is missing or something else."""
    found = value.get(name)
    return mended(found) if isinstance(found, str) else ""


def happened_ms(event: Event) -> int:
    """When an event happened, in Unix milliseconds; 0 where it does not say."""
    at_ms = event.get("timestamp")
    return at_ms if isinstance(at_ms, int) and 0 <= at_ms < MOST_MS else 0


def chat_of(event: Event) -> tuple[str, str]:
    """Kind and id of the chat an event is of; both empty for a source that nobody knows yet.

    What a member writes in a group is of the group, never of the member's own chat.
    """
    source = dict_in(event, "source")
    kind = text_in(source, "type")
    chat = text_in(source, f"{kind}Id") if kind in {"user", "group", "room"} else ""
    return (kind, chat) if chat else ("", "")


def member_of(event: Event) -> str:
    """The user who wrote, where LINE tells."""
    return text_in(dict_in(event, "source"), "userId")
