"""What customers' telephones load from us: files under addresses that nobody can guess.

LINE's app loads media when a chat is opened, which may be months later, and without any login: so
an address lives for a year, and the only key to it is itself.
"""

from __future__ import annotations

import json
import re
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route

from line_sim.bridge.media.results import Refusal
from line_sim.bridge.store.tables import files, outbox
from line_sim.wire.limits import LIMITS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from line_sim.bridge.media.needs import Owner
    from line_sim.bridge.media.vault import Vault

LIFE_S = 365 * 86_400.0
"""PLATFORM.md 30: a year."""
TOKEN_BYTES = 16
"""128 bits."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "video/mp4": "mp4", "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
}  # fmt: skip
_HEADERS = {
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=86400",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}


def no_address(public_url: str) -> Refusal | None:
    """Why nothing can be served to customers under a public address; None where it can."""
    wanted = "LINE's apps load media from an HTTPS address of this bridge"
    mend = "--public-url https://..."
    if not public_url:
        return Refusal("no public address is set", wanted, mend)
    longest = len(public_url.rstrip("/")) + len("/m/") + len(secrets.token_urlsafe(TOKEN_BYTES))
    if not public_url.startswith("https://") or longest > LIMITS["media.url"].most:
        return Refusal(f"{public_url[:200]!r} is no public address", wanted, mend)
    return None


class Links:
    """Makes addresses, and answers to them."""

    def __init__(self, bridge: Owner, vault: Vault) -> None:
        self._bridge = bridge
        self._vault = vault
        self.routes = [Route("/m/{token}", self.serve, methods=["GET", "HEAD"])]

    def new(self, sha256: str, media_type: str) -> str:
        """A new address of a stored file; to be called within a transaction."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._bridge.store.add_new(
            files,
            token=token,
            sha256=sha256,
            type=media_type,
            expires_at=self._bridge.clock.now() + LIFE_S,
        )
        return f"{self._bridge.settings.public_url.rstrip('/')}/m/{token}"

    async def serve(self, request: Request) -> Response:
        """GET, HEAD and parts of a file; 404 alike for what never was and what is no more."""
        token = request.path_params["token"]
        row = None
        if _TOKEN.fullmatch(token):
            row = self._bridge.store.row(select(files).where(files.c.token == token))
        place = None
        if row is not None and row.expires_at > self._bridge.clock.now():
            place = self._vault.path(row.sha256)
        if row is None or place is None:
            headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
            return PlainTextResponse("Not found\n", HTTPStatus.NOT_FOUND, headers)
        ending = _ENDINGS.get(row.type, "bin")
        named = {
            "etag": f'"{row.sha256[:32]}"',
            "content-disposition": f'inline; filename="{row.type.partition("/")[0]}.{ending}"',
        }
        return FileResponse(
            place, media_type=row.type, headers=_HEADERS | named, stat_result=place.stat()
        )

    def end(self, entry: int) -> set[str]:
        """End the addresses that messages of an entry hold; the hashes behind them.

        To be called within a transaction.
        """
        store = self._bridge.store
        rows = store.rows(select(outbox.c.messages).where(outbox.c.entry == entry))
        tokens = {
            token for row in rows for token in re.findall(r"/m/([\w-]{22})\b", json.dumps(row[0]))
        }
        if not tokens:
            return set()
        held = files.c.token.in_(tokens)
        hashes = {row.sha256 for row in store.rows(select(files.c.sha256).where(held))}
        store.run(delete(files).where(held))
        return hashes

    def end_expired(self) -> set[str]:
        """End the addresses whose year is over; the hashes behind them."""
        store, over = self._bridge.store, files.c.expires_at <= self._bridge.clock.now()
        with store.transaction():
            hashes = {row.sha256 for row in store.rows(select(files.c.sha256).where(over))}
            store.run(delete(files).where(over))
        return hashes
