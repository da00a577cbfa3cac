"""Webhook endpoints: what LINE takes for a URL, and the statistics of errors in its console."""

from __future__ import annotations

import ipaddress
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from line_sim.mock.platform.days import in_japan
from line_sim.wire.refusals import ENDPOINT_URL, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.mock.platform.calls import Outcome

MOST_CHARACTERS = 500
"""Of a webhook URL (set webhook endpoint URL)."""
_SAME_MS = 60_000
"""Equal errors within 60 s are one row (check webhook error statistics)."""
_ROWS = 10_000
"""The console keeps errors for a while only; how many is chosen."""


def checked_url(url: object, *, https_only: bool) -> tuple[str, str]:
    """The URL, and a finding where LINE itself would refuse it (D12).

    Raises
    ------
    RefusedError
        Where it is no HTTPS URL of at most 500 characters; ``http://`` passes on loopback.
    """
    if not isinstance(url, str):
        raise RefusedError(ENDPOINT_URL, why="the endpoint is no text")
    if len(url) > MOST_CHARACTERS:
        raise RefusedError(ENDPOINT_URL, why=f"{len(url)} characters, at most {MOST_CHARACTERS}")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise RefusedError(ENDPOINT_URL, why=str(error)) from None
    if not host or not url.isascii() or any(each <= " " for each in url):
        raise RefusedError(ENDPOINT_URL, why=f"{url!r} is no URL")
    if parts.scheme == "https":
        return url, ""
    if parts.scheme == "http" and _loopback(host) and not https_only:
        return url, "LINE accepts https:// only; http:// on loopback is an exception of this mock"
    raise RefusedError(ENDPOINT_URL, why=f"{parts.scheme or 'no scheme'} is not https")


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class ErrorRow:
    """Equal errors of one minute."""

    first_ms: int
    reason: str
    detail: str
    url: str
    count: int = 1


class ErrorStatistics:
    """A channel's webhook errors, as its console shows them."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: deque[ErrorRow] = deque(maxlen=_ROWS)

    def add(self, outcome: Outcome, url: str, unix_ms: int) -> None:
        """Count one failed webhook, with an equal one of the last 60 s where there is one."""
        for row in reversed(self.rows):
            if unix_ms - row.first_ms >= _SAME_MS:
                break
            if (row.reason, row.detail, row.url) == (outcome.reason, outcome.detail, url):
                row.count += 1
                return
        self.rows.append(ErrorRow(unix_ms, outcome.reason, outcome.detail, url))

    def tsv(self) -> str:
        """The rows as the console exports them: tabs, times of Japan; the columns are chosen."""
        lines = [("time", "reason", "detail", "count", "url"), *self._shown()]
        return "".join("\t".join(map(_cell, line)) + "\n" for line in lines)

    def _shown(self) -> Iterable[tuple[str, str, str, str, str]]:
        for row in self.rows:
            time = in_japan(row.first_ms).strftime("%Y-%m-%d %H:%M:%S")
            yield time, row.reason, row.detail, str(row.count), row.url


def _cell(text: str) -> str:
    """Text that stays within its cell."""
    return " ".join(text.split())
