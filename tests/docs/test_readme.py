"""The README does what it shows: its Python runs and prints what stands below it."""

import contextlib
import io
import re
import subprocess

import pytest

PAIR = re.compile(r"```python\n(?P<code>.*?)```\n+```text\n(?P<shown>.*?)```", re.DOTALL)
RECIPE = re.compile(r"^make(?: (?P<target>[a-z]+))? ", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#]+)\)")


@pytest.fixture(scope="module")
def readme(request: pytest.FixtureRequest) -> str:
    return (request.config.rootpath / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_prints_what_it_shows(
    readme: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(request.config.rootpath)
    found = PAIR.search(readme)
    assert found, "no python block with its output"
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(found["code"], {})  # noqa: S102 - the README's own text

    assert found["shown"].rstrip().splitlines() == [
        line.rstrip() for line in printed.getvalue().rstrip().splitlines()
    ]


def test_every_make_command_of_the_readme_exists(
    readme: str, request: pytest.FixtureRequest
) -> None:
    targets = [found["target"] or "run" for found in RECIPE.finditer(readme)]

    assert {"run", "test", "lab"} <= set(targets)
    for target in targets:
        plan = subprocess.run(
            ["make", "--dry-run", "--question", target],  # noqa: S607
            cwd=request.config.rootpath, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "No rule to make target" not in plan.stderr


def test_every_file_the_documents_link_to_is_there(request: pytest.FixtureRequest) -> None:
    root = request.config.rootpath
    pages = [root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").rglob("*.md")]
    missing = [
        f"{page.relative_to(root)}: {found['path']}"
        for page in pages
        for found in LINK.finditer(page.read_text(encoding="utf-8"))
        if not (page.parent / found["path"]).exists()
    ]

    assert missing == []
