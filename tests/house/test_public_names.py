"""What `import line_sim` offers, and what it costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import line_sim

CHEAP = {"line_sim", "numpy"}


def names_for_type_checkers(init: Path) -> set[str]:
    """The names that the ``TYPE_CHECKING`` block of `init` imports."""
    (block,) = [
        node for node in ast.parse(init.read_text("utf-8")).body if isinstance(node, ast.If)
    ]
    return {
        alias.asname or alias.name
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def loaded_by(code: str) -> set[str]:
    """The top-level modules that `code` adds to a fresh interpreter, built-in ones left out."""
    report = "; print(*{name.partition('.')[0] for name in sys.modules.keys() - before})"
    command = [sys.executable, "-c", f"import sys; before = set(sys.modules); {code}{report}"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(run.stdout.split()) - sys.stdlib_module_names


def test_the_three_lists_of_names_agree(repository: Path) -> None:
    init = repository / "src" / "line_sim" / "__init__.py"

    assert sorted(line_sim.__all__) == line_sim.__all__
    assert line_sim.__all__ == dir(line_sim)
    assert set(line_sim.__all__) == names_for_type_checkers(init)


@pytest.mark.parametrize("name", line_sim.__all__)
def test_a_public_name_is_there_and_says_what_it_is(name: str) -> None:
    assert (getattr(line_sim, name).__doc__ or "").strip()


def test_a_name_is_looked_up_once() -> None:
    vars(line_sim).pop("errors", None)

    assert line_sim.errors is vars(line_sim)["errors"]


def test_a_misspelt_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        line_sim.simulat  # noqa: B018 - the look-up is the test


def test_importing_the_package_loads_the_standard_library_and_numpy_at_most() -> None:
    assert "line_sim" in loaded_by("import line_sim")
    assert loaded_by("import line_sim") <= CHEAP


def test_the_errors_load_nothing_more() -> None:
    assert {"line_sim"} == loaded_by("import line_sim; line_sim.errors.LineSimError")


def test_a_library_loaded_at_import_would_be_seen() -> None:
    assert "pandas" in loaded_by("import line_sim, pandas")
