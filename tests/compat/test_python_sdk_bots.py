"""Bots on the official Python SDK, as its documentation writes them, answer visitors over HTTP."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
import sdk_bots
from starlette.applications import Starlette

from line_sim.mock.server import MockLine

BOTS = [sdk_bots.bot, sdk_bots.async_bot]


@pytest.mark.parametrize("make", BOTS)
def test_a_bot_on_the_sdk_answers_a_visitor(make: Callable[..., Starlette]) -> None:
    with MockLine() as line:
        told = line.channel
        line.connect(make(told["secret"], told["access_token"], host=line.url))
        alice = line.visitor("Alice")
        alice.expect(reply=2, push=1)
        alice.says("hello \N{RED APPLE}")
        alice.says("push")
        alice.sends_image(format="jpeg")
        line.settle()
        seen = {each["text"].partition(" bytes")[0] for each in alice.sees()}
        (media,) = (each for each in line.lines if each["kind"] == "media")

    assert {"echo: hello \N{RED APPLE}", "pushed", str(media["bytes"])} == seen


@pytest.mark.parametrize("make", BOTS)
def test_a_bot_on_the_sdk_refuses_a_wrong_signature(make: Callable[..., Starlette]) -> None:
    with MockLine() as line:
        told = line.channel
        url = line.connect(make(told["secret"], told["access_token"], host=line.url))
        body = json.dumps({"destination": told["bot_user_id"], "events": []}).encode()
        forged = urllib.request.Request(url, body, {"x-line-signature": "AAAA"})  # noqa: S310 - loopback
        with pytest.raises(urllib.error.HTTPError, match="400") as caught:
            urllib.request.urlopen(forged)  # noqa: S310 - as above
        caught.value.close()
        assert [] == line.calls.kinds()
