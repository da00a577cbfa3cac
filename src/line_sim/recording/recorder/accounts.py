"""Whose traffic goes by: accounts by the destination of webhooks and the tokens of calls."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 100_000
"""Chosen: tokens and event ids remembered; LINE redelivers and takes replies within the hour."""
_REPLY_TOKEN = re.compile(rb'"replyToken"\s*:\s*"([^"\\]+)"')


class Remembered:
    """A mapping that forgets its oldest entries."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._found: dict[bytes, Any] = {}

    def get(self, name: str) -> Any:  # noqa: ANN401 - whatever was put
        """What was put under that name last; None where nothing was, or it is forgotten."""
        return self._found.get(_key(name))

    def put(self, name: str, value: object) -> None:
        """Remember something; the name itself is not kept, it may be a secret."""
        self._found[_key(name)] = value
        if len(self._found) > self._most:
            del self._found[next(iter(self._found))]


def _key(name: str) -> bytes:
    return hashlib.blake2s(name.encode("utf-8", "replace"), digest_size=12).digest()


class Accounts:
    """Names for the accounts seen so far: the name given, then name-2, name-3, ...

    Parameters
    ----------
    name
        Of the first.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._names: dict[str, str] = {}
        self._by_reply_token = Remembered()
        self._by_token = Remembered()
        self._attempts = Remembered()

    def of_webhook(self, payload: dict[str, Any]) -> str:
        """The name of the account that a webhook is for; what it brings is remembered."""
        destination = str(payload.get("destination", ""))
        found = self._names.get(destination)
        if found is None:
            place = len(self._names) + 1
            found = self.name if place == 1 else f"{self.name}-{min(place, 1_000)}"
            if place <= 1_000:  # noqa: PLR2004 - nobody has more; a flood must not fill the memory
                self._names[destination] = found
        for event in events_of(payload):
            if isinstance(token := event.get("replyToken"), str):
                self._by_reply_token.put(token, found)
        return found

    def of_call(self, token: str, body: bytes) -> str | None:
        """The name of the account that calls; None where nothing tells which of several."""
        found: str | None = None
        if reply := _REPLY_TOKEN.search(body):
            found = self._by_reply_token.get(reply[1].decode("utf-8", "replace"))
        if found is not None and token:
            self._by_token.put(token, found)
        if found is None and token:
            found = self._by_token.get(token)
        return self.name if found is None and len(self._names) <= 1 else found

    def attempt(self, payload: dict[str, Any]) -> int:
        """Which sending of its events a webhook is, as far as was seen: 1, or from 2 on."""
        ids = [str(each["webhookEventId"]) for each in redelivered(events_of(payload))]
        found = 1 + max((self._attempts.get(each) or 1 for each in ids), default=0)
        for event in events_of(payload):
            if "webhookEventId" in event:
                self._attempts.put(str(event["webhookEventId"]), found)
        return found


def events_of(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The events of a webhook that are objects."""
    events = payload.get("events")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, dict):
            yield event


def redelivered(events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those that say that they were sent before, and have an id."""
    for event in events:
        context = event.get("deliveryContext")
        again = isinstance(context, dict) and context.get("isRedelivery") is True
        if again and "webhookEventId" in event:
            yield event
