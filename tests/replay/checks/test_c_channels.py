"""Check 96 on a bridge that serves two accounts at one URL, and on two that mix them up."""

# ruff: noqa: ANN401 - ASGI's own types

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from c_bench import checked

from line_sim.mock.server import MockLine

FIRST, RIGHT, EVERYBODY = "the first account's token", "its own token", "both customers"


class TwoShops:
    """Echoes for whichever account signed the webhook; `fault` says whose token it takes."""

    def __init__(self, line: MockLine, fault: str) -> None:
        self.channels, self.url, self.fault = line.channels, line.url, fault
        self.seen: list[str] = []
        self.line = httpx.AsyncClient(trust_env=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await self.line.aclose()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        given = dict(scope["headers"]).get(b"x-line-signature", b"").decode()
        for channel in self.channels:
            right = hmac.new(channel.secret.encode(), body, hashlib.sha256).digest()
            if hmac.compare_digest(base64.b64encode(right).decode(), given):
                await self.answer(json.loads(body)["events"], channel)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def answer(self, events: list[dict[str, Any]], channel: Any) -> None:
        """Reply to each text with the same text."""
        token = (self.channels[0] if self.fault == FIRST else channel).access_token
        headers = {"authorization": f"Bearer {token}"}
        for event in events:
            self.seen.append(event["message"]["text"])
            texts = self.seen[-5:] if self.fault == EVERYBODY else self.seen[-1:]
            said = {
                "replyToken": event["replyToken"],
                "messages": [{"type": "text", "text": text} for text in texts],
            }
            url = f"{self.url}/v2/bot/message/reply"
            await self.line.post(url, json=said, headers=headers)


@pytest.mark.parametrize(("fault", "word"), [(EVERYBODY, "fail"), (FIRST, "fail"), (RIGHT, "pass")])
def test_two_channels_are_kept_apart(fault: str, word: str, tmp_path: Path) -> None:
    report = checked({86, 96}, tmp_path / "log.jsonl", app=lambda line: TwoShops(line, fault))

    assert word == report[96].word, report[96].evidence
    assert ("fail" if fault == FIRST else "pass") == report[86].word
