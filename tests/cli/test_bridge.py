"""``line-sim bridge``: an install made, set up, examined, backed up and restored."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import Result

from line_sim import MockLine, MockSettings
from line_sim.bridge.install import Install
from line_sim.bridge.running import Running, is_held, url_of
from line_sim.bridge.store import tables
from line_sim.bridge.store.store import Store
from line_sim.cli.exits import Exit
from line_sim.mock.settings import Channel
from line_sim.net.serve import Server

Called = Callable[..., Result]
HOSTILE = "<script>'; DROP TABLE staff; --"


@pytest.fixture(scope="module")
def shared_line() -> Iterator[MockLine]:
    """A LINE with two accounts."""
    told = MockSettings(channels=(Channel(name="Shop", quota=100), Channel(name="Other")))
    with MockLine(told, strict=False) as line:
        yield line


@pytest.fixture
def line(shared_line: MockLine, monkeypatch: pytest.MonkeyPatch) -> MockLine:
    """The same; the first account's secret and token are in the environment."""
    monkeypatch.setenv("LINE_CHANNEL_SECRET", shared_line.channel.secret)
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", shared_line.channel.access_token)
    for channel in shared_line.channels:
        shared_line.switch(channel.name, use_webhook=True)
    return shared_line


@pytest.fixture
def shop(line: MockLine, called: Called, tmp_path: Path) -> Path:
    """An install that calls the mock, with one destination."""
    folder, url = tmp_path / "shop", line.environment["LINE_API_BASE_URL"]
    made = called(
        "bridge", "init", "--folder", folder, "--line-api-url", url, "--line-data-url", url,
        "--public-url", "https://bridge.example.com",
    )  # fmt: skip
    assert Exit.DONE == made.exit_code, made.stderr
    assert Exit.DONE == called("bridge", "destinations", "--folder", folder, "--add",
                               "Front").exit_code  # fmt: skip
    return folder


def on(called: Called, shop: Path, command: str, *more: object) -> Result:
    """A command about the install."""
    return called("bridge", command, "--folder", shop, *more)


def connected(called: Called, shop: Path) -> Result:
    """A draft of the first account."""
    return on(called, shop, "connect", "--name", HOSTILE, "--destination", 1)


def listed(called: Called, shop: Path) -> list[dict[str, Any]]:
    """The channels."""
    found = json.loads(on(called, shop, "channels", "--json").stdout)["channels"]
    return list(found)


def test_an_install_has_a_key_that_is_nobody_elses_and_one_link(
    called: Called, tmp_path: Path
) -> None:
    made = called("bridge", "init", "--folder", tmp_path / "shop", "--json")
    facts = json.loads(made.stdout)
    token = facts["administrator_link"].rpartition("#")[2]
    files = [file for file in (tmp_path / "shop").rglob("*") if file.is_file()]

    assert 0o600 == Path(facts["key_file"]).stat().st_mode & 0o777
    assert len(token) >= 32
    assert not any(token.encode() in file.read_bytes() for file in files)
    again = called("bridge", "init", "--folder", tmp_path / "shop")
    assert Exit.WRONG_USE == again.exit_code
    assert "there already" in again.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--public-url", "http://bridge.example.com"], "http:// is for this machine alone"),
        (["--public-url", "https://bridge.example.com/path"], "an origin such as"),
        (["--line-api-url", "ftp://x"], "line_api_url"),
        (["--utc-offset", "7"], "--utc-offset: '7'; a fixed offset"),
    ],
)
def test_a_wrong_install_is_refused_and_not_made(
    called: Called, tmp_path: Path, options: list[str], told: str
) -> None:
    found = called("bridge", "init", "--folder", tmp_path / "shop", *options)

    assert Exit.WRONG_USE == found.exit_code
    assert told in found.stderr
    assert not (tmp_path / "shop").exists()


def test_a_folder_without_an_install_is_told(called: Called, tmp_path: Path) -> None:
    for command in ("channels", "doctor", "quota", "destinations"):
        found = on(called, tmp_path, command)
        assert Exit.WRONG_USE == found.exit_code
        assert "line-sim bridge init" in found.stderr


def test_a_wrong_settings_file_is_told_with_its_keys(called: Called, shop: Path) -> None:
    file = shop / "bridge.toml"
    file.write_text(file.read_text() + "prot = 1\n", encoding="utf-8")
    assert "prot: 1; no such key" in on(called, shop, "channels").stderr
    file.write_text("port = ", encoding="utf-8")
    assert "bridge.toml, line 1" in on(called, shop, "channels").stderr


def test_a_channel_through_its_life(called: Called, shop: Path, line: MockLine) -> None:
    draft = connected(called, shop)
    assert Exit.DONE == draft.exit_code, draft.stderr
    assert "webhook URL: https://bridge.example.com/webhook/" in draft.stdout
    assert "greeting message" in draft.stdout
    assert str(line.channel.endpoint) in draft.stdout
    states = ["draft"]
    for command in ("enable", "suspend", "resume", "delete"):
        more = ["--yes"] if command == "delete" else []
        assert Exit.DONE == on(called, shop, command, 1, *more).exit_code
        states.append(listed(called, shop)[0]["state"])

    assert ["draft", "enabled", "suspended", "enabled", "deleted"] == states
    assert HOSTILE == listed(called, shop)[0]["name"]


def test_what_is_refused_is_refused_with_its_reason(called: Called, shop: Path) -> None:
    assert Exit.DONE == connected(called, shop).exit_code
    for words, told in (
        (("connect", "--name", "Again", "--destination", 1), "one channel a LINE account"),
        (("suspend", 1), "channel 1: draft; enabled, to become suspended"),
        (("resume", 1), "line-sim bridge enable begins a draft"),
        (("enable", 7), "no channel 7; one of 1"),
        (("edit", 1, "--name", "x" * 41), "name: 41 characters; 1 to 40"),
        (("destinations", "--add", "x", "--kind", "team"), "'team' is unknown"),
    ):
        found = on(called, shop, *words)
        assert Exit.WRONG_USE == found.exit_code
        assert told in found.stderr
        assert "Traceback" not in found.stderr


def test_a_switch_that_is_off_stops_a_draft_from_beginning(
    called: Called, shop: Path, line: MockLine
) -> None:
    connected(called, shop)
    line.switch("Shop", use_webhook=False)
    found = on(called, shop, "enable", 1)

    assert Exit.WRONG_USE == found.exit_code
    assert "use webhook: off" in found.stderr
    assert Exit.DONE == on(called, shop, "enable", 1, "--anyway").exit_code


def test_an_edit_is_read_from_a_file(called: Called, shop: Path, tmp_path: Path) -> None:
    connected(called, shop)
    file = tmp_path / "changes.json"
    file.write_text('{"messages": {"away": {"on": true, "text": "Later"}}}', encoding="utf-8")
    config = json.loads(on(called, shop, "edit", 1, "--config", file).stdout)["config"]

    assert {"on": True, "text": "Later"} == config["messages"]["away"]
    file.write_text("{", encoding="utf-8")
    assert "no JSON" in on(called, shop, "edit", 1, "--config", file).stderr


def test_a_running_bridge_is_not_changed_behind_its_back(called: Called, shop: Path) -> None:
    connected(called, shop)
    data = Install(shop).data_folder
    running = Running(data)
    with running.held():
        running.at("http://127.0.0.1:8050")
        found = on(called, shop, "suspend", 1)
        assert "http://127.0.0.1:8050" == url_of(data)
        assert ["draft"] == [each["state"] for each in listed(called, shop)]

    assert Exit.WRONG_USE == found.exit_code
    assert "a bridge runs on it at http://127.0.0.1:8050" in found.stderr
    assert not is_held(data)
    assert "" == url_of(data)


def findings(result: Result) -> dict[str, dict[str, Any]]:
    """What the doctor found, by check."""
    return {each["check"]: each for each in json.loads(result.stdout)["findings"]}


def test_the_doctor_tells_what_is_wrong_and_how_to_mend_it(
    called: Called, shop: Path, line: MockLine
) -> None:
    connected(called, shop)
    on(called, shop, "enable", 1)
    line.switch("Shop", use_webhook=False)
    result = on(called, shop, "doctor", "--json")
    found = findings(result)

    assert Exit.CHECK_FAILED == result.exit_code
    assert found["secret and token"]["ok"]
    assert not found["use webhook"]["ok"]
    assert "Use webhook" in found["use webhook"]["mend"]
    assert not found["bridge"]["ok"]
    assert "100 messages left" in found["quota"]["told"].replace("of 100 ", "")
    shown = on(called, shop, "doctor")
    assert shown.stdout.index("secret and token") < shown.stdout.index("this machine")


def test_the_doctor_sees_a_token_that_line_no_longer_takes(
    called: Called, shop: Path, line: MockLine
) -> None:
    connected(called, shop)
    old = line.channel.access_token
    line.reissue("access_token", "Shop")
    found = findings(on(called, shop, "doctor", "--json"))

    assert "401" in found["channel access token"]["told"]
    assert "Issue" in found["channel access token"]["mend"]
    assert old not in json.dumps(found)


def test_the_doctor_without_line_ends_with_4(called: Called, shop: Path) -> None:
    connected(called, shop)
    file = shop / "bridge.toml"
    text = file.read_text()
    url = next(row for row in text.splitlines() if row.startswith("line_api_url"))
    file.write_text(text.replace(url, 'line_api_url = "http://127.0.0.1:1"'))
    result = on(called, shop, "doctor")

    assert Exit.UNREACHABLE == result.exit_code
    assert "nobody answers there" in result.stdout


def test_a_test_message_is_waited_for(called: Called, shop: Path) -> None:
    connected(called, shop)
    on(called, shop, "enable", 1)
    result = on(called, shop, "doctor", "--json", "--test-message", 0.1)

    assert "none came within 0.1 s" in findings(result)["test message"]["told"]


def test_no_secret_is_printed_logged_or_kept_in_the_clear(
    called: Called, shop: Path, line: MockLine, tmp_path: Path
) -> None:
    """The canary: everything that was said and written, and everything packed in it."""
    said = [connected(called, shop)]
    said += [on(called, shop, *words) for words in (
        ("enable", 1), ("channels",), ("edit", 1), ("quota",), ("credentials", 1),
        ("doctor", "--bundle", tmp_path / "support.zip"), ("doctor", "--json"), ("suspend", 1),
    )]  # fmt: skip
    said.append(called("bridge", "backup", tmp_path / "b.zip", "--folder", shop))
    parts = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    for name in ("support.zip", "b.zip"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            parts += [archive.read(each) for each in archive.namelist()]
    key = (shop / "bridge.key").read_text().strip()

    assert all("Traceback" not in each.stderr for each in said)
    for secret in (line.channel.secret, line.channel.access_token):
        assert not any(secret in each.output + each.stderr for each in said)
        assert not any(secret.encode() in part for part in parts)
    assert not any(key in each.output + each.stderr for each in said)
    assert 1 == sum(key.encode() in part for part in parts)


def test_a_support_file_has_nobodys_words(called: Called, shop: Path, tmp_path: Path) -> None:
    connected(called, shop)
    store = Store(Install(shop).database)
    words = "my-secret-illness"
    chat = store.add(tables.chats, channel=1, kind="user", line_id="U" + "5" * 32, name=words)
    store.add(tables.entries, chat=chat, author="customer", kind="text", text=words, at_ms=1)
    store.add(tables.alerts, at=1.0, kind="missed", text=words)
    path = store.value(select(tables.channels.c.path))
    store.close()
    file = tmp_path / "changes.json"
    file.write_text(json.dumps({"custom_info": words, "messages": {"away": {"text": words}}}))
    on(called, shop, "edit", 1, "--config", file)
    bundle = tmp_path / "support.zip"
    on(called, shop, "doctor", "--bundle", bundle)
    with zipfile.ZipFile(bundle) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())

    for private in (words, HOSTILE, "U" + "5" * 32, path):
        assert private.encode() not in parts
    assert b'"own_text": true' in parts
    assert 0o600 == bundle.stat().st_mode & 0o777
    assert Exit.WOULD_OVERWRITE == on(called, shop, "doctor", "--bundle", bundle).exit_code


def test_a_backup_comes_back_under_the_same_key_only(
    called: Called, shop: Path, tmp_path: Path
) -> None:
    connected(called, shop)
    backup, new = tmp_path / "b.zip", tmp_path / "new"
    assert Exit.DONE == called("bridge", "backup", backup, "--folder", shop).exit_code
    assert Exit.WOULD_OVERWRITE == called("bridge", "backup", backup, "--folder", shop).exit_code
    called("bridge", "init", "--folder", new)
    other = called("bridge", "restore", backup, "--folder", new)
    assert Exit.WRONG_USE == other.exit_code
    assert "not the key" in other.stderr
    assert [] == listed(called, new)
    (new / "bridge.key").write_bytes((shop / "bridge.key").read_bytes())
    done = called("bridge", "restore", backup, "--folder", new)
    assert Exit.DONE == done.exit_code, done.stderr
    assert listed(called, shop) == listed(called, new)
    assert Exit.WOULD_OVERWRITE == called("bridge", "restore", backup, "--folder", new).exit_code


def test_the_quota_is_shown(called: Called, shop: Path) -> None:
    connected(called, shop)

    assert f"  1  {HOSTILE}: 0 used, of 100\n" == on(called, shop, "quota").stdout


def test_the_doctor_asks_a_running_bridge_how_it_is(called: Called, shop: Path) -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    server = Server(app, lifespan="off")
    running = Running(Install(shop).data_folder)
    with running.held(), server:
        running.at(server.url)
        found = findings(on(called, shop, "doctor", "--json"))

    assert f"answers at {server.url}" == found["bridge"]["told"]
