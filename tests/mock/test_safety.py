"""Every rule of safety, and somebody who tries to break it."""

import http.client
import json
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bots import Api, Bot, request

from line_sim import MockLine
from line_sim.errors import ConfigurationError, OutputExistsError, TargetNotAllowedError
from line_sim.mock.links import HEADER
from line_sim.net.serve import Server

CONTROL = {HEADER: "1"}


@pytest.fixture
def line() -> Iterator[MockLine]:
    """A mock that lets everything pass."""
    with MockLine(strict=False) as found:
        yield found


def state(line: MockLine, **headers: str) -> int:
    """The status of a look at the control API with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(line.url, "GET", "/_sim/state", headers=CONTROL | named).status


# where it listens


def test_it_listens_on_this_machine_alone(line: MockLine) -> None:
    assert line.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", ""])  # noqa: S104 - refused
def test_any_other_host_needs_a_control_token(host: str) -> None:
    with pytest.raises(ConfigurationError, match="--control-token"):
        MockLine(host=host)


def test_with_a_control_token_every_control_call_must_carry_it() -> None:
    with MockLine(host="0.0.0.0", control_token="fake-control-token") as line:  # noqa: S104, S106 - tested
        line.url  # noqa: B018 - it started
        given = {
            "none": state(line),
            "wrong": state(line, authorization="Bearer fake-control-tokem"),
            "empty": state(line, authorization=""),
            "right": state(line, authorization="Bearer fake-control-token"),
        }

    assert {"none": 403, "wrong": 403, "empty": 403, "right": 200} == given


# who may call the control API


def test_without_its_own_header_nobody_is_answered(line: MockLine) -> None:
    for method, path in (("GET", "/_sim/state"), ("POST", "/_sim/reset"), ("GET", "/_sim/events")):
        answer = request(line.url, method, path)

        assert (403, "forbidden") == (answer.status, answer.json["error"])


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "127.0.0.1@evil.test",
     "192.0.2.1", "2130706433", "0x7f.1", "", "127.0.0.1:1:2"],
)  # fmt: skip
def test_a_rebound_name_is_not_answered(line: MockLine, host: str) -> None:
    assert 403 == state(line, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8040", "[::1]:8040"])
def test_this_machines_own_names_are_answered(line: MockLine, host: str) -> None:
    assert 200 == state(line, host=host)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:8000"])
def test_a_page_in_a_browser_is_not_answered(line: MockLine, origin: str) -> None:
    assert 403 == state(line, origin=origin)


def test_nothing_allows_another_origin(line: MockLine) -> None:
    asked = {"origin": "http://evil.example", "access-control-request-method": "POST",
             "access-control-request-headers": HEADER}  # fmt: skip
    answers = [
        request(line.url, "OPTIONS", "/_sim/state", headers=asked),
        request(line.url, "GET", "/_sim/state", headers=CONTROL),
        request(line.url, "GET", "/v2/bot/info", headers=asked),
    ]

    names = {name for answer in answers for name in answer.headers}
    assert set() == {name for name in names if name.startswith("access-control")}
    assert 400 <= answers[0].status


# where traffic goes

ELSEWHERE = [
    "http://192.0.2.1/callback",
    "https://example.com/callback",
    "http://127.0.0.1@example.com/callback",
    "http://example.com#@127.0.0.1/",
    "http://127.0.0.1.example.com/",
    "http://localhost.example.com/",
    "http://0.0.0.0:8000/",
    "http://2130706433/",
    "http://[::ffff:192.0.2.1]/",
    "http://127.0.0.1\\@example.com/",
    "ftp://127.0.0.1/",
    "file:///etc/hostname",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_webhooks_stay_on_this_machine(line: MockLine, url: str) -> None:
    with pytest.raises((TargetNotAllowedError, ConfigurationError)):
        line.connect(url, verify=False)

    assert line.channel.endpoint is None


@pytest.mark.parametrize("url", ELSEWHERE)
def test_a_bot_cannot_send_them_elsewhere_either(line: MockLine, url: str) -> None:
    api = Api(line)
    api.call("PUT", "/v2/bot/channel/webhook/endpoint", {"endpoint": url})
    tested = api.call("POST", "/v2/bot/channel/webhook/test", {"endpoint": url})
    line.visitor().says("hi")
    line.settle()
    answered = [each for each in line.lines if each["kind"] == "webhook_end" and each.get("status")]

    assert not (tested.status == 200 and tested.json["success"])
    assert [] == answered


def test_a_host_that_was_allowed_is_no_reason_to_allow_another() -> None:
    with MockLine(allow_targets="bot.example", strict=False) as line:
        line.connect("http://bot.example/callback", verify=False)
        with pytest.raises(TargetNotAllowedError):
            line.connect("http://evil.bot.example/callback", verify=False)
        with pytest.raises(TargetNotAllowedError):
            line.connect("http://bot.example@evil.example/callback", verify=False)


def test_redirects_are_not_followed(line: MockLine) -> None:
    elsewhere = Bot()
    with Server(elsewhere) as target:

        async def redirects(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
            if scope["type"] == "lifespan":
                raise NotImplementedError
            await receive()
            headers = [(b"location", f"{target.url}/callback".encode())]
            await send({"type": "http.response.start", "status": 307, "headers": headers})
            await send({"type": "http.response.body", "body": b""})

        with pytest.raises(ConfigurationError, match="answered 307"):
            line.connect(redirects)
        line.visitor().says("hi")
        line.settle()

    assert [] == elsewhere.webhooks


# secrets

OURS = "fake-control-token-that-is-long"


def canaries(line: MockLine, bot: Bot, issued: str) -> list[str]:
    """Everything that must not be seen."""
    shop = line.channel
    return [shop.secret, shop.access_token, issued, OURS, *tokens_of(bot)]


def tokens_of(bot: Bot) -> list[str]:
    """The reply tokens a bot was given."""
    return [event["replyToken"] for event in bot.events if "replyToken" in event]


def leaks(bot_text: str, secrets: list[str]) -> list[str]:
    """The secrets that a text holds."""
    return [secret for secret in secrets if secret in bot_text]


def test_no_secret_is_seen_anywhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Meant to show them, and not looked at: environment, channels, state, how to point a bridge.

    Nor is what LINE itself answers to the bot, of course.
    """
    caplog.set_level(logging.DEBUG)
    log = tmp_path / "calls.jsonl"
    shown: list[str] = []
    with MockLine(log=log, strict=False, control_token=OURS) as line:
        bot, api = Bot(), Api(line)
        line.connect(bot)
        alice = line.visitor()
        alice.expect(push=0)
        alice.says("hi")
        line.settle()
        shop = line.channel
        form = f"grant_type=client_credentials&client_id={shop.id}&client_secret={shop.secret}"
        kind = "application/x-www-form-urlencoded"
        answer = api.call("POST", "/v2/oauth/accessToken", form.encode(), content_type=kind)
        issued = answer.json["access_token"]
        secrets = canaries(line, bot, issued)
        for secret in secrets:
            api.push(alice.id, f"told in a text: {secret}", f"{secret}\n")
            api.push(alice.id, "as a key", x_line_retry_key=secret)
            api.get(f"/v2/bot/{secret}?access_token={secret}")
            api.reply(secret, "hi")
            if secret in tokens_of(bot):
                api.push(alice.id, "as a UUID", x_line_retry_key=str(UUID(secret)))
            Api(line, secret).get("/v2/bot/info")
        Api(line, issued).call("POST", "/v2/oauth/revoke", f"access_token={issued}".encode(),
                               content_type=kind)  # fmt: skip
        headers = CONTROL | {"authorization": f"Bearer {OURS}"}
        shown += [
            json.dumps(line.lines), repr(line.calls), str(line.calls), *map(repr, line.calls),
            "\n".join(line.findings), repr(line), repr(line.channel),
            request(line.url, "GET", "/_sim/calls?after=0", headers=headers).body.decode(),
            first_events(line.url, headers, len(line.lines)),
        ]  # fmt: skip
        shown.append(repr(alice.sees()))
        with pytest.raises(AssertionError) as caught:
            line.calls.one()
        shown.append(str(caught.value))
    shown += [log.read_text(encoding="utf-8"), caplog.text]

    secrets += [str(UUID(token)) for token in tokens_of(bot)]

    assert 6 <= len(secrets)
    assert [[]] * len(shown) == [leaks(text, secrets) for text in shown]


def first_events(url: str, headers: dict[str, str], count: int) -> str:
    """So many server-sent events."""
    host, _, port = url.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request("GET", "/_sim/events", headers=headers)
    answer = connection.getresponse()
    found = []
    while sum(line.startswith("id:") for line in found) < count:
        found.append(answer.readline().decode())
    connection.close()
    return "".join(found)


def test_the_ledger_is_for_its_owner_alone(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    before = os.umask(0)
    try:
        with MockLine(log=log):
            mode = stat.S_IMODE(log.stat().st_mode)
    finally:
        os.umask(before)

    assert 0o600 == mode


@pytest.mark.parametrize("dangling", [True, False])
def test_the_ledger_follows_no_link(tmp_path: Path, *, dangling: bool) -> None:
    target, log = tmp_path / "target", tmp_path / "calls.jsonl"
    if not dangling:
        target.write_text("mine")
    log.symlink_to(target)
    with pytest.raises(OutputExistsError), MockLine(log=log):
        pass
    with MockLine(log=log, force=True):
        pass

    assert not log.is_symlink()
    assert dangling != target.exists()
    assert dangling or target.read_text() == "mine"
