"""What the bridge logs and what it alerts people to; no secret ever gets into either."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = 100_000
"""Lines that the agent view can still show."""


class Journal:
    """Lines for whoever runs the bridge, on stderr and in memory.

    Parameters
    ----------
    secrets
        Gives what must not be shown. Nothing here logs a secret knowingly; this is the second lock
        on the door, for what LINE or a library says of a call.
    """

    def __init__(self, secrets: Callable[[], list[str]]) -> None:
        self._secrets = secrets
        self.lines: list[str] = []
        self.alerts: list[str] = []

    def log(self, text: str) -> None:
        """One line."""
        line = time.strftime("%H:%M:%S ") + self._masked(text).replace("\n", " ")
        self.lines.append(line)
        del self.lines[:-KEPT]
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    def alert(self, text: str) -> None:
        """Something a person must see to; the same thing is told once until it changes."""
        told = self._masked(text)
        if told not in self.alerts[-5:]:
            self.alerts.append(told)
            self.log(f"ALERT {told}")

    def _masked(self, text: str) -> str:
        for secret in self._secrets():
            if secret:
                text = text.replace(secret, "***")
        return text
