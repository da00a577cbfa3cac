"""Rules of the house that no linter knows."""

import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

LONGEST_MODULE = 400
EMPTY_WORDS = {"common", "data", "helper", "helpers", "manager", "misc", "util", "utils"}

# Registry hosts and the places of the machines we build on. Spelled in parts, so that this file
# does not hold what it looks for.
HOSTS = [
    *("pypi" + end for end in (".org", "hosted.org")),
    "python" + "hosted.org",
    *("npmjs" + end for end in (".org", ".com")),
    *(f"{start}.org" for start in ("deb." + "debian", "ana" + "conda")),
]
PLACES = [
    *(f"/{folder}/" for folder in ("work", "root", "farm")),
    *("/opt" + folder for folder in ("/pypi", "/wheels")),
]
UNWANTED = re.compile("|".join(map(re.escape, [*HOSTS, *PLACES])))


def tracked(repository: Path) -> list[Path]:
    """Every file that a commit of `repository` holds; every source file where there is no git."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 - whichever git there is
            cwd=repository,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        folders = ("src", "tests", "docs", "notebooks", "data", "benchmarks")
        found = [path for folder in folders for path in (repository / folder).rglob("*")]
        return [path for path in found if path.is_file()]
    return [path for name in listing.split("\0") if name and (path := repository / name).is_file()]


def long_modules(package: Path) -> Iterator[str]:
    """Every module of `package` that is two modules in one."""
    for path in sorted(package.rglob("*.py")):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_MODULE:
            yield f"{path.relative_to(package)}: {lines} lines, at most {LONGEST_MODULE}"


def empty_names(package: Path) -> Iterator[str]:
    """Every module or folder of `package` whose name says nothing about what is in it."""
    for path in sorted(package.rglob("*")):
        if path.stem in EMPTY_WORDS and (path.is_dir() or path.suffix == ".py"):
            yield f"{path.relative_to(package)}: name it after what it holds"


def ambiguous_helpers(tests: Path) -> Iterator[str]:
    """Every name that modules beside tests share: `import` would find whichever came first."""
    helpers: dict[str, list[Path]] = {}
    for path in sorted(tests.rglob("*.py")):
        alone = not path.stem.startswith(("test_", "_")) and path.stem != "conftest"
        if alone and not (path.parent / "__init__.py").exists():
            helpers.setdefault(path.stem, []).append(path.relative_to(tests))
    for name, paths in helpers.items():
        if len(paths) > 1:
            yield f"{name}: {', '.join(map(str, paths))}"


def unwanted_texts(paths: Iterable[Path]) -> Iterator[str]:
    """Every line that names a package registry's host or a folder of one machine."""
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:  # a picture
            continue
        for number, line in enumerate(lines, start=1):
            if match := UNWANTED.search(line):
                yield f"{path}:{number}: {match[0]}"


def test_modules_are_short_and_named_after_what_they_hold(repository: Path) -> None:
    package = repository / "src" / "line_sim"

    assert [] == [*long_modules(package), *empty_names(package)]


def test_helpers_of_tests_have_names_of_their_own(repository: Path) -> None:
    assert [] == list(ambiguous_helpers(repository / "tests"))


def test_a_helper_named_as_another_is_found(tmp_path: Path) -> None:
    for name in ("one/desk.py", "two/desk.py", "two/test_desk.py", "package/desk.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "package" / "__init__.py").touch()

    assert ["desk: one/desk.py, two/desk.py"] == list(ambiguous_helpers(tmp_path))


def test_tracked_files_name_no_registry_and_no_machine(repository: Path) -> None:
    paths = tracked(repository)

    assert Path(__file__) in paths
    assert [] == list(unwanted_texts(paths))


def test_a_long_module_is_found(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * (LONGEST_MODULE + 1), encoding="utf-8")
    (tmp_path / "fine.py").write_text("x = 1\n" * LONGEST_MODULE, encoding="utf-8")

    assert ["long.py: 401 lines, at most 400"] == list(long_modules(tmp_path))


def test_an_empty_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "helpers").mkdir()
    (tmp_path / "utils.py").touch()
    (tmp_path / "utilisation.py").touch()

    assert ["helpers", "utils.py"] == [line.partition(":")[0] for line in empty_names(tmp_path)]


@pytest.mark.parametrize("text", [*HOSTS, *PLACES])
def test_an_unwanted_text_is_found(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"fine\nsee <{text}x>\n", encoding="utf-8")

    assert [f"{page}:2: {text}"] == list(unwanted_texts([page]))


def test_a_picture_is_passed_over(tmp_path: Path) -> None:
    picture = tmp_path / "figure.png"
    picture.write_bytes(b"\x89PNG" + PLACES[0].encode())

    assert [] == list(unwanted_texts([picture]))


def test_continuous_integration_runs_the_test_command_of_the_readme(repository: Path) -> None:
    script = (repository / ".ci" / "run").read_text(encoding="utf-8")
    readme = (repository / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```sh\n(.*?)```", readme, re.MULTILINE | re.DOTALL)

    assert block is not None
    commands = [shlex.split(line, comments=True) for line in block[1].splitlines()]
    assert ["make", "test"] in commands
    assert "make test" in script.splitlines()


def test_every_target_of_the_makefile_explains_itself(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)

    explained = set(re.findall(r"^([a-z]+):.*  ## \S", makefile, re.MULTILINE))

    assert set(phony.split()) == explained
