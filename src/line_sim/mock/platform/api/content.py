"""Fetching what users have sent (Messaging API reference, content)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Operations

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked
    from line_sim.mock.platform.content import File

operations = Operations()

_PATH = "/v2/bot/message/{messageId}/content"


@operations.answers("getMessageContent", "GET", _PATH, tier=1, host="data")
def content(asked: Asked) -> Answer:
    """The bytes; 202 without a body while large audio or video is being prepared."""
    store = asked.platform.content
    return _file(store.file(asked.channel.id, asked.parameters["messageId"], asked.now))


@operations.answers("getMessageContentPreview", "GET", f"{_PATH}/preview", tier=1, host="data")
def preview(asked: Asked) -> Answer:
    """A picture of an image or a video."""
    store = asked.platform.content
    return _file(store.preview(asked.channel.id, asked.parameters["messageId"], asked.now))


@operations.answers(
    "getMessageContentTranscodingByMessageId", "GET", f"{_PATH}/transcoding", tier=1, host="data",
    result="GetMessageContentTranscodingResponse",
)  # fmt: skip
def transcoding(asked: Asked) -> Answer:
    """Whether audio or video is ready."""
    store = asked.platform.content
    found = store.transcoding(asked.channel.id, asked.parameters["messageId"], asked.now)
    return Answer(content={"status": found})


def _file(found: File | None) -> Answer:
    if found is None:
        why = "the content is being prepared, or its preparation failed: ask for /transcoding"
        return Answer(202, b"", findings=(why,))
    return Answer(content=found.content, media_type=found.media_type)
