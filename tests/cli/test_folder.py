"""Folders to write to are found wanting before the work, not after."""

from pathlib import Path

import pytest

from line_sim.cli.folder import free, writable, write_text
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


def test_single_files_are_found_wanting_too(tmp_path: Path) -> None:
    there, folder = tmp_path / "there.html", tmp_path / "folder"
    there.write_text("old")
    folder.mkdir()
    free({"--html": tmp_path / "not" / "yet" / "there.html", "--junit": None}, force=False)
    assert {each.name for each in tmp_path.iterdir()} == {"there.html", "folder"}
    with pytest.raises(OutputExistsError):
        free({"--html": there}, force=False)
    free({"--html": there}, force=True)
    for outputs, inputs in (
        ({"--html": folder}, []),
        ({"--html": there / "below.html"}, []),
        ({"--html": tmp_path / "a", "--junit": tmp_path / "b" / ".." / "a"}, []),
        ({"--log": there}, [there]),
    ):
        with pytest.raises(ConfigurationError):
            free(outputs, force=True, inputs=inputs)
    assert there.read_text() == "old"


def test_a_place_that_takes_no_file_is_named_by_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_where: object) -> None:
        raise OSError(28, "No space left on device", "/somewhere/else")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(OSError, match="No space left") as found:
        free({"--html": tmp_path / "page.html"}, force=False)
    assert found.value.filename == str(tmp_path / "page.html")
