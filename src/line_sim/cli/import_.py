"""``line-sim import``: traffic that another program recorded, as a recording."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, document, remark
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.recording.importers.report import ImportReport

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim import friday.har -o friday.jsonl.zst\n"
    "  line-sim import flows.mitm -o friday.jsonl --secret-file channel.secret\n"
    "  line-sim import webhooks/ -o friday.jsonl.gz --channel shop\n"
    "  line-sim import chats.csv -o friday.jsonl --from csv --json"
)
SECRET_BYTES = 100_000
"""Longest file of secrets."""


@ends_well
def import_(  # noqa: PLR0913 - options of a command
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What to import; of webhooks also a folder.")
    ],
    *,
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="FILE", help="The recording: .jsonl[.gz|.zst].")
    ],
    form: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME", help="har, mitmproxy, webhooks, logs or csv."),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Channel secrets, one a line: signatures are checked."),
    ] = None,
    channel: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the channel is to be called.")
    ] = None,
    json: options.Json = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Make a recording of a HAR file, mitmproxy flows, webhook dumps, logs or chats."""
    del debug  # read by ends_well
    from line_sim.recording.importers.importing import import_recording  # noqa: PLC0415

    report = import_recording(
        file, out, form=form, channel=channel, secrets=_secrets(secret_file), force=force
    )
    if json:
        typer.echo(document(report.to_dict()))
    else:
        for line in _told(report):
            typer.echo(clean(line))
    if report.unusable:
        parts = "1 part" if report.unusable == 1 else f"{report.unusable:,} parts"
        remark(f"line-sim: {parts} of {report.source} could not be used:")
        for line in report.left_out():
            remark(f"  {line}")
    return Exit.DONE


def _secrets(path: Path | None) -> list[str]:
    """The lines of a file of secrets; what they are is never shown."""
    if path is None:
        return []
    with path.open("rb") as file:
        raw = file.read(SECRET_BYTES + 1)
    found = [line.strip() for line in raw.decode("utf-8", "replace").splitlines() if line.strip()]
    if not found or len(raw) > SECRET_BYTES:
        given = f"{len(found)} lines in {len(raw):,} bytes"
        raise ConfigurationError([Fault("--secret-file", given, "channel secrets, one a line")])
    return found


def _told(report: ImportReport) -> list[str]:
    """The result in lines."""
    counts = ", ".join(
        f"{count:,} {noun if count == 1 else noun + 's'}"
        for count, noun in (
            (report.webhooks, "webhook"), (report.events, "event"), (report.calls, "call")
        )
    )  # fmt: skip
    other = f"; {report.other:,} more had nothing to do with LINE" if report.other else ""
    lines = [f"{report.path}: {counts} from {report.form}{other}"]
    return lines + [f"  {sentence}" for sentence in report.sentences()]
