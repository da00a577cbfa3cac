"""The compiled form: code that stands alone, tables that grow, a cache that is never stale."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("numba")

from line_sim.desk.compiled import records
from line_sim.desk.setup import Alternative, Channel, DeskSetup, Member, Queue
from line_sim.errors import CompiledCacheWarning
from line_sim.sim import compiled_run, loop, machine_code, plain_run
from line_sim.sim.start import start
from line_sim.world.by_hand import plain_world

if TYPE_CHECKING:
    from pathlib import Path

    from line_sim.world.drawn import World

CODE = b"not machine code, but nobody looks"


def world(visits: int = 300) -> World:
    """Two people, far too few, so that lines and heaps grow long."""
    rng = np.random.default_rng(3)
    setup = DeskSetup(
        start=dt.datetime(2026, 11, 2),  # noqa: DTZ001 - local to the desk's offset
        utc_offset="+07:00",
        members=(Member(name="Anong"), Member(name="Boon")),
        destinations=(Queue(name="desk", staff=("Anong", "Boon"), distribution="most_idle"),),
        channels=(Channel(name="shop", rule=Alternative(destinations=("desk",))),),
    )
    return plain_world(
        setup,
        np.cumsum(rng.integers(1, 5_000_000, visits)),
        rng.exponential(60e6, visits),
        reactions=2_000_000,
        retries=1,
        patience=rng.integers(1, 400_000_000, visits),
    )


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, nothing loaded, and a compiler that takes no time."""
    place = tmp_path / "compiled" / machine_code.fingerprint()
    monkeypatch.setattr(machine_code, "folder", lambda: place)
    monkeypatch.setattr(machine_code, "sources_changed", lambda: False)
    monkeypatch.setattr(machine_code, "_loaded", [])
    monkeypatch.setattr(machine_code, "_compile", lambda: CODE)
    monkeypatch.setattr("line_sim.desk.compiled.loading.load", lambda code: lambda *_: len(code))
    return place


def test_tables_that_begin_small_grow_and_the_log_stays_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = plain_run.run(world()).tobytes()
    monkeypatch.setattr(compiled_run, "_make_room", lambda *_: None)

    assert expected == compiled_run.run(world()).tobytes()


@pytest.mark.parametrize("steps", [1, 7, 100_000])
def test_the_log_does_not_depend_on_the_length_of_a_slice(
    steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = plain_run.run(world()).tobytes()
    monkeypatch.setattr(compiled_run, "STEPS", steps)

    assert expected == compiled_run.run(world()).tobytes()


def test_a_full_table_stops_the_loop_before_anything_changes() -> None:
    desk, people = start(world(), records)
    entry = machine_code.compiled_loop()

    full = {loop.TABLE_FULL, loop.HEAP_FULL, loop.LOG_FULL}
    assert entry(desk.address, people.address, 10) in full
    assert (0, 0, 0) == (people.next_visit, people.next_event, desk.log.count)
    assert people.wants > 0


def test_a_row_comes_into_use_with_its_initial_values() -> None:
    """Memory set aside is not zeroed; the code writes a whole row first."""
    desk, people = start(world(), records)
    compiled_run._make_room(desk, people, world())  # noqa: SLF001 - what a run begins with
    desk.enquiries.view("u1")[:] = 0xAB
    entry = machine_code.compiled_loop()
    while desk.enquiry_count == 0:
        if entry(desk.address, people.address, 1) != loop.PAUSE:
            compiled_run._grow(desk, people)  # noqa: SLF001 - what a run does then

    first = desk.enquiries[0]
    assert (-1, -1, 0, -1) == tuple(first[["owner", "chat_after", "closed_at", "next_stray"]])


def test_cached_code_needs_no_compiler(tmp_path: Path) -> None:
    """A fresh process runs the compiled loop without loading numba."""
    machine_code.compiled_loop()
    if not machine_code.is_cached() or machine_code.sources_changed():
        pytest.skip("sources are being edited")
    program = (
        "import sys\n"
        "from line_sim.sim import machine_code\n"
        "machine_code.compiled_loop()\n"
        "assert 'numba' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ("", 0) == (done.stderr, done.returncode)


def test_code_is_compiled_once_and_then_found(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    machine_code.compiled_loop(said.append)
    monkeypatch.setattr(machine_code, "_loaded", [])

    assert machine_code.is_cached()
    machine_code.compiled_loop(said.append)
    assert [machine_code.COMPILING] == said
    assert (cache / machine_code.FILE).is_file()


@pytest.mark.parametrize("content", [b"", b"line_sim 00\n" + CODE, CODE[:5]])
def test_a_broken_file_is_replaced_and_said(cache: Path, content: bytes) -> None:
    cache.mkdir(parents=True)
    (cache / machine_code.FILE).write_bytes(content)
    with pytest.warns(CompiledCacheWarning, match="broken"):
        machine_code.compiled_loop(lambda _message: None)

    assert (cache / machine_code.FILE).read_bytes().endswith(b"\n" + CODE)


def test_where_no_folder_can_be_made_the_code_is_compiled_all_the_same(cache: Path) -> None:
    cache.parent.parent.mkdir(exist_ok=True)
    cache.parent.write_text("a file is in the way")
    with pytest.warns(CompiledCacheWarning, match="cannot be written"):
        entry = machine_code.compiled_loop(lambda _message: None)

    assert len(CODE) == entry(0, 0, 0)


def test_who_comes_second_waits_for_the_first_and_does_not_compile(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiling, waiting = threading.Event(), threading.Event()
    compiled: list[int] = []

    def compile_slowly() -> bytes:
        compiled.append(1)
        compiling.set()
        assert waiting.wait(30)
        return CODE

    monkeypatch.setattr(machine_code, "_compile", compile_slowly)
    first = threading.Thread(
        target=machine_code._compiled_under_lock,  # noqa: SLF001 - as another process would
        args=(cache, lambda _message: None),
    )
    first.start()
    assert compiling.wait(30)

    def hear(message: str) -> None:
        assert message == machine_code.WAITING
        waiting.set()

    found = machine_code._compiled_under_lock(cache, hear)  # noqa: SLF001 - the second
    first.join()

    assert (CODE, [1]) == (found, compiled)


def test_only_old_folders_of_ours_are_pruned(tmp_path: Path) -> None:
    names = [f"{number:032x}" for number in range(7)]
    for age, name in enumerate(names):
        (tmp_path / name).mkdir()
        (tmp_path / name / machine_code.FILE).write_bytes(CODE)
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "somebody else's").mkdir()
    machine_code.prune(tmp_path / names[6], kept=2)

    left = sorted(path.name for path in tmp_path.iterdir())
    assert sorted([*names[:2], names[6], "somebody else's"]) == left


def test_the_folder_depends_on_every_compiled_source_and_every_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = {machine_code.fingerprint()}
    sources = machine_code.sources()
    for name in sources:
        changed = {**sources, name: sources[name] + b"#"}
        monkeypatch.setattr(machine_code, "sources", lambda changed=changed: changed)
        found.add(machine_code.fingerprint())
    monkeypatch.setattr(machine_code, "sources", lambda: sources)
    versions = machine_code.versions()
    for place in range(len(versions)):
        other = [*versions[:place], "9.9", *versions[place + 1 :]]
        monkeypatch.setattr(machine_code, "versions", lambda other=other: other)
        found.add(machine_code.fingerprint())

    assert 1 + len(sources) + len(versions) == len(found)
    assert {"sim/loop.py", "sim/tables.py", "desk/rows.py", "desk/compiled/words.py"} < set(sources)


def test_sources_edited_since_the_start_are_neither_read_from_the_cache_nor_kept(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_code, "sources_changed", lambda: True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        machine_code.compiled_loop(lambda _message: None)

    assert not cache.exists()
