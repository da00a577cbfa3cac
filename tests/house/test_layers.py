"""Imports point down only, and some libraries have one home.

The table is the design: to add a folder, give it a layer here. Imports inside functions, under
``TYPE_CHECKING`` and through ``import_module("...")`` count like any other.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# From the top down. A part may use those below its own line, and nothing beside it ...
LAYERS = (
    ("",),  # the package itself: __init__ and __main__
    ("cli",),
    ("live",),
    ("sim", "history", "mock", "replay", "bridge"),
    ("world", "analysis", "recording"),
    ("scenario", "wire", "log", "net", "media"),
    ("desk",),
    ("errors",),
)
# ... but for these.
BESIDE = {("replay", "mock"), ("history", "sim")}

HEIGHT = {part: -line for line, parts in enumerate(LAYERS) for part in parts}

# Libraries with a home, so that each can be replaced, or left uninstalled, in one place.
HOMES = {
    "httpx": ("net.http",),
    "llvmlite": ("desk.compiled",),
    "matplotlib": ("analysis.plots",),
    "numba": ("desk.compiled",),
    "simpy": ("sim.processes", "live"),
    "starlette": ("mock", "recording", "replay", "bridge"),
}
# The one part of the desk with libraries: rows in numpy's memory, rules compiled by numba.
COMPILED = "desk.compiled"
COMPILED_LIBRARIES = {"llvmlite", "numba", "numpy"}


def inside(module: str, homes: tuple[str, ...]) -> bool:
    """Whether `module` is one of `homes` or within one."""
    return any(module == home or module.startswith(f"{home}.") for home in homes)


def modules(package: Path) -> Iterator[tuple[str, str, ast.Module]]:
    """Every module of `package`: its name there, the name relative imports start from, its tree."""
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).with_suffix("").parts
        base = name[:-1]
        if name[-1] in {"__init__", "__main__"}:
            name = base
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        yield ".".join(name), ".".join((package.name, *base)), tree


def imports(base: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every import in `tree`: its line and the full dotted name of what it asks for."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield node.lineno, alias.name
            case ast.ImportFrom(module=module, names=names, level=level):
                above = base.split(".")[: len(base.split(".")) + 1 - level] if level else []
                for alias in names:
                    yield node.lineno, ".".join([*above, *filter(None, [module]), alias.name])
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module" | "__import__"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def about_a_library(module: str, library: str) -> str:
    """Why `module` may not import `library`, somebody else's; empty when it may."""
    if not inside(module, HOMES.get(library, (module,))):
        return f"{library} lives in {' and '.join(HOMES[library])} only"
    allowed = COMPILED_LIBRARIES if inside(module, (COMPILED,)) else set()
    if inside(module, ("desk",)) and library not in sys.stdlib_module_names | allowed:
        return "the desk needs the standard library only"
    return ""


def about_our_own(module: str, other: str) -> str:
    """Why `module` may not import `other`, both of this package; empty when it may."""
    part, their_part = module.partition(".")[0], other.partition(".")[0]
    if their_part not in HEIGHT:
        return f"{their_part} is in no layer"
    if inside(other, (COMPILED,)) and part not in {"sim", "desk"}:
        return "only sim asks for the compiled form"
    if part == their_part or (part, their_part) in BESIDE or HEIGHT[their_part] < HEIGHT[part]:
        return ""
    return "beside it" if HEIGHT[their_part] == HEIGHT[part] else "above it"


def violations(package: Path) -> list[str]:
    """Every import of the package at `package` that its design forbids, one a line."""
    found = []
    for module, base, tree in modules(package):
        if module.partition(".")[0] not in HEIGHT:
            found.append(f"{module} is in no layer")
            continue
        for line, target in imports(base, tree):
            first, _, rest = target.partition(".")
            ours = first == package.name
            if why := about_our_own(module, rest) if ours else about_a_library(module, first):
                found.append(f"{module}:{line} imports {target}: {why}")
    return found


def test_imports_point_down_only_and_libraries_stay_at_home(repository: Path) -> None:
    package = repository / "src" / "line_sim"

    assert {"", "errors"} <= {module for module, _, _ in modules(package)}
    assert [] == violations(package)


PLANTED = [
    ("desk/rules.py", "import numpy", "standard library only"),
    ("desk/rules.py", "def f():\n    import pandas", "standard library only"),
    ("desk/rules.py", "import numba", "numba lives in desk.compiled only"),
    ("desk/compiled/records.py", "import pandas", "standard library only"),
    ("desk/compiledness.py", "import numpy", "standard library only"),
    ("desk/rules.py", "from line_sim.log import EventLog", "above it"),
    ("desk/rules.py", "from ..log import EventLog", "above it"),
    ("desk/rules.py", "from line_sim import log", "above it"),
    ("desk/rules.py", "from .. import log", "above it"),
    ("desk/__init__.py", "from ..log import EventLog", "above it"),
    ("errors.py", "from line_sim.desk import rows", "above it"),
    ("sim/loop.py", "import importlib\nimportlib.import_module('line_sim.cli')", "above it"),
    ("sim/loop.py", "import line_sim", "above it"),
    ("sim/loop.py", "from line_sim import Scenario", "is in no layer"),
    ("world/people.py", "from line_sim.analysis import metrics", "beside it"),
    ("sim/loop.py", "import simpy", "simpy lives in sim.processes and live only"),
    ("cli/main.py", "def f():\n    import matplotlib.pyplot", "matplotlib lives in analysis.plots"),
    ("mock/app.py", "import httpx", "httpx lives in net.http only"),
    ("mock/app.py", "from line_sim.replay import player", "beside it"),
    ("cli/main.py", "from line_sim.desk.compiled import compile", "only sim"),
    ("cli/main.py", "from line_sim.desk import compiled", "only sim"),
    ("spare/parts.py", "import json", "is in no layer"),
    (
        "scenario/config.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from line_sim.sim import loop",
        "above it",
    ),
]


@pytest.mark.parametrize(("path", "source", "why"), PLANTED)
def test_a_planted_violation_is_found(tmp_path: Path, path: str, source: str, why: str) -> None:
    module = tmp_path / "line_sim" / path
    module.parent.mkdir(parents=True)
    module.write_text(source, encoding="utf-8")

    (found,) = violations(module.parents[len(Path(path).parts) - 1])

    assert why in found


ALLOWED = [
    ("desk/rules.py", "import math\nfrom line_sim.desk import rows\nfrom ..errors import Fault"),
    ("desk/compiled/words.py", "import numpy\ndef f():\n    import numba.extending"),
    ("sim/loop.py", "def f():\n    from line_sim.desk import compiled"),
    ("sim/processes.py", "import simpy\nfrom line_sim.world import arrivals"),
    ("net/http/transport.py", "import httpx"),
    ("analysis/plots.py", "def f():\n    from matplotlib import pyplot"),
    ("replay/player.py", "from line_sim.mock import platform"),
    ("history/fit.py", "from line_sim.sim.experiment import simulate"),
    ("cli/main.py", "from line_sim.live import demo\nimport pandas"),
    ("__init__.py", "from line_sim.sim.experiment import simulate"),
]


@pytest.mark.parametrize(("path", "source"), ALLOWED)
def test_what_the_design_allows_is_not_reported(tmp_path: Path, path: str, source: str) -> None:
    module = tmp_path / "line_sim" / path
    module.parent.mkdir(parents=True, exist_ok=True)
    module.write_text(source, encoding="utf-8")

    assert [] == violations(tmp_path / "line_sim")
