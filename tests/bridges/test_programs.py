"""Every program starts, shows what it is, and stops, by the start contract."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from faults import FAULTS, NOT_COVERED, Planted

from line_sim import MockLine
from line_sim.replay.bridge_process import BridgeProcess

HERE = Path(__file__).parent
NODE = HERE.parent / "compat" / "node" / "node_modules" / "@line" / "bot-sdk"
WAIT_S = 8.0
no_node = pytest.mark.skipif(
    shutil.which("node") is None or not NODE.is_dir(),
    reason="node or its packages are not here: `make test` installs them",
)


@pytest.mark.parametrize(
    "name",
    ["good", "exact_header_name", "sdk_python", pytest.param("sdk_node", marks=no_node)],
)
def test_a_program_starts_echoes_and_stops(name: str) -> None:
    with MockLine() as line:
        command = [sys.executable, str(HERE), name, "--listen", "127.0.0.1:{port}"]
        with BridgeProcess(command, line.environment) as bridge:
            line.connect(bridge.url)
            alice = line.visitor("Alice")
            alice.expect(reply=1, text="hello")
            alice.says("hello")
            line.settle(WAIT_S)
            code = bridge.stop()

    assert code in {0, -15}  # by itself, or by passing TERM on to itself at the end


def test_the_bridge_of_a_name_that_is_none_is_refused_with_the_names() -> None:
    import subprocess  # noqa: PLC0415 - for this test only

    done = subprocess.run(
        [sys.executable, str(HERE), "nobody"], capture_output=True, text=True, check=False
    )

    assert 1 == done.returncode
    assert "is no bridge here; one of good," in done.stderr


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_is_told_and_has_checks_that_must_find_it(name: str) -> None:
    found = FAULTS[name]

    assert re.fullmatch(r"[A-Z].*\.", found.what.replace("\n", " "))
    assert found.why
    assert found.checks or name == "silent"
    assert found.checks <= set(range(1, 100))


def test_every_check_has_a_bridge_that_fails_it_or_a_reason_why_none_does() -> None:
    covered = set().union(*(planted.checks for planted in FAULTS.values()))

    assert set(range(1, 100)) == covered | set(NOT_COVERED)
    assert set() == covered & set(NOT_COVERED)


def test_no_two_faulty_bridges_are_the_same() -> None:
    def key(planted: Planted) -> str:
        return f"{planted.parts} {planted.serving}"

    assert len(FAULTS) == len({key(planted) for planted in FAULTS.values()})
