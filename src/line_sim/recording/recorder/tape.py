"""Lines on their way to the file: a bounded queue and a thread, so that no disk holds traffic up.

A line is put with the moment it belongs to, and written in the order it came. While the disk
refuses, the first line waits and is tried again; where the queue is full, lines are left out, and
a ``note`` says how many and of which time as soon as there is room. So there is a gap in the
recording, never one in the traffic.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from line_sim.recording.recorder.items import Gap, Line, Moment

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_LINES = 20_000
"""Chosen: lines that wait; ten seconds of a thousand webhooks a second and their answers."""
MOST_BYTES = 128_000_000
"""Chosen: bytes of bodies that wait."""
STALLED_S = 0.02
"""Chosen: once the disk has had a line for so long, nobody waits for it any more."""
RETRY_S = 0.2
"""Chosen: how soon a disk that refused is tried again."""
CLOSING_S = 5.0
"""Chosen: how long the end waits for a disk that does not take its lines."""
_LINE_BYTES = 1_000
"""What a line is taken to hold beside its body."""


class Writes(Protocol):
    """What a tape needs of a :class:`~line_sim.recording.writer.Writer`."""

    closed: bool

    def write(self, kind: str, *, media_type: str = "", **fields: Any) -> int:  # noqa: ANN401
        """Write a line."""
        ...

    def close(self, reason: str = "closed") -> None:
        """Write the last line."""
        ...


@dataclass(slots=True)
class _Waiting:
    lines: deque[Line] = field(default_factory=deque)
    size: int = 0
    gap: Gap | None = None


class Tape:
    """A recording that is written by a thread of its own.

    Parameters
    ----------
    writer
        Writes lines; called from that thread only. It asks `moment` for the time.
    moment
        Set to each line's own time before it is written.
    learn
        Told each new secret, from that thread.
    mask
        Takes a line, as a mapping, and gives it back without personal data; where it raises, the
        line is left out.
    most_lines, most_bytes
        How much may wait.
    """

    def __init__(  # noqa: PLR0913 - all but the first two by name
        self,
        writer: Writes,
        moment: Moment,
        *,
        learn: Callable[[str], None] = lambda _secret: None,
        mask: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda _kind, fields: fields,
        most_lines: int = MOST_LINES,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.gaps: list[Gap] = []
        """What is missing, as far as it is over."""
        self.failed = ""
        """What the end of the recording could not do; empty where all is well."""
        self._writer = writer
        self._moment = moment
        self._learn = learn
        self._mask = mask
        self._most_lines = most_lines
        self._most_bytes = most_bytes
        self._started_ns = time.monotonic_ns()
        self._started_us = time.time_ns() // 1_000 - moment.epoch_ms * 1_000
        self._waiting = _Waiting()
        self._changed = threading.Condition()
        self._closing_at_s: float | None = None
        self._drained = threading.Event()
        self._writing_since_s: float | None = None
        self._abandoned = False
        """Whether the end has come while a line was still being written."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="line_sim tape", daemon=True)
        self._thread.start()

    def now_us(self) -> int:
        """Schedule time: microseconds since the recording's epoch."""
        return self._started_us + (time.monotonic_ns() - self._started_ns) // 1_000

    @property
    def stalled(self) -> bool:
        """Whether one line has been tried for so long that nobody should wait for theirs."""
        since_s = self._writing_since_s
        return since_s is not None and time.monotonic() - since_s > STALLED_S

    def put(self, line: Line) -> None:
        """Have a line written, from the event loop; never waits.

        ``line.written`` is a future afterwards; None where the line was left out.
        """
        line.at_us = self.now_us()
        body = line.fields.get("body")
        line.size = _LINE_BYTES + (len(body) if isinstance(body, bytes | str) else 0)
        waiting = self._waiting
        with self._changed:
            if waiting.gap is not None or self._full(line.size) or self._closing_at_s is not None:
                self._lose(line, "the disk did not keep up")
                return
            self._loop = asyncio.get_running_loop()
            line.written = self._loop.create_future()
            waiting.lines.append(line)
            waiting.size += line.size
            self._changed.notify()

    def leave_out(self, error: Exception) -> None:
        """Count a line that could not even be made; a note tells of it."""
        with self._changed:
            why = f"they could not be made ({type(error).__name__})"
            self._lose(Line("", {}, at_us=self.now_us()), why)
            if self._has_room():
                self._tell()
                self._changed.notify()

    def close(self) -> bool:
        """Write what waits and end the recording; whether all of it could be written.

        A disk that still refuses is waited for, but not for long; what it did not take is a gap.
        """
        with self._changed:
            if self._closing_at_s is None:
                self._closing_at_s = time.monotonic() + CLOSING_S
            self._changed.notify()
        if self._drained.wait(CLOSING_S + 1):
            self._thread.join()  # packs the file, which may take its time
        with self._changed:
            waiting = self._waiting
            self._abandoned = True
            while waiting.lines:
                self._lose(waiting.lines.popleft(), "the disk did not take them until the end")
            if waiting.gap is not None:
                self.gaps.append(waiting.gap)
                waiting.gap = None
        return not self.gaps and not self.failed

    def _full(self, size: int) -> bool:
        waiting = self._waiting
        return (
            len(waiting.lines) >= self._most_lines
            or (waiting.size + size > self._most_bytes and bool(waiting.lines))
        )  # fmt: skip

    def _has_room(self) -> bool:
        """Whether so much room is there again that a gap is over."""
        waiting = self._waiting
        few = len(waiting.lines) <= self._most_lines // 2
        return few and waiting.size <= self._most_bytes // 2

    def _lose(self, line: Line, why: str) -> None:
        """Leave a line out; the lock is held."""
        if line.kind == "note":  # told at the end, for the file cannot
            return
        at_s = line.at_us / 1e6
        if self._waiting.gap is None:
            self._waiting.gap = Gap(0, at_s, at_s, why)
        gap = self._waiting.gap
        gap.lines += 1
        gap.from_s, gap.to_s = min(gap.from_s, at_s), max(gap.to_s, at_s)

    def _run(self) -> None:
        while (line := self._next()) is not None:
            tries_again = False
            try:
                self._write(line)
            except OSError:
                tries_again = True
            except Exception as error:  # noqa: BLE001 - whatever it is, traffic goes on
                # what it says stays out: it may quote what was to be masked
                tries_again = line.kind == "note"  # or there would be another for it
                why = f"they could not be written ({type(error).__name__})"
            else:
                why = ""
            with self._changed:
                if self._abandoned:
                    return
                if tries_again:
                    if self._is_over():
                        break
                    self._changed.wait(RETRY_S)
                    continue
                self._done(line, why)
        self._drained.set()
        if not self._waiting.lines:
            self._end()

    def _next(self) -> Line | None:
        """The line to write now, which stays first until it is written; None at the end."""
        with self._changed:
            while not self._waiting.lines:
                if self._closing_at_s is not None:
                    return None
                self._changed.wait()
            return self._waiting.lines[0]

    def _is_over(self) -> bool:
        return self._closing_at_s is not None and time.monotonic() > self._closing_at_s

    def _write(self, line: Line) -> None:
        if self._writing_since_s is None:
            self._writing_since_s = time.monotonic()
        self._moment.at_us = line.at_us
        if line.learn:
            self._learn(line.learn)
        if line.media is not None:
            self._writer.write("media", **self._mask("media", dict(line.media)))
        fields = self._mask(line.kind, dict(line.fields))
        self._writer.write(line.kind, **fields)

    def _done(self, line: Line, why: str) -> None:
        """Take the first line off the queue; where there is room again, tell of a gap."""
        waiting = self._waiting
        self._writing_since_s = None
        waiting.lines.popleft()
        waiting.size -= line.size
        if why:
            self._lose(line, why)
        if line.written is not None and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(_finish, line.written)
        if waiting.gap is not None and self._has_room():
            self._tell()

    def _tell(self) -> None:
        """Put the note of the gap, which is over; the lock is held."""
        waiting = self._waiting
        if waiting.gap is not None:
            note = Line("note", waiting.gap.note(), at_us=self.now_us())
            self.gaps.append(waiting.gap)
            waiting.gap = None
            waiting.lines.append(note)

    def _end(self) -> None:
        while True:
            self._moment.at_us = self.now_us()
            try:
                self._writer.close()
            except OSError as error:
                if not self._writer.closed and not self._is_over():
                    time.sleep(RETRY_S)
                    continue
                self.failed = f"{type(error).__name__}: {error}"
            except Exception as error:  # noqa: BLE001 - told, for nobody else hears of it
                self.failed = f"{type(error).__name__}: {error}"
            return


def _finish(written: asyncio.Future[None]) -> None:
    if not written.done():
        written.set_result(None)
