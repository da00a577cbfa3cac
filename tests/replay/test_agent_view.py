"""The client of the agent view takes what the contract says, and tells what does not keep to it."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from line_sim.errors import AgentViewError, TargetNotAllowedError, UnreachableError
from line_sim.net.serve import Server
from line_sim.replay.agent_view import (
    CAPABILITIES,
    SETTINGS,
    Attachment,
    Entry,
    HttpAgentView,
    Sent,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

LEAST = {"from": "customer", "kind": "text", "text": "hello", "at_ms": 1}


@contextmanager
def answering(found: object, status: int = 200) -> Iterator[tuple[HttpAgentView, list[Any]]]:
    """The view of a bridge that answers everything alike, and what it was asked."""
    asked: list[Any] = []
    body = found if isinstance(found, bytes) else json.dumps(found).encode()

    async def answer(request: Request) -> Response:
        asked.append((request.method, str(request.url.path), dict(request.query_params),
                      request.headers.get("x-line-sim"), await request.body()))  # fmt: skip
        return Response(body, status)

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    server = Server(app).start_in_thread()
    try:
        with closing(HttpAgentView(f"{server.url}/callback")) as view:
            yield view, asked
    finally:
        server.stop_in_thread()


def test_an_entry_of_the_least_and_one_of_everything_are_read() -> None:
    more = {"source_event": "E", "line_message": "1", "media_sha256": "0" * 64, "quoted": "2"}
    most = {"state": "edited", "delivery": "sent", "id": "7", "read": True, "name": "Aom"}
    full = {**LEAST, **more, **most, "from": "staff", "new": "a property of tomorrow"}
    with answering([LEAST, full]) as (view, asked):
        least, found = view.transcript("U1")

    assert Entry("customer", "text", "hello", 1) == least
    assert ("staff", "sent", True) == (found.from_, found.delivery, found.read)
    assert ("GET", "/_agent/transcript", {"user": "U1"}, "1", b"") == asked[0]


def test_what_staff_send_goes_out_as_ascii_json() -> None:
    with answering({"id": "7", "state": "refused", "reason": "no"}) as (view, asked):
        sent = view.send("U1", text="\u0000 \ud83d 🙂", key="k", quote="2")
        view.send("U1", media=Attachment(b"\xff", "image/png", "x.png"))

    text, media = (json.loads(each[-1]) for each in asked)

    assert Sent("7", "refused", "no") == sent
    wanted = {"user": "U1", "text": "\u0000 \ud83d 🙂", "key": "k", "quote": "2"}

    assert {**wanted, "staff": "Aom Suk"} == text
    assert {"base64": "/w==", "type": "image/png", "name": "x.png"} == media["media"]
    assert asked[0][-1].isascii()


@pytest.mark.parametrize(
    ("found", "status", "reason"),
    [
        ({"error": "no"}, 404, 'answered 404 {"error": "no"}'),
        (b"", 500, "answered 500"),
        (b"<html>", 200, "b'<html>' is not JSON"),
        ({}, 200, "the answer: Input should be a valid list"),
        ([{**LEAST, "from": "nobody"}], 200, "0.from_: Input should be 'customer', 'staff'"),
        ([{"from": "staff"}], 200, "0.kind: Field required"),
        ([{**LEAST, "at_ms": "now"}], 200, "0.at_ms: Input should be a valid integer"),
        (["text"], 200, "0: Input should be a valid dictionary"),
    ],
)
def test_what_is_not_the_contracts_answer_is_told(found: object, status: int, reason: str) -> None:
    with (
        answering(found, status) as (view, _),
        pytest.raises(AgentViewError, match="/_agent/transcript") as told,
    ):
        view.transcript("U1")

    assert told.value.reason.startswith(reason)


def test_only_this_machine_is_asked() -> None:
    with pytest.raises(TargetNotAllowedError):
        HttpAgentView("http://bridge.example")


def test_a_bridge_that_is_not_there_is_told() -> None:
    with closing(HttpAgentView("http://127.0.0.1:1")) as view, pytest.raises(UnreachableError):
        view.logs()


@pytest.mark.parametrize("word", sorted({*CAPABILITIES, *SETTINGS}))
def test_every_word_is_documented(repository: Path, word: str) -> None:
    page = (repository / "docs" / "agent-view.md").read_text(encoding="utf-8")

    assert f"| `{word}`" in page
