"""A bot on the official Node SDK, written as its documentation says, and the mock's visitors."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from by_name import run_by_name, why_not
from programs import command, line_of, needs_node, running

from line_sim import MockLine
from line_sim.wire.bodies import CASES, STYLES, encode, header_name
from line_sim.wire.signature import WRONG, sign

pytestmark = needs_node

WAIT_S = 10.0
EMOJI = "สวัสดี 🙂👩‍👩‍👧 “quoted” — café \u2028 🇹🇭"
GREETING = {"destination": "U" + "0" * 32, "events": [], "note": EMOJI}


@contextmanager
def bot_of(line: MockLine) -> Iterator[str]:
    """The bot's webhook URL, while it runs."""
    with running("bot.mjs", {**line.environment, "PORT": "0"}) as process:
        yield line_of(process)


@pytest.fixture(scope="module")
def listening() -> Iterator[tuple[str, str]]:
    """The URL of a bot that no mock talks to, and its channel secret."""
    with MockLine() as line, bot_of(line) as url:
        yield url, line.environment["LINE_CHANNEL_SECRET"]


def posted(url: str, body: bytes, headers: dict[str, str]) -> int:
    said = {"content-type": "application/json; charset=utf-8", **headers}
    return httpx.post(url, content=body, headers=said, timeout=WAIT_S, trust_env=False).status_code


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("case", CASES)
def test_a_bot_on_the_node_sdk_answers_emoji_in_every_style_of_body(style: str, case: str) -> None:
    body: dict[str, Any] = {"style": style, "header_case": case}
    with MockLine(body=body) as line, bot_of(line) as url:
        line.connect(url)
        alice = line.visitor("Alice")
        alice.expect(reply=1, text=f"echo: {EMOJI}")
        alice.says(EMOJI)
        line.settle(WAIT_S)

        assert [f"echo: {EMOJI}"] == line.calls.to(alice).texts()


def test_a_bot_on_the_node_sdk_replies_pushes_and_fetches_what_was_sent() -> None:
    with MockLine() as line, bot_of(line) as url:
        line.connect(url)
        alice = line.visitor("Alice")
        alice.expect(reply=2, push=1)
        alice.says("hello")
        alice.sees(at_least=1, wait_s=WAIT_S)
        alice.says("push")
        alice.sees(at_least=2, wait_s=WAIT_S)
        alice.sends_image(format="png", size_bytes=20_000)
        line.settle(WAIT_S)
        seen = [message["text"] for message in alice.sees()]

        assert ["echo: hello", "pushed", "20000 bytes of image/png"] == seen


@pytest.mark.parametrize("style", STYLES)
def test_the_sdks_middleware_takes_the_signature_of_every_style(
    style: str, listening: tuple[str, str]
) -> None:
    url, secret = listening
    body = encode(GREETING, style)
    headers = {header_name("title"): sign(secret, body)}

    assert 200 == posted(url, body, headers)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("wrong", WRONG)
def test_the_sdks_middleware_refuses_every_wrong_signature(
    wrong: str, style: str, listening: tuple[str, str]
) -> None:
    url, secret = listening
    body = encode(GREETING, style)
    signature = WRONG[wrong](secret, body)
    headers = {} if signature is None else {header_name("lower"): signature}

    assert 401 == posted(url, body, headers)


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_bot_on_the_node_sdk_answers_by_https_under_lines_host_names(tmp_path: Path) -> None:
    shown = run_by_name(command("bot.mjs"), tmp_path)
    picture = f"{shown.picture_bytes} bytes of image/jpeg"

    assert ("echo: hello", "pushed", picture) == shown.seen
    assert (
        "api.line.me replyMessage 200",
        "api.line.me pushMessage 200",
        "api-data.line.me getMessageContent 200",
        "api.line.me replyMessage 200",
    ) == shown.calls
    assert () == shown.findings
