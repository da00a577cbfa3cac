"""What staff read where a customer sent something that is no text: a notice, never nothing.

LINE's stickers cannot be fetched, what lies at another provider is not LINE's to hand out, and a
profile may not show a type at all. None of it is dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.wire.bridge_profiles import BridgeProfile

FETCHED = ("image", "video", "audio", "file")
"""Message types with content (Messaging API reference, get content)."""
_MOST_CHARACTERS = 2_000
"""Chosen: of a link or an address in a notice."""


class Notice(NamedTuple):
    """What stands in the transcript, and whether content is to be fetched."""

    text: str
    fetch: Literal["", "wanted"] = ""
    """For ``entries.fetch``."""
    source_url: str = ""
    """For ``entries.source_url``: where content of another provider lies; empty: at LINE."""


def notice(message: Mapping[str, Any], limits: BridgeProfile, *, foreign: bool = False) -> Notice:
    """The notice of a message of any type but text.

    Parameters
    ----------
    message
        ``event.message`` as LINE sent it; nothing in it is trusted to be of its type.
    limits
        What the channel shows in full.
    foreign
        Whether content of other providers is fetched.
    """
    kind = message.get("type")
    match kind:
        case "sticker":
            return Notice(_sticker(message))
        case "location":
            return Notice(_location(message))
        case "image" | "video" | "audio" | "file":
            return _content(kind, message, limits, foreign=foreign)
        case _:
            return Notice(f"[{_plain(kind) or 'unknown'}]")


def _sticker(message: Mapping[str, Any]) -> str:
    words = message.get("keywords")
    told = [_plain(each) for each in words] if isinstance(words, list) else []
    text = _plain(message.get("text"))  # of a message sticker: what the customer wrote on it
    said = f"“{text}”" if text else ", ".join(filter(None, told))
    return f"[sticker {said}]" if said else "[sticker]"


def _location(message: Mapping[str, Any]) -> str:
    told = [_plain(message.get(name)) for name in ("title", "address")]
    sides = message.get("latitude"), message.get("longitude")
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in sides):
        told.append(f"{sides[0]}, {sides[1]}")
    said = "; ".join(filter(None, told))
    return f"[location {said}]" if said else "[location]"


def _content(
    kind: str, message: Mapping[str, Any], limits: BridgeProfile, *, foreign: bool
) -> Notice:
    named = f"[{kind}]"
    if kind == "file":
        size = message.get("fileSize")
        told = f", {size:,} bytes" if isinstance(size, int) and not isinstance(size, bool) else ""
        named = f"[file {_plain(message.get('fileName')) or 'without a name'}{told}]"
    if kind not in limits.shows:
        return Notice(named)
    provider = message.get("contentProvider")
    if not isinstance(provider, dict) or provider.get("type", "line") == "line":
        return Notice(named, "wanted")
    url = _plain(provider.get("originalContentUrl"))
    if not url:
        return Notice(f"[{kind} of another provider, without a link]")
    text = f"[{kind} of another provider: {url}]"
    return Notice(text, "wanted", url) if foreign else Notice(text)


def _plain(value: object) -> str:
    """A text of one line, not endless; empty for what is none."""
    if not isinstance(value, str):
        return ""
    return " ".join(value[:_MOST_CHARACTERS].split())
