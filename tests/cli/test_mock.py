"""``line-sim mock`` and ``line-sim say`` as processes: what they print, survive and leave."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import Result

from line_sim.cli.exits import Exit

LINE_SIM = [sys.executable, "-m", "line_sim"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@contextmanager
def mock(*options: object) -> Iterator[tuple["subprocess.Popen[str]", dict[str, object]]]:
    """A mock in the shell, and what it says of itself."""
    with subprocess.Popen(
        [*LINE_SIM, "mock", "--json", *map(str, options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        text = ""
        while not text.endswith("}\n") or text.count("{") != text.count("}"):
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            text += line
        try:
            yield process, json.loads(text)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=20)


def ended(process: "subprocess.Popen[str]", by: signal.Signals) -> tuple[int, str]:
    """The exit code and the last words of a mock ended by a signal."""
    process.send_signal(by)
    _, words = process.communicate(timeout=20)
    return process.returncode, words


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_and_sums_up(by: signal.Signals, tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    with mock("--log", log) as (process, _):
        code, words = ended(process, by)

    assert Exit.DONE == code
    assert words.endswith(f"0 calls, 0 webhooks, 0 findings; the ledger is {log}\n")
    assert "line_sim.recording" == json.loads(log.read_text().splitlines()[0])["format"]


def test_what_a_caller_did_wrong_is_said_and_rubbish_is_survived() -> None:
    with mock() as (process, facts):
        url = str(facts["url"])
        port = int(url.rpartition(":")[2])
        for rubbish in (
            b"\x00\xff" * 500,
            b"GET / HTTP/1.1\r\n",
            b"POST /v2 HTTP/1.1\r\nContent-Le",
        ):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(rubbish)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{url}/v2/bot/inof")  # noqa: S310 - our own
        caught.value.close()
        code, words = ended(process, signal.SIGTERM)

    assert Exit.DONE == code
    assert "line-sim: call 1: GET /v2/bot/inof was answered 404" in words
    assert "nearest is GET /v2/bot/info" in words
    assert "Traceback" not in words


def call(
    facts: dict[str, object], path: str, body: object = None, token: str = "", **headers: str
) -> tuple[int, bytes]:
    """A call of a bot: status and body."""
    told = {"authorization": f"Bearer {token or facts['environment']['LINE_CHANNEL_ACCESS_TOKEN']}"}
    told |= {"content-type": "application/json"} | headers
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    request = urllib.request.Request(f"{facts['url']}{path}", data, told)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_bad_luck_comes_from_a_file_beside_that_of_the_settings(tmp_path: Path) -> None:
    config, faults = tmp_path / "shop.toml", tmp_path / "storm.toml"
    config.write_text('[[faults]]\nfault = "FailsWith"\noperation = "getBotInfo"\n')
    faults.write_text('[[faults]]\nfault = "Refuses"\noperation = "getMessageQuota"\nfirst = 1\n')
    with mock("--config", config, "--faults", faults) as (_, facts):
        paths = ("/v2/bot/info", "/v2/bot/message/quota", "/v2/bot/message/quota")
        statuses = [call(facts, path)[0] for path in paths]

    assert [500, 429, 200] == statuses


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[faults]]\nfault = "Slwo"', "line 2, faults[0].fault: 'Slwo' is unknown"),
        ('[[faults]]\n\nfault = "Slow"\nsecnds = 1', "line 4, faults[0].secnds"),
        ('[[faults]]\nfault = "Slow"\nseconds = "x"', "line 3, faults[0].seconds: 'x'"),
        ('profile = "sdk"', "line 1, profile: not a fault"),
        ("[[faults", "line 1, column"),
    ],
)
def test_a_wrong_file_of_faults_is_told_with_its_line(
    called: Callable[..., Result], tmp_path: Path, text: str, told: str
) -> None:
    faults = tmp_path / "storm.toml"
    faults.write_text(text)
    found = called("mock", "--faults", faults)

    assert Exit.WRONG_USE == found.exit_code
    assert str(faults) in found.stderr
    assert told in found.stderr


def test_neither_its_words_nor_its_log_show_a_secret(tmp_path: Path) -> None:
    """Its first words are meant to show the first channel's; nothing later is."""
    log = tmp_path / "calls.jsonl"
    config = tmp_path / "shop.toml"
    config.write_text('[[channels]]\nid = "1234567890"\n')
    options = ("--config", config, "--log", log, "--control-token", "fake-control-token")
    with mock(*options) as (process, facts):
        told = facts["environment"]
        secret, token = told["LINE_CHANNEL_SECRET"], told["LINE_CHANNEL_ACCESS_TOKEN"]
        form = f"grant_type=client_credentials&client_id=1234567890&client_secret={secret}"
        kind = {"content-type": "application/x-www-form-urlencoded"}
        _, body = call(facts, "/v2/oauth/accessToken", form.encode(), **kind)
        issued = json.loads(body)["access_token"]
        secrets = [secret, token, issued, "fake-control-token"]
        for each in secrets:
            call(facts, f"/v2/bot/{each}?access_token={each}", token=each)
            call(facts, "/v2/bot/message/reply", {"replyToken": each, "messages": [each]})
        _, words = ended(process, signal.SIGTERM)

    assert words.count("line-sim: call ") >= len(secrets)
    assert [] == [each for each in secrets if each in words or each in log.read_text()]


def test_say_shows_the_answer_of_the_account(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "shop.toml"
    config.write_text('[[channels]]\nauto_response = "We are open until six."\n')
    with mock("--config", config) as (_, facts):
        found = run("say", "Are you open?", "--to", facts["url"])

    assert (Exit.DONE, "We are open until six.\n", "") == (
        found.returncode, found.stdout, found.stderr,
    )  # fmt: skip


def test_say_without_a_mock_tells_how_to_start_one(run: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        found = run("say", "hi", "--to", f"http://127.0.0.1:{port}")

    assert Exit.UNREACHABLE == found.returncode
    assert f"line-sim mock --port {port}" in found.stderr
    assert "Traceback" not in found.stderr


def test_say_with_a_wrong_token_is_told(run: Run) -> None:
    with mock("--control-token", "fake-control-token") as (_, facts):
        wrong = run("say", "hi", "--to", facts["url"], "--wait", 0)
        token = {"LINE_SIM_TOKEN": "fake-control-token"}
        right = run("say", "hi", "--to", facts["url"], "--wait", 0, **token)

    assert (Exit.WRONG_USE, Exit.DONE) == (wrong.returncode, right.returncode)
    assert "--control-token" in wrong.stderr
    assert "shop has no webhook URL" in right.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('profil = "line"', "line 1, profil"),
        ('\n[[channels]]\nnam = "shop"', "line 3, channels[0].nam"),
        ("seed = ", "line 1, column"),
        ('seed = 1\n[[faults]]\nfault = "FailWith"', "did you mean 'FailsWith'"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(
    called: Callable[..., Result], tmp_path: Path, text: str, told: str
) -> None:
    config = tmp_path / "shop.toml"
    config.write_text(text)
    found = called("mock", "--config", config)

    assert Exit.WRONG_USE == found.exit_code
    assert told in found.stderr


@pytest.mark.parametrize("options", [[], ["--tls", "0"]])
def test_a_bot_that_is_not_there_ends_it_and_nothing_is_left(
    run: Run, options: list[str], tmp_path: Path
) -> None:
    found = run("mock", *options, "--connect", "http://127.0.0.1:1/callback", TMPDIR=str(tmp_path))

    assert (Exit.WRONG_USE, "") == (found.returncode, found.stdout)
    assert "is the bot running" in found.stderr
    assert [] == list(tmp_path.iterdir())


def test_a_port_that_is_taken_is_told_and_no_ledger_is_left(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = run("mock", "--port", taken.getsockname()[1], "--log", log)

    assert Exit.WRONG_USE == found.returncode
    assert "cannot be listened on" in found.stderr
    assert not log.exists()


def test_its_first_words_show_every_way_to_point_a_bridge() -> None:
    with subprocess.Popen(
        [*LINE_SIM, "mock", "--tls", "0", "--proxy"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        shown = ""
        while "line-sim say" not in shown:
            shown += process.stdout.readline()
        ended(process, signal.SIGTERM)

    words = (
        "LINE is at http://127.0.0.1:", "export LINE_CHANNEL_SECRET=", "line-bot-sdk",
        "@line/bot-sdk", "api.line.me", "HTTPS_PROXY=", "NODE_EXTRA_CA_CERTS=",
    )  # fmt: skip
    assert [] == [each for each in words if each not in shown]
