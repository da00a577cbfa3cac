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
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_LINES = 20_000
"""Chosen: lines that wait; ten seconds of a thousand webhooks a second and their answers."""
MOST_BYTES = 128_000_000
"""Chosen: bytes of bodies that wait."""
STALLED_S = 0.02
"""Chosen: once a line has waited so long, nobody waits for the file any more."""
RETRY_S = 0.2
"""Chosen: how soon a disk that refused is tried again."""
CLOSING_S = 5.0
"""Chosen: how long the end waits for a disk that does not take its lines."""
_LINE_BYTES = 1_000
"""What a line is taken to hold beside its body."""


class Writes(Protocol):
    """What a tape needs of a :class:`~line_sim.recording.writer.Writer`."""

    def write(self, kind: str, *, media_type: str = "", **fields: Any) -> int:  # noqa: ANN401
        """Write a line."""
        ...

    def close(self, reason: str = "closed") -> None:
        """Write the last line."""
        ...


@dataclass(slots=True)
class Gap:
    """Lines that are not in the recording: how many, of which time (schedule s), and why."""

    lines: int
    from_s: float
    to_s: float
    why: str

    def note(self) -> dict[str, Any]:
        """The fields of the line that tells of it."""
        text = f"{self.lines} lines between {self.from_s:.3f} s and {self.to_s:.3f} s are missing"
        told = asdict(self)
        why = told.pop("why")
        return {"text": f"{text}: {why}", "gap": told}


@dataclass(slots=True)
class Line:
    """One line on its way."""

    kind: str
    fields: dict[str, Any]
    media: dict[str, Any] | None = None
    """Some media of which only this is kept: a line of its own, before this one."""
    learn: str = ""
    """A secret that is looked for from this line on."""
    at_us: int = 0
    put_s: float = 0.0
    size: int = 0
    written: asyncio.Future[None] | None = None
    """Done once it is in the file, or given up."""


@dataclass(slots=True)
class Moment:
    """The time of the line being written, as its writer asks for it."""

    at_us: int = 0
    epoch_ms: int = 0

    def schedule_us(self) -> int:
        """What ``at_s`` is made of."""
        return self.at_us

    def wall_ms(self) -> int:
        """Unix time."""
        return self.epoch_ms + self.at_us // 1_000


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
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="line_sim tape", daemon=True)
        self._thread.start()

    def now_us(self) -> int:
        """Schedule time: microseconds since the recording's epoch."""
        return self._started_us + (time.monotonic_ns() - self._started_ns) // 1_000

    @property
    def stalled(self) -> bool:
        """Whether lines have waited so long that nobody should wait for theirs."""
        with contextlib.suppress(IndexError):
            return time.monotonic() - self._waiting.lines[0].put_s > STALLED_S
        return False

    def put(self, line: Line) -> None:
        """Have a line written, from the event loop; never waits.

        ``line.written`` is a future afterwards; None where the line was left out.
        """
        line.at_us = self.now_us()
        line.put_s = time.monotonic()
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

    def _lose(self, line: Line, why: str) -> None:
        """Leave a line out; the lock is held."""
        if line.kind == "note" and "gap" in line.fields:
            if self.gaps:  # what it would have told is told by the next one
                self._waiting.gap = self.gaps.pop()
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
                tries_again = line.kind == "note"
                why = f"they could not be written ({type(error).__name__}: {error})"
            else:
                why = ""
            with self._changed:
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
        self._moment.at_us = line.at_us
        if line.learn:
            self._learn(line.learn)
        if line.media is not None:
            self._writer.write("media", **line.media)
        fields = self._mask(line.kind, dict(line.fields))
        self._writer.write(line.kind, **fields)

    def _done(self, line: Line, why: str) -> None:
        """Take the first line off the queue; where there is room again, tell of a gap."""
        waiting = self._waiting
        waiting.lines.popleft()
        waiting.size -= line.size
        if why:
            self._lose(line, why)
        if line.written is not None and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(_finish, line.written)
        if waiting.gap is not None and len(waiting.lines) <= self._most_lines // 2:
            note = Line("note", waiting.gap.note(), at_us=self.now_us(), put_s=time.monotonic())
            self.gaps.append(waiting.gap)
            waiting.gap = None
            waiting.lines.append(note)

    def _end(self) -> None:
        try:
            self._moment.at_us = self.now_us()
            self._writer.close()
        except Exception as error:  # noqa: BLE001 - told, for nobody else hears of it
            self.failed = f"{type(error).__name__}: {error}"


def _finish(written: asyncio.Future[None]) -> None:
    if not written.done():
        written.set_result(None)


class Patience:
    """How long one exchange waits for the file, all in all.

    Parameters
    ----------
    tape
        Where its lines are put.
    left_s
        Wall seconds; PLATFORM.md, "Recorder", allows 50 ms.
    """

    def __init__(self, tape: Tape, left_s: float = 0.035) -> None:
        self.tape = tape
        self.left_s = left_s

    async def written(self, line: Line) -> None:
        """Put a line and wait until it is in the file, or until that takes too long."""
        self.tape.put(line)
        if line.written is None or self.left_s <= 0 or self.tape.stalled:
            return
        begun_s = time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.left_s):
                await line.written
        self.left_s -= time.monotonic() - begun_s


def headers_of(pairs: list[tuple[bytes, bytes]]) -> Mapping[str, str] | list[tuple[str, str]]:
    """Headers as a line holds them: a mapping where no name comes twice, else pairs."""
    texts = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]
    found = dict(texts)
    return found if len(found) == len(texts) else texts
