"""What is written where: results on stdout, everything about the run on stderr.

Plain text on purpose: no boxes, no markup, nothing cut off. Colour only on a terminal, and never
with ``NO_COLOR``. What comes from a scenario cannot steer the terminal: control characters are
taken out.
"""

from __future__ import annotations

import json
import math
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console
    from rich.table import Table

NARROW = 80
"""Columns of text that is piped, and at most of tables on a terminal unless it is wider."""

LONGEST_NAME = 30
"""Names up to here stay in one line of a table."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean(text: str) -> str:
    """`text` without control characters but line breaks and tabs."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def complain(message: str) -> None:
    """Write an error message on stderr, as it is."""
    if sys.stderr is not None:
        sys.stderr.write(f"line-sim: {clean(message)}\n")
        sys.stderr.flush()


def remark(message: str) -> None:
    """Write something about the run on stderr."""
    if sys.stderr is not None:
        sys.stderr.write(f"{clean(message)}\n")
        sys.stderr.flush()


def in_plain_words() -> None:
    """Let warnings of this process say what they say, without the line of code they come from."""

    def show(message: Warning | str, *_details: object, **_more: object) -> None:
        remark(f"line-sim: notice: {message}")

    warnings.showwarning = show


def paper(*, about_the_run: bool = False) -> Console:
    """Where tables go: stdout, or stderr for what is about the run."""
    from rich.console import Console  # noqa: PLC0415 - where something is shown

    console = Console(stderr=about_the_run, markup=False, highlight=False, emoji=False)
    # rich would end the process with 1; here that is an answer about targets
    console.on_broken_pipe = _leave_it_to_the_command  # type: ignore[method-assign]
    if not console.is_terminal and console.width != NARROW:
        console.width = max(console.width, NARROW)
    return console


def _leave_it_to_the_command() -> None:
    """Raise the error that is being handled on."""
    raise  # noqa: PLE0704 - rich calls this while it handles a BrokenPipeError


def table(columns: Iterable[str], rows: Iterable[Sequence[str]], *, text_columns: int = 1) -> Table:
    """A table in plain columns; the first ones are text, the others numbers set right."""
    from rich.box import Box  # noqa: PLC0415 - where something is shown
    from rich.table import Table  # noqa: PLC0415 - where something is shown

    lines = [[clean(cell) for cell in row] for row in rows]
    rule = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
    made = Table(
        box=rule, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold"
    )
    for place, name in enumerate(columns):
        widest = max((len(row[place]) for row in lines), default=0)
        made.add_column(
            name,
            justify="left" if place < text_columns else "right",
            # what is too wide goes on in the next line, names last: nothing is ever cut off
            overflow="fold",
            no_wrap=place == 0 and widest <= LONGEST_NAME,
        )
    for line in lines:
        made.add_row(*line)
    return made


def heading(text: str) -> Any:  # noqa: ANN401 - anything rich can print
    """A title over a table."""
    from rich.text import Text  # noqa: PLC0415 - where something is shown

    return Text(clean(text), style="bold")


def paragraph(text: str, *, first: str = "", rest: str = "") -> str:
    """A text in lines of :data:`NARROW`; its own empty lines at the beginning stay."""
    import textwrap  # noqa: PLC0415 - as above

    body = text.lstrip("\n")
    lines = (
        textwrap.wrap(
            clean(body), NARROW, initial_indent=first, subsequent_indent=rest,
            break_long_words=False,
        )
        if body.isascii()
        else _wrapped(clean(body), first, rest)
    )  # fmt: skip
    return "\n" * (len(text) - len(body)) + "\n".join(lines)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    """The same for texts whose characters take two columns, as Japanese, or none, as Thai vowels.

    What has no spaces, as both, is broken where the line ends.
    """
    from rich.cells import cell_len  # noqa: PLC0415 - as above

    lines, line, begun = list[str](), first, False
    for word in text.split():
        while begun and cell_len(line) + 1 + cell_len(word) > NARROW:
            lines.append(line)
            line, begun = rest, False
        line, begun = f"{line} " if begun else line, True
        if word.isascii():
            line += word
            continue
        taken = cell_len(line)
        for character in word:
            if taken + cell_len(character) > NARROW:
                lines.append(line)
                line, taken = rest, cell_len(rest)
            line, taken = line + character, taken + cell_len(character)
    return [*lines, line]


def document(content: Mapping[str, object]) -> str:
    """One JSON document; what is not a number or unknown is null."""
    ascii_only = not (sys.stdout and "utf" in (sys.stdout.encoding or "").lower())
    return json.dumps(_plain(content), ensure_ascii=ascii_only, allow_nan=False, indent=2)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any plain data
    """`value` with nothing in it that JSON lacks."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
