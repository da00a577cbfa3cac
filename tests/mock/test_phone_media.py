"""A visitor's phone loads a bot's media from this machine, and the departure is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from bots import Api

from line_sim import MockLine
from line_sim.errors import ConfigurationError, TargetNotAllowedError
from line_sim.net.serve import Server

IMAGE = {
    "type": "image",
    "originalContentUrl": "https://shop.example/menu.png",
    "previewImageUrl": "https://shop.example/missing.png",
}


async def media(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    """One picture."""
    if scope["type"] != "http":
        raise NotImplementedError
    await receive()
    there = scope["path"] == "/menu.png"
    headers = [(b"content-type", b"image/png")]
    status = 200 if there else 404
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"picture" if there else b""})


@pytest.fixture
def origin() -> Iterator[str]:
    """Where the bot's media are."""
    with Server(media) as server:
        yield server.url


def seen(line: MockLine) -> tuple[Any, dict[str, Any]]:
    """A visitor, and the picture on the phone."""
    alice = line.visitor()
    Api(line).call("POST", "/v2/bot/message/push", {"to": alice.id, "messages": [IMAGE]})
    return alice, alice.sees()[0]


def test_media_are_loaded_from_the_origin_that_stands_for_theirs(origin: str) -> None:
    with MockLine(media_map={"https://shop.example": origin}) as line:
        alice, message = seen(line)
        loaded = alice.loads(message)
        notes = [each["text"] for each in line.lines if each["kind"] == "note"]

    assert [(200, "image/png", 7), (404, "image/png", 0)] == [
        (each["status"], each["type"], each["size_bytes"]) for each in loaded
    ]
    assert notes[0].startswith("departure: https://shop.example/menu.png was loaded from ")


def test_an_origin_that_nobody_mapped_is_told() -> None:
    with MockLine() as line:
        alice, message = seen(line)
        with pytest.raises(ConfigurationError, match=r"https://shop\.example"):
            alice.loads(message)


def test_media_are_not_loaded_from_other_machines() -> None:
    with MockLine(media_map={"https://shop.example": "http://192.0.2.1"}) as line:
        alice, message = seen(line)
        with pytest.raises(TargetNotAllowedError):
            alice.loads(message)


def test_a_server_that_is_not_there_is_status_0() -> None:
    with MockLine(media_map={"https://shop.example": "http://127.0.0.1:1"}) as line:
        alice, message = seen(line)
        loaded = alice.loads(message)

    assert [0, 0] == [each["status"] for each in loaded]
