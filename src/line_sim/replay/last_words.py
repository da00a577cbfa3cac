"""What a program printed last, without its secrets."""

from __future__ import annotations

import threading
from collections import deque
from typing import IO, TYPE_CHECKING

from line_sim.recording.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = 100
"""Lines of standard output and error together."""
LONGEST = 2_000
"""Characters of a line; the rest is cut off."""


class LastWords:
    """The last lines of one or more streams; a thread each reads them, so none ever fills up.

    Parameters
    ----------
    known
        Secrets to take out, besides whatever looks like one.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._lines: deque[str] = deque(maxlen=KEPT)
        self._redactor = Redactor(*known)
        self._threads: list[threading.Thread] = []

    def listen(self, stream: IO[bytes]) -> None:
        """Keep what comes out of a stream until its end."""
        thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def wait(self, seconds: float) -> None:
        """Wait until the streams have ended, at most so long for each."""
        for thread in self._threads:
            thread.join(seconds)

    def lines(self) -> tuple[str, ...]:
        """The lines so far, oldest first."""
        return tuple(self._lines)

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            for raw in iter(lambda: stream.readline(1 << 16), b""):
                text = raw.decode("utf-8", "replace").rstrip("\r\n")
                self._lines.append(self._redactor.remark(text)[:LONGEST])
