"""``line-sim bridge`` where something is missing, broken or lost: told, and never half-made."""

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import Result

from line_sim import MockLine
from line_sim.bridge.install import Install
from line_sim.cli.exits import Exit

Called = Callable[..., Result]


@pytest.fixture(scope="module")
def line() -> Iterator[MockLine]:
    """A LINE with one account."""
    with MockLine(strict=False) as made:
        made.switch(use_webhook=True)
        yield made


@pytest.fixture
def shop(line: MockLine, called: Called, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An install with one destination; its account's secret and token are in the environment."""
    monkeypatch.setenv("LINE_CHANNEL_SECRET", line.channel.secret)
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", line.channel.access_token)
    folder, url = tmp_path / "shop", line.environment["LINE_API_BASE_URL"]
    urls = ("--line-api-url", url, "--line-data-url", url)
    public = ("--public-url", "https://bridge.example.com")
    made = called("bridge", "init", "--folder", folder, *urls, *public)
    assert Exit.DONE == made.exit_code, made.stderr
    assert Exit.DONE == on(called, folder, "destinations", "--add", "Front").exit_code
    return folder


def on(called: Called, shop: Path, command: str, *more: object) -> Result:
    """A command about the install."""
    return called("bridge", command, "--folder", shop, *more)


@pytest.mark.parametrize(
    ("database", "told"),
    [
        ("nonsense://u:hidden@x/y", "database: 'nonsense://x/y'; a file's name, or postgresql://"),
        ("mysql://u:hidden@x/y", "database: 'mysql://x/y'; a file's name, or postgresql://"),
        ("postgresql://u:hidden@x:port/y", "database: 'postgresql://x:port/y'"),
        ("postgresql://", "database: 'postgresql://'"),
        ("", "database: ''"),
        ("postgresql://u:hidden@127.0.0.1:1/y", "does it run"),
        ("nowhere/at/all/b.sqlite", "unable to open database file"),
    ],
)
def test_a_database_that_cannot_be_had_is_told_and_leaves_no_half_install(
    called: Called, tmp_path: Path, database: str, told: str
) -> None:
    folder = tmp_path / "shop"

    refused = called("bridge", "init", "--folder", folder, "--database", database)

    assert Exit.WRONG_USE == refused.exit_code
    assert told in refused.stderr
    assert "hidden" not in refused.stderr
    assert Exit.DONE == called("bridge", "init", "--folder", folder).exit_code


@pytest.mark.parametrize(
    "url", ["https://[bad", "https://a.example:99999", "https://a.example#x", "https://u:p@a.b"]
)
def test_an_address_that_is_no_origin_is_refused(called: Called, tmp_path: Path, url: str) -> None:
    refused = called("bridge", "init", "--folder", tmp_path / "shop", "--public-url", url)

    assert Exit.WRONG_USE == refused.exit_code
    assert "an origin such as https://bridge.example.com" in refused.stderr
    assert not (tmp_path / "shop").exists()


def test_a_database_that_another_install_has_is_not_taken(called: Called, shop: Path) -> None:
    database = Install(shop).database

    refused = called("bridge", "init", "--folder", shop.parent / "b", "--database", database)

    assert Exit.WRONG_USE == refused.exit_code
    assert "an install has it already" in refused.stderr
    assert (
        Exit.DONE == on(called, shop, "staff", "--invite", "ann", "--first-name", "Ann").exit_code
    )


@pytest.mark.parametrize("command", ["channels", "run", "upgrade", "report"])
def test_a_file_that_is_no_database_is_no_bug(called: Called, shop: Path, command: str) -> None:
    Path(Install(shop).database).write_bytes(b"nothing of the kind" * 500)

    refused = on(called, shop, command)

    assert Exit.WRONG_USE == refused.exit_code
    assert "database: file is not a database" in refused.stderr


def test_the_doctor_tells_of_a_database_and_of_everything_else(called: Called, shop: Path) -> None:
    Path(Install(shop).database).write_bytes(b"nothing of the kind" * 500)

    seen = on(called, shop, "doctor")

    assert Exit.CHECK_FAILED == seen.exit_code
    assert "NO database: file is not a database" in seen.stdout
    assert "disk: " in seen.stdout


def test_an_init_that_has_no_room_leaves_nothing(
    called: Called, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_document: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as planted:
        planted.setattr("line_sim.bridge.install.tomlkit.dumps", full)
        refused = called("bridge", "init", "--folder", tmp_path / "shop")

    assert Exit.WRONG_USE == refused.exit_code
    assert "No space left on device" in refused.stderr
    assert [] == [*(tmp_path / "shop").iterdir()]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (b"port = 1\nhost = = 2\n", "bridge.toml, line 2, column 8: Invalid value\n"),
        (b"port = 1\nhost = '\xff'\n", "bridge.toml, line 2, column 1: not UTF-8"),
    ],
)
def test_settings_that_cannot_be_read_are_told_with_their_place(
    called: Called, shop: Path, settings: bytes, told: str
) -> None:
    (shop / "bridge.toml").write_bytes(settings)

    refused = on(called, shop, "channels")

    assert Exit.WRONG_USE == refused.exit_code
    assert told in refused.stderr


def test_who_lost_the_key_enters_secret_and_token_again(called: Called, shop: Path) -> None:
    assert Exit.DONE == on(called, shop, "connect", "--name", "Shop", "--destination", 1).exit_code
    (shop / "bridge.key").unlink()
    lost = on(called, shop, "enable", 1)
    assert "line-sim bridge credentials CHANNEL --new-key" in lost.stderr

    mended = on(called, shop, "credentials", 1, "--new-key")

    assert Exit.DONE == mended.exit_code, mended.stderr
    assert Exit.DONE == on(called, shop, "enable", 1).exit_code
    assert Exit.WRONG_USE == on(called, shop, "credentials", 1, "--new-key").exit_code


def test_who_has_another_key_enters_secret_and_token_again(called: Called, shop: Path) -> None:
    assert Exit.DONE == on(called, shop, "connect", "--name", "Shop", "--destination", 1).exit_code
    assert Exit.DONE == called("bridge", "init", "--folder", shop.parent / "b").exit_code
    (shop.parent / "b" / "bridge.key").replace(shop / "bridge.key")
    other = on(called, shop, "enable", 1)
    assert "line-sim bridge credentials CHANNEL" in other.stderr

    assert Exit.DONE == on(called, shop, "credentials", 1).exit_code
    assert Exit.DONE == on(called, shop, "enable", 1).exit_code


def test_the_doctor_sees_that_nobody_answers(called: Called, shop: Path) -> None:
    def told() -> list[str]:
        found = json.loads(on(called, shop, "doctor", "--json").stdout)["findings"]
        return [each["told"] for each in found if each["check"] == "destinations"]

    assert ["nobody answers in Front (1): what comes there is missed"] == told()

    ann = ("--invite", "ann", "--first-name", "Ann", "--destination", 1)
    assert Exit.DONE == on(called, shop, "staff", *ann).exit_code

    assert [] == told()


def test_nobody_is_invited_to_a_destination_that_is_not_there(called: Called, shop: Path) -> None:
    ann = ("--invite", "ann", "--first-name", "Ann")
    refused = on(called, shop, "staff", *ann, "--destination", 9)
    assert Exit.WRONG_USE == refused.exit_code
    assert "no destination 9; 1 (Front)" in refused.stderr

    assert Exit.DONE == on(called, shop, "staff", *ann, "--destination", 1).exit_code


def test_the_doctor_of_a_draft_names_the_command_that_begins_it(called: Called, shop: Path) -> None:
    on(called, shop, "connect", "--name", "Shop", "--destination", 1)

    assert "line-sim bridge enable 1" in on(called, shop, "doctor").stdout
    unknown = on(called, shop, "doctor", "--channel", 9)
    assert Exit.WRONG_USE == unknown.exit_code
    assert "no channel 9" in unknown.stderr


@pytest.mark.parametrize("command", ["connect", "staff"])
def test_each_example_stands_on_a_line_of_its_own(called: Called, command: str) -> None:
    shown = called("bridge", command, "--help").stdout

    assert f"Examples:\n    line-sim bridge {command}" in shown


def test_who_lost_the_key_restores_and_enters_secret_and_token_again(
    called: Called, shop: Path
) -> None:
    assert Exit.DONE == on(called, shop, "connect", "--name", "Shop", "--destination", 1).exit_code
    backup, new = shop.parent / "b.zip", shop.parent / "new"
    assert Exit.DONE == on(called, shop, "backup", backup).exit_code
    assert Exit.DONE == called("bridge", "init", "--folder", new).exit_code
    shutil.copy(shop / "bridge.toml", new)
    assert Exit.WRONG_USE == on(called, new, "restore", backup).exit_code

    restored = on(called, new, "restore", backup, "--key-lost")

    assert Exit.DONE == restored.exit_code, restored.stderr
    assert "line-sim bridge credentials CHANNEL" in restored.stderr
    assert Exit.WRONG_USE == on(called, new, "enable", 1).exit_code
    assert Exit.DONE == on(called, new, "credentials", 1).exit_code
    assert Exit.DONE == on(called, new, "enable", 1).exit_code
    again = on(called, new, "restore", backup)
    assert Exit.WOULD_OVERWRITE == again.exit_code
    assert "--force" not in again.stderr


def test_a_quota_that_line_does_not_tell_is_not_taken_for_none(
    called: Called, shop: Path, line: MockLine
) -> None:
    assert Exit.DONE == on(called, shop, "connect", "--name", "Shop", "--destination", 1).exit_code
    line.reissue("access_token")

    shown = on(called, shop, "quota")

    assert Exit.CHECK_FAILED == shown.exit_code
    assert "LINE does not tell (401)" in shown.stdout


def of_a_newer_version(shop: Path) -> None:
    """Let the database be of a version that is to come."""
    with closing(sqlite3.connect(Install(shop).database)) as db:
        db.execute("UPDATE alembic_version SET version_num = 'v9999'")
        db.commit()


def test_of_a_newer_database_no_backup_holds_a_part(
    called: Called, shop: Path, tmp_path: Path
) -> None:
    of_a_newer_version(shop)

    refused = on(called, shop, "backup", tmp_path / "b.zip")

    assert Exit.WRONG_USE == refused.exit_code
    assert "database: of another version (v9999)" in refused.stderr
    assert [] == [*tmp_path.glob("*b.zip*")]
    seen = on(called, shop, "doctor")
    assert Exit.CHECK_FAILED == seen.exit_code
    assert "NO database: of another version (v9999;" in seen.stdout


def test_a_question_that_nobody_answers_changes_nothing(called: Called, shop: Path) -> None:
    assert Exit.DONE == on(called, shop, "connect", "--name", "Shop", "--destination", 1).exit_code

    ended = on(called, shop, "delete", 1)

    assert Exit.INTERRUPTED == ended.exit_code
    assert "nothing was done" in ended.stderr
    assert "Shop" in on(called, shop, "channels").stdout


def test_a_name_that_another_destination_has_is_refused(called: Called, shop: Path) -> None:
    again = on(called, shop, "destinations", "--add", "Front")

    assert Exit.WRONG_USE == again.exit_code
    assert "'Front' is taken" in again.stderr


def test_without_channels_that_is_said(called: Called, shop: Path) -> None:
    assert "no channel is connected" in on(called, shop, "quota").stdout
    assert "no channel 1; none is connected yet" in on(called, shop, "enable", 1).stderr


@pytest.mark.parametrize("start", ["nan", "inf", "-5", "1e20"])
def test_a_clock_begins_at_a_time_there_is(called: Called, shop: Path, start: str) -> None:
    refused = on(called, shop, "run", "--clock-start", start)

    assert Exit.WRONG_USE == refused.exit_code
    assert "Unix seconds, 0 to 4,000,000,000" in refused.stderr


@pytest.mark.parametrize("read", ["read", "is_held"])
def test_what_this_user_may_not_read_is_found_not_thrown(
    called: Called, shop: Path, monkeypatch: pytest.MonkeyPatch, read: str
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "the/file")

    where = "line_sim.bridge.keys" if read == "read" else "line_sim.bridge.doctor.here"
    with monkeypatch.context() as planted:
        planted.setattr(f"{where}.{read}", denied)
        seen = on(called, shop, "doctor")

    assert Exit.CHECK_FAILED == seen.exit_code
    assert "the/file: Permission denied" in seen.stdout
    assert "be that user" in seen.stdout
