"""Nobody else is listened to or written to, nothing secret or personal is kept, unless told so."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from standing import OK, SIGNED, asked, origin, recording, webhook

from line_sim.errors import ConfigurationError, OutputExistsError, TargetNotAllowedError
from line_sim.recording.recorder.options import Options, place
from line_sim.recording.recorder.running import Recorder

BRIDGE = "http://127.0.0.1:9"
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"to": BRIDGE}, "--pseudonymise KEYFILE masks it before it touches the disk"),
    ({"to": BRIDGE, "keep_personal_data": True, "mask": "any"}, "both are given"),
    ({"keep_personal_data": True}, "one side at least"),
    ({"keep_personal_data": True, "to": "ftp://x"}, "to: 'ftp://x'"),
    ({"keep_personal_data": True, "to": f"{BRIDGE}/?a=b"}, "each request brings its own"),
    ({"keep_personal_data": True, "to": BRIDGE, "data_to": BRIDGE}, "only beside api-to"),
    ({"keep_personal_data": True, "to": BRIDGE, "listen": "0.0.0.0:0"}, "--allow-listen 0.0.0.0"),
    ({"keep_personal_data": True, "to": BRIDGE, "listen": "8050"}, "HOST:PORT"),
    ({"keep_personal_data": True, "to": BRIDGE, "listen": "127.0.0.1:99999"}, "HOST:PORT"),
    ({"keep_personal_data": True, "api_to": BRIDGE, "api_listen": "[::]:0"}, "--allow-listen ::"),
    ({"keep_personal_data": True, "to": BRIDGE, "resume": True, "force": True}, "or replace it"),
]


@pytest.mark.parametrize(("options", "told"), WRONG)
def test_what_cannot_be_is_refused_with_reason_and_mend(
    tmp_path: Path, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Options(path=tmp_path / "a.jsonl", **options)

    assert told in str(caught.value)


def test_without_a_word_on_privacy_both_ways_out_are_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Options(path=tmp_path / "a.jsonl", to=BRIDGE)

    assert "--keep-personal-data keeps it as it is" in str(caught.value)
    assert "--pseudonymise KEYFILE" in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "options",
    [
        {"to": "http://192.0.2.1:80"},
        {"api_to": "https://api.line.me"},
        {"api_to": "https://api.line.me", "allow_targets": ("api.line.me",)},  # and its data host?
    ],
)
def test_traffic_stays_here_unless_a_host_is_named(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(TargetNotAllowedError):
        Options(path=tmp_path / "a.jsonl", keep_personal_data=True, **options)


def test_lines_hosts_may_be_named(tmp_path: Path) -> None:
    told = Options(
        path=tmp_path / "a.jsonl",
        keep_personal_data=True,
        api_to="https://api.line.me",
        allow_targets=("api.line.me", "API-data.line.me"),
    )

    assert "https://api-data.line.me" == told.api_urls()["data"]
    assert "https://api.line.me" == told.api_urls()["manager"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_its_own_port_is_no_bridge(tmp_path: Path, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = Options(
        path=tmp_path / "a.jsonl",
        keep_personal_data=True,
        listen=f"127.0.0.1:{port}",
        to=f"http://{host}:{port}",
    )
    with pytest.raises(ConfigurationError) as caught:
        Recorder(told)

    assert "is this recorder itself" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_taken_leaves_no_file(tmp_path: Path) -> None:
    with origin(OK) as taken:
        listen = taken.url.removeprefix("http://")
        told = Options(path=tmp_path / "a.jsonl", keep_personal_data=True, to=BRIDGE, listen=listen)
        with pytest.raises(ConfigurationError):
            Recorder(told)

    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("mine")
    with pytest.raises(OutputExistsError):
        Recorder(Options(path=path, keep_personal_data=True, to=BRIDGE))

    assert "mine" == path.read_text()


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        (":0", ("127.0.0.1", 0)),
        ("[::1]:65535", ("::1", 65535)),
        ("localhost:8", ("localhost", 8)),
    ],
)
def test_places(told: str, found: tuple[str, int]) -> None:
    assert found == place(told)


def test_no_secret_is_kept_wherever_it_stands(tmp_path: Path) -> None:
    token, secret, reply = "canary-" + "t" * 40, "canary" + "5" * 26, "c0ffee" * 5 + "11"
    with origin(OK) as end:  # noqa: SIM117
        with recording(
            tmp_path / "a.jsonl", to=end.url, api_to=end.url, secrets=(secret,)
        ) as standing:
            body = webhook(text=f"my secret is {secret}", replyToken=reply)
            asked(standing.recorder.webhook_url, "POST", f"/{secret}", body, SIGNED)
            headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
            said = json.dumps({"replyToken": reply, "messages": [{"text": f"{token} {secret}"}]})
            url = standing.recorder.api_url
            asked(url, "POST", f"/v2/bot/message/reply?t={token}", said, headers)
            form = {"content-type": "application/x-www-form-urlencoded"}
            said = f"grant_type=client_credentials&client_secret={secret}"
            asked(url, "POST", "/v2/oauth/accessToken", said, form)

    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert [] == [each for each in (token, secret, reply) if each.encode() in kept]
    hook, call = standing.of("webhook")[0], standing.of("call")[0]
    stand_in = json.loads(hook["body"])["events"][0]["replyToken"]
    assert stand_in == json.loads(call["body"])["replyToken"]  # a reply still joins its webhook


class Mask:
    """Knows one person."""

    def header(self, header: Any) -> dict[str, Any]:  # noqa: ANN401 - a mapping
        """The header."""
        return {**header, "lacks": [*header["lacks"], "signatures"]}

    def line(self, line: Any) -> dict[str, Any]:  # noqa: ANN401 - a mapping
        """A line."""
        text = json.dumps(line).replace("U" + "a" * 32, "U" + "0" * 32).replace("Somchai", "xxx")
        return dict(json.loads(text))


class Puzzled(Mask):
    """Has never seen a webhook, and quotes it."""

    def line(self, line: Any) -> dict[str, Any]:  # noqa: ANN401 - a mapping
        """A line."""
        if line["kind"] == "webhook":
            raise KeyError(line["body"])
        return super().line(line)


def test_a_mask_is_put_on_before_anything_touches_the_disk(tmp_path: Path) -> None:
    picture = b"\x89PNG Somchai" + bytes(100)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: %d\r\n\r\n"
    with origin(head % len(picture) + picture) as end:  # noqa: SIM117
        with recording(tmp_path / "a.jsonl", to=end.url, api_to=end.url, mask=Mask()) as standing:
            hook = webhook(text="I am Somchai")
            asked(standing.recorder.webhook_url, "POST", "/", hook, SIGNED)
            asked(standing.recorder.api_url, "GET", f"/v2/bot/profile/{'U' + 'a' * 32}")

    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert b"Somchai" not in kept
    assert b"U" + b"a" * 32 not in kept
    assert b"I am xxx" in kept
    assert hook in end.requests[0]  # the traffic itself is as it was
    assert ["webhook", "webhook_end", "call", "media", "call_end"] == [
        line["kind"] for line in standing.lines
    ]
    header = json.loads(standing.path.read_bytes().splitlines()[0])
    assert ["media", "signatures"] == header["lacks"]


def test_a_line_that_the_mask_cannot_mask_is_left_out(tmp_path: Path) -> None:
    with origin(OK) as bridge, recording(tmp_path / "a", to=bridge.url, mask=Puzzled()) as standing:
        hook = webhook(text="I am Somchai")
        status, _, _ = asked(standing.recorder.webhook_url, "POST", "/", hook, SIGNED)

    assert 200 == status
    assert b"Somchai" not in standing.path.read_bytes()
    assert ["note", "webhook_end"] == sorted(line["kind"] for line in standing.lines)
    assert standing.summary is not None
    assert not standing.summary.whole


def test_the_pseudonyms_mask_traffic_and_keep_what_joins_it(tmp_path: Path) -> None:
    pseudonyms = pytest.importorskip("line_sim.recording.pseudonyms.masking")
    mask = pseudonyms.Pseudonymiser(bytes(range(64)))
    people = ["U" + "a" * 32, "Somchai", "Bangkok"]
    with origin(OK) as end:  # noqa: SIM117
        with recording(
            tmp_path / "a.jsonl", to=end.url, api_to=end.url, mask=mask, channel="shop"
        ) as standing:
            hook = webhook(text="I am Somchai of Bangkok")
            asked(standing.recorder.webhook_url, "POST", "/", hook, SIGNED)
            said = {"replyToken": f"{1:032x}", "messages": [{"type": "text", "text": "Somchai!"}]}
            path = "/v2/bot/message/reply"
            asked(standing.recorder.api_url, "POST", path, json.dumps(said), SIGNED)
            asked(standing.recorder.api_url, "GET", f"/v2/bot/profile/{people[0]}")

    kept = standing.path.read_text()
    assert [] == [each for each in people if each in kept]
    assert standing.summary is not None
    assert standing.summary.whole
    line, call, profile = standing.of("webhook")[0], *standing.of("call")
    event = json.loads(line["body"])["events"][0]
    assert event["replyToken"] == json.loads(call["body"])["replyToken"]
    assert f"/v2/bot/profile/{event['source']['userId']}" == profile["path"]
    header = json.loads(kept.splitlines()[0])
    assert {"media", "signatures"} <= set(header["lacks"])
    assert [line["channel"]] == [each["name"] for each in header["channels"]]
