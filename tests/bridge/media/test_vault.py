"""Files lie under their hash, whole or not at all, and nobody else can read them."""

import asyncio
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge.media import vault as module
from line_sim.bridge.media.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """A folder."""
    made = Vault(tmp_path / "media")
    made.open()
    return made


async def kept(vault: Vault, data: bytes) -> str:
    """Store it."""
    with vault.draft() as draft:
        draft.copy(data)
        async with vault.keep(draft) as found:
            assert len(data) == found.size_bytes
            return found.sha256


@pytest.mark.parametrize("data", [b"", b"a", bytes(3_000_000)])
def test_a_file_lies_under_its_hash_in_two_levels(data: bytes, vault: Vault) -> None:
    name = asyncio.run(kept(vault, data))
    place = vault.path(name)

    assert sha256(data).hexdigest() == name
    assert place == vault.folder / name[:2] / name[2:4] / name
    assert data == place.read_bytes()
    assert 0o600 == stat.S_IMODE(place.stat().st_mode)
    assert 0o700 == stat.S_IMODE(place.parent.stat().st_mode)


def test_the_same_content_lies_there_once(vault: Vault) -> None:
    first, second = asyncio.run(kept(vault, b"a")), asyncio.run(kept(vault, b"a"))

    assert first == second
    assert 1 == sum(each.is_file() for each in vault.folder.rglob("*"))


def test_what_is_not_finished_is_nowhere(vault: Vault) -> None:
    with vault.draft() as draft:
        draft.write(b"half a pict")

    assert [] == [each for each in vault.folder.rglob("*") if each.is_file()]


def test_what_a_killed_life_left_is_dropped_and_the_rest_stays(vault: Vault) -> None:
    name = asyncio.run(kept(vault, b"a"))
    left = vault.draft()
    left.done()

    Vault(vault.folder).open()

    assert [name] == [each.name for each in vault.folder.rglob("*") if each.is_file()]


def test_a_full_disk_leaves_nothing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        asyncio.run(kept(vault, b"a"))
    assert [] == [each for each in vault.folder.rglob("*") if each.is_file()]


def test_what_is_being_stored_is_not_dropped_until_somebody_could_note_it(vault: Vault) -> None:
    async def both() -> tuple[bool, bool]:
        with vault.draft() as draft:
            draft.copy(b"a")
            async with vault.keep(draft) as found:
                vault.drop(found.sha256)
                pinned = vault.path(found.sha256) is not None
        vault.drop(found.sha256)
        return pinned, vault.path(found.sha256) is not None

    assert (True, False) == asyncio.run(both())


TRICKS = ["../../etc/passwd", "", "a", "A" * 64, "a" * 63 + "/", "a" * 64 + "\n", "\0" * 64]


@pytest.mark.parametrize("name", TRICKS)
def test_what_is_no_hash_is_no_place(name: str, vault: Vault) -> None:
    assert vault.path(name) is None
    with pytest.raises(ValueError, match="no SHA-256"):
        vault.place(name)


@given(st.text(max_size=80))
def test_no_text_leads_out_of_the_folder(name: str) -> None:
    assert Vault(Path("/nowhere")).path(name) is None


def test_only_what_is_old_enough_is_listed(vault: Vault) -> None:
    name = asyncio.run(kept(vault, b"a"))
    (vault.folder / "ab" / "cd").mkdir(parents=True)
    (vault.folder / "ab" / "cd" / "somebody's own").touch()

    assert ([], [name]) == (vault.older_than(3_600), vault.older_than(-3_600))
