"""The control API by plain HTTP, as a test in any language has it."""

import json
from collections.abc import Iterator

import pytest
from bots import Api, Bot, Reply, request

from line_sim import MockLine
from line_sim.mock.commands import names
from line_sim.mock.links import HEADER

HEADERS = {HEADER: "1"}


@pytest.fixture
def line() -> Iterator[MockLine]:
    """A mock that lets everything pass."""
    with MockLine(strict=False, clock="stepped") as found:
        yield found


def post(line: MockLine, path: str, said: object = None) -> Reply:
    """One control call."""
    body = said if isinstance(said, bytes) else json.dumps({} if said is None else said).encode()
    return request(line.url, "POST", f"/_sim/{path}", body, HEADERS)


def get(line: MockLine, path: str) -> Reply:
    """One look."""
    return request(line.url, "GET", f"/_sim/{path}", headers=HEADERS)


def test_a_whole_test_can_be_told_by_http_alone(line: MockLine) -> None:
    bot = Bot(lambda event: Api(line).reply(event["replyToken"], "hello"))
    line.connect(bot)
    alice = post(line, "visitor", {"name": "Alice"}).json["id"]
    post(line, "expect", {"chat": alice, "counts": {"reply": 1}})
    said = post(line, f"visitors/{alice}/says", {"text": "hi"})
    settled = post(line, "settle", {"timeout_s": 5})
    seen = post(line, "sees", {"chat": alice}).json["messages"]
    calls = get(line, "calls?after=0").json["lines"]
    finished = post(line, "finish")

    assert [event["webhookEventId"] for event in bot.events] == said.json["events"]
    assert (200, 200, {"findings": []}) == (settled.status, finished.status, finished.json)
    assert ["hello"] == [message["text"] for message in seen]
    assert calls == line.lines


def test_health_state_channels_and_clock_are_read(line: MockLine) -> None:
    assert "ok" == get(line, "health").json["status"]
    assert line.state == get(line, "state").json
    assert [line.channel.secret] == [
        each["secret"] for each in get(line, "channels").json["channels"]
    ]
    assert 61.0 == post(line, "advance", {"seconds": 61}).json["schedule_s"]
    assert post(line, "clock").json["stepped"]


def test_faults_are_added_and_cleared(line: MockLine) -> None:
    added = post(line, "faults", {"add": [{"fault": "FailsWith", "status": 503}]})
    failed = Api(line).get("/v2/bot/info").status
    post(line, "faults", {"clear": True})
    works = Api(line).get("/v2/bot/info").status

    assert "FailsWith" == added.json["faults"][0]["fault"]
    assert (503, 200) == (failed, works)


@pytest.mark.parametrize(
    ("path", "said", "told"),
    [
        ("settel", {}, "did you mean 'settle'"),
        ("settle", {"timeout": 1}, "did you mean 'timeout_s'"),
        ("settle", {"timeout_s": "long"}, "timeout_s"),
        ("settle", b"{", "a JSON object"),
        ("settle", [], "a JSON object"),
        ("advance", {"seconds": -1}, "0 s or more"),
        ("advance", {}, "it is needed"),
        ("visitors/Alcie/says", {"text": "hi"}, "did you mean 'Alice'"),
        ("visitors/Alice/sayz", {"text": "hi"}, "did you mean 'says'"),
        ("visitors/Alice/sends", {"kind": "image", "widht": 3}, "did you mean 'width'"),
        ("expect", {"chat": "Alice", "counts": {"repyl": 1}}, "did you mean 'reply'"),
        ("faults", {"add": [{"fault": "FailWith"}]}, "did you mean 'FailsWith'"),
        ("connect", {"url": "http://127.0.0.1:1/", "channel": "shpo"}, "did you mean 'shop'"),
        ("do", {}, "unknown"),
        ("_time", {}, "unknown"),
    ],
)
def test_a_mistake_is_400_and_says_what_was_meant(
    line: MockLine, path: str, said: object, told: str
) -> None:
    line.visitor("Alice")
    answer = post(line, path, said)

    assert (400, "configuration") == (answer.status, answer.json["error"])
    assert told in answer.json["message"]


def test_what_is_awaited_is_408_and_what_was_found_409(line: MockLine) -> None:
    alice = line.visitor("Alice")
    alice.expect(reply=1)
    settled = post(line, "settle", {"timeout_s": 0})
    finished = post(line, "finish", {"settle_s": 0})

    assert (408, "settle") == (settled.status, settled.json["error"])
    assert ["expected of Alice: 1 reply (0 came)"] == settled.json["awaited"]
    assert (409, "failed") == (finished.status, finished.json["error"])


def test_another_machine_is_403(line: MockLine) -> None:
    answer = post(line, "connect", {"url": "http://192.0.2.1/"})

    assert (403, "target") == (answer.status, answer.json["error"])


def test_a_body_without_end_is_refused(line: MockLine) -> None:
    answer = post(line, "settle", b" " * (16 * 2**20 + 1))

    assert 400 == answer.status


@pytest.mark.parametrize("command", sorted(names()))
def test_every_command_is_reached(line: MockLine, command: str) -> None:
    answer = post(line, command, {"no such argument": 1})

    assert answer.status in {200, 400}
    assert "command" not in json.dumps(answer.json.get("faults", []))
