"""kill -9 in mid-run: of the bridge, of the player. What was in flight is told, no line is lost."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from receivers import Receiver, receiving
from recorded import Tape, conversation

from line_sim.recording.reader import Reader
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer
from line_sim.replay.orders import Orders
from line_sim.replay.player import play
from line_sim.replay.playing import Playing
from line_sim.replay.run import unended

HERE = Path(__file__).parent
ECHO = [sys.executable, str(HERE / "echo_bot.py")]


def until(holds: Callable[[], object], within_s: float = 10.0) -> bool:
    """Whether something comes to hold."""
    end_s = time.monotonic() + within_s
    while not holds() and time.monotonic() < end_s:
        time.sleep(0.005)
    return bool(holds())


def on_disk(tape: Tape, path: Path) -> Path:
    """A tape as a file."""
    times = iter(tape.lines)
    with Writer(
        path, lambda: round(next(times, {"at_s": 0})["at_s"] * 1e6), redact=Redactor(),
        header=tape.header,
    ) as writer:  # fmt: skip
        for line in tape:
            writer.write(line["kind"], **{k: line[k] for k in ("exchange", "channel", "attempt",
                                                               "body")})  # fmt: skip
    return path


def test_a_bridge_that_dies_is_noted_with_what_was_in_flight(monkeypatch) -> None:  # noqa: ANN001
    monkeypatch.setenv("ECHO_DIES", "11")  # the empty webhooks of the start count too
    run = play(conversation(30), command=ECHO, orders=Orders(quiet_s=0.2, limit_ms=500))
    assert run.sent == 30
    assert 0 < run.confirmed < 30
    assert run.confirmed + sum(run.failed.values()) == 30
    [death] = run.deaths
    assert death.exit_code == 7
    assert not death.restarted
    assert "I die" in death.last_words
    notes = [line for line in run.lines() if line.get("text") == "the bridge ended"]
    assert [line["exit_code"] for line in notes] == [7]
    assert not unended(run.lines())


def test_a_bridge_that_is_killed_is_started_anew_where_asked() -> None:
    killed = []

    def kill(playing: Playing) -> None:
        if playing.watching.confirmed > 5 and not killed:
            [child] = children()
            killed.append(child)
            os.kill(child, signal.SIGKILL)

    tape = conversation(40, gap_s=0.05)
    told = Orders(quiet_s=0.2, limit_ms=500)
    run = play(tape, command=ECHO, orders=told, restart=True, progress=kill)
    [death] = run.deaths
    assert death.exit_code == -signal.SIGKILL
    assert death.restarted
    last = [line for line in run.lines() if line["kind"] == "webhook_end"][-1]
    assert last["status"] == 200
    assert run.valid, run.reasons


def children() -> list[int]:
    """The echo bots that this process has started and that run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if b"echo_bot.py" in words and parent == os.getpid():
                found.append(int(entry.name))
    return found


PLAY = """
import sys
from pathlib import Path
from line_sim.recording.recording import Recording
from line_sim.replay.orders import Orders
from line_sim.replay.player import play
run = play(Recording.load(sys.argv[1]), sys.argv[2], orders=Orders(log=Path(sys.argv[3])))
print(run.ended, run.confirmed, len(run.in_flight))
"""


def started(tmp_path: Path, bot: Receiver, tape: Tape) -> subprocess.Popen[str]:
    """A player in a process of its own."""
    recording = on_disk(tape, tmp_path / "tape.jsonl")
    words = [sys.executable, "-c", PLAY, str(recording), bot.url, str(tmp_path / "run.jsonl")]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def numbers(bodies: list[bytes]) -> set[str]:
    """The texts of events."""
    return {event["message"]["text"] for body in bodies for event in json.loads(body)["events"]}


def test_kill_9_of_the_player_loses_no_webhook_that_reached_the_bridge(tmp_path: Path) -> None:
    with receiving(wait_s=0.3) as bot:
        player = started(tmp_path, bot, conversation(2_000, gap_s=0.002))
        assert until(lambda: len(bot.came) > 100), player.stderr
        player.kill()
        player.communicate()
        came = list(bot.came)
    reader = Reader(tmp_path / "run.jsonl")
    lines = list(reader)
    assert "killed" in reader.warning()
    written = [line["body"].encode() for line in lines if line["kind"] == "webhook"]
    assert numbers(came) <= numbers(written)
    under_way = unended(lines)
    assert under_way
    ended = {line["exchange"] for line in lines if line["kind"] == "webhook_end"}
    begun = {line["exchange"] for line in lines if line["kind"] == "webhook"}
    assert {line["exchange"] for line in under_way} == begun - ended


def test_ctrl_c_ends_in_good_order_and_says_what_was_in_flight(tmp_path: Path) -> None:
    with receiving(wait_s=0.3) as bot:
        player = started(tmp_path, bot, conversation(2_000, gap_s=0.002))
        assert until(lambda: len(bot.came) > 250)
        player.send_signal(signal.SIGINT)
        said, wrong = player.communicate(timeout=20)
    assert wrong == ""
    ended, confirmed, in_flight = said.split()
    assert ended == "interrupted"
    assert int(confirmed) > 0
    assert int(in_flight) > 0
    reader = Reader(tmp_path / "run.jsonl")
    assert not unended(reader)
    assert reader.complete


def test_whatever_thread_it_is_asked_from() -> None:
    found: list[int] = []

    def there() -> None:
        with receiving() as bot:
            run = play(conversation(3), bot.url, orders=Orders(quiet_s=0.05, limit_ms=500))
        found.append(run.confirmed)

    thread = threading.Thread(target=there)
    thread.start()
    thread.join(20)
    assert found == [3]
