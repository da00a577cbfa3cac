"""A backup is the whole install and no secret; what comes back is what was there, or nothing."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from filled_store import DIGEST, PICTURE, SECRETS, content, empty, fill, place
from sqlalchemy import func, select, text

from line_sim.bridge.backup import form
from line_sim.bridge.backup.restoring import Restored, manifest_of, restore
from line_sim.bridge.backup.writing import Written, write
from line_sim.bridge.keys import Keys
from line_sim.bridge.store import tables
from line_sim.bridge.store.store import Store
from line_sim.errors import ConfigurationError, OutputExistsError

KEY = Fernet.generate_key().decode()


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Store]:
    """A store with something in every table."""
    (tmp_path / "data").mkdir()
    store = empty(tmp_path / "data" / "bridge.sqlite")
    fill(store, tmp_path / "data" / "media", Keys(KEY))
    yield store
    store.close()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Store]:
    """An empty one."""
    (tmp_path / "new").mkdir()
    store = empty(tmp_path / "new" / "bridge.sqlite")
    yield store
    store.close()


def backed_up(tmp_path: Path, **more: Any) -> tuple[Path, Written]:  # noqa: ANN401 - options
    """A backup of the source."""
    file = tmp_path / "backup.zip"
    told = {"made_at": 5.0, "program": "test", "media_folder": tmp_path / "data" / "media"} | more
    return file, write(file, database=str(tmp_path / "data" / "bridge.sqlite"), **told)


def test_every_table_has_a_row(source: Store) -> None:
    assert [] == [name for name, rows in content(source).items() if not rows]


def test_what_comes_back_is_what_was_there(source: Store, target: Store, tmp_path: Path) -> None:
    file, written = backed_up(tmp_path)
    restored = restore(file, target, tmp_path / "new" / "media")
    was, found = content(source), content(target)

    assert (written.rows, 1, 0) == (restored.rows, written.media, written.missing)
    for name in form.LEFT_OUT:
        assert [] == found.pop(name)
        was.pop(name)
    for row in was["outbox"]:
        row["reply_token"] = ""
        if row["state"] in form.UNSENT:
            row |= {"state": "unknown", "reason": form.WHY_UNKNOWN}
    assert was == found
    assert 2 == restored.not_sent
    assert PICTURE == place(tmp_path / "new" / "media").read_bytes()
    assert SECRETS["channel secret"] == Keys(KEY).open(found["channels"][0]["secret_box"])


def test_no_secret_is_in_it(source: Store, tmp_path: Path) -> None:
    del source
    file, _ = backed_up(tmp_path)
    with zipfile.ZipFile(file) as archive:
        parts = [archive.read(name) for name in archive.namelist()]

    for what, secret in SECRETS.items():
        assert not any(secret.encode() in part for part in parts), what
    assert not any(KEY.encode() in part for part in parts)
    assert 0o600 == file.stat().st_mode & 0o777


def test_it_is_one_moment_of_a_bridge_that_goes_on_writing(source: Store, tmp_path: Path) -> None:
    """Neither waits for the other: the bridge is within a transaction of its own meanwhile."""
    with source.transaction():
        source.add(tables.meta, name="half", value=1)
        file, _ = backed_up(tmp_path)
    with zipfile.ZipFile(file) as archive:
        assert b"half" not in archive.read("tables/meta.jsonl")


def test_media_that_are_missing_are_counted(source: Store, tmp_path: Path) -> None:
    del source
    place(tmp_path / "data" / "media").unlink()
    _, written = backed_up(tmp_path)

    assert (0, 1) == (written.media, written.missing)


def test_what_is_in_the_way_stays(source: Store, target: Store, tmp_path: Path) -> None:
    file, _ = backed_up(tmp_path)
    with pytest.raises(OutputExistsError):
        backed_up(tmp_path)
    backed_up(tmp_path, force=True)
    target.add(tables.meta, name="x", value=1)
    with pytest.raises(OutputExistsError):
        restore(file, target, tmp_path / "new" / "media")
    assert [] == [each.name for each in tmp_path.iterdir() if ".part" in each.name]
    assert source.healthy()


@pytest.mark.parametrize("what", ["nothing", "another database"])
def test_a_database_that_is_none_is_told(what: str, tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite"
    if what == "another database":
        other = Store(str(file))
        other.run(text("CREATE TABLE other (x INTEGER)"))
        other.close()
    with pytest.raises(ConfigurationError, match="line-sim bridge init makes one"):
        write(
            tmp_path / "b.zip", database=str(file), media_folder=None, made_at=0.0, program="test"
        )
    assert [] == list(tmp_path.glob("*.zip"))


def rewritten(file: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The same archive with other contents; None takes a part out."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            new = change(name, part)
            if new is not None:
                archive.writestr(name, new)


def manifest(**changes: object) -> Callable[[str, bytes], bytes]:
    """A change of the manifest."""

    def change(name: str, part: bytes) -> bytes:
        if name != form.MANIFEST:
            return part
        return json.dumps(json.loads(part) | changes).encode()

    return change


BROKEN: dict[str, tuple[Callable[[str, bytes], bytes | None], str]] = {
    "no manifest": (lambda n, p: None if n == form.MANIFEST else p, "not a backup"),
    "another format": (manifest(format="x"), "not a bridge's backup"),
    "a later version": (manifest(version=2), "version 2, written by 'test'; version 1"),
    "a line cut off": (
        lambda n, p: p[:-5] if n == "tables/entries.jsonl" else p, "entries.jsonl, line 2",
    ),
    "a line too few": (
        lambda n, p: p.splitlines(keepends=True)[0] if n == "tables/entries.jsonl" else p,
        "1 rows of entries; 2 of them",
    ),
    "a table too few": (
        lambda n, p: None if n == "tables/audit.jsonl" else p, "0 rows of audit; 1 of them",
    ),
    "a column too many": (
        lambda n, p: p[:-2] + b',"role2":1}\n' if n == "tables/staff.jsonl" else p,
        "unknown columns role2",
    ),
    "a row that is none": (lambda n, p: b"[1]\n" if n == "tables/meta.jsonl" else p, "not an obj"),
    "media that are changed": (
        lambda n, p: p + b"!" if n.startswith("media/") else p, "holds something else",
    ),
    "media that are gone": (
        lambda n, p: None if n.startswith("media/") else p, "0 media files; 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "told"), BROKEN.values(), ids=BROKEN)
def test_a_backup_that_was_changed_leaves_nothing(
    source: Store, target: Store, tmp_path: Path,
    change: Callable[[str, bytes], bytes | None], told: str,
) -> None:  # fmt: skip
    del source
    file, _ = backed_up(tmp_path)
    rewritten(file, change)
    with pytest.raises(ConfigurationError, match=told):
        restore(file, target, tmp_path / "new" / "media")

    assert [] == [name for name, rows in content(target).items() if rows]
    assert [] == [each for each in (tmp_path / "new").rglob("*") if each.name == DIGEST]


@pytest.mark.parametrize("name", ["media/../../evil", "media//etc/passwd", "media/" + "A" * 64])
def test_names_lead_nowhere(source: Store, target: Store, tmp_path: Path, name: str) -> None:
    del source
    file, _ = backed_up(tmp_path)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, b"evil")
    with pytest.raises(ConfigurationError, match="a hash for a name"):
        restore(file, target, tmp_path / "new" / "media")

    assert [] == list(tmp_path.rglob("evil"))


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(b"SQLite format 3\x00")
    with pytest.raises(ConfigurationError, match="not a backup; a file that line-sim bridge"):
        manifest_of(file)


def test_a_backup_cut_off_at_any_place_is_refused(
    source: Store, target: Store, tmp_path: Path
) -> None:
    del source
    file, written = backed_up(tmp_path)
    whole = file.read_bytes()
    for share in range(1, 8):
        file.write_bytes(whole[: written.size_bytes * share // 8])
        with pytest.raises(ConfigurationError):
            restore(file, target, tmp_path / "new" / "media")
    file.write_bytes(whole)

    assert isinstance(restore(file, target, tmp_path / "new" / "media"), Restored)
    assert 2 == target.value(select(func.count()).select_from(tables.entries))
