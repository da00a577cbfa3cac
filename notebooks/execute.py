"""Run every notebook again and store its output: ``make notebooks``.

Running twice gives the same bytes, so a difference in git is a difference in results. Names of
notebooks may follow, to run only those. Nothing is stored of a notebook that fails.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).parent
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def execute(path: Path) -> None:
    """Run the notebook at `path` from top to bottom and write it back."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,  # times would differ at every run
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # not its notice about local traffic
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    # The kernel also notes its version of Python, which differs between machines.
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def main(names: list[str]) -> int:
    """Execute the notebooks of those names, or all; the number of those that failed."""
    paths = [Path(name) for name in names] or sorted(HERE.glob("*.ipynb"))
    failed = 0
    for path in paths:
        print(path.name, flush=True)
        try:
            execute(path)
        except CellExecutionError as error:
            failed += 1
            print(f"{path.name} failed and was left as it was:\n{error}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
