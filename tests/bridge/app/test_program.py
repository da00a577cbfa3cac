"""The bridge as a process: one at a time, ended cleanly or killed; nothing is lost by either."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge_at_work import NOWHERE, SECRET, TOKEN
from sqlalchemy import select

from line_sim import MockLine, MockSettings
from line_sim.bridge.desk.rederive import rederive
from line_sim.bridge.running import is_held, url_of
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import chats, enquiries, entries
from line_sim.mock.settings import Channel, RedeliverySettings

WITHIN_S = 30
TRIAL = {
    "LINE_CHANNEL_SECRET": SECRET, "LINE_CHANNEL_ACCESS_TOKEN": TOKEN, "LINE_API_BASE_URL": NOWHERE,
}  # fmt: skip


def command(folder: Path, *words: str) -> list[str]:
    bridge = [sys.executable, "-m", "line_sim", "bridge", "run", "--from-environment", "--json"]
    return [*bridge, "--folder", str(folder), *words]


@contextmanager
def running(
    folder: Path, environment: dict[str, str], *words: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A bridge's process and its address; killed at the end, where it still runs."""
    told = {**os.environ, **environment}
    process = subprocess.Popen(
        command(folder, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=told
    )
    try:
        yield process, said(process)["url"]
    finally:
        process.kill()
        process.communicate(timeout=WITHIN_S)


def said(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The document that it writes once it is ready."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            found: dict[str, Any] = json.loads("".join(lines))
            return found
    raise AssertionError(process.communicate()[1])


def refused(folder: Path, port: str = "0") -> str:
    """What a process says that cannot start."""
    ended = subprocess.run(
        command(folder), env={**os.environ, **TRIAL, "PORT": port}, capture_output=True, text=True,
        timeout=WITHIN_S, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_one_process_has_an_install_until_it_is_told_to_end(tmp_path: Path) -> None:
    first, other = tmp_path / "first", tmp_path / "other"
    with running(first, TRIAL) as (process, url):
        assert url_of(first / "data") == url

        second = refused(first)
        assert "one process at a time" in second
        assert url in second
        port = url.rpartition(":")[2]
        assert f"127.0.0.1:{port} cannot be listened on" in refused(other, port)
        assert not is_held(other / "data")

        process.terminate()
        _, log = process.communicate(timeout=WITHIN_S)

    assert process.returncode == 0
    assert "was told to end" in log
    for unwanted in ("Traceback", TOKEN, SECRET):
        assert unwanted not in log
    assert not is_held(first / "data")
    assert url_of(first / "data") == ""


def test_a_killed_bridge_loses_nothing_and_does_nothing_twice(
    tmp_path: Path, store_url: str
) -> None:
    every_second = RedeliverySettings(after_s=tuple(range(1, 61)))
    told = MockSettings(channels=(Channel(redelivery=True),), redelivery=every_second)
    with MockLine(told, strict=False) as line:
        environment = {**line.environment, "BRIDGE_DATABASE": store_url, "PORT": "0"}
        visitors = [line.visitor(f"visitor {number}") for number in range(5)]
        texts: dict[str, list[str]] = {each.id: [] for each in visitors}

        def write(times: int) -> None:
            for _ in range(times):
                for each in visitors:
                    texts[each.id].append(f"message {len(texts[each.id])}")
                    each.says(texts[each.id][-1])

        with running(tmp_path, environment) as (process, url):
            environment["PORT"] = url.rpartition(":")[2]
            line.connect(f"{url}/callback")
            write(6)
            process.kill()
            process.wait(WITHIN_S)
            write(1)
        with running(tmp_path, environment) as (process, _):
            write(2)
            line.settle(timeout_s=WITHIN_S)
            process.send_signal(signal.SIGINT)
            process.wait(WITHIN_S)

    store = Store(store_url)
    try:
        query = (
            select(chats.c.line_id, entries.c.text)
            .join(chats, entries.c.chat == chats.c.id)
            .where(entries.c.author == "customer")
        )
        found: dict[str, list[str]] = {each.id: [] for each in visitors}
        for row in store.rows(query):
            found[row.line_id].append(row.text)
        assert texts == {who: sorted(said, key=texts[who].index) for who, said in found.items()}
        rederive(store)  # refuses a log that the inputs do not give
        assert store.rows(select(enquiries.c.number))
    finally:
        store.close()
