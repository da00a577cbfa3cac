"""The player against bots on real sockets: order, time, pressure, and the way there and back."""

import json
import socket
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from receivers import receiving
from recorded import Tape, conversation, reply, text_event, user, webhook

from line_sim.errors import (
    ConfigurationError,
    TargetNotAllowedError,
    UnreachableError,
)
from line_sim.mock.faults import DropsWebhook
from line_sim.recording.reader import Reader
from line_sim.replay.mapping_back import Back
from line_sim.replay.orders import Orders
from line_sim.replay.player import play
from line_sim.replay.run import Run, unended
from line_sim.replay.selection import Selection
from line_sim.replay.token_map import TokenMap

ECHO = [sys.executable, str(Path(__file__).with_name("echo_bot.py"))]


def orders(**more: object) -> Orders:
    """Orders for tests: they wait for nothing long."""
    return Orders(**{"quiet_s": 0.05, "limit_ms": 500.0, **more})  # type: ignore[arg-type]


def webhooks(run: Run) -> list[dict]:
    """The webhooks of a run's ledger that are recorded ones."""
    return [line for line in run.lines() if line["kind"] == "webhook" and "recorded" in line]


def test_everything_is_sent_confirmed_and_counted() -> None:
    with receiving() as bot:
        run = play(conversation(30), bot.url, orders=orders())
    assert (run.sent, run.confirmed, run.failed, run.skipped) == (30, 30, {}, 0)
    assert run.valid, run.reasons
    assert run.ended == "done"
    assert run.lateness["count"] == run.answers["count"] == 30
    assert run.in_flight == ()
    assert [line["recorded"] for line in webhooks(run)] == list(range(1, 31))
    assert run.header["origin"] == "replay"
    json.dumps(run.to_dict())


plans = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 2)), min_size=1, max_size=25
)
"""Of each webhook: the chat, the hundredths of a second since the last one, how many events."""


@pytest.mark.parametrize("speed", ["max", "stepped", 4.0])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans)
def test_each_chat_hears_its_webhooks_in_order(
    speed: object, plan: list[tuple[int, int, int]]
) -> None:
    lines, at_s, number = [], 0.0, 0
    for chat, gap, count in plan:
        at_s += gap / 100
        events = []
        for _ in range(count):
            number += 1
            events.append(text_event(number, user(chat), at_s, str(number)))
        lines.append(webhook(len(lines) + 1, at_s, *events))
    with receiving() as bot:
        run = play(Tape(lines), bot.url, orders=orders(speed=speed, quiet_s=0.0))
        came = bot.events
    assert run.confirmed == len(plan)
    by_chat: dict[str, list[int]] = {}
    for event in came:
        by_chat.setdefault(event["source"]["userId"], []).append(int(event["message"]["text"]))
    handed: dict[str, list[int]] = {}
    for line in webhooks(run):
        for event in json.loads(line["body"])["events"]:
            handed.setdefault(event["source"]["userId"], []).append(int(event["message"]["text"]))
    assert all(found == sorted(found) for found in handed.values())
    assert sorted(n for found in by_chat.values() for n in found) == list(range(1, number + 1))
    if speed == "stepped":  # one after the other: there the bot's own order is certain too
        assert by_chat == handed


def test_times_n_takes_an_nth_of_the_time_and_keeps_the_schedule() -> None:
    tape = conversation(20, gap_s=2.0)
    with receiving() as bot:
        run = play(tape, bot.url, orders=orders(speed=60.0))
    due = [line["due_s"] for line in webhooks(run)]
    assert [round(b - a, 3) for a, b in pairwise(due)] == [2.0] * 19
    times = [event["timestamp"] for event in bot.events]
    assert [b - a for a, b in pairwise(times)] == pytest.approx([2_000] * 19, abs=1)
    assert run.span_s < 10


def test_a_stepped_clock_plays_a_day_at_once() -> None:
    tape = Tape([webhook(n, n * 3_600.0, text_event(n, user(n), n * 3_600.0)) for n in range(24)])
    with receiving() as bot:
        run = play(tape, bot.url, orders=orders(speed="stepped"))
    assert run.confirmed == 24
    assert webhooks(run)[-1]["due_s"] == pytest.approx(23 * 3_600)
    assert run.span_s < 5


def test_as_fast_as_possible_is_never_more_than_so_many() -> None:
    with receiving(wait_s=0.01) as bot:
        run = play(conversation(60, gap_s=100.0), bot.url, orders=orders(speed="max", in_flight=7))
    assert run.confirmed == 60
    assert run.peak_in_flight <= 7
    assert run.backpressure == 0


def test_a_slow_bridge_is_charged_with_what_waits_for_room() -> None:
    with receiving(wait_s=0.2) as bot:
        run = play(conversation(30, gap_s=0.001), bot.url, orders=orders(in_flight=5))
    assert run.confirmed == 30
    assert run.backpressure == 25
    assert run.peak_in_flight == 5
    assert run.lateness["count"] == 5
    assert run.valid, run.reasons
    assert any("too slow" in warning for warning in run.warnings)


def test_a_player_that_is_late_itself_says_that_the_run_is_invalid() -> None:
    with receiving() as bot:
        run = play(conversation(20), bot.url, orders=orders(limit_ms=0.0))
    assert not run.valid
    assert "the player itself was late" in run.reasons[0]


def test_what_fails_is_told_by_its_reason() -> None:
    tape = conversation(3)
    with receiving(status=500) as bot:
        run = play(tape, bot.url, orders=orders(verify=False))
    assert run.failed == {"error_status_code 500": 3}
    assert run.valid


def test_the_warm_up_is_counted_and_not_measured() -> None:
    with receiving() as bot:
        run = play(conversation(40, gap_s=0.01), bot.url, orders=orders(warm_up_s=0.2))
    assert run.confirmed == 40
    assert 15 <= run.lateness["count"] <= 25
    assert run.warm_up_until_s > 0


def test_faults_may_be_laid_over_a_replay_and_are_its_schedule_of_bad_luck() -> None:
    with receiving() as bot:
        run = play(conversation(4), bot.url, orders=orders(faults=(DropsWebhook(every=2),)))
    assert len(bot.events) == 2
    assert len(run.faults) == 2
    assert sum(run.failed.values()) == 2


def test_sampling_and_loops_and_windows_reach_the_bridge() -> None:
    chosen = Selection(since_s=0.05, until_s=0.15, loops=2)
    with receiving() as bot:
        run = play(conversation(30), bot.url, orders=orders(selection=chosen))
    assert bot.texts == [f"text {n}" for n in range(5, 15)] * 2
    assert {line["loop"] for line in webhooks(run)} == {0, 1}
    assert len({event["webhookEventId"] for event in bot.events}) == 20


# there and back


def recorded(path: Path) -> None:
    """Record a conversation with the echo bot."""
    run = play(conversation(12), command=ECHO, orders=orders(quiet_s=0.3, log=path))
    assert run.confirmed == 12
    assert len([line for line in run.lines() if line["kind"] == "call"]) == 12


class OnDisk(Reader):
    """A recording in a file, without media."""

    def media(self, _sha256: str) -> bytes | None:
        """Nothing."""
        return None


def shape(line: dict) -> tuple:
    """What must be the same of a line after mapping back."""
    body = line.get("body")
    if line["kind"] == "call":
        return line["method"], line["path"], line["channel"], body
    return line["channel"], line["attempt"], tuple(line["headers"]), body


def of_kind(lines: list[dict], kind: str) -> list[dict]:
    """The lines of a kind, verifications apart."""
    return [line for line in lines if line["kind"] == kind and not line.get("test")]


def test_recording_replaying_and_recording_again_gives_the_same_traffic(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    recorded(first)
    tape = OnDisk(first)
    run = play(tape, command=ECHO, orders=orders(quiet_s=0.3, log=second, speed=2.0))
    before, after = list(Reader(first)), list(Reader(second))
    back = Back(before, after)
    assert back.torn == {}
    mapped = list(back.lines(after))
    for kind in ("webhook", "call"):
        was = sorted(map(shape, of_kind(before, kind)))
        now = sorted(map(shape, of_kind(mapped, kind)))
        assert now == was
    assert run.findings == ()
    # the notes alone bring ids back, too
    known = TokenMap.from_lines(after)
    ids = {json.loads(line["body"])["events"][0]["webhookEventId"] for line in webhooks(run)}
    told = {
        json.loads(line["body"])["events"][0]["webhookEventId"]
        for line in of_kind(before, "webhook")
    }
    assert {known.recorded(each) for each in ids} == told


def test_a_bridge_that_answers_otherwise_is_not_mapped_to_the_same(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    recorded(first)
    with receiving() as bot:
        play(OnDisk(first), bot.url, orders=orders(log=second))
    before, after = list(Reader(first)), list(Reader(second))
    mapped = list(Back(before, after).lines(after))
    assert of_kind(mapped, "call") == []
    was, now = (sorted(map(shape, of_kind(each, "webhook"))) for each in (before, mapped))
    assert was == now


# visitors who react


def test_a_closed_loop_waits_for_the_answer_then_thinks_as_long() -> None:
    one, two = text_event(1, user(1), 0.0), text_event(2, user(1), 50.0)
    tape = Tape([
        webhook(1, 0.0, one), *reply(2, 40.0, one["replyToken"]), webhook(3, 40.5, two),
    ])  # fmt: skip
    run = play(tape, command=ECHO, orders=orders(closed=True))
    sent = webhooks(run)
    answered = next(line["at_s"] for line in run.lines() if line["kind"] == "call_end")
    assert sent[1]["due_s"] - answered == pytest.approx(0.49, abs=0.1)
    assert run.confirmed == 2


def test_without_the_answer_a_closed_loop_goes_on_after_the_gap_and_a_minute() -> None:
    one, two, three = (text_event(n, user(1), n * 1.0) for n in (1, 2, 3))
    tape = Tape([
        webhook(1, 0.0, one), *reply(2, 1.0, one["replyToken"]), webhook(3, 5.0, two),
        webhook(4, 9.0, three),
    ])  # fmt: skip
    with receiving() as bot:
        run = play(tape, bot.url, orders=orders(closed=True, speed=60.0))
    due = [line["due_s"] for line in webhooks(run)]
    assert due[1] - due[0] == pytest.approx(65.0, abs=2.0)
    assert due[2] - due[1] == pytest.approx(4.0, abs=2.0)
    assert run.confirmed == 3


# what must not be


def test_an_unknown_call_is_a_finding_and_goes_nowhere() -> None:
    program = (
        "import http.client, http.server as h, os, threading, urllib.parse as u\n"
        "def call():\n"
        "    c = http.client.HTTPConnection(u.urlsplit(os.environ['LINE_API_BASE_URL']).netloc)\n"
        "    c.request('GET', 'http://api.example/v9/leak',"
        " headers={'authorization': 'Bearer ' + os.environ['LINE_CHANNEL_ACCESS_TOKEN']})\n"
        "    c.getresponse().read()\n"
        "class R(h.BaseHTTPRequestHandler):\n"
        "    def do_POST(self):\n"
        "        self.rfile.read(int(self.headers['content-length']))\n"
        "        self.send_response(200); self.end_headers()\n"
        "        threading.Thread(target=call).start()\n"
        "h.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), R).serve_forever()\n"
    )
    run = play(conversation(1), command=[sys.executable, "-c", program], orders=orders(quiet_s=0.3))
    ends = [line for line in run.lines() if line["kind"] == "call_end"]
    assert {line["status"] for line in ends} == {404}
    assert any("leak" in finding for finding in run.findings)


def test_nobody_there_is_unreachable_and_elsewhere_is_refused() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    with pytest.raises(UnreachableError):
        play(conversation(1), f"http://127.0.0.1:{port}/callback", orders=orders())
    with pytest.raises(TargetNotAllowedError):
        play(conversation(1), "http://192.0.2.1/callback", orders=orders())


def test_a_bridge_that_refuses_the_signature_is_a_mistake_with_its_mend() -> None:
    with receiving(status=401) as bot, pytest.raises(ConfigurationError, match="--secret"):
        play(conversation(1), bot.url, orders=orders())


def test_neither_or_both_targets_are_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="neither"):
        play(conversation(1))
    with pytest.raises(ConfigurationError, match="both"):
        play(conversation(1), "http://127.0.0.1:1", command="true")


@pytest.mark.parametrize(
    "choice",
    [
        {"in_flight": 5_001},
        {"speed": "fast"},
        {"speed": "max", "closed": True},
        {"speed": -1.0},
        {"warm_up_s": -1.0},
    ],
)
def test_impossible_orders_are_mistakes(choice: dict) -> None:
    with pytest.raises(ConfigurationError):
        Orders(**choice)


def test_nothing_selected_is_no_valid_run() -> None:
    with receiving() as bot:
        run = play(conversation(3), bot.url, orders=orders(selection=Selection(since_s=500.0)))
    assert not run.valid
    assert "nothing was sent" in run.reasons[0]


def test_secrets_are_in_no_line_of_the_ledger(tmp_path: Path) -> None:
    log = tmp_path / "run.jsonl"
    with receiving() as bot:
        play(
            conversation(5),
            bot.url,
            orders=orders(log=log, secret="5ec2e7" * 5 + "aa", token="t0ken" * 8),
        )
    text = log.read_text()
    tokens = {event["replyToken"] for event in bot.events}
    assert len(tokens) == 5
    for secret in (*tokens, "5ec2e7" * 5, "t0ken" * 8):
        assert secret not in text
    assert not unended(Reader(log))
