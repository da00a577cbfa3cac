"""A mock in a process of its own ends with its parent, however that ends."""

import signal
import socket
import subprocess
import sys

import pytest

from line_sim import MockLine, MockSettings
from line_sim.errors import ConfigurationError, MockFailedError
from line_sim.mock.faults import FailsWith
from line_sim.mock.running import Options

PARENT = """
import signal
from line_sim import MockLine
line = MockLine(process=True).__enter__()
print(line.url, flush=True)
signal.pause()
"""


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_when_its_parent_dies(by: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stderr is not None
        url = parent.stdout.readline().strip()
        parent.send_signal(by)
        words = parent.stderr.read()  # ends when the child, which has it too, has ended

    assert "" == words
    with socket.socket() as port, pytest.raises(ConnectionRefusedError):
        port.connect(("127.0.0.1", int(url.rpartition(":")[2])))


def test_options_survive_the_way_to_another_process() -> None:
    options = Options(tls=True, allow=("path",), faults=(FailsWith(503, every=2),))

    assert options == Options.from_dict(options.to_dict())


def test_what_it_raises_is_what_a_thread_raises() -> None:
    settings = MockSettings(seed=1)
    with pytest.raises(MockFailedError), MockLine(settings, process=True) as line:
        line.visitor().expect(reply=1)
    with MockLine(process=True) as line, pytest.raises(ConfigurationError, match="did you mean"):
        line.visitor().says("hi", channel="shpo")


def test_a_child_that_died_does_not_hide_the_error_of_the_block() -> None:
    with pytest.raises(ZeroDivisionError) as caught, MockLine(process=True) as line:  # noqa: PT012 - its end
        line._home.process.kill()  # type: ignore[attr-defined]  # noqa: SLF001 - the accident
        line._home.process.wait()  # type: ignore[attr-defined]  # noqa: SLF001
        1 / 0  # noqa: B018 - the test's own

    assert "nobody answers" in caught.value.__notes__[0]
