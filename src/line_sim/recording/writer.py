"""Writes a recording while it happens: a line is whole in the file before anybody acts on it."""

from __future__ import annotations

import base64
import itertools
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import orjson

from line_sim.errors import OutputExistsError
from line_sim.recording.appended import Appended
from line_sim.recording.lines import (
    BINARY_BYTES,
    FORMAT,
    INLINE_BYTES,
    VERSION,
    content_type,
    is_media,
    sha256,
)
from line_sim.recording.packing import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from line_sim.recording.redaction import Redactor

REMEMBERED = 1_024
"""Media whose line is not written again."""
SAFE = frozenset({
    "exchange", "status", "took_ms", "operation", "channel", "channel_id", "method", "attempt",
    "due_s", "rule", "sent", "sha256", "bytes", "type", "events",
})  # fmt: skip
"""Fields made by the mock itself that never hold a secret in an unknown form."""


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
        self.closed = False
        self._now_us = now_us
        self._inline = media == "inline"
        self._exchanges = itertools.count(1)
        self._counts: dict[tuple[str, str, int | str], int] = {}
        self._force = force
        self._media: dict[str, None] = {}
        self._lock = threading.RLock()
        self._plain = self.path
        if self.path is not None and self.path.suffix == ".gz":
            self._plain = self.path.with_suffix("")
            if not force and os.path.lexists(self.path):
                raise OutputExistsError(self.path)
        self._file = Appended(self._plain, fsync=fsync, keep=keep, force=force)
        self.header: dict[str, Any] = {
            "format": FORMAT, "version": VERSION, **redact.value(header or {})
        }  # fmt: skip
        self.header["made_ms"] = time.time_ns() // 1_000_000
        self._file.head(redact.known(orjson.dumps(self.header, option=orjson.OPT_APPEND_NEWLINE)))

    @property
    def seq(self) -> int:
        """The number of the last line; 0 when there is none."""
        return self._file.count

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
            if self.closed:
                message = "the recording is closed: nothing more can be written to it"
                raise ValueError(message)
            seq = self._file.count + 1
            at_s, wall_ms = self._now_us() / 1e6, time.time_ns() // 1_000_000
            line = {"seq": seq, "at_s": at_s, "wall_ms": wall_ms, "kind": kind, **cleaned}
            raw = orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE)
            self._file.append(self.redact.known(raw))
            status = cleaned.get("status", cleaned.get("reason", ""))
            key = kind, cleaned.get("operation", ""), status
            self._counts[key] = self._counts.get(key, 0) + 1
            return seq

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
            found = self._file.lines(max(after, 0))
        return map(orjson.loads, found)

    def close(self, reason: str = "closed") -> None:
        """Write the last line and, where the name says so, pack the file. Closing twice is nothing.

        Lines can still be read afterwards.
        """
        with self._lock:
            if self.closed:
                return
            self.write("end", reason=reason)
            self.closed = True
            if self.path is not None and self._plain is not None and self._plain != self.path:
                pack(self._file.descriptor, self.path, force=self._force)
                self._plain.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close("closed" if error is None else "error")

    def _cleaned(self, fields: dict[str, Any], media_type: str) -> dict[str, Any]:
        """The fields as they will stand in the line: no None, no secret, a body as text or hash."""
        body, headers = fields.pop("body", None), fields.pop("headers", None)
        if not SAFE.issuperset(fields):
            clean = self.redact.value
            fields = {name: v if name in SAFE else clean(v) for name, v in fields.items()}
        if None in fields.values():
            fields = {name: value for name, value in fields.items() if value is not None}
        if headers is not None:
            fields["headers"] = self.redact.headers(headers)
        if body is not None:
            self._add_body(fields, body, media_type, headers)
        return fields

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
