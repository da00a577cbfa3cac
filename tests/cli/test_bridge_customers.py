"""What is held of customers, from the command line."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from line_sim.bridge.clock import Clock
from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.install import Install
from line_sim.bridge.running import Running
from line_sim.bridge.store import tables
from line_sim.bridge.store.store import Store

Called = Callable[..., Result]
MARK = "an obviously made-up customer"
DAY_S = 86_400


class Filled:
    """A database with one customer, who was answered once."""

    def __init__(self, install: Install) -> None:
        self.store, self.clock = Store(install.database), Clock()
        store = self.store
        with store.transaction():
            group = store.add(tables.destinations, number=0, name="Front", config={})
            rule = {"kind": "alternative", "destinations": [group]}
            channel = store.add(
                tables.channels, number=0, name="Shop", path="fake", created_at=0.0,
                state="deleted", config={"rule": rule},
            )  # fmt: skip
            store.run(tables.visitors.insert().values(number=0, line_user_id="U" + "f" * 32))
            chat = store.add(
                tables.chats, channel=channel, kind="user", line_id="U" + "f" * 32, visitor=0,
                name=MARK,
            )  # fmt: skip
            now = self.clock.now()
            store.add(
                tables.enquiries, number=0, chat=chat, channel=channel, state="closed",
                created_at=now - 9 * DAY_S, closed_at=now - 8 * DAY_S,
            )  # fmt: skip
            store.add(
                tables.entries, chat=chat, enquiry=0, author="customer", kind="text", text=MARK,
                at_ms=round((now - 9 * DAY_S) * 1_000),
            )  # fmt: skip
        LiveDesk(self).begin()
        store.close()


@pytest.fixture
def shop(called: Called, tmp_path: Path) -> Path:
    """An install with a customer."""
    folder = tmp_path / "shop"
    assert 0 == called("bridge", "init", "--folder", folder).exit_code
    Filled(Install(folder))
    return folder


def on(called: Called, shop: Path, command: str, *more: object) -> Result:
    """Run one of the bridge's commands on it."""
    return called("bridge", command, "--folder", shop, *more)


def left(shop: Path) -> bool:
    """Whether anything in the data still tells of the customer."""
    files = [each for each in (shop / "data").rglob("*") if each.is_file()]
    return any(MARK.encode() in each.read_bytes() for each in files)


def test_a_copy_is_written_as_a_folder_and_as_a_zip(
    called: Called, shop: Path, tmp_path: Path
) -> None:
    assert 0 == on(called, shop, "export", 0, tmp_path / "copy").exit_code
    assert 0 == on(called, shop, "export", "U" + "f" * 32, tmp_path / "copy.zip").exit_code

    told = json.loads((tmp_path / "copy/customer.json").read_bytes())
    assert [MARK] == [each["text"] for each in told["entries"]]
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        assert ["customer.json", "transcript.csv"] == archive.namelist()
    assert 3 == on(called, shop, "export", 0, tmp_path / "copy.zip").exit_code
    assert 0 == on(called, shop, "export", 0, tmp_path / "copy.zip", "--force").exit_code


def test_who_is_erased_is_gone_for_good_and_only_on_purpose(called: Called, shop: Path) -> None:
    asked = on(called, shop, "erase", 0)
    assert (2, True) == (asked.exit_code, left(shop))
    assert "customer 0 has 1 entries; nothing was erased" in asked.stderr

    done = on(called, shop, "erase", 0, "--yes", "--json")

    assert {"chats": 1, "entries": 1, "files": 0, "rewritten": True}.items() <= json.loads(
        done.stdout
    ).items()
    assert not left(shop)
    again = on(called, shop, "erase", "U" + "f" * 32, "--yes")
    assert (2, True) == (again.exit_code, "nobody is" in again.stderr)


@pytest.mark.parametrize(
    ("command", "more", "told"),
    [
        ("erase", ["0", "--yes"], "DELETE http://127.0.0.1:8050/api/v1/customers/0; or stop it"),
        ("retention", ["--days", "3"], "stop it first"),
    ],
)
def test_a_running_bridge_is_asked_or_stopped(
    called: Called, shop: Path, command: str, more: list[str], told: str
) -> None:
    running = Running(shop / "data")
    with running.held():
        running.at("http://127.0.0.1:8050")
        found = on(called, shop, command, *more)

    assert 2 == found.exit_code
    assert told in " ".join(found.stderr.split())
    assert left(shop)


def test_what_only_looks_works_beside_a_running_bridge(
    called: Called, shop: Path, tmp_path: Path
) -> None:
    with Running(shop / "data").held():
        assert 0 == on(called, shop, "report").exit_code
        assert 0 == on(called, shop, "retention").exit_code
        assert 0 == on(called, shop, "export", 0, tmp_path / "copy").exit_code


def test_old_transcripts_go_once_somebody_says_when(called: Called, shop: Path) -> None:
    assert "everything is kept\n" == on(called, shop, "retention").stdout
    assert 0 == on(called, shop, "retention", "--days", 9).exit_code
    assert left(shop)

    assert 0 == on(called, shop, "retention", "--days", 7).exit_code

    rows = Store(Install(shop).database)
    kept = rows.value(tables.entries.select().with_only_columns(tables.entries.c.text))
    rows.close()
    assert "" == kept
    assert "7 days\n" == on(called, shop, "retention").stdout
    assert 0 == on(called, shop, "retention", "--forever").exit_code
    assert "everything is kept\n" == on(called, shop, "retention").stdout
    assert 2 == on(called, shop, "retention", "--forever", "--days", 3).exit_code


def test_a_report_has_a_line_an_enquiry(called: Called, shop: Path, tmp_path: Path) -> None:
    found = on(called, shop, "report")
    assert 0 == on(called, shop, "report", "-o", tmp_path / "r.csv").exit_code

    (row,) = csv.DictReader(io.StringIO(found.stdout))
    assert ("0", "closed", "86400.0") == (row["number"], row["state"], row["enquiry_duration_s"])
    assert (tmp_path / "r.csv").read_text("utf-8-sig").splitlines() == found.stdout.splitlines()
    assert 3 == on(called, shop, "report", "-o", tmp_path / "r.csv").exit_code
    early = on(called, shop, "report", "--since", "2001-01-01", "--until", "2001-02-01")
    assert 1 == len(early.stdout.splitlines())


@pytest.mark.parametrize(
    "days", [["--since", "yesterday"], ["--until", "2026-13-01"],
             ["--since", "2026-02-02", "--until", "2026-02-01"]]
)  # fmt: skip
def test_wrong_days_are_told(called: Called, shop: Path, days: list[str]) -> None:
    found = on(called, shop, "report", *days)

    assert (2, True) == (found.exit_code, days[0] in found.stderr or "--since" in found.stderr)
