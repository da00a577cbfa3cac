"""Writes a recording while it happens: a line is whole in the file before anybody acts on it."""

from __future__ import annotations

import base64
import itertools
import os
import tempfile
import threading
import time
import weakref
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import orjson

from line_sim.errors import OutputExistsError
from line_sim.recording.lines import (
    BINARY_BYTES,
    FORMAT,
    INLINE_BYTES,
    VERSION,
    content_type,
    is_media,
    sha256,
)
from line_sim.recording.packing import created, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from line_sim.recording.redaction import Redactor

STEP = 1_000
"""Lines from one remembered place in the file to the next."""
KEEP_BYTES = 16_000_000
"""Most bytes of lines in memory, however few they are."""
BLOCK_BYTES = 1 << 18
"""Bytes read from the file at once."""
REMEMBERED = 1_024
"""Media whose line is not written again."""
NUMBERS = frozenset({int, float, bool})
SAFE = frozenset({
    "exchange", "status", "took_ms", "operation", "channel", "channel_id", "method", "attempt",
    "due_s", "rule", "sent", "sha256", "bytes", "type", "events",
})  # fmt: skip
"""Fields made by the mock itself that never hold a secret in an unknown form."""


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class Writer:
    """A recording being written, which anybody may read meanwhile, from any thread.

    Parameters
    ----------
    path
        The file, made with mode 0600 and never through a symbolic link; None: a file without a
        name, gone when the writer is. Where the name ends in ``.gz``, lines go to the name without
        it and are packed by :meth:`close`.
    now_us
        What the schedule shows, in microseconds: ``at_s`` of a line.
    redact
        Takes out the secrets; nothing is kept, on disk or in memory, that has not passed it.
    fsync
        Whether each line is on the disk, not only with the operating system, before anybody acts.
    keep
        How many of the last lines stay in memory (16 MB at most).
    media
        Whether the bytes of media are kept too, or their hash, size and type only.
    header
        More of the first line: seed, settings, origin.
    force
        Whether an existing file is replaced.

    Raises
    ------
    OutputExistsError
        When `path`, or its name without ``.gz``, exists and not `force`.
    """

    def __init__(  # noqa: PLR0913 - each is said by name
        self,
        path: str | Path | None,
        now_us: Callable[[], int],
        *,
        redact: Redactor,
        fsync: bool = False,
        keep: int = 2_000,
        media: Literal["reference", "inline"] = "reference",
        header: Mapping[str, Any] | None = None,
        force: bool = False,
    ) -> None:
        self.path = None if path is None else Path(path)
        self.redact = redact
        self.seq = 0
        self.closed = False
        self._now_us = now_us
        self._fsync = fsync
        self._inline = media == "inline"
        self._exchanges = itertools.count(1)
        self._counts: dict[tuple[str, str, int | str], int] = {}
        self._recent: deque[bytes] = deque()
        self._recent_bytes = 0
        self._keep = keep
        self._force = force
        self._media: dict[str, None] = {}
        self._lock = threading.RLock()
        self._plain, self._file = _opened(self.path, force=force)
        self._finalizer = weakref.finalize(self, os.close, self._file)
        self._size = 0
        self.header: dict[str, Any] = {
            "format": FORMAT, "version": VERSION, **redact.value(header or {})
        }  # fmt: skip
        self.header["made_ms"] = _wall_ms()
        self._append(redact.known(orjson.dumps(self.header, option=orjson.OPT_APPEND_NEWLINE)))
        self._places = [self._size]

    def exchange(self) -> int:
        """A new number for a request and its answer."""
        return next(self._exchanges)

    def write(self, kind: str, *, media_type: str = "", **fields: Any) -> int:  # noqa: ANN401 - JSON
        """Write one line and return its number.

        Parameters
        ----------
        kind
            One of :data:`line_sim.recording.lines.FIELDS`.
        media_type
            What the body is, where no Content-Type among the headers says so.
        fields
            Whatever JSON can hold; left out where None. `headers` are a mapping or pairs; `body`
            is bytes, text, or what is to be JSON.
        """
        cleaned = self._cleaned(fields, media_type)
        with self._lock:
            self.seq += 1
            line = {
                "seq": self.seq,
                "at_s": self._now_us() / 1e6,
                "wall_ms": time.time_ns() // 1_000_000,
                "kind": kind,
                **cleaned,
            }
            try:
                raw = orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE)
                raw = self.redact.known(raw)
                self._append(raw)
            except BaseException:
                self.seq -= 1
                raise
            self._remember(raw)
            status = cleaned.get("status", cleaned.get("reason", ""))
            key = kind, cleaned.get("operation", ""), status
            self._counts[key] = self._counts.get(key, 0) + 1
            return self.seq

    def counts(self) -> dict[tuple[str, str, int | str], int]:
        """How many lines there are of each kind, operation and status (or reason)."""
        with self._lock:
            return dict(self._counts)

    def lines(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """Every line so far with a number above `after`, parsed.

        From memory where all of them are there, else from the file. Lines written meanwhile are
        not among them.
        """
        with self._lock:
            first = max(after, 0) + 1
            last = self.seq
            missing = self.seq - len(self._recent) - first + 1
            if missing <= 0:
                found = list(itertools.islice(self._recent, -missing, None))
                return map(orjson.loads, found)
            step = (first - 1) // STEP
            place, end = self._places[step], self._size
        wanted = itertools.islice(self._from_file(place, end), first - 1 - step * STEP, None)
        return itertools.islice(map(orjson.loads, wanted), last - first + 1)

    def close(self, reason: str = "closed") -> None:
        """Write the last line and, where the name says so, pack the file. Closing twice is nothing.

        Lines can still be read afterwards.
        """
        with self._lock:
            if self.closed:
                return
            self.write("end", reason=reason)
            self.closed = True
            if self.path is not None and self._plain != self.path:
                pack(self._file, self.path, force=self._force)
                self._plain.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close("closed" if error is None else "error")

    def _cleaned(self, fields: dict[str, Any], media_type: str) -> dict[str, Any]:
        """The fields as they will stand in the line: no None, no secret, a body as text or hash."""
        redact = self.redact
        cleaned: dict[str, Any] = {}
        for name, value in fields.items():
            if value is None or name == "body":
                continue
            if name in SAFE or type(value) in NUMBERS:
                cleaned[name] = value
            elif name == "headers":
                cleaned[name] = redact.headers(value)
            else:
                cleaned[name] = redact.value(value)
        body = fields.get("body")
        if body is not None:
            self._add_body(cleaned, body, media_type, fields.get("headers"))
        return cleaned

    def _add_body(
        self,
        cleaned: dict[str, Any],
        body: object,
        media_type: str,
        headers: Any,  # noqa: ANN401
    ) -> None:
        if isinstance(body, str):
            body = body.encode()
        elif not isinstance(body, bytes):
            body = orjson.dumps(body)
        if len(body) > BINARY_BYTES:
            media_type = media_type or content_type(headers)
            if is_media(body, media_type):
                cleaned["media"] = self._media_line(body, media_type)
                return
        try:
            cleaned["body"] = self.redact.body(body)
        except UnicodeDecodeError:
            if len(body) > BINARY_BYTES:
                cleaned["media"] = self._media_line(body, media_type)
                return
            text = body.decode("latin-1")
            hidden = self.redact.body_text(text, text.lower()).encode("latin-1")
            cleaned["body_b64"] = base64.b64encode(self.redact.known(hidden)).decode()

    def _media_line(self, body: bytes, media_type: str) -> str:
        """Write the line of some media, unless it was written lately; its hash."""
        name = sha256(body)
        with self._lock:
            if name in self._media:
                return name
            if len(self._media) >= REMEMBERED:
                del self._media[next(iter(self._media))]
            self._media[name] = None
        about: dict[str, Any] = {"sha256": name, "bytes": len(body), "type": media_type}
        if self._inline and len(body) <= INLINE_BYTES:
            about["body_b64"] = base64.b64encode(self.redact.known(body)).decode()
        self.write("media", **about)
        return name

    def _append(self, raw: bytes) -> None:
        """Append bytes in one write; all of them or, where the disk is full, none."""
        if self.closed:
            message = "the recording is closed: nothing more can be written to it"
            raise ValueError(message)
        try:
            written = os.write(self._file, raw)
            while written < len(raw):
                written += os.write(self._file, raw[written:])
        except OSError:
            os.ftruncate(self._file, self._size)
            os.lseek(self._file, self._size, os.SEEK_SET)
            raise
        if self._fsync:
            os.fsync(self._file)
        self._size += len(raw)

    def _remember(self, raw: bytes) -> None:
        if self.seq % STEP == 0:
            self._places.append(self._size)
        self._recent.append(raw)
        self._recent_bytes += len(raw)
        while len(self._recent) > self._keep or self._recent_bytes > KEEP_BYTES:
            self._recent_bytes -= len(self._recent.popleft())

    def _from_file(self, place: int, end: int) -> Iterator[bytes]:
        """The lines between two places of the file."""
        rest = b""
        while place < end:
            block = os.pread(self._file, min(BLOCK_BYTES, end - place), place)
            place += len(block)
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            yield from lines


def _opened(path: Path | None, *, force: bool) -> tuple[Path, int]:
    """The file to write to, and its descriptor; an unnamed one where `path` is None."""
    if path is None:
        descriptor, name = tempfile.mkstemp(prefix="line_sim-", suffix=".jsonl")
        Path(name).unlink()
        return Path(name), descriptor
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    if not force and os.path.lexists(path):
        raise OutputExistsError(path)
    return plain, created(plain, force=force)
