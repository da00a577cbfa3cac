"""What operators read: lines of a log, and alerts for a person; no secret gets into either."""

from __future__ import annotations

import sys
import time
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

KEPT = 100_000
"""Lines in memory, for the agent view (chosen)."""
ALERTS_KEPT = 10_000
"""Chosen."""
TOLD_ONCE_IN_S = 600.0
"""The same alert within so many wall seconds is a line of the log and no second alert (chosen)."""
SHORTEST_SECRET = 4
"""What is shorter stands in ordinary words, and would mask them."""
_MASK = "***"


class Journal:
    """Lines on a stream and in memory, alerts in memory and wherever `keep` puts them.

    Nothing logs a secret knowingly; that known ones are masked is the second lock on the door, for
    what LINE or a library says of a call.

    Parameters
    ----------
    stream
        Where lines go; None: standard error.

    Attributes
    ----------
    keep
        Called with kind, text, channel, enquiry of each alert; the bridge writes it down.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.lines: deque[str] = deque(maxlen=KEPT)
        self.alerts: deque[str] = deque(maxlen=ALERTS_KEPT)
        self.keep: Callable[[str, str, int | None, int | None], object] | None = None
        self._stream = stream
        self._hidden: list[str] = []
        self._told: dict[tuple[str, str, int | None, int | None], float] = {}

    def hide(self, secret: str, /) -> None:
        """Never write this anywhere, nor its percent-encoded form."""
        if len(secret) < SHORTEST_SECRET:
            return
        for form in {secret, quote(secret, safe="", errors="surrogatepass")}:
            if form not in self._hidden:
                self._hidden.append(form)
        self._hidden.sort(key=len, reverse=True)  # one may be a part of another

    def log(self, text: str, /, **facts: object) -> None:
        """One line: the text, then the facts as ``name=value``."""
        told = [text, *(f"{name}={value}" for name, value in facts.items())]
        line = f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {self.masked(' '.join(told))}"
        self.lines.append(line)
        stream = self._stream or sys.stderr
        try:
            stream.write(line + "\n")
            stream.flush()
        except (OSError, ValueError):  # nobody reads it any more; the bridge goes on
            return

    def alert(
        self, kind: str, text: str, channel: int | None = None, enquiry: int | None = None
    ) -> None:
        """Something that a person must see to.

        Parameters
        ----------
        kind
            One word, for filters: ``token``, ``quota``, ``event``, ...
        channel, enquiry
            The row of the channel, the number of the enquiry, where it is about one.
        """
        told = self.masked(text)
        same, now = (kind, told, channel, enquiry), time.monotonic()
        new = now - self._told.get(same, -TOLD_ONCE_IN_S) >= TOLD_ONCE_IN_S
        self.log(f"ALERT {kind}: {told}" if new else f"again, {kind}: {told}")
        if not new:
            return
        self._told = {each: at for each, at in self._told.items() if now - at < TOLD_ONCE_IN_S}
        self._told[same] = now
        self.alerts.append(told)
        if self.keep is not None:
            self.keep(kind, told, channel, enquiry)

    def masked(self, text: str) -> str:
        """A text on one line, without secrets, and without what moves a terminal's cursor."""
        for secret in self._hidden:
            text = text.replace(secret, _MASK)
        if text.isprintable():
            return text
        return "".join(each if each.isprintable() else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    return " " if character in "\r\n\t" else character.encode("unicode_escape").decode("ascii")


def described(error: BaseException) -> str:
    """An error's kind, words and place, on one line, and never the data of a database's errors."""
    place, at = "", error.__traceback__
    while at is not None:
        place = f" ({at.tb_frame.f_globals.get('__name__', '')}:{at.tb_lineno})"
        at = at.tb_next
    told = str(getattr(error, "orig", None) or error).partition("\n")[0]
    return f"{type(error).__name__}: {told[:500]}{place}"
