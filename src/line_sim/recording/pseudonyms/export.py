"""From a recording to one without personal data: read, replace, check, and only then be there."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import orjson

from line_sim.errors import ConfigurationError, Fault, OutputExistsError
from line_sim.recording.lines import body_bytes
from line_sim.recording.media_files import MediaFolder, media_folder
from line_sim.recording.packing import BY_SUFFIX, aside, created, named, pack
from line_sim.recording.pseudonyms.leaks import LeakError, Originals
from line_sim.recording.pseudonyms.masking import Pseudonymiser
from line_sim.recording.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WRITTEN_BYTES = 1 << 20


def pseudonymise(  # noqa: PLR0913 - each is said by name
    source: str | Path,
    target: str | Path,
    key: bytes,
    *,
    keep_texts: Iterable[str] = (),
    shift_times: bool = False,
    force: bool = False,
) -> dict[str, Any]:
    """Write a recording without personal data; see ``docs/pseudonyms.md``.

    Parameters
    ----------
    source
        A recording, its media beside it.
    target
        The new file, packed where its name ends in ``.gz`` or ``.zst``. It has that name only when
        nothing of the original was found in it.
    key
        At least 32 random bytes. The same key gives the same stand-ins, whatever the file.
    keep_texts, shift_times
        As of :class:`~line_sim.recording.pseudonyms.masking.Pseudonymiser`.
    force
        Whether an existing target is replaced, its media too.

    Returns
    -------
    dict
        ``lines``; ``media``: how many were replaced and how many are ``missing``; ``redrawn``:
        stand-ins that happened to be somebody's text, so that others were taken; ``originals``:
        values, ids and media looked for; ``key_id``; ``took_s``; ``warnings``.

    Raises
    ------
    LeakError
        When something of the original is left; nothing of the target is, then.
    RecordingFormatError, ConfigurationError, OutputExistsError
        When the source is no recording, the key is none, or the target exists.
    """
    began_s = time.monotonic()
    keep_texts = tuple(keep_texts)
    recording, path = Recording(source), Path(target)
    check_target(recording.path, path, force=force)
    originals = Originals(keep_texts)
    mask = Pseudonymiser(
        key, keep_texts=keep_texts, shift_times=shift_times, is_taken=originals.holds
    )
    lines, media = _gathered(recording, originals)
    with _Unfinished(path) as unfinished:
        unfinished.write(recording, mask)
        unfinished.check(originals)
        unfinished.finish(force=force)
    replaced = mask.media_count
    return {
        "lines": lines,
        "media": {"replaced": replaced, "missing": media - replaced},
        "redrawn": mask.redrawn,
        "originals": len(originals),
        "key_id": mask.key_id,
        "warnings": list(recording.warnings),
        "took_s": round(time.monotonic() - began_s, 3),
    }


def check_target(source: Path, path: Path, *, force: bool) -> None:
    """Refuse a target that exists without `force`, or where the original is."""
    folder = media_folder(path)
    if path.resolve() == source.resolve() or folder.resolve() == media_folder(source).resolve():
        fault = Fault("target", f"{path} is where the original is", "another name")
        raise ConfigurationError([fault])
    for each in (path, folder):
        if os.path.lexists(each) and not force:
            raise OutputExistsError(each)


def _gathered(recording: Recording, originals: Originals) -> tuple[int, int]:
    """Look through the original; how many lines and media it has."""
    originals.add(recording.header)
    folder = MediaFolder(media_folder(recording.path))
    count, media = 0, set[str]()
    for count, line in enumerate(recording, 1):  # noqa: B007 - the last one
        originals.add(line)
        if line["kind"] == "media" and line["sha256"] not in media:
            media.add(line["sha256"])
            body = body_bytes(line) or folder.get(line["sha256"])
            if body is not None:
                originals.add_media(body)
    return count, len(media)


class _Unfinished:
    """A recording under another name, with its media, until it is found to be clean."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = aside(path, "masking")
        self._packed = aside(path, f"masked{path.suffix}")
        self._folder = media_folder(self._part)

    def __enter__(self) -> Self:
        self._clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def write(self, recording: Recording, mask: Pseudonymiser) -> None:
        """Write all lines and media, replaced."""
        source = MediaFolder(media_folder(recording.path))
        target = MediaFolder(self._folder)
        descriptor = created(self._part, force=False)
        with os.fdopen(descriptor, "wb", buffering=WRITTEN_BYTES) as file:
            _write(file, mask.header(recording.header))
            for line in recording:
                if line["kind"] == "media" and "body_b64" not in line:
                    body = source.get(line["sha256"])
                    if body is not None:
                        target.put(mask.media(body, str(line.get("type", ""))))
                _write(file, mask.line(line))
        if self.path.suffix in BY_SUFFIX:
            whole = os.open(self._part, os.O_RDONLY)
            try:
                pack(whole, self._packed, force=True)
            finally:
                os.close(whole)

    def check(self, originals: Originals) -> None:
        """Look for the original in the finished file; raises LeakError."""
        whole = self._packed if self.path.suffix in BY_SUFFIX else self._part
        finished = Recording(whole)
        found = [*originals.leaks(finished.header)]
        for line in finished:
            found += originals.leaks(line)
            if line["kind"] == "media":
                found += originals.leaks_media(body_bytes(line) or b"", line["sha256"])
        for file in self._files():
            found += originals.leaks_media(file.read_bytes(), file.name)
        if found:
            raise LeakError(self.path, found)

    def finish(self, *, force: bool) -> None:
        """Give the file and its media their names."""
        folder = media_folder(self.path)
        if force and folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
        if self._folder.exists():
            self._folder.rename(folder)
        whole = self._packed if self.path.suffix in BY_SUFFIX else self._part
        named(whole, self.path, force=force)

    def _files(self) -> Iterator[Path]:
        if self._folder.exists():
            yield from sorted(self._folder.iterdir())

    def _clear(self) -> None:
        for each in (self._part, self._packed):
            each.unlink(missing_ok=True)
        if self._folder.exists():
            shutil.rmtree(self._folder)


def _write(file: IO[bytes], line: Mapping[str, Any]) -> None:
    file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
