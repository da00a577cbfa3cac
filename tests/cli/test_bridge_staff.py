"""``line-sim bridge staff``: one-time links from the command line, taken by the API's own code."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from typer.testing import Result

from line_sim.bridge.clock import Clock
from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.install import Install
from line_sim.bridge.offline import Silence
from line_sim.bridge.running import Running
from line_sim.bridge.staff.authentication import Authentication
from line_sim.bridge.staff.passwords import Passwords
from line_sim.bridge.store import tables
from line_sim.bridge.store.store import Store
from line_sim.cli.exits import Exit

Called = Callable[..., Result]
PASSWORD = "not-a-real-password"  # noqa: S105 - of nobody
HOSTILE = "<script>'; DROP TABLE staff; --"


class Opened:
    """An install's bridge as far as signing in goes."""

    def __init__(self, folder: Path) -> None:
        self.settings = Install(folder)
        self.store = Store(self.settings.database)
        self.clock, self.journal = Clock(), Silence()
        self.desk = LiveDesk(self)
        self.desk.begin()
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.authentication = Authentication(self, Passwords(cheap))

    def take(self, link: str, **values: str) -> str:
        """Set a password by a link; the role of whose it is."""
        token = link.partition("#")[2]
        taken = self.authentication.accept(token, values, PASSWORD, "127.0.0.1")
        return asyncio.run(taken).role


@pytest.fixture
def shop(called: Called, tmp_path: Path) -> Path:
    """An install with nobody in it."""
    folder = tmp_path / "shop"
    made = called("bridge", "init", "--folder", folder, "--public-url", "https://b.example.com")
    assert Exit.DONE == made.exit_code, made.stderr
    return folder


def on(called: Called, shop: Path, *more: object) -> Result:
    """The command about the install."""
    return called("bridge", "staff", "--folder", shop, *more)


def linked(found: Result) -> str:
    """The link in what a command printed."""
    assert Exit.DONE == found.exit_code, found.stderr
    return str(json.loads(found.stdout)["link"])


def listed(called: Called, shop: Path) -> list[dict[str, Any]]:
    """Who works there."""
    return list(json.loads(on(called, shop, "--json").stdout)["staff"])


def test_who_is_invited_sets_a_password_by_the_link(called: Called, shop: Path) -> None:
    assert "nobody yet" in on(called, shop).stdout
    options = ("--invite", "Ann", "--first-name", HOSTILE, "--role", "administrator", "--json")
    link = linked(on(called, shop, *options))
    (before,) = listed(called, shop)

    assert link.startswith("https://b.example.com/welcome#")
    assert ("ann", HOSTILE, "administrator", False) == tuple(
        before[key] for key in ("login", "first_name", "role", "signed_up")
    )
    assert "administrator" == Opened(shop).take(link)
    assert ["ann"] == [each["login"] for each in listed(called, shop) if each["signed_up"]]
    assert HOSTILE in on(called, shop).stdout
    assert "$argon2" not in on(called, shop, "--json").stdout


def test_a_forgotten_password_is_set_anew_by_a_link(called: Called, shop: Path) -> None:
    first = linked(on(called, shop, "--invite", "ann", "--first-name", "Ann", "--json"))
    Opened(shop).take(first)
    printed = on(called, shop, "--reset", "ANN").stdout

    assert "the link for ANN, once, within a day" in printed
    assert "staff" == Opened(shop).take(printed.split()[-1])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--invite", "no spaces"), "login: 'no spaces'"),
        (("--invite", "ann"), "first_name: 0 characters"),
        (("--invite", "ann", "--first-name", "A", "--role", "owner"), "role: 'owner' is unknown"),
        (("--reset", "bob"), "--reset: nobody has the login 'bob'"),
        (("--invite", "ann", "--reset", "ann"), "one of them"),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(
    called: Called, shop: Path, options: tuple[str, ...], said: str
) -> None:
    found = on(called, shop, *options)

    assert (Exit.WRONG_USE, True) == (found.exit_code, said in found.stderr)
    assert [] == listed(called, shop)
    store = Store(Install(shop).database)
    purposes = [row.purpose for row in store.rows(select(tables.invitations))]
    store.close()
    assert ["administrator"] == purposes


def test_beside_a_running_bridge_staff_are_listed_and_nothing_is_changed(
    called: Called, shop: Path
) -> None:
    with Running(shop / "data").held():
        assert Exit.DONE == on(called, shop).exit_code
        refused = on(called, shop, "--invite", "ann", "--first-name", "Ann")

    assert (Exit.WRONG_USE, True) == (refused.exit_code, "a bridge runs on it" in refused.stderr)
    assert [] == listed(called, shop)
