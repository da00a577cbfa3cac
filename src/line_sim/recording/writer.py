"""Writes a recording while it happens: a line is whole in the file before anybody acts on it."""

from __future__ import annotations

import itertools
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import orjson

from line_sim.errors import ConfigurationError, Fault, OutputExistsError
from line_sim.recording.appended import Appended
from line_sim.recording.cleaning import Cleaner
from line_sim.recording.lines import FORMAT, VERSION
from line_sim.recording.media_files import MediaFolder, media_folder
from line_sim.recording.packing import BY_SUFFIX, pack
from line_sim.recording.resuming import counted, restored, resumed, unlocked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from line_sim.recording.redaction import Redactor


class Writer:
    """A recording being written, which anybody may read meanwhile, from any thread.

    Parameters
    ----------
    path
        The file, made with mode 0600 and never through a symbolic link; None: a file without a
        name, gone when the writer is. Where the name ends in ``.gz`` or ``.zst``, lines go to the
        name without it and are packed by :meth:`close`.
    now_us
        What the schedule shows, in microseconds: ``at_s`` of a line.
    redact
        Takes out the secrets; nothing is kept, on disk or in memory, that has not passed it.
    fsync
        Whether each line is on the disk, not only with the operating system, before anybody acts.
    keep
        How many of the last lines stay in memory (16 MB at most).
    media
        What is kept of media: hash, size and type only; the bytes too, in their line (``inline``);
        or the bytes in a folder beside the file (``files``), as ``day.media`` beside ``day.jsonl``.
    header
        More of the first line: seed, settings, origin.
    force
        Whether an existing file is replaced.
    wall_ms
        What a wall clock shows, in Unix milliseconds; by default this machine's.
    resume
        Whether an existing recording goes on, also with `force`: a torn last line is taken away,
        and a note says so. Its header stays. A packed one is unpacked, and packed again by
        :meth:`close`.

    Raises
    ------
    OutputExistsError
        When `path`, or its name without ``.gz``, exists and neither `force` nor `resume`.
    RecordingFormatError
        When what is to go on is no recording, or not one that this program wrote.
    ConfigurationError
        When another process writes the file, or media are to go beside a file without a name.
    """

    def __init__(  # noqa: PLR0913 - each is said by name
        self,
        path: str | Path | None,
        now_us: Callable[[], int],
        *,
        redact: Redactor,
        fsync: bool = False,
        keep: int = 2_000,
        media: Literal["reference", "inline", "files"] = "reference",
        header: Mapping[str, Any] | None = None,
        force: bool = False,
        wall_ms: Callable[[], int] | None = None,
        resume: bool = False,
    ) -> None:
        self.path = self._plain = None if path is None else Path(path)
        self.redact = redact
        self.closed = False
        self._now_us = now_us
        self._wall_ms = wall_ms or _now_ms
        self._force = force
        self._lock = threading.RLock()
        folder = _folder(self.path, fsync=fsync) if media == "files" else None
        self._clean = Cleaner(redact, inline=media == "inline", folder=folder)
        if self.path is not None and self.path.suffix in BY_SUFFIX:
            self._plain = self.path.with_suffix("")
            self._make_way(self.path, self._plain, resume=resume)
        found = resumed(self._plain) if resume and self._plain is not None else None
        self._exchanges = itertools.count(found.exchange + 1 if found else 1)
        self._counts = found.counts if found else {}
        self._file = Appended(self._plain, fsync=fsync, keep=keep, force=force, resumed=found)
        if found is not None and found.header is not None:
            self.header = found.header
            torn = found.torn_bytes or None
            also = f"; {torn:,} bytes of a torn line were taken away" if torn else ""
            text = f"resumed after line {found.count}{also}"
            self.write("note", text=text, torn_bytes=torn)
            return
        self.header = {"format": FORMAT, "version": VERSION, **redact.value(header or {})}
        self.header["made_ms"] = self._wall_ms()
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
        return self._append(kind, self._clean.cleaned(fields, media_type, self._append))

    def _append(self, kind: str, cleaned: dict[str, Any]) -> int:
        with self._lock:
            if self.closed:
                message = "the recording is closed: nothing more can be written to it"
                raise ValueError(message)
            seq = self._file.count + 1
            at_s, wall_ms = self._now_us() / 1e6, self._wall_ms()
            line = {"seq": seq, "at_s": at_s, "wall_ms": wall_ms, "kind": kind, **cleaned}
            raw = orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE)
            self._file.append(self.redact.known(raw))
            key = counted(line)
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
            unlocked(self._file.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close("closed" if error is None else "error")

    def _make_way(self, packed: Path, plain: Path, *, resume: bool) -> None:
        """See to a packed file that is there already."""
        if not os.path.lexists(packed):
            return
        if resume:
            restored(packed, plain)
            self._force = True  # what it is packed into again holds all that is there now
        elif not self._force:
            raise OutputExistsError(packed)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _folder(path: Path | None, *, fsync: bool) -> MediaFolder:
    if path is None:
        fault = Fault("media", "'files'", "'reference' or 'inline' for a file without a name")
        raise ConfigurationError([fault])
    return MediaFolder(media_folder(path), fsync=fsync)
