"""pyproject.toml, environment.yml and requirements.lock say the same.

The conda file is written by hand and cannot be solved where we build, so what is not compared here
is not known to be true.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

FILES = ("pyproject.toml", "environment.yml", "requirements.lock")
LAST_LINE = {"pip": ["--no-deps -e ."]}


def declared(pyproject: str) -> dict[str, SpecifierSet]:
    """The bounds of everything pyproject.toml asks for, Python included."""
    table = tomllib.loads(pyproject)
    project = table["project"]
    lines = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
        *(line for group in table["dependency-groups"].values() for line in group),
        *table["build-system"]["requires"],
    ]
    wanted = [Requirement(line) for line in lines if isinstance(line, str)]
    bounds = {canonicalize_name(one.name): one.specifier for one in wanted}
    return {"python": SpecifierSet(project["requires-python"]), **bounds}


def conda(environment: str) -> dict[str, SpecifierSet]:
    """The bounds of everything environment.yml asks for, pip itself left out."""
    entries = yaml.safe_load(environment)["dependencies"]
    wanted = [Requirement(line) for line in entries if isinstance(line, str)]
    return {canonicalize_name(one.name): one.specifier for one in wanted if one.name != "pip"}


def pins(lock: str) -> dict[str, list[str]]:
    """The versions the lock holds of each package; more than one where a marker chooses."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def drift(pyproject: str, environment: str, lock: str) -> Iterator[str]:
    """Everything the three files disagree on, one a line."""
    ours, theirs, held = declared(pyproject), conda(environment), pins(lock)
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            yield f"{name}: pyproject.toml {ours.get(name)}, environment.yml {theirs.get(name)}"
    for name in sorted(ours.keys() - held.keys() - {"python"}):
        yield f"{name}: not in requirements.lock"
    for name in sorted(ours.keys() & held.keys()):
        for version in held[name]:
            if not ours[name].contains(version):
                yield f"{name}: requirements.lock holds {version}, pyproject.toml {ours[name]}"
    if "://" in lock:
        yield "requirements.lock holds an address"
    if yaml.safe_load(environment)["dependencies"][-1] != LAST_LINE:
        yield f"environment.yml does not end in {LAST_LINE}"


@pytest.fixture
def texts(repository: Path) -> dict[str, str]:
    """The three files, by name."""
    return {name: (repository / name).read_text(encoding="utf-8") for name in FILES}


def test_the_three_files_agree(texts: dict[str, str]) -> None:
    assert "pandas" in declared(texts["pyproject.toml"])
    assert [] == list(drift(*texts.values()))


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("pyproject.toml", '"pandas>=3.0"', '"pandas>=3.1"', "pandas: pyproject.toml >=3.1"),
        ("environment.yml", "pandas >=3.0", "pandas", "pandas: pyproject.toml >=3.0"),
        ("environment.yml", "pandas >=3.0", "pandas >=3.0,<9", "pandas: pyproject.toml >=3.0"),
        ("environment.yml", "  - pandas >=3.0\n", "", "environment.yml None"),
        ("environment.yml", "  - pip\n", "  - pip\n  - cowsay\n", "cowsay: pyproject.toml None"),
        ("environment.yml", "python >=3.11", "python >=3.12", "python: pyproject.toml >=3.11"),
        ("environment.yml", "--no-deps -e .", "-e .", "does not end in"),
        ("pyproject.toml", '"psutil>=', '"cowsay>=6", "psutil>=', "cowsay: not in"),
        ("requirements.lock", "\npandas==3", "\npandas==2", "requirements.lock holds 2"),
        ("requirements.lock", "\npandas==", "\n# pandas==", "pandas: not in requirements.lock"),
        ("requirements.lock", "\npandas==", "\n# see x://y\npandas==", "holds an address"),
    ],
)
def test_planted_drift_is_found(
    texts: dict[str, str], file: str, old: str, new: str, found: str
) -> None:
    assert 1 == texts[file].count(old)

    texts[file] = texts[file].replace(old, new)

    assert any(found in line for line in drift(*texts.values()))
