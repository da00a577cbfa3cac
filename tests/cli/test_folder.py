"""Folders to write to are found wanting before the work, not after."""

from pathlib import Path

import pytest

from line_sim.cli.folder import writable, write_text
from line_sim.errors import ConfigurationError, OutputExistsError


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    with writable(tmp_path / "a" / "b", ["x"], force=False) as folder:
        assert folder is not None
        write_text(folder / "x", "words")

    assert "words" == (tmp_path / "a" / "b" / "x").read_text()


def test_a_folder_that_nothing_was_written_to_is_gone_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), writable(tmp_path / "a" / "b", ["x"], force=False):
        raise KeyboardInterrupt

    assert [] == list(tmp_path.iterdir())


def test_a_folder_that_was_there_stays(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with writable(tmp_path / "a", ["x"], force=False):
        pass

    assert (tmp_path / "a").is_dir()


@pytest.mark.parametrize("link", [False, True])
def test_nothing_is_replaced_without_force(tmp_path: Path, *, link: bool) -> None:
    target = tmp_path / "x"
    if link:
        target.symlink_to(tmp_path / "nowhere")  # even a link to nothing is somebody's
    else:
        target.write_text("old")

    with pytest.raises(OutputExistsError), writable(tmp_path, ["x"], force=False):
        pass
    with writable(tmp_path, ["x"], force=True):
        write_text(target, "new")

    assert "new" == target.read_text()


@pytest.mark.parametrize("place", ["file", "file/below", "folder"])
def test_files_and_folders_are_not_taken_for_each_other(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder" / "x").mkdir(parents=True)

    with pytest.raises(ConfigurationError), writable(tmp_path / place, ["x"], force=True):
        pass


def test_no_folder_is_no_work() -> None:
    with writable(None, ["x"], force=False) as folder:
        assert folder is None


def test_a_text_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "x"
    target.write_text("old")

    with pytest.raises(UnicodeEncodeError):
        write_text(target, "new \ud800")

    assert "old" == target.read_text()
    assert [target] == list(tmp_path.iterdir())
