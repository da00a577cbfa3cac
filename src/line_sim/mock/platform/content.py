"""What users send: pictures, sounds, films and files, until they are deleted or unsent."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict, Unpack

from line_sim.net.clock import SECOND_US
from line_sim.wire.refusals import (
    CONTENT_GONE,
    CONTENT_NOT_FOUND,
    NO_PREVIEW,
    NO_TRANSCODING,
    RefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.mock.settings import ContentSettings
    from line_sim.net.clock import Instant

    Made = bytes | Callable[[], bytes]

Kind = Literal["image", "video", "audio", "file"]

_PREPARED = frozenset({"video", "audio"})
_PREVIEWED = frozenset({"image", "video"})


class Preparation(TypedDict, total=False):
    """How content comes about, where it is not simply there."""

    size_bytes: int
    """Of what a maker will make, where it is known before."""
    prepare_s: float | None
    """Contract seconds of preparation; by default as the settings say."""
    fails: bool
    """Whether the preparation ends in ``failed``: the content is never there."""
    preview: Made | None
    preview_type: str
    sender: tuple[str, ...]
    """Ids of the user, and of the group or room, that it came from."""


class File(NamedTuple):
    """Bytes and what they are."""

    content: bytes
    media_type: str


@dataclass(slots=True)
class _Item:
    """What lies behind one message id."""

    channel: str
    kind: Kind
    file: _Kept
    preview: _Kept | None
    put_us: int
    ready_us: int
    fails: bool
    sender: tuple[str, ...]
    unsent: bool = False


@dataclass(slots=True)
class _Kept:
    """Bytes still to be made, or the key of bytes at hand."""

    media_type: str
    maker: Callable[[], bytes] | None = None
    sha256: str = ""


class ContentStore:
    """Content by message id; equal bytes are kept once.

    Life is the schedule's (D10), preparation the contract's (D11).
    """

    def __init__(self, settings: ContentSettings) -> None:
        self._settings = settings
        self._items: dict[str, _Item] = {}
        self._order: deque[tuple[int, str]] = deque()
        self._bytes: dict[str, bytes] = {}
        self._uses: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._items)

    def distinct(self) -> list[str]:
        """The SHA-256 of all bytes at hand."""
        return list(self._bytes)

    def put(  # noqa: PLR0913, PLR0917 - whose it is, what it is, and when
        self,
        channel: str,
        message_id: str,
        kind: Kind,
        made: Made,
        media_type: str,
        now: Instant,
        **how: Unpack[Preparation],
    ) -> None:
        """Keep what a user sent to a channel.

        Parameters
        ----------
        made
            The bytes, or a function that makes them when somebody asks first.
        """
        self._forget(now)
        size_bytes = len(made) if isinstance(made, bytes) else how.get("size_bytes", 0)
        prepare_s = how.get("prepare_s")
        if prepare_s is None:
            large = kind in _PREPARED and size_bytes >= self._settings.prepare_from_bytes
            prepare_s = self._settings.prepare_s if large else 0.0
        preview = None
        if kind in _PREVIEWED:
            shown, shown_type = how.get("preview"), how.get("preview_type", "image/jpeg")
            preview = self._kept(shown, shown_type) if shown is not None else None
        self._items[message_id] = _Item(
            channel, kind, self._kept(made, media_type), preview, now.schedule_us,
            now.contract_us + int(prepare_s * SECOND_US), how.get("fails", False),
            how.get("sender", ()),
        )  # fmt: skip
        self._order.append((now.schedule_us, message_id))

    def sender(self, message_id: str) -> tuple[str, ...]:
        """Ids of the user, and of the group or room, that a message's content came from."""
        item = self._items.get(message_id)
        return item.sender if item is not None else ()

    def unsend(self, message_id: str) -> None:
        """The user took the message back: 410 from now on."""
        item = self._items.get(message_id)
        if item is not None and not item.unsent:
            item.unsent = True
            self._release(item)

    def file(self, channel: str, message_id: str, now: Instant) -> File | None:
        """The content; None while it is being prepared, and for ever where that fails.

        Raises
        ------
        RefusedError
            404 unknown, another channel's, or deleted; 410 unsent.
        """
        item = self._item(channel, message_id, now)
        if item.fails or now.contract_us < item.ready_us:
            return None
        return self._file(item.file)

    def preview(self, channel: str, message_id: str, now: Instant) -> File | None:
        """The preview of an image or a video; the image itself where no preview was made."""
        item = self._item(channel, message_id, now)
        if item.kind not in _PREVIEWED:
            raise RefusedError(NO_PREVIEW, why=f"{item.kind} messages have no preview")
        if item.fails or now.contract_us < item.ready_us:
            return None
        if item.preview is not None:
            return self._file(item.preview)
        if item.kind == "video":
            raise RefusedError(NO_PREVIEW, why="this video was sent without a preview")
        return self._file(item.file)

    def transcoding(self, channel: str, message_id: str, now: Instant) -> str:
        """``processing``, ``succeeded`` or ``failed``; raises for other than audio and video."""
        item = self._item(channel, message_id, now)
        if item.kind not in _PREPARED:
            raise RefusedError(NO_TRANSCODING, why=f"{item.kind} messages are not prepared")
        if now.contract_us < item.ready_us:
            return "processing"
        return "failed" if item.fails else "succeeded"

    def _item(self, channel: str, message_id: str, now: Instant) -> _Item:
        self._forget(now)
        item = self._items.get(message_id)
        if item is None:
            raise RefusedError(CONTENT_NOT_FOUND, why="no content of that id, or deleted by now")
        if item.channel != channel:
            raise RefusedError(CONTENT_NOT_FOUND, why="the content was sent to another channel")
        if item.unsent:
            raise RefusedError(CONTENT_GONE, why="the user has unsent the message")
        return item

    def _kept(self, made: Made, media_type: str) -> _Kept:
        if isinstance(made, bytes):
            return _Kept(media_type, sha256=self._keep(made))
        return _Kept(media_type, maker=made)

    def _keep(self, content: bytes) -> str:
        key = sha256(content).hexdigest()
        self._bytes.setdefault(key, content)
        self._uses[key] = self._uses.get(key, 0) + 1
        return key

    def _file(self, kept: _Kept) -> File:
        if kept.maker is not None:
            kept.sha256 = self._keep(kept.maker())
            kept.maker = None
        return File(self._bytes[kept.sha256], kept.media_type)

    def _release(self, item: _Item) -> None:
        for kept in (item.file, item.preview):
            if kept is None or not kept.sha256:
                continue
            self._uses[kept.sha256] -= 1
            if not self._uses[kept.sha256]:
                del self._uses[kept.sha256], self._bytes[kept.sha256]
            kept.sha256 = ""

    def _forget(self, now: Instant) -> None:
        gone_us = now.schedule_us - int(self._settings.ttl_s * SECOND_US)
        while self._order and self._order[0][0] <= gone_us:
            item = self._items.pop(self._order.popleft()[1], None)
            if item is not None:
                self._release(item)
