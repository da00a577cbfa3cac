"""``line-sim pseudonymise``: a recording without personal data, or none."""

from __future__ import annotations

import json as json_
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, complain, document, remark
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim pseudonymise friday.jsonl.gz -o masked.jsonl.gz --key shop.key --new-key\n"
    "  line-sim pseudonymise saturday.jsonl.gz -o saturday-masked.jsonl.gz --key shop.key \\\n"
    "    --keep-texts away-and-welcome.txt --shift-times"
)
_MOST_BYTES = 10_000_000


@ends_well
def pseudonymise(  # noqa: PLR0913 - options of a command
    recording: Annotated[
        Path, typer.Argument(metavar="RECORDING", help="A recording (docs/recording-format.md).")
    ],
    *,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE", help="The new one (.jsonl, .gz, .zst)."),
    ],
    key: Annotated[
        Path, typer.Option(metavar="KEYFILE", help="The same key gives the same stand-ins.")
    ],
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make the key file, mode 0600, first.")
    ] = False,
    shift_times: Annotated[
        bool,
        typer.Option(
            "--shift-times/--keep-times", help="Move all moments by weeks that the key tells."
        ),
    ] = False,
    keep_texts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Texts that stay, one a line, or a JSON list: away and welcome."
        ),
    ] = None,
    json: options.Json = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Replace ids, names, texts, places and media of a recording by stand-ins (docs/pseudonyms.md).

    Exit code 1 where something of the original would be left; then nothing is written.
    """
    del debug  # read by ends_well
    from line_sim.recording.pseudonyms import export, keys  # noqa: PLC0415 - its libraries
    from line_sim.recording.pseudonyms.leaks import LeakError  # noqa: PLC0415 - as above
    from line_sim.recording.recording import Recording  # noqa: PLC0415 - as above

    texts = _texts(keep_texts)
    Recording(recording)  # before a key is made for nothing
    export.check_target(recording, out, force=force)
    bytes_of_key = keys.new_key(key) if new_key else keys.read_key(key)
    try:
        found = export.pseudonymise(
            recording, out, bytes_of_key, keep_texts=texts, shift_times=shift_times, force=force
        )
    except LeakError as error:
        if json:
            leaks = [leak._asdict() for leak in error.leaks]
            typer.echo(document({**_HEAD, "leaks": leaks}))
        complain(str(error))
        return Exit.CHECK_FAILED
    for warning in found["warnings"]:
        remark(f"line-sim: notice: {warning}")
    if json:
        typer.echo(document({**_HEAD, "out": str(out), **found, "leaks": []}))
    else:
        typer.echo(clean(_told(out, found)))
    return Exit.DONE


_HEAD = {"format": "line_sim.pseudonymise", "version": 1}


def _told(out: Path, found: Mapping[str, Any]) -> str:
    """The result in a few lines."""
    media = found["media"]
    missing = f", {media['missing']:,} were not there" if media["missing"] else ""
    redrawn = f"; {found['redrawn']:,} stand-ins drawn anew" if found["redrawn"] else ""
    return (
        f"{out}: {found['lines']:,} lines, {media['replaced']:,} media replaced{missing}{redrawn}\n"
        f"none of {found['originals']:,} values of the original is left (key {found['key_id']}, "
        f"{found['took_s']:.1f} s)"
    )


def _texts(path: Path | None) -> list[str]:
    """The texts that stay."""
    if path is None:
        return []
    allowed = "UTF-8 text, one text a line, or a JSON list of texts"
    if path.stat().st_size > _MOST_BYTES:
        raise ConfigurationError([Fault(f"keep-texts {path}", "more than 10 MB", allowed)])
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if not text.lstrip().startswith("["):
            return [line for line in text.splitlines() if line.strip()]
        found = json_.loads(text)
    except ValueError as error:
        raise ConfigurationError([Fault(f"keep-texts {path}", str(error), allowed)]) from None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ConfigurationError([Fault(f"keep-texts {path}", "JSON of another kind", allowed)])
    return found
