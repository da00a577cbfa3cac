"""LIFF apps: web pages that open inside LINE, registered with a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.wire.refusals import BODY_ERRORS, NOT_FOUND, Detail, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel

MOST = 30
"""LIFF apps of one channel (LIFF server API, adding a LIFF app)."""


class LiffApps:
    """The LIFF apps of one channel by their ids."""

    def __init__(self, channel: Channel) -> None:
        self._channel_id = channel.id
        self._numbers = 0
        self.every: dict[str, dict[str, Any]] = {}

    def add(self, body: dict[str, Any]) -> str:
        """One more app; its id, which is the channel's with a tail."""
        _check(body)
        if len(self.every) >= MOST:
            detail = Detail(f"at most {MOST} LIFF apps are allowed")
            raise RefusedError(BODY_ERRORS, [detail], count=1)
        self._numbers += 1
        liff_id = f"{self._channel_id}-mock{self._numbers:04d}"
        self.every[liff_id] = body
        return liff_id

    def find(self, liff_id: str) -> dict[str, Any]:
        """The app of that id; raises :class:`RefusedError` where there is none."""
        found = self.every.get(liff_id)
        if found is None:
            raise RefusedError(NOT_FOUND, why=f"no LIFF app {liff_id[:80]!r} in this channel")
        return found

    def update(self, liff_id: str, body: dict[str, Any]) -> None:
        """Change what is told, and nothing else."""
        app = self.find(liff_id)
        _check(body)
        view = {**app["view"], **(body.get("view") or {})}
        app.update(body, view=view)


def _check(body: dict[str, Any]) -> None:
    """Raise where the page is not served by HTTPS, or names a place within itself."""
    url = (body.get("view") or {}).get("url")
    if url is not None and (not url.startswith("https://") or "#" in url):
        raise RefusedError(BODY_ERRORS, [Detail("invalid uri", "view.url")], count=1)
