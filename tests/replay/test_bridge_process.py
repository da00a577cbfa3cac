"""A bridge by command: ready when it answers, told to end, and nothing of it left."""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from line_sim.errors import ConfigurationError, UnreachableError
from line_sim.replay.bridge_process import BridgeProcess

ECHO = str(Path(__file__).with_name("echo_bot.py"))
SECRET = "fa4e5ec2e7" + "0" * 22
TOLD = {
    "LINE_API_BASE_URL": "http://127.0.0.1:9",
    "LINE_CHANNEL_SECRET": SECRET,
    "LINE_CHANNEL_ACCESS_TOKEN": "fake-access-token-of-nobody",
}


def echo(*more: str, **environment: str) -> BridgeProcess:
    """The echo bot, not started yet."""
    return BridgeProcess([sys.executable, ECHO, *more], {**TOLD, **environment})


def alive(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def until(holds: Callable[[], object], within_s: float = 5.0) -> bool:
    """Whether something comes to hold."""
    end_s = time.monotonic() + within_s
    while not holds() and time.monotonic() < end_s:
        time.sleep(0.01)
    return bool(holds())


def test_it_is_ready_once_it_answers_and_stops_when_told() -> None:
    bridge = echo("{port}", ECHO_LAZY="0.3")
    began_s = time.monotonic()
    with bridge:
        assert time.monotonic() - began_s >= 0.3
        assert bridge.running
        assert bridge.url == f"http://127.0.0.1:{bridge.port}/callback"
        pid = bridge.pid
    assert not bridge.running
    assert bridge.exit_code == -15
    assert not alive(pid)


def test_what_it_prints_is_kept_without_secrets() -> None:
    with echo(ECHO_SAYS="good morning") as bridge:
        assert until(bridge.last_words)
        said = "\n".join(bridge.last_words())
    assert "good morning" in said
    assert SECRET not in said


def test_a_bridge_that_ends_at_once_is_unreachable_and_its_last_words_are_shown() -> None:
    program = "print('no such module: bot'); raise SystemExit(3)"
    bridge = BridgeProcess([sys.executable, "-c", program], TOLD)
    with pytest.raises(UnreachableError, match=r"(?s)exit code 3.*no such module: bot"):
        bridge.start()


def test_a_bridge_that_refuses_the_signed_webhook_is_not_ready() -> None:
    program = (
        "import http.server as h, os\n"
        "class R(h.BaseHTTPRequestHandler):\n"
        "    def do_POST(self): self.send_error(500)\n"
        "h.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), R).serve_forever()\n"
    )
    bridge = BridgeProcess([sys.executable, "-c", program], TOLD, ready_s=2)
    with pytest.raises(UnreachableError, match="answered 500"):
        bridge.start()
    assert not bridge.running


def test_one_that_ignores_term_is_killed_with_its_children() -> None:
    program = (
        "import signal, subprocess, sys, http.server as h, os\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(subprocess.Popen(['sleep', '60']).pid, flush=True)\n"
        "class R(h.BaseHTTPRequestHandler):\n"
        "    def do_POST(self): self.send_response(200); self.end_headers()\n"
        "h.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), R).serve_forever()\n"
    )
    bridge = BridgeProcess([sys.executable, "-c", program], TOLD, stop_s=0.2)
    bridge.start()
    assert until(lambda: bool(bridge.last_words()))  # what it printed may still be on its way
    child = int(bridge.last_words()[0])
    assert alive(child)
    assert bridge.stop() == -9
    assert until(lambda: not alive(child))


def test_a_death_is_told_and_an_ordered_end_is_not() -> None:
    told: list[int] = []
    heard = threading.Event()

    def died(code: int) -> None:
        told.append(code)
        heard.set()

    bridge = BridgeProcess([sys.executable, ECHO], TOLD, died=died)
    bridge.start()
    bridge.stop()
    bridge.start()
    os.kill(bridge.pid, 9)
    assert heard.wait(5)
    assert told == [-9]
    assert bridge.stop() == -9


def test_it_comes_back_on_the_same_port() -> None:
    with echo() as bridge:
        url, first = bridge.url, bridge.pid
        bridge.kill()
        assert not bridge.running
        assert bridge.restart() == url
        assert bridge.pid != first
        assert bridge.starts == 2


@pytest.mark.parametrize("command", ["", "'unclosed", "/no/such/program --port {port}"])
def test_a_command_that_cannot_be_run_is_a_mistake_with_its_name(command: str) -> None:
    with pytest.raises(ConfigurationError, match="command"):
        BridgeProcess(command, TOLD).start()
