"""What comparing outputs cannot see in a notebook: how it was stored, and how it is built."""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

Notebook = Any  # nbformat's own type is a dictionary with attributes, without fields to check

MOST_CELLS = 24
LONGEST_FUNCTION = 5
MOST_OUTPUT_BYTES = 200_000
PRIVATE = re.compile(r"\bline_sim(\.\w+)*\._|\bfrom line_sim[\w.]* import _")
# Cells whose output is not compared, as (notebook, cell number); the goal is none.
NOT_COMPARED: set[tuple[str, int]] = set()


def stored_faults(notebook: Notebook) -> Iterator[str]:
    """What is wrong with the way `notebook` was executed and stored."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in code]
    if counts != list(range(1, len(code) + 1)):
        yield f"execution counts are {counts}: a cell without one is never compared"
    if any(output.output_type == "error" for cell in code for output in cell.outputs):
        yield "an error is stored as output"
    if any("execution" in cell.metadata for cell in code):
        yield "the times of execution are stored"
    size = len(nbformat.writes(nbformat.from_dict({**notebook, "cells": code})).encode())
    if size > MOST_OUTPUT_BYTES:
        yield f"{size} bytes of code and output, at most {MOST_OUTPUT_BYTES}"
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel is not python3"
    if notebook.metadata.get("language_info") != {"name": "python"}:
        yield "the version of Python is stored"


def source_faults(source: str) -> Iterator[str]:
    """What is wrong with the code of one cell."""
    if any(line.rstrip().endswith(";") for line in source.splitlines()):
        yield "a line ends in ';', which the comparing run ignores"
    if PRIVATE.search(source):
        yield "uses a private name of line_sim"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name} has {lines} lines, at most {LONGEST_FUNCTION}"


def faults(notebook: Notebook, name: str) -> Iterator[str]:
    """Everything about `notebook`, a file called `name`, that the house does not want."""
    if not re.fullmatch(r"\d\d_[a-z_]+\.ipynb", name):
        yield "the name is not like 01_quickstart.ipynb"
    if len(notebook.cells) > MOST_CELLS:
        yield f"{len(notebook.cells)} cells, at most {MOST_CELLS}"
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "the first cell is not a title"
    yield from stored_faults(notebook)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            yield from (f"cell {number}: {fault}" for fault in source_faults(cell.source))
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            if (name, number) not in NOT_COMPARED:
                yield f"cell {number}: its output is not compared"
        elif "nbval" in cell.source.casefold():
            yield f"cell {number}: an exception from comparing is a tag, not a comment"


def test_every_notebook_has_the_shape_of_the_house(repository: Path) -> None:
    found = [
        f"{path.name}: {fault}"
        for path in sorted((repository / "notebooks").glob("*.ipynb"))
        for fault in faults(nbformat.read(path, as_version=4), path.name)
    ]

    assert [] == found


@pytest.fixture
def good() -> Notebook:
    """A notebook as the house wants it."""
    code = nbformat.v4.new_code_cell("import line_sim as ls\n1 + 1", execution_count=1)
    code.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2"})]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Why?"), code])
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}}
    )
    return notebook


def test_a_good_notebook_has_no_faults(good: Notebook) -> None:
    assert [] == list(faults(good, "01_quickstart.ipynb"))


def source(text: str) -> Callable[[Notebook], object]:
    """The mistake of a code cell that holds `text`."""
    return lambda notebook: notebook.cells[1].update(source=text)


PLANTED: list[tuple[str, Callable[[Notebook], object]]] = [
    ("not a title", lambda notebook: notebook.cells[0].update(source="Hello")),
    (
        "execution counts are [None]",
        lambda notebook: notebook.cells[1].update(execution_count=None),
    ),
    ("execution counts are [2]", lambda notebook: notebook.cells[1].update(execution_count=2)),
    (
        "an error is stored",
        lambda notebook: notebook.cells[1].outputs.append(nbformat.v4.new_output("error")),
    ),
    ("times of execution", lambda notebook: notebook.cells[1].metadata.update(execution={})),
    ("bytes of code and output", source("x = 1  # " + "x" * MOST_OUTPUT_BYTES)),
    ("kernel is not python3", lambda notebook: notebook.metadata.kernelspec.update(name="other")),
    (
        "version of Python",
        lambda notebook: notebook.metadata.language_info.update(version="3.11.0"),
    ),
    ("cells, at most", lambda notebook: notebook.cells.extend([notebook.cells[0]] * MOST_CELLS)),
    ("cell 2: a line ends in ';'", source("x = 1;")),
    ("cell 2: uses a private name", source("from line_sim.desk import _rows")),
    ("cell 2: uses a private name", source("import line_sim._secret")),
    (
        "cell 2: f has 6 lines",
        source("def f():\n    a = 1\n    b = 1\n    c = 1\n    d = 1\n    e = 1"),
    ),
    (
        "cell 2: its output is not compared",
        lambda notebook: notebook.cells[1].metadata.update(tags=["nbval-ignore-output"]),
    ),
    ("cell 2: an exception from comparing", source("# NBVAL_IGNORE_OUTPUT\n1")),
]


@pytest.mark.parametrize(("found", "spoil"), PLANTED, ids=[found for found, _ in PLANTED])
def test_a_planted_fault_is_found(
    good: Notebook, found: str, spoil: Callable[[Notebook], object]
) -> None:
    spoilt = copy.deepcopy(good)

    spoil(spoilt)

    (fault,) = faults(spoilt, "01_quickstart.ipynb")
    assert found in fault


def test_a_name_without_a_number_is_found(good: Notebook) -> None:
    assert ["the name is not like 01_quickstart.ipynb"] == list(faults(good, "Untitled.ipynb"))
