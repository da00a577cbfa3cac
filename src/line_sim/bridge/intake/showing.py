"""What staff read of a message or an event: words of a customer, or a notice of what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.bridge.intake.shapes import dict_in, text_in, whole, word_in
from line_sim.bridge.media.notices import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.intake.shapes import Event

RETRACTED = "The customer took this message back."
UNREADABLE = "The customer sent something that could not be read."
UNSEND = "The customer took a message back that is not here."
MOST_OF_A_SET = 1_000
"""Images sent at once; LINE's users can choose 50 or so (chosen)."""

_PLAIN = {
    "unfollow": "The customer blocked the account.",
    "join": "The account was invited.",
    "leave": "The account was removed.",
    "activated": "A module of somebody else's hands this chat over to the account.",
    "deactivated": "A module of somebody else's takes this chat over.",
    "botSuspended": "LINE suspended the account.",
    "botResumed": "LINE lets the account go on.",
}


def message_notice(event: Event, channel: Connected, *, fetched: bool) -> Notice:
    """What is shown of an event's message, and whether content is to be fetched.

    Parameters
    ----------
    fetched
        Whether content is fetched at all where this message came from.
    """
    message = dict_in(event, "message")
    if message.get("type") == "text" and isinstance(message.get("text"), str):
        return Notice(message["text"])
    found = notice(message, channel.limits, foreign=fetched)
    if message.get("type") == "image":
        found = found._replace(text=_of_set(message, found.text))
    return found if fetched else Notice(found.text)


def event_notice(event: Event) -> str:
    """What is shown of an event that is no message; of one that nobody knows yet, all of it."""
    kind = word_in(event, "type")
    if kind in _TOLD:
        return _TOLD[kind](event)
    return _PLAIN.get(kind) or f"[event {kind or 'without a type'}] {whole(event)}"


def _follow(event: Event) -> str:
    if dict_in(event, "follow").get("isUnblocked") is True:
        return "The customer unblocked the account."
    return "The customer added the account."


def _postback(event: Event) -> str:
    postback = dict_in(event, "postback")
    params = dict_in(postback, "params")
    picked = ", ".join(each for each in params.values() if isinstance(each, str))
    return f"postback: {text_in(postback, 'data')}{f' ({picked})' if picked else ''}"


def _watched(event: Event) -> str:
    tracked = text_in(dict_in(event, "videoPlayComplete"), "trackingId")
    return f"The customer watched a video to its end.{f' [{tracked}]' if tracked else ''}"


def _beacon(event: Event) -> str:
    beacon = dict_in(event, "beacon")
    return f"[beacon {text_in(beacon, 'type')} {text_in(beacon, 'hwid')}]"


def _people(members: Event) -> str:
    found = members.get("members")
    count = len(found) if isinstance(found, list) else 0
    return f"{count} people" if count > 1 else "Somebody"


def _of_set(message: Event, shown: str) -> str:
    """An image's notice, with its place among those that were sent at once."""
    of_set = dict_in(message, "imageSet")
    index, total = of_set.get("index"), of_set.get("total")
    if not _counts(index):
        return shown
    place = f"{index} of {total}" if _counts(total) else f"{index}"
    return shown.replace("[image", f"[image {place}", 1)


def _counts(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_OF_A_SET


_TOLD: dict[str, Callable[[Event], str]] = {
    "follow": _follow,
    "postback": _postback,
    "videoPlayComplete": _watched,
    "beacon": _beacon,
    "memberJoined": lambda event: f"{_people(dict_in(event, 'joined'))} joined.",
    "memberLeft": lambda event: f"{_people(dict_in(event, 'left'))} left.",
    "accountLink": lambda event: f"[account link: {text_in(dict_in(event, 'link'), 'result')}]",
    "membership": lambda event: f"[membership {text_in(dict_in(event, 'membership'), 'type')}]",
}
