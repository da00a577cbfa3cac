"""The key of the stored secrets: where it may lie, and what it opens."""

import base64
import os
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge import keys
from line_sim.errors import ConfigurationError

KEY = base64.urlsafe_b64encode(b"a fake key of thirty-two bytes..").decode()


@given(st.text())
def test_what_is_sealed_is_opened_and_shows_nothing(text: str) -> None:
    made = keys.Keys(KEY)
    box = made.seal(text)

    assert text == made.open(box)
    assert len(text) < 8 or text.encode("utf-8", "surrogatepass") not in box
    assert box != made.seal(text)


def test_a_new_key_in_front_opens_what_the_old_one_sealed() -> None:
    new = Fernet.generate_key().decode()
    box = keys.Keys(KEY).seal("hello")

    assert "hello" == keys.Keys(f"{new}\n{KEY}").open(box)
    with pytest.raises(ConfigurationError, match="not the key that the stored secrets"):
        keys.Keys(new).open(box)


def test_a_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "bridge.key"
    keys.make(file, tmp_path / "data")

    assert 0o600 == file.stat().st_mode & 0o777
    assert "x" == keys.read(file, tmp_path / "data", {}).open(keys.Keys(file.read_text()).seal("x"))
    with pytest.raises(FileExistsError):
        keys.make(file, tmp_path / "data")


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        (KEY, 0o644, "mode 0644: others may read it; mode 0600 .chmod 600 "),
        (KEY, 0o660, "mode 0660: others may read it"),
        ("", 0o600, "no key; a key of 44 characters"),
        ("fake-" * 8, 0o600, "no key"),
        ("schlüssel", 0o600, "no key"),
        (None, 0o600, "not there; a key file, or LINE_SIM_BRIDGE_KEY"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_any_other_key_file_is_refused(
    text: str | None, mode: int, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "bridge.key"
    if text is not None:
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)

    with pytest.raises(ConfigurationError, match=told) as caught:
        keys.read(file, None, {})
    assert KEY not in str(caught.value)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("place", ["bridge.key", "deep/er/bridge.key", "x/../bridge.key"])
def test_a_key_beside_the_data_is_refused(place: str, tmp_path: Path) -> None:
    for act in (keys.make, lambda file, data: keys.read(file, data, {})):
        with pytest.raises(ConfigurationError, match="within the data folder"):
            act(tmp_path / place, tmp_path)


def test_a_link_out_of_the_data_folder_does_not_hide_where_the_key_is(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "link").symlink_to(data)

    with pytest.raises(ConfigurationError, match="within the data folder"):
        keys.make(tmp_path / "link" / "bridge.key", data)


def test_the_environment_goes_first(tmp_path: Path) -> None:
    box = keys.Keys(KEY).seal("x")

    assert "x" == keys.read(tmp_path / "none", None, {keys.VARIABLE: KEY}).open(box)
    with pytest.raises(ConfigurationError, match="LINE_SIM_BRIDGE_KEY: no key"):
        keys.read(None, None, {keys.VARIABLE: "nonsense"})
    with pytest.raises(ConfigurationError, match="line-sim bridge init makes one"):
        keys.read(None, None, {})
