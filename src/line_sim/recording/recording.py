"""A recording on disk with its media: what imports, pseudonyms, replay and checks read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from line_sim.errors import RecordingFormatError
from line_sim.recording.lines import body_bytes, body_json, sha256
from line_sim.recording.media_files import MediaFolder, media_folder
from line_sim.recording.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Recording:
    """A recording; iterating gives its lines as dictionaries, anew each time.

    Nothing but the line at hand is held in memory.

    Parameters
    ----------
    path
        The file, plain or packed.

    Raises
    ------
    RecordingFormatError
        When the file is no recording of a version this program reads; while iterating, when a line
        is broken. Either says where, what is allowed and what may help.
    """

    def __init__(self, path: str | Path) -> None:
        reader = Reader(path)
        self.path = reader.path
        self.header: dict[str, Any] = reader.header
        self._folder = MediaFolder(media_folder(self.path))
        self._look: _Look | None = None

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The recording at `path`; the same as the class itself, as other data is loaded."""
        return cls(path)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(Reader(self.path))

    def __repr__(self) -> str:
        return f"Recording({str(self.path)!r})"

    @property
    def lacks(self) -> tuple[str, ...]:
        """What it says it does not hold: words of :data:`line_sim.recording.lines.LACKS`."""
        return tuple(self.header.get("lacks", ()))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader of a report should know: a cut-off end, media that are missing.

        The first time, all of it is read.
        """
        return self._looked().warnings

    def media(self, sha256: str) -> bytes | None:
        """The bytes of some media, from beside the file or from their line; None where neither is.

        Raises
        ------
        RecordingFormatError
            When the name is no SHA-256, or the bytes are not those of that name.
        """
        found = self._folder.get(sha256)
        return self._inline(sha256) if found is None else found

    def summary(self) -> dict[str, Any]:
        """What is in it; the first time, all of it is read.

        Returns
        -------
        dict
            ``lines``; ``kinds``: lines by kind; ``events``: events by type, redeliveries counted
            again; ``chats``: how many; ``channels``: webhooks by channel; ``from_s``, ``to_s`` and
            ``span_s``: schedule seconds of the first and the last line, and between them;
            ``media``: how many are ``named`` and ``missing``; ``complete``: whether it has its end.
        """
        look = self._looked()
        return {
            "lines": sum(look.kinds.values()),
            "kinds": dict(sorted(look.kinds.items())),
            "events": dict(sorted(look.events.items())),
            "chats": len(look.chats),
            "channels": dict(sorted(look.channels.items())),
            "from_s": look.from_s,
            "to_s": look.to_s,
            "span_s": look.to_s - look.from_s,
            "media": {"named": len(look.media), "missing": look.missing},
            "complete": look.complete,
        }

    def _looked(self) -> _Look:
        if self._look is None:
            look, reader = _Look(), Reader(self.path)
            for line in reader:
                look.see(line)
            look.complete = reader.complete
            absent = [name for name, inline in look.media.items() if not inline]
            look.missing = sum(not self._folder.has(name) for name in absent)
            found = [reader.warning()]
            if look.missing and "media" not in self.lacks:
                found.append(
                    f"{self.path}: {look.missing} of {len(look.media)} media are not there; "
                    f"{self._folder.path.name} beside it holds them, where they were kept"
                )
            look.warnings = tuple(filter(None, found))
            self._look = look
        return self._look

    def _inline(self, name: str) -> bytes | None:
        if not self._looked().media.get(name):  # else each that is missing would cost a reading
            return None
        for line in self:
            if line["kind"] == "media" and line["sha256"] == name and "body_b64" in line:
                body = body_bytes(line) or b""
                if sha256(body) != name:
                    reason = f"media {name}: its bytes have another SHA-256; they were changed"
                    raise RecordingFormatError(self.path, reason)
                return body
        return None


@dataclass(slots=True)
class _Look:
    """What one reading of all lines found."""

    kinds: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    chats: set[int] = field(default_factory=set)
    """Hashes, for there may be many."""
    media: dict[str, bool] = field(default_factory=dict)
    """By name, whether the bytes stand in their line."""
    from_s: float = 0.0
    to_s: float = 0.0
    missing: int = 0
    complete: bool = False
    warnings: tuple[str, ...] = ()

    def see(self, line: Mapping[str, Any]) -> None:
        """Take in a line."""
        at_s = line["at_s"]
        if not self.kinds:
            self.from_s = self.to_s = at_s
        self.from_s, self.to_s = min(at_s, self.from_s), max(at_s, self.to_s)
        kind = line["kind"]
        self.kinds[kind] += 1
        if kind == "webhook":
            self._webhook(line)
        elif kind == "media":
            name = line["sha256"]
            self.media[name] = self.media.get(name, False) or "body_b64" in line

    def _webhook(self, line: Mapping[str, Any]) -> None:
        self.channels[line.get("channel") or ""] += 1
        payload = body_json(line)
        events = payload.get("events") if isinstance(payload, dict) else None
        for event in events if isinstance(events, list) else ():
            if not isinstance(event, dict):
                continue
            self.events[str(event.get("type"))] += 1
            source = event.get("source")
            if isinstance(source, dict):
                chat = source.get("groupId") or source.get("roomId") or source.get("userId")
                self.chats.add(hash(str(chat)))
