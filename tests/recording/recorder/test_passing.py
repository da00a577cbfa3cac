"""What goes through the recorder is what goes without it, and it is all in the file."""

import gzip
import hashlib
import http.client
import json
import re
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standing import OK, SIGNED, asked, eventually, origin, recording, webhook

from line_sim.recording.recorder.headers import forwarded, returned
from line_sim.recording.recording import Recording


def head_of(request: bytes) -> tuple[str, dict[str, str], bytes]:
    """First line, headers and body of a request."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def test_a_webhook_passes_byte_for_byte_and_so_does_its_answer(tmp_path: Path) -> None:
    answer = (
        b"HTTP/1.1 202 Accepted\r\nDate: then\r\nServer: bridge\r\nSet-Cookie: a=1\r\n"
        b"Set-Cookie: b=2\r\nContent-Length: 5\r\n\r\nfine!"
    )
    body = webhook(text="caf\u00e9 \U0001f600").replace(b'": ', b'" :  ')
    with origin(answer) as bridge, recording(tmp_path / "a.jsonl", to=bridge.url) as standing:
        url = standing.recorder.webhook_url
        status, headers, came = asked(url, "POST", "/a%2Fb?x=%20&y", body, SIGNED)

    first, sent, passed = head_of(bridge.requests[0])
    assert (202, b"fine!") == (status, came)
    assert [("date", "then"), ("server", "bridge"), ("set-cookie", "a=1"), ("set-cookie", "b=2"),
            ("content-length", "5")] == headers  # fmt: skip
    assert "POST /a%2Fb?x=%20&y HTTP/1.1" == first
    assert body == passed
    assert bridge.url.removeprefix("http://") == sent.pop("host")
    assert re.fullmatch(r"1\.1 line-sim-record-[0-9a-f]{8}", sent.pop("via"))
    line, end = standing.lines
    kept = dict(line["headers"])
    assert url.removeprefix("http://") == kept.pop("host")
    assert kept == sent
    assert SIGNED["x-line-signature"] == kept["x-line-signature"]
    assert {"webhook", "webhook_end"} == {line["kind"], end["kind"]}
    assert line["exchange"] == end["exchange"]
    assert 202 == end["status"]
    assert "reason" not in end


@pytest.mark.parametrize("size", [0, 1, 70_000, 2_500_000])
@pytest.mark.parametrize("framing", ["chunked", "length"])
def test_bodies_of_any_size_and_framing_pass(tmp_path: Path, size: int, framing: str) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    parts = [body[at : at + 60_000] for at in range(0, size, 60_000)]
    answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    answer += b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    given_body = iter(parts) if framing == "chunked" else body
    with origin(answer) as bridge, recording(tmp_path / "a.jsonl", to=bridge.url) as standing:
        _, _, came = asked(
            standing.recorder.webhook_url, "POST", "/", given_body, SIGNED,
            encode_chunked=framing == "chunked",
        )  # fmt: skip

    assert body == came
    assert body == head_of(bridge.requests[0])[2]
    assert 1 == len(standing.of("webhook"))


def test_what_is_no_webhook_passes_and_is_not_recorded(tmp_path: Path) -> None:
    with origin(OK) as bridge, recording(tmp_path / "a.jsonl", to=bridge.url) as standing:
        url = standing.recorder.webhook_url
        answers = [
            asked(url, "GET", "/m/picture"),
            asked(url, "POST", "/login", b"password=hunter2"),
            asked(url, "POST", "/callback", b'{"events": []}'),
            asked(url, "POST", "/callback", b"no json", SIGNED),
        ]

    assert [200] * 4 == [status for status, _, _ in answers]
    assert 4 == len(bridge.requests)
    assert [True, None] == [line.get("test") for line in standing.of("webhook")]
    assert standing.summary is not None
    assert (2, 2) == (standing.summary.webhooks, standing.summary.passed)
    assert b"hunter2" not in standing.path.read_bytes()


def test_answers_without_a_body_pass(tmp_path: Path) -> None:
    def answer(request: bytes) -> bytes:
        if request.startswith(b"HEAD"):
            return b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"
        return b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nx: y\r\n\r\n"

    with origin(answer) as line, recording(tmp_path / "a.jsonl", api_to=line.url) as standing:
        url = standing.recorder.api_url
        empty = asked(url, "DELETE", "/v2/bot/richmenu/x")
        head = asked(url, "HEAD", "/v2/bot/info")

    assert (204, [("x", "y")], b"") == empty
    assert (200, [("content-length", "9")], b"") == head
    assert [204, 200] == [each["status"] for each in standing.of("call_end")]


def test_no_answer_is_told_in_lines_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        gone = f"http://127.0.0.1:{free.getsockname()[1]}"
    with recording(tmp_path / "a.jsonl", to=gone) as standing:
        status, _, body = asked(standing.recorder.webhook_url, "POST", "/", webhook(), SIGNED)

    assert 502 == status
    assert b"could_not_connect: Connection failed" in body
    end = standing.of("webhook_end")[0]
    assert ("could_not_connect", "Connection failed") == (end["reason"], end["detail"])
    assert "status" not in end
    assert standing.summary is not None
    assert 1 == standing.summary.webhooks_failed


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n12<pause>"])
def test_an_answer_that_breaks_off_breaks_off_here_too(
    tmp_path: Path, answer: bytes | None
) -> None:
    with origin(lambda _request: answer, drips=0.1) as bridge:  # noqa: SIM117
        with recording(tmp_path / "a.jsonl", to=bridge.url) as standing:
            with pytest.raises((ConnectionError, http.client.IncompleteRead)):
                asked(standing.recorder.webhook_url, "POST", "/", webhook(), SIGNED)

    end = standing.of("webhook_end")[0]
    assert ("unclassified", "Session closed unexpectedly") == (end["reason"], end["detail"])


def test_a_refusal_has_lines_word_too(tmp_path: Path) -> None:
    refusal = b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n"
    with origin(refusal) as bridge, recording(tmp_path / "a.jsonl", to=bridge.url) as standing:
        asked(standing.recorder.webhook_url, "POST", "/", webhook(), SIGNED)

    end = standing.of("webhook_end")[0]
    assert (500, "error_status_code", "500") == (end["status"], end["reason"], end["detail"])


def test_a_sender_that_hangs_up_is_hung_up_on_the_bridge(tmp_path: Path) -> None:
    with origin(OK, drips=0.0) as bridge, recording(tmp_path / "a.jsonl", to=bridge.url):
        pass
    with origin(lambda _request: b"HTTP/1.1 200 OK\r\n<pause>\r\n", drips=2.0) as bridge:  # noqa: SIM117
        with recording(tmp_path / "b.jsonl", to=bridge.url) as standing:
            place = ("127.0.0.1", int(standing.recorder.webhook_url.rpartition(":")[2]))
            with socket.create_connection(place) as sender:
                head = (
                    f"POST / HTTP/1.1\r\nhost: x\r\nx-line-signature: y\r\ncontent-length: {2}\r\n"
                )
                sender.sendall(f"{head}\r\n{{}}".encode())
                eventually(lambda: bridge.requests)
            eventually(lambda: standing.of("webhook_end"))

    end = standing.of("webhook_end")[0]
    assert ("request_timeout", "Request timeout") == (end["reason"], end["detail"])


def test_a_slow_answer_is_not_held(tmp_path: Path) -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf<pause>half"
    with origin(answer, drips=0.5) as line, recording(tmp_path / "a", api_to=line.url) as standing:
        place = ("127.0.0.1", int(standing.recorder.api_url.rpartition(":")[2]))
        with socket.create_connection(place) as bot:
            bot.sendall(b"GET /v2/bot/info HTTP/1.1\r\nhost: x\r\n\r\n")
            bot.settimeout(0.4)
            came = b""
            while not came.endswith(b"half"):
                came += bot.recv(1_000)
            ended_by_then = standing.of("call_end")
            bot.settimeout(10)
            while came.count(b"half") < 2:
                came += bot.recv(1_000)

    assert not ended_by_then
    assert "halfhalf" == standing.of("call_end")[0]["body"]


@pytest.mark.parametrize("size", [5_000, 33_000_000])
def test_media_of_an_answer_are_kept_beside_the_file_up_to_a_size(
    tmp_path: Path, size: int
) -> None:
    picture = b"\x89PNG" + bytes(size)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: %d\r\n\r\n"
    with origin(head % len(picture) + picture) as data:  # noqa: SIM117
        with recording(tmp_path / "a.jsonl", api_to=data.url) as standing:
            path = "/v2/bot/message/1/content"
            _, _, came = asked(standing.recorder.api_url, "GET", path)

    name = hashlib.sha256(picture).hexdigest()
    assert picture == came
    assert name == standing.of("call_end")[0]["media"]
    told = standing.of("media")[0]
    assert (name, len(picture), "image/png") == (told["sha256"], told["bytes"], told["type"])
    kept = Recording(tmp_path / "a.jsonl").media(name)
    assert (picture if size < 32_000_000 else None) == kept


def test_a_long_upload_is_passed_on_as_it_comes_and_kept_by_its_hash(tmp_path: Path) -> None:
    body = bytes(17_000_000)
    headers = {"content-type": "image/png", "authorization": "Bearer " + "f" * 40}
    with origin(OK) as data, recording(tmp_path / "a.jsonl", api_to=data.url) as standing:
        path = "/v2/bot/richmenu/richmenu-1/content"
        status, _, _ = asked(standing.recorder.api_url, "POST", path, body, headers)

    assert 200 == status
    assert body == head_of(data.requests[0])[2]
    call, end = standing.lines
    assert call["streamed"] is True
    assert hashlib.sha256(body).hexdigest() == end["request_body"]["sha256"]


@pytest.mark.parametrize("coding", ["deflate", "gzip", "raw deflate", "br"])
def test_what_is_packed_is_written_plainly_or_by_its_hash(tmp_path: Path, coding: str) -> None:
    told = json.dumps({"access_token": "very-secret-token-of-a-test", "n": 1}).encode()
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "deflate": zlib.compress(told),
        "gzip": gzip.compress(told),
        "raw deflate": raw.compress(told) + raw.flush(),
        "br": told[::-1],
    }[coding]
    coding = coding.removeprefix("raw ")
    answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: %b\r\ncontent-length: %d\r\n\r\n"
    answer = answer % (coding.encode(), len(packed)) + packed
    with origin(answer) as line, recording(tmp_path / "a.jsonl", api_to=line.url) as standing:
        headers = {"accept-encoding": "gzip;q=1, br, zstd, deflate"}
        _, _, came = asked(standing.recorder.api_url, "GET", "/oauth2/v2.1/token", None, headers)

    assert packed == came
    assert "gzip;q=1, deflate" == head_of(line.requests[0])[1]["accept-encoding"]
    end = standing.of("call_end")[0]
    if coding == "br":
        assert hashlib.sha256(packed).hexdigest() == end["media"]
        assert not (tmp_path / "a.media").exists()
    else:
        assert 1 == json.loads(end["body"])["n"]
        assert coding == end["decoded"]
    assert b"very-secret" not in standing.path.read_bytes()


def test_calls_go_to_the_host_that_serves_their_path(tmp_path: Path) -> None:
    with origin(OK) as api, origin(OK) as data:  # noqa: SIM117
        with recording(tmp_path / "a", api_to=api.url, data_to=data.url) as standing:
            for path in ("/v2/bot/message/1/content", "/v2/bot/message/1/content/preview",
                         "/v2/bot/richmenu/r/content", "/v2/bot/richmenu/r", "/v2/bot/info",
                         "/v2/bot/audienceGroup/upload/byFile",
                         "/v2/bot/audienceGroup/upload"):  # fmt: skip
                asked(standing.recorder.api_url, "GET", path)

    assert 3 == len(api.requests)
    assert 4 == len(data.requests)


def test_accounts_and_attempts_are_told_apart(tmp_path: Path) -> None:
    other = webhook(2).replace(b"U" + b"b" * 32, b"U" + b"c" * 32)
    again = webhook(1, deliveryContext={"isRedelivery": True})
    tokens = {1: "Bearer " + "f" * 40, 2: "Bearer " + "e" * 40}
    with origin(OK) as end:  # noqa: SIM117
        with recording(tmp_path / "a", to=end.url, api_to=end.url, channel="shop") as standing:
            for body in (webhook(1), other, again, again):
                asked(standing.recorder.webhook_url, "POST", "/", body, SIGNED)
            for number in (2, 1):
                said = json.dumps({"replyToken": f"{number:032x}", "messages": []})
                headers = {"authorization": tokens[number]}
                path = "/v2/bot/message/reply"
                asked(standing.recorder.api_url, "POST", path, said, headers)
            asked(standing.recorder.api_url, "GET", "/", None, {"authorization": tokens[2]})
            asked(standing.recorder.api_url, "GET", "/", None, {"authorization": "Bearer x"})

    hooks, calls = standing.of("webhook"), standing.of("call")
    assert ["shop", "shop-2", "shop", "shop"] == [line["channel"] for line in hooks]
    assert [1, 1, 2, 3] == [line["attempt"] for line in hooks]
    assert ["shop-2", "shop", "shop-2", None] == [line.get("channel") for line in calls]


def test_one_that_is_led_to_itself_refuses(tmp_path: Path) -> None:
    """Through another proxy, say, where the addresses show nothing."""
    box: list[str] = []

    def back(request: bytes) -> bytes:
        first, headers, body = head_of(request)
        status, _, _ = asked(box[0], "POST", first.split()[1], body, headers)
        return b"HTTP/1.1 %d x\r\ncontent-length: 0\r\n\r\n" % status

    with origin(back) as between, recording(tmp_path / "a", to=between.url) as standing:
        box.append(standing.recorder.webhook_url)
        status, _, _ = asked(standing.recorder.webhook_url, "POST", "/", webhook(), SIGNED)

    assert 508 == status
    assert standing.summary is not None
    assert 1 == standing.summary.looped
    assert 1 == len(standing.of("webhook"))


NAMES = st.sampled_from(
    sorted({"x-a", "x-b", "te", "connection", "keep-alive", "upgrade", "content-type", "via"})
)
PAIRS = st.lists(st.tuples(NAMES, st.sampled_from(sorted({"x-a", "close", "1", "x-b, te"}))))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(PAIRS)
def test_headers_for_the_next_hop_only_go_no_further(pairs: list[tuple[str, str]]) -> None:
    headers = [(name.encode(), value.encode()) for name, value in pairs]
    named = {each.strip() for name, value in pairs if name == "connection"
             for each in value.split(",")}  # fmt: skip
    hop = {"te", "connection", "keep-alive", "upgrade"} | named
    kept = [(name, value) for name, value in headers if name.decode() not in hop]

    assert kept == returned(headers)
    on = forwarded(headers, "there:1", b"me")
    assert (b"host", b"there:1") == on[0]
    assert (b"via", b"1.1 me") == on[-1]
    assert kept == on[1:-1]


def test_a_resumed_recording_goes_on_in_its_own_time(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with origin(OK) as bridge:
        for again in (False, True):
            with recording(path, to=bridge.url, resume=again) as standing:
                asked(standing.recorder.webhook_url, "POST", "/", webhook(), SIGNED)

    lines = standing.lines
    assert [1, 1, None, 2, 2] == [line.get("exchange") for line in lines]
    times = [line["at_s"] for line in lines]
    assert sorted(times) == times
    epoch_ms = Recording(path).header["epoch_ms"]
    assert all(abs(epoch_ms + line["at_s"] * 1e3 - line["wall_ms"]) < 2 for line in lines)


@pytest.fixture(autouse=True)
def _nothing_stays(tmp_path: Path) -> Iterator[None]:
    """Every file is its owner's only."""
    yield
    assert all(not each.stat().st_mode & 0o077 for each in tmp_path.rglob("*"))
