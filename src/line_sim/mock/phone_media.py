"""A visitor's phone loads the media of a message, from the bot's server on this machine.

LINE takes HTTPS URLs only, and phones load from there; a bot under test serves its media on
loopback. ``media_map`` says which loopback origin stands for which HTTPS origin; that it was used,
which no phone could, is a note in the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from line_sim.errors import ConfigurationError, Fault
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from line_sim.mock.service import Service

PLACES = frozenset({
    "originalContentUrl", "previewImageUrl", "thumbnailImageUrl", "imageUrl", "iconUrl", "url",
})  # fmt: skip
"""Fields of messages that name media (Messaging API reference, message objects)."""
MOST_BYTES = 200 * 2**20
"""Videos may have 200 MB (Messaging API reference, video message)."""
TIMEOUT_S = 10.0
"""Chosen: a phone's patience."""


def media_urls(message: object) -> Iterator[str]:
    """The HTTPS URLs of media anywhere in a message, each once."""
    yield from dict.fromkeys(_found(message))


def _found(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name in PLACES and isinstance(value, str) and value.startswith("https://"):
                yield value
            else:
                yield from _found(value)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _found(each)


def mapped(url: str, media_map: Mapping[str, str]) -> str:
    """Where a URL's media really lie; raises :class:`ConfigurationError` where nobody said."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    for given, target in media_map.items():
        if given.rstrip("/") == origin:
            return target.rstrip("/") + url[len(origin) :]
    mend = f"media_map = {{{origin!r}: 'http://127.0.0.1:PORT'}}"
    raise ConfigurationError([Fault("media_map", f"nothing for {origin}", "its origin", mend)])


async def loaded(service: Service, message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a phone loads for a message: URL, status, type and size of each; 0 without an answer."""
    targets = {url: mapped(url, service.settings.media_map) for url in media_urls(message)}
    found = []
    async with Pool(allow=service.allow_targets, most_body_bytes=MOST_BYTES) as pool:
        for url, target in targets.items():
            service.ledger.write("note", text=f"departure: {url} was loaded from {target}")
            try:
                reply = await pool.send("GET", target, timeout_s=TIMEOUT_S)
            except ExchangeError as error:
                found.append({"url": url, "status": 0, "type": "", "size_bytes": 0,
                              "reason": str(error)})  # fmt: skip
                continue
            names = {
                name.lower().decode(): value.decode("latin-1") for name, value in reply.headers
            }
            found.append({"url": url, "status": reply.status, "reason": "",
                          "type": names.get("content-type", ""),
                          "size_bytes": len(reply.body)})  # fmt: skip
    return found
