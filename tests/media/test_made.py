"""Files of any name and size, and what the package costs before it is used."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim import media
from line_sim.errors import MediaError
from line_sim.media.made import MOST_BYTES, file


@given(st.text(min_size=1, max_size=20), st.integers(0, 3_000_000), st.integers(0, 5))
def test_a_file_has_its_name_and_exactly_its_size_and_the_same_bytes_again(
    name: str, size_bytes: int, seed: int
) -> None:
    made = file(name, size_bytes, seed)

    assert (name, size_bytes, "file") == (made.name, len(made.data), made.kind)
    assert made == file(name, size_bytes, seed)


def test_files_differ_by_name_and_by_seed() -> None:
    files = [file("a", 100), file("b", 100), file("a", 100, seed=1)]

    assert 3 == len({made.data for made in files})


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("invoice.pdf", "application/pdf"),
        ("ใบเสร็จ.txt", "text/plain"),
        ("no ending", "application/octet-stream"),
    ],
)
def test_the_media_type_follows_the_name(name: str, media_type: str) -> None:
    assert media_type == file(name, 10).media_type


@pytest.mark.parametrize("size_bytes", [-1, MOST_BYTES + 1])
def test_an_impossible_size_is_refused_with_the_possible_ones(size_bytes: int) -> None:
    with pytest.raises(MediaError, match=r"file size_bytes: .* bytes; 0 to 1,000,000,000 bytes"):
        file("a", size_bytes)


def test_a_file_without_a_name_is_refused() -> None:
    with pytest.raises(MediaError, match="at least 1 character"):
        file("", 10)


def test_importing_the_package_and_making_files_loads_neither_pillow_nor_pyav() -> None:
    program = (
        "import sys; from line_sim import media; media.made.file('a', 10);"
        "print(sorted({'av', 'PIL', 'numpy'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "[]" == ran.stdout.strip()


def test_the_package_has_its_modules_and_no_others() -> None:
    assert [f"line_sim.media.{name}" for name in media.__all__] == [
        getattr(media, name).__name__ for name in media.__all__
    ]
    with pytest.raises(AttributeError, match="'pictures'"):
        _ = media.pictures
