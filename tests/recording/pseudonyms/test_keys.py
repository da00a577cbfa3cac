"""Key files: private, random, never replaced and never shown."""

import os
import stat
from pathlib import Path

import pytest

from line_sim.errors import ConfigurationError, OutputExistsError
from line_sim.recording.pseudonyms import Pseudonymiser
from line_sim.recording.pseudonyms.keys import derived, key_id, new_key, read_key


def written(path: Path, body: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(body)
    path.chmod(mode)
    return path


def test_a_new_key_is_private_random_and_read_back(tmp_path: Path) -> None:
    keys = [new_key(tmp_path / name) for name in ("a", "b")]

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert read_key(tmp_path / "a") == keys[0] != keys[1]
    assert len(keys[0]) == 32


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    key = new_key(tmp_path / "key")
    with pytest.raises(OutputExistsError):
        new_key(tmp_path / "key")

    assert read_key(tmp_path / "key") == key


def test_a_new_key_does_not_go_where_a_link_points(tmp_path: Path) -> None:
    (tmp_path / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputExistsError):
        new_key(tmp_path / "key")

    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("body", "mode", "words"),
    [
        (b"", 0o600, "0 bytes"),
        (b"not a long secret at all", 0o600, "at least 32"),
        (b"\0" * 64, 0o600, "hardly any two bytes differ"),
        (os.urandom(70_000), 0o600, "64 kB"),
        (os.urandom(32), 0o644, "chmod 600"),
        (os.urandom(32), 0o620, "0620"),
    ],
    ids=["empty", "short", "zeros", "long", "readable", "writable"],
)
def test_what_is_no_key_is_refused_without_being_shown(
    tmp_path: Path, body: bytes, mode: int, words: str
) -> None:
    path = written(tmp_path / "key", body, mode)
    with pytest.raises(ConfigurationError) as raised:
        read_key(path)

    assert words in str(raised.value)
    assert body[:12].decode("latin-1") not in str(raised.value) or not body
    assert body[:8].hex() not in str(raised.value) or not body


def test_no_file_and_a_folder_are_no_keys(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--new-key"):
        read_key(tmp_path / "nowhere")
    with pytest.raises((ConfigurationError, IsADirectoryError)):
        read_key(tmp_path)


def test_a_pipe_is_no_key_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ConfigurationError, match="not a file"):
        read_key(tmp_path / "pipe")


def test_a_class_takes_no_short_key_either() -> None:
    with pytest.raises(ConfigurationError, match="31 bytes"):
        Pseudonymiser(bytes(range(31)))


def test_what_is_derived_tells_purposes_and_keys_apart() -> None:
    one, other = bytes(range(32)), bytes(range(1, 33))

    assert len({derived(one, "a"), derived(one, "b"), derived(other, "a"), one}) == 4
    assert key_id(one) == key_id(one) != key_id(other)
    assert key_id(one) not in one.hex()
