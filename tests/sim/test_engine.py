"""The front door: which engine runs, what it says, and that it leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import gc
import importlib.util
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import line_sim
from line_sim.desk.setup import Alternative, Channel, DeskSetup, Member, Queue
from line_sim.errors import (
    ConfigurationError,
    DistributionError,
    EngineUnavailableError,
    Notice,
)
from line_sim.scenario import Scenario, catalogue
from line_sim.sim import engine, machine_code, plain_run
from line_sim.sim.engine import chosen_engine, run_world
from line_sim.sim.own_methods import with_methods
from line_sim.sim.simulate import simulate
from line_sim.world.by_hand import plain_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.world.drawn import World

COMPILER = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="needs numba")
FAST = pytest.param("compiled", marks=COMPILER)


def world(methods: dict[str, Any] | None = None, visits: int = 200) -> World:
    """Three people and two tries each."""
    rng = np.random.default_rng(5)
    names = ("Anong", "Boon", "Chai")
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=tuple(Member(name=name) for name in names),
        destinations=(Queue(name="desk", staff=names, distribution="most_idle"),),
        channels=(Channel(name="shop", rule=Alternative(destinations=("desk",))),),
        methods=methods or {},
    )
    arrivals = np.cumsum(rng.integers(1, 30_000_000, visits))
    return plain_world(setup, arrivals, rng.exponential(60e6, visits), reactions=3_000_000)


def fewest_pickups(member: Any, enquiry: Any, now: int) -> float:  # noqa: ARG001, ANN401
    """Prefer who has helped least."""
    return float(member.pickups)


def longest_quiet(member: Any, enquiry: Any, now: int) -> float:  # noqa: ARG001, ANN401
    """Prefer whose last close lies furthest back."""
    return (member.last_close - now) / 1e6


SEEN: list[str] = []


def by_format(member: Any, enquiry: Any, now: int) -> float:  # noqa: ARG001, ANN401
    """Prefer the same as :func:`fewest_pickups`, in a way that no compiler understands."""
    SEEN.append("x") if len(SEEN) < 1 else None
    return float(f"{member.pickups:{len(SEEN)}d}")


def divides(member: Any, enquiry: Any, now: int) -> float:  # noqa: ARG001, ANN401
    """Raise once somebody has helped five times."""
    return 1.0 / (5 - member.pickups)


def no_number(member: Any, enquiry: Any, now: int) -> float:  # noqa: ARG001, ANN401
    """Give nan once somebody has helped five times."""
    return float("nan") if member.pickups >= 5 else 0.0


@COMPILER
@pytest.mark.parametrize("method", [fewest_pickups, longest_quiet])
def test_a_planners_method_runs_in_compiled_form(
    method: Callable[..., float], recwarn: pytest.WarningsRecorder
) -> None:
    plain = run_world(world({"desk": method}), "python")
    compiled = run_world(world({"desk": method}), "compiled")

    assert plain.rows.tobytes() == compiled.rows.tobytes()
    assert plain.rows.tobytes() != run_world(world(), "python").rows.tobytes()
    assert not recwarn.list


@COMPILER
def test_a_method_that_numba_cannot_compile_runs_in_plain_form_with_a_notice() -> None:
    plain = run_world(world({"desk": by_format}), "python")
    with pytest.warns(Notice, match=r"does not compile by_format, the method of 'desk': .+"):
        compiled = run_world(world({"desk": by_format}), "compiled")

    assert plain.rows.tobytes() == compiled.rows.tobytes()


@pytest.mark.parametrize(
    ("method", "what"), [(divides, "ZeroDivisionError"), (no_number, "gave nan")]
)
@pytest.mark.parametrize("chosen", ["python", "simpy", FAST])
@pytest.mark.filterwarnings("ignore::line_sim.errors.Notice")
def test_what_goes_wrong_in_a_method_is_said_with_name_member_and_instant(
    method: Callable[..., float], what: str, chosen: str
) -> None:
    with pytest.raises(DistributionError, match=what) as caught:
        run_world(world({"desk": method}), chosen)

    message = str(caught.value)
    assert method.__name__ in message
    assert any(f"member {name!r}" in message for name in ("Anong", "Boon", "Chai"))
    assert " s)" in message


def test_guarding_a_method_changes_nothing_else() -> None:
    same = with_methods(world(), {"desk": fewest_pickups})

    assert world().setup.members == same.setup.members
    assert {"desk": fewest_pickups} == same.setup.methods


@pytest.mark.parametrize("chosen", ["python", "simpy", FAST])
def test_progress_rises_to_one(chosen: str) -> None:
    heard: list[float] = []
    run_world(world(visits=3_000), chosen, heard.append)

    assert sorted(heard) == heard
    assert 1.0 == heard[-1]
    assert all(0.0 <= share <= 1.0 for share in heard)


@pytest.mark.parametrize("chosen", ["python", FAST])
def test_a_run_that_is_interrupted_leaves_nothing_broken(
    chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("line_sim.sim.compiled_run.STEPS", 100)
    expected = run_world(world(), chosen).rows.tobytes()

    def interrupt(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_world(world(), chosen, interrupt)

    assert gc.isenabled()
    assert expected == run_world(world(), chosen).rows.tobytes()


def test_collection_stays_off_for_who_had_it_off() -> None:
    gc.disable()
    try:
        plain_run.run(world(visits=10))

        assert not gc.isenabled()
    finally:
        gc.enable()


def test_an_unknown_engine_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'compiled'"):
        run_world(world(visits=1), "compild")


def test_auto_waits_for_no_compiler_unless_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many, huge = 100, engine.REPAYS_LOADING, engine.REPAYS_COMPILING
    monkeypatch.setattr(machine_code, "available", lambda: True)
    monkeypatch.setattr(machine_code, "is_cached", lambda: False)

    assert ["python", "python", "compiled"] == [chosen_engine("auto", n) for n in (few, many, huge)]

    monkeypatch.setattr(machine_code, "is_cached", lambda: True)
    assert ["python", "compiled"] == [chosen_engine("auto", n) for n in (few, many)]

    monkeypatch.setattr(machine_code, "available", lambda: False)
    assert "python" == chosen_engine("auto", huge)


def test_without_numba_the_compiled_engine_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine_code, "available", lambda: False)
    with pytest.raises(EngineUnavailableError, match=r"numba.*line_sim\[fast\]"):
        run_world(world(visits=1), "compiled")


@COMPILER
def test_where_numba_fails_on_the_loop_the_plain_one_runs_with_a_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> bytes:
        message = "numba 99 has changed"
        raise machine_code.NotCompiledError(message)

    monkeypatch.setattr("line_sim.sim.compiled_run.compiled_loop", fail)
    with pytest.warns(Notice, match="plain loop runs this world: numba 99"):
        log = run_world(world(), "compiled")

    assert run_world(world(), "python") == log


def test_the_small_case_loads_no_compiler_and_no_simpy() -> None:
    program = (
        "import sys, line_sim\n"
        f"line_sim.simulate({catalogue.names()[0]!r})\n"
        "print([name for name in ('numba', 'llvmlite', 'simpy') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_a_scenario_may_be_given_by_name_path_or_itself() -> None:
    name = catalogue.names()[0]
    logs = [simulate(given) for given in (name, catalogue.path(name), Scenario.load(name))]

    assert logs[0] == logs[1] == logs[2]
    assert logs[0] == line_sim.simulate(name, seed=1, replication=0, engine="python")
    assert logs[0] != simulate(name, seed=2)
    assert logs[0] != simulate(name, replication=1)
    assert 1 == logs[0].header["seed"]
