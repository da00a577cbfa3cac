"""``line-sim bridge run`` and ``upgrade``: what is wrong is told before anything listens."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import Result

from line_sim.bridge import install, keys
from line_sim.bridge.install import Told
from line_sim.bridge.running import Running, is_held
from line_sim.bridge.store.migrating import upgrade
from line_sim.bridge.store.migrations import NEWEST
from line_sim.bridge.store.store import Store
from line_sim.cli.exits import Exit

Called = Callable[..., Result]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """An install whose database is of this version."""
    folder = tmp_path / "shop"
    install.make(folder, Told(port=0))
    keys.make(folder / "bridge.key", folder / "data")
    (folder / "data").mkdir()
    store = Store(str(folder / "data" / "bridge.sqlite"))
    upgrade(store)
    store.close()
    return folder


def of_version(shop: Path, version: str) -> None:
    """Let the database be of another version."""
    store = Store(str(shop / "data" / "bridge.sqlite"))
    store.run(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    store.close()


def test_a_folder_without_an_install_is_refused(called: Called, tmp_path: Path) -> None:
    for command in ("run", "upgrade"):
        ended = called("bridge", command, "--folder", tmp_path / "nothing")

        assert Exit.WRONG_USE == ended.exit_code
        assert "line-sim bridge init" in ended.stderr


def test_a_trial_without_its_variables_names_them(
    called: Called, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "LINE_SIM_BRIDGE"):
        monkeypatch.delenv(name, raising=False)

    ended = called("bridge", "run", "--from-environment")

    assert Exit.WRONG_USE == ended.exit_code
    assert "LINE_CHANNEL_SECRET: not set" in ended.stderr
    assert "LINE_CHANNEL_ACCESS_TOKEN: not set" in ended.stderr


def test_a_configuration_is_of_a_trial_only_and_json(
    called: Called, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shop / "config.json"
    file.write_text("{")
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"):
        monkeypatch.setenv(name, "obviously-fake")

    of_install = called("bridge", "run", "--folder", shop, "--config", file)
    of_trial = called("bridge", "run", "--from-environment", "--config", file)

    assert (Exit.WRONG_USE, Exit.WRONG_USE) == (of_install.exit_code, of_trial.exit_code)
    assert "line-sim bridge edit" in of_install.stderr
    assert "no JSON" in of_trial.stderr


@pytest.mark.parametrize("factor", ["0", "-1", "1e9", "nan"])
def test_a_clock_that_cannot_be_is_refused(called: Called, shop: Path, factor: str) -> None:
    ended = called("bridge", "run", "--folder", shop, "--clock-factor", factor)

    assert Exit.WRONG_USE == ended.exit_code
    assert "clock factor" in ended.stderr


@pytest.mark.parametrize("version", ["v0000", "v9999"])
def test_a_database_of_another_version_is_not_run_on(
    called: Called, shop: Path, version: str
) -> None:
    of_version(shop, version)

    ended = called("bridge", "run", "--folder", shop)

    assert Exit.WRONG_USE == ended.exit_code
    assert version in ended.stderr
    assert not is_held(shop / "data")


def test_without_its_key_nothing_runs(called: Called, shop: Path) -> None:
    (shop / "bridge.key").unlink()

    ended = called("bridge", "run", "--folder", shop)

    assert Exit.WRONG_USE == ended.exit_code
    assert "bridge.key" in ended.stderr


def test_an_upgrade_of_what_is_new_changes_nothing_and_says_so(called: Called, shop: Path) -> None:
    told = called("bridge", "upgrade", "--folder", shop)
    found = json.loads(called("bridge", "upgrade", "--folder", shop, "--json").stdout)

    assert Exit.DONE == told.exit_code
    assert f"already ({NEWEST})" in told.stdout
    assert {"from": NEWEST, "to": NEWEST, "changed": False}.items() <= found.items()


def test_an_upgrade_fills_an_empty_database(called: Called, shop: Path) -> None:
    for file in (shop / "data").glob("bridge.sqlite*"):
        file.unlink()

    found = json.loads(called("bridge", "upgrade", "--folder", shop, "--json").stdout)

    assert {"from": None, "to": NEWEST, "changed": True}.items() <= found.items()


def test_nothing_is_upgraded_under_a_running_bridge(called: Called, shop: Path) -> None:
    with Running(shop / "data").held():
        ended = called("bridge", "upgrade", "--folder", shop)

    assert Exit.WRONG_USE == ended.exit_code
    assert "one process at a time" in ended.stderr


def test_a_database_of_a_newer_version_is_not_upgraded(called: Called, shop: Path) -> None:
    of_version(shop, "v9999")

    ended = called("bridge", "upgrade", "--folder", shop)

    assert Exit.WRONG_USE == ended.exit_code
    assert "newer version" in ended.stderr
