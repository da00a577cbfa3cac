"""``line-sim record`` as a process: what it prints, what a kill leaves, how it ends."""

import asyncio
import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from line_sim.cli.exits import Exit
from line_sim.cli.record import record
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.pool import Pool
from line_sim.net.serve import Server
from line_sim.recording.reader import Reader

app = typer.Typer()
app.command()(record)
PROGRAM = "import sys; sys.path.insert(0, sys.argv.pop(1)); import test_record as t; t.app()"
RECORD = [sys.executable, "-c", PROGRAM, str(Path(__file__).parent)]
SIGNED = [("x-line-signature", "c2lnbmF0dXJl"), ("content-type", "application/json")]


@contextmanager
def recorder(*options: object) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    """A recorder in the shell, and where it says it listens."""
    with subprocess.Popen(
        [*RECORD, "--json", *map(str, options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said, process.stderr.read() if process.stderr else ""
        try:
            yield process, json.loads(said)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate(timeout=20)


def ended(process: "subprocess.Popen[str]", by: signal.Signals) -> tuple[int, dict[str, Any], str]:
    """The exit code, the summary and the last words of a recorder ended by a signal."""
    process.send_signal(by)
    said, words = process.communicate(timeout=30)
    return process.returncode, json.loads(said or "{}"), words


class Bridge:
    """Answers half of the webhooks, and keeps the others waiting."""

    def __init__(self) -> None:
        self.came: set[int] = set()
        self.all_there = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Take one webhook."""
        del scope
        number = json.loads((await receive())["body"])["number"]
        self.came.add(number)
        if number % 2:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@contextmanager
def bridge() -> Iterator[tuple[Bridge, str]]:
    """A bridge while it runs."""
    served = Bridge()
    server = Server(served, lifespan="off", graceful_s=0.1).start_in_thread()
    try:
        yield served, server.url
    finally:
        server.stop_in_thread()


async def sent(url: str, count: int, killed: Any) -> set[int]:  # noqa: ANN401 - a function
    """Send webhooks, 250 a second; the numbers of those that were answered with 2xx."""
    confirmed: set[int] = set()

    async def one(pool: Pool, number: int) -> None:
        body = json.dumps({"destination": "U", "events": [], "number": number}).encode()
        await asyncio.sleep(number / 250)
        with contextlib.suppress(ExchangeError):
            reply = await pool.send("POST", url, headers=SIGNED, body=body, timeout_s=30)
            if reply.status == 200:
                confirmed.add(number)
                if len(confirmed) == count // 2:
                    killed()

    async with Pool() as pool:
        await asyncio.gather(*(one(pool, number) for number in range(count)))
    return confirmed


def test_a_kill_loses_nothing_that_was_answered_and_tells_what_was_in_flight(
    tmp_path: Path,
) -> None:
    path = tmp_path / "day.jsonl.zst"
    with bridge() as (bot, url):  # noqa: SIM117
        with recorder("--to", url, "-o", path, "--keep-personal-data") as (process, facts):
            confirmed = asyncio.run(sent(f"{facts['webhook_url']}/", 440, process.kill))
            process.wait(20)

    plain = tmp_path / "day.jsonl"
    reader = Reader(plain)
    lines = list(reader)
    numbers = {
        line["exchange"]: json.loads(line["body"])["number"]
        for line in lines if line["kind"] == "webhook"
    }  # fmt: skip
    answered = {numbers[line["exchange"]] for line in lines if line["kind"] == "webhook_end"}
    assert len(confirmed) >= 220
    assert confirmed <= set(numbers.values())
    assert bot.came <= set(numbers.values())  # written before it was passed on
    assert confirmed <= answered
    in_flight = set(numbers.values()) - answered
    assert len(in_flight) >= 200
    assert all(number % 2 for number in in_flight)
    assert not reader.complete
    assert "killed" in reader.warning()


def test_it_ends_when_it_is_told_packs_and_sums_up(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.gz"
    with bridge() as (_, url):  # noqa: SIM117
        with recorder("--to", url, "-o", path, "--keep-personal-data") as (process, facts):
            body = b'{"events": [], "number": 0}'
            request = urllib.request.Request(facts["webhook_url"], body, dict(SIGNED))  # noqa: S310
            urllib.request.urlopen(request).close()  # noqa: S310 - our own
            code, summary, words = ended(process, signal.SIGTERM)

    assert Exit.DONE == code
    assert (1, 0, 0, []) == tuple(
        summary[name] for name in ("webhooks", "calls", "webhooks_failed", "gaps")
    )
    assert summary["whole"] is True
    assert words == f"line-sim: 1 webhooks, 0 calls, no gaps; the recording is {path}\n"
    reader = Reader(path)
    assert ["webhook", "webhook_end", "end"] == [line["kind"] for line in reader]
    assert reader.complete
    assert [path] == list(tmp_path.iterdir())
    assert 0o600 == path.stat().st_mode & 0o777


def test_what_is_under_way_at_the_end_is_cut_off_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    with bridge() as (bot, url):  # noqa: SIM117
        with recorder("--to", url, "-o", path, "--keep-personal-data") as (process, facts):

            async def hanging() -> None:
                sending = asyncio.ensure_future(sent(facts["webhook_url"], 4, lambda: None))
                while bot.came != {0, 1, 2, 3}:  # noqa: ASYNC110 - another thread adds to it
                    await asyncio.sleep(0.01)
                process.send_signal(signal.SIGINT)
                await sending

            asyncio.run(hanging())
            _, words = process.communicate(timeout=20)

    assert Exit.DONE == process.returncode
    assert 1 == len(words.splitlines())
    ends = [line for line in Reader(path) if line["kind"] == "webhook_end"]
    whys = [end.get("why") for end in ends]
    assert 2 == whys.count("the recorder was stopped") == whys.count(None)


def test_it_stops_by_itself_and_goes_on_later(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.zst"
    told = ("--to", "http://127.0.0.1:9", "-o", path, "--keep-personal-data", "--for", "0.05")
    for more in ((), ("--resume",)):
        assert Exit.DONE == invoked(*told, *more).exit_code

    assert ["end", "note", "end"] == [line["kind"] for line in Reader(path)]


def test_it_listens_by_https(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    told = ("--to", "http://127.0.0.1:9", "-o", path, "--keep-personal-data", "--tls")
    with recorder(*told) as (_, facts):
        trust = ssl.create_default_context(cafile=facts["ca"])
        with pytest.raises(urllib.error.HTTPError, match="502") as caught:
            urllib.request.urlopen(facts["webhook_url"], context=trust)  # noqa: S310 - our own
        caught.value.close()


def invoked(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--to", "http://127.0.0.1:9"), "neither --pseudonymise nor --keep-personal-data"),
        (("--keep-personal-data",), "one side at least"),
        (("--keep-personal-data", "--to", "http://192.0.2.1"), "not on this machine"),
        (("--keep-personal-data", "--to", "http://127.0.0.1:9", "--listen", "0.0.0.0:0"),
         "--allow-listen 0.0.0.0"),
        (("--keep-personal-data", "--to", "http://127.0.0.1:9", "--secret-file", "absent"),
         "No such file"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_and_leaves_nothing(
    tmp_path: Path, arguments: tuple[object, ...], told: str
) -> None:
    result = invoked("-o", tmp_path / "a.jsonl", *arguments)

    assert Exit.WRONG_USE == result.exit_code
    assert told in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_way_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("mine")
    result = invoked("-o", path, "--to", "http://127.0.0.1:9", "--keep-personal-data")

    assert Exit.WOULD_OVERWRITE == result.exit_code
    assert "mine" == path.read_text()


def test_the_guide_says_where_to_lead_traffic(tmp_path: Path) -> None:
    result = invoked(
        "-o", tmp_path / "a.jsonl", "--to", "http://127.0.0.1:9/line/hook", "--api-to",
        "http://127.0.0.1:9", "--keep-personal-data", "--for", "0",
    )  # fmt: skip

    assert Exit.DONE == result.exit_code
    assert "/line/hook\n" in result.stdout
    assert "export LINE_DATA_API_BASE_URL=http://127.0.0.1:" in result.stdout


def test_a_key_file_is_asked_for_and_never_shown(tmp_path: Path) -> None:
    pytest.importorskip("line_sim.recording.pseudonyms.masking")
    key, path = tmp_path / "key", tmp_path / "a.jsonl"
    key.write_bytes(b"a key for tests that is nobody's, of 64 bytes in all, as it says")
    told = ("-o", path, "--to", "http://127.0.0.1:9", "--for", "0", "--pseudonymise", key)
    key.chmod(0o644)
    refused = invoked(*told)
    key.chmod(0o600)
    taken = invoked(*told)

    assert Exit.WRONG_USE == refused.exit_code
    assert "others may read" in refused.stderr
    assert Exit.DONE == taken.exit_code, taken.stderr
    assert "pseudonyms" in json.loads(path.read_bytes().splitlines()[0])
    assert b"for tests" not in path.read_bytes() + refused.output.encode() + taken.output.encode()
