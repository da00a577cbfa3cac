"""``line-sim record``: stands before a bridge and before LINE, and writes their traffic down."""

from __future__ import annotations

import asyncio
import contextlib
import json as json_
import signal
import sys
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.cli import options  # noqa: TC001 - typer reads annotations
from line_sim.cli.exits import Exit, ends_well
from line_sim.cli.screen import clean, complain, paper, remark
from line_sim.cli.waiting import watched
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from line_sim.recording.recorder.masking import Mask
    from line_sim.recording.recorder.options import Options
    from line_sim.recording.recorder.running import Recorder, Summary

EXAMPLES = (
    "\b\nExamples:\n"
    "  line-sim record --to http://127.0.0.1:8000 -o day.jsonl.zst --pseudonymise key.txt\n"
    "  line-sim record --to http://127.0.0.1:8000 --api-to https://api.line.me \\\n"
    "    --allow-target api.line.me --allow-target api-data.line.me -o day.jsonl.zst \\\n"
    "    --keep-personal-data\n"
    "  line-sim record --to http://127.0.0.1:8000 --api-to http://127.0.0.1:8040 \\\n"
    "    -o test.jsonl --keep-personal-data              # between a mock and a bot"
)
_SHOWN_S = 0.5
_MOST_SECRETS = 64
_SWITCH_S = 0.000_2
"""Chosen: traffic and tape share the interpreter, and a line must not wait 5 ms for its turn."""


@ends_well
def record(  # noqa: PLR0913 - options of a command
    *,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE", help="The recording (.jsonl, .gz, .zst)."),
    ],
    to: Annotated[
        str, typer.Option(metavar="URL", help="The bridge that webhooks are passed on to.")
    ] = "",
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="For webhooks; port 0: a free one.")
    ] = "127.0.0.1:0",
    api_to: Annotated[
        str,
        typer.Option(metavar="URL", help="Record calls too: https://api.line.me, or a mock."),
    ] = "",
    data_to: Annotated[
        str,
        typer.Option(metavar="URL", help="LINE's data host; by default that of --api-to."),
    ] = "",
    api_listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="For the bridge's calls.")
    ] = "127.0.0.1:0",
    pseudonymise: Annotated[
        Path | None,
        typer.Option(metavar="KEYFILE", help="Mask personal data before it touches the disk."),
    ] = None,
    keep_personal_data: Annotated[
        bool, typer.Option("--keep-personal-data", help="Keep it as it is.")
    ] = False,
    secret_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Secrets to look for everywhere, one a line."),
    ] = None,
    channel: Annotated[
        str, typer.Option(metavar="NAME", help="What the account is called in the recording.")
    ] = "recorded",
    allow_target: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="Traffic may go on to this host.")
    ] = None,
    allow_listen: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="Listen on this address, which others reach."),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Listen by HTTPS, with a throwaway certificate.")
    ] = False,
    seconds: Annotated[
        float | None, typer.Option("--for", metavar="SECONDS", min=0, help="Then stop.")
    ] = None,
    fsync: Annotated[
        bool, typer.Option("--fsync", help="Keep every line through a power cut.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a recording that is there.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Where it listens, then what it saw: a line of JSON each")
    ] = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> Exit:
    """Record the traffic between LINE and a bridge, until Ctrl-C; traffic goes on whatever ails.

    Exit code 1 where something is missing in the recording.
    """
    del debug  # read by ends_well
    from line_sim.recording.recorder.options import Options  # noqa: PLC0415 - its libraries

    told = Options(
        path=out,
        to=to,
        api_to=api_to,
        data_to=data_to,
        listen=listen,
        api_listen=api_listen,
        channel=channel,
        secrets=_secrets(secret_file),
        mask=_mask(pseudonymise),
        keep_personal_data=keep_personal_data,
        allow_targets=tuple(allow_target or ()),
        allow_listens=tuple(allow_listen or ()),
        tls=tls,
        fsync=fsync,
        resume=resume,
        force=force,
    )
    return _run(told, seconds, as_json=json)


def _secrets(path: Path | None) -> tuple[str, ...]:
    """The secrets in a file, one a line."""
    if path is None:
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        allowed = "UTF-8 text, one secret a line"
        raise ConfigurationError([Fault("secret-file", f"{path}, no text", allowed)]) from None
    found = [line.strip() for line in text.splitlines()]
    found = [line for line in found if line]
    if not 0 < len(found) <= _MOST_SECRETS:
        given = f"{len(found)} lines in {path}"
        raise ConfigurationError([Fault("secret-file", given, f"1 to {_MOST_SECRETS} secrets")])
    return tuple(found)


def _mask(path: Path | None) -> Mask | None:
    """What masks a line, keyed by a file."""
    if path is None:
        return None
    from line_sim.recording.recorder.masking import masked_by  # noqa: PLC0415 - its libraries

    return masked_by(path)


def _run(told: Options, seconds: float | None, *, as_json: bool) -> Exit:
    """Record until a signal, or the time, asks for the end."""
    from line_sim.net.loops import new_loop  # noqa: PLC0415 - the recorder's libraries
    from line_sim.recording.recorder.running import Recorder  # noqa: PLC0415

    recorder = Recorder(told)
    sys.setswitchinterval(_SWITCH_S)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        summary = runner.run(_until_told(recorder, seconds, as_json=as_json))
    if as_json:
        typer.echo(_line({"format": "line_sim.record", "version": 1, **summary.to_dict()}))
    for gap in summary.gaps:
        complain(f"{gap.note()['text']} (traffic went on)")
    if summary.unfinished:
        complain(f"{told.path}: the recording was not finished: {summary.unfinished}")
    remark(_farewell(summary))
    return Exit.DONE if summary.whole else Exit.CHECK_FAILED


async def _until_told(recorder: Recorder, seconds: float | None, *, as_json: bool) -> Summary:
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            asyncio.get_running_loop().add_signal_handler(number, end.set)
        except NotImplementedError:  # Windows: Ctrl-C ends the loop itself
            break
    await recorder.start()
    facts = _facts(recorder)
    typer.echo(_line(facts) if as_json else _guide(facts, recorder.options))
    with _shown(recorder) as show:
        watcher = asyncio.ensure_future(_show(show))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(end.wait(), seconds)
        watcher.cancel()
    return await recorder.stop()


def _facts(recorder: Recorder) -> dict[str, Any]:
    """Where it listens."""
    return {
        "format": "line_sim.record",
        "version": 1,
        "webhook_url": recorder.webhook_url,
        "api_url": recorder.api_url,
        "ca": str(recorder.authority.path) if recorder.authority else "",
        "file": str(recorder.options.path),
    }


def _guide(facts: dict[str, Any], told: Options) -> str:
    """How to lead traffic through the recorder."""
    from urllib.parse import urlsplit  # noqa: PLC0415 - loaded by the recorder

    parts = [f"recording to {facts['file']}  (Ctrl-C ends it)"]
    if facts["webhook_url"]:
        path = urlsplit(told.to).path or "/callback"
        parts.append(f"webhook URL, in the place of the bridge's:\n  {facts['webhook_url']}{path}")
    if facts["api_url"]:
        names = ("LINE_API_BASE_URL", "LINE_DATA_API_BASE_URL")
        lines = "\n".join(f"  export {name}={facts['api_url']}" for name in names)
        parts.append(f"the bridge's environment (other ways: docs/pointing.md):\n{lines}")
    if facts["ca"]:
        parts.append(f"who calls must trust:\n  export SSL_CERT_FILE={facts['ca']}")
    return clean("\n\n".join(parts)) + "\n"


@contextlib.contextmanager
def _shown(recorder: Recorder) -> Iterator[Callable[[], None]]:
    """A line on a terminal that says how far it is; what is yielded renews it."""
    if not watched():
        yield lambda: None
        return
    with paper(about_the_run=True).status("") as status:
        yield lambda: status.update(clean(_counted(recorder.summary())))


async def _show(show: Callable[[], None]) -> None:
    while True:
        show()
        await asyncio.sleep(_SHOWN_S)


def _counted(summary: Summary) -> str:
    def side(count: int, name: str, failed: int) -> str:
        return f"{count:,} {name}" + (f" ({failed:,} without a 2xx)" if failed else "")

    found = [
        side(summary.webhooks, "webhooks", summary.webhooks_failed),
        side(summary.calls, "calls", summary.calls_failed),
    ]
    if summary.passed:
        found.append(f"{summary.passed:,} other requests passed on")
    if summary.looped:
        found.append(f"{summary.looped:,} from this recorder itself refused")
    gaps = len(summary.gaps)
    found.append(f"{gaps} gap{'s' if gaps > 1 else ''}" if gaps else "no gaps")
    return ", ".join(found)


def _farewell(summary: Summary) -> str:
    return f"line-sim: {_counted(summary)}; the recording is {summary.file}"


def _line(content: dict[str, Any]) -> str:
    return json_.dumps(content, ensure_ascii=True)
