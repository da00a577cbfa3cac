"""No secret, and no word of a customer, is anywhere it need not be: everything is searched."""

import base64
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from two_shops import PASSWORDS, PREFIX, SAID, SECRETS, TOKENS, TwoShops


def forms(secret: str) -> set[bytes]:
    """A secret as it may be written."""
    plain = secret.encode()
    return {
        plain, plain[::-1], base64.b64encode(plain).rstrip(b"="), plain.hex().encode(),
        quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode(),
        secret.encode("utf-16-le"), base64.urlsafe_b64encode(plain).rstrip(b"="),
    }  # fmt: skip


def within(places: Iterator[tuple[str, bytes]], canaries: dict[str, str]) -> list[str]:
    """Which canaries are where."""
    written = {name: forms(secret) for name, secret in canaries.items()}
    return [
        f"{name} in {place}"
        for place, content in places
        for name, found in written.items()
        if any(each in content for each in found)
    ]


@pytest.fixture(scope="module")
def canaries(shops: TwoShops) -> dict[str, str]:
    """Everything that is secret, by name."""
    made = {f"secret of {name}": value for name, value in SECRETS.items()}
    made |= {f"token of {name}": value for name, value in TOKENS.items()}
    made |= {f"password of {name}": value for name, value in PASSWORDS.items()}
    made |= {f"session of {name}": value for name, value in shops.tokens.items()}
    made["key"] = shops.install.key_file.read_text().strip()
    asked = {"login": "new", "first_name": "New", "last_name": "", "role": "staff"}
    invited = shops.ask("root", "POST", "/staff", asked).json()["invitation"]
    shops.seen.pop()  # it is told here, and once
    made["invitation"] = json.dumps(invited).partition("#")[2].partition('"')[0]
    assert 20 <= len(made["invitation"])
    return made


@pytest.fixture(scope="module")
def written(shops: TwoShops, canaries: dict[str, str], tmp_path_factory: pytest.TempPathFactory
            ) -> Path:  # fmt: skip
    """A folder with a backup and a support bundle of the running bridge."""
    assert canaries
    folder = tmp_path_factory.mktemp("written")
    for words in (
        ["backup", str(folder / "backup.zip")],
        ["doctor", "--bundle", str(folder / "bundle.zip")],
    ):
        command = [sys.executable, "-m", "line_sim", "bridge", *words]
        done = subprocess.run(
            [*command, "--folder", str(shops.folder)], check=False, capture_output=True
        )
        assert done.returncode in {0, 1}, done.stderr
        (folder / f"{words[0]}.out").write_bytes(done.stdout + done.stderr)
    return folder


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, and what is packed in it."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    yield from ((f"{path.name}/{n}", archive.read(n)) for n in archive.namelist())


def test_a_canary_is_found_where_there_is_one(canaries: dict[str, str]) -> None:
    for name, secret in canaries.items():
        for form in forms(secret):
            assert [f"{name} in x"] == within(iter([("x", b"." + form + b".")]), {name: secret})


def test_no_secret_is_in_what_is_stored(shops: TwoShops, canaries: dict[str, str]) -> None:
    assert [] == within(files(shops.install.data_folder), canaries)


def test_no_secret_is_in_the_settings(shops: TwoShops, canaries: dict[str, str]) -> None:
    assert [] == within(iter([("toml", (shops.folder / "bridge.toml").read_bytes())]), canaries)


def test_no_secret_is_in_the_log(shops: TwoShops, canaries: dict[str, str]) -> None:
    told = shops.log.encode()

    assert b"takes webhooks" in told
    assert [] == within(iter([("log", told)]), canaries)
    for shop in shops.shops.values():
        assert shop.path.encode() not in told


def test_no_secret_is_in_a_backup_or_a_bundle(written: Path, canaries: dict[str, str]) -> None:
    assert {"backup.zip", "bundle.zip"} <= {each.name for each in written.iterdir()}
    assert [] == within(files(written), canaries)


def test_no_secret_is_in_an_answer(shops: TwoShops, canaries: dict[str, str]) -> None:
    for method, path in (
        ("GET", "/channels"),
        ("GET", "/staff"),
        ("GET", "/audit"),
        ("GET", "/me"),
        ("GET", "/service"),
        ("GET", "/alerts"),
        ("GET", "/channels/1/steps"),
        ("PUT", "/channels/1/credentials"),
        ("GET", "/customers/0/export"),
    ):
        shops.ask("root", method, path, {} if method == "PUT" else None)

    assert 20 < len(shops.seen)
    assert [] == within(iter(shops.seen), canaries)


def test_no_secret_is_in_the_description(shops: TwoShops, canaries: dict[str, str]) -> None:
    described = shops.http.get(f"{PREFIX}/openapi.json").content

    assert 1_000 < len(described)
    assert [] == within(iter([("openapi", described)]), canaries)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc here")
def test_no_secret_is_in_the_list_of_processes(shops: TwoShops, canaries: dict[str, str]) -> None:
    places = [
        (name, Path(f"/proc/{shops.process.pid}/{name}").read_bytes())
        for name in ("cmdline", "comm", "environ")
    ]

    assert [] == within(iter(places), canaries)


def test_no_customers_word_is_in_the_log_or_a_bundle(shops: TwoShops, written: Path) -> None:
    canaries = {**SAID, "name": "Alice", "user": shops.alice.id}
    bundle = ((name, content) for name, content in files(written) if "bundle.zip" in name)

    assert [] == within(bundle, canaries)
    words = {name: said for name, said in canaries.items() if name != "user"}
    assert [] == within(iter([("log", shops.log.encode())]), words)


def test_what_is_stored_is_its_owners_to_read_alone(shops: TwoShops) -> None:
    key, data = shops.install.key_file, shops.install.data_folder

    assert 0o600 == key.stat().st_mode & 0o777
    assert 0o700 == data.stat().st_mode & 0o777
    assert 0o077 & shops.folder.stat().st_mode == 0 or 0o077 & data.stat().st_mode == 0
