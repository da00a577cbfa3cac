"""The mock as the script finds it: who is there, what was sent, what a bridge would know."""

import base64
import hashlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.request import Request, urlopen

from sdk import Inbox

from line_sim import MockLine
from line_sim.media.images import image

EPOCH_S = 1_790_000_000
START = "2026-09-21T23:13:20+09:00"
TODAY = "20260921"
PREPARE_S = 5.0


@dataclass(frozen=True)
class Scene:
    """A mock, and what the script's ``$names`` stand for at first."""

    line: MockLine
    known: dict[str, Any]


@cache
def _signing() -> ModuleType:
    """How the platform's own tests sign assertions."""
    path = Path(__file__).parents[1] / "mock" / "platform" / "signing.py"
    spec = importlib.util.spec_from_file_location("compat_signing", path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def file(data: bytes) -> dict[str, Any]:
    """A file as results show it."""
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


@contextmanager
def scene(quota: int | None = None) -> Iterator[Scene]:
    """The same mock every time, down to its ids: Alice and Bob, a group, a room, files."""
    signing = _signing()
    keys = {signing.KEY_ID: signing.public_key()}
    channel = {"groups": True, "quota": quota, "assertion_keys": keys}
    content = {"prepare_s": PREPARE_S, "prepare_from_bytes": 100_000}
    with MockLine(
        channels=[channel], content=content, start=START, clock="stepped", strict=False
    ) as line:
        inbox = Inbox()
        known = {"bot_url": line.connect(inbox.app), **_facts(line), **_people(line)}
        known |= _sent(line, inbox)
        claims = signing.claims(known["id"], EPOCH_S)
        yield Scene(line, {**known, "assertion": signing.assertion(claims)})


def _facts(line: MockLine) -> dict[str, Any]:
    channel = line.channel
    menu = image("png", width=800, height=540).data
    return {
        "id": channel["id"],
        "secret": channel["secret"],
        "token": channel["access_token"],
        "bot": channel["bot_user_id"],
        "today": TODAY,
        "menu_image": {"base64": base64.b64encode(menu).decode(), "type": "image/png"},
        "menu_image_file": file(menu),
    }


def _people(line: MockLine) -> dict[str, Any]:
    alice, bob = line.visitor("Alice"), line.visitor("Bob")
    group = line.group("Friends", [alice, bob])
    room = line.group("Room", [bob], room=True)
    assert "" == group.invites_bot()
    assert "" == room.invites_bot()
    return {"alice": alice.id, "bob": bob.id, "group": group.id, "room": room.id}


def _sent(line: MockLine, inbox: Inbox) -> dict[str, Any]:
    """What Alice sent, as the bot knows it once it came."""
    alice = line.visitor("Alice")
    said = alice.says("hello")
    picture = alice.sends_image(format="png", size_bytes=20_000)
    taken_back = alice.sends_image()
    alice.unsends(taken_back)
    video = alice.sends_video(size_bytes=200_000)
    line.advance(0)
    event = inbox.event(said)
    return {
        "reply_token": event["replyToken"],
        "read_token": event["message"]["markAsReadToken"],
        "picture": picture.message,
        "picture_file": file(_fetched(line, picture.message)),
        "video": video.message,
        "taken_back": taken_back.message,
    }


def _fetched(line: MockLine, message: str) -> bytes:
    """Content without any client of LINE's."""
    told = {"Authorization": f"Bearer {line.channel['access_token']}"}
    asked = Request(f"{line.url}/v2/bot/message/{message}/content", headers=told)  # noqa: S310 - the mock's
    with urlopen(asked, timeout=10) as answer:  # noqa: S310 - the mock's
        found: bytes = answer.read()
    return found
