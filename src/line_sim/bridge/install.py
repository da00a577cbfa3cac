"""An install: a folder with its settings, its key, and beside the key a folder of data.

::

    shop/bridge.toml          settings, for people to edit; no secret stands there
    shop/bridge.key           what stored secrets are sealed with (mode 0600)
    shop/data/bridge.sqlite   the database, unless settings name another
    shop/data/media/          pictures, sound and films
"""

from __future__ import annotations

import os
import re
import tomllib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import ArgumentError

from line_sim.bridge.faulty import faults_of
from line_sim.bridge.store.store import address
from line_sim.errors import ConfigurationError, Fault, OutputExistsError, ScenarioSyntaxError
from line_sim.net.targets import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SETTINGS = "bridge.toml"
_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)")
DRIVERS = frozenset({"sqlite", "postgresql+psycopg"})
ORIGINS = ("public_url", "line_api_url", "line_data_url")
VARIABLES = {"LINE_API_BASE_URL": "line_api_url", "LINE_DATA_API_BASE_URL": "line_data_url"}
"""Environment variables that go before the file: how a mock is put in LINE's place."""


class Told(BaseModel):
    """The keys of ``bridge.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    public_url: str = ""
    """The HTTPS origin by which LINE and customers reach the bridge; empty: none yet."""
    host: str = "127.0.0.1"
    port: int = Field(default=8050, ge=0, le=65_535)
    database: str = "data/bridge.sqlite"
    """A file's name, from the install's folder, or a URL (``postgresql://...``)."""
    key_file: str = "bridge.key"
    line_api_url: str = "https://api.line.me"
    line_data_url: str = "https://api-data.line.me"


class Install:
    """An install that is there.

    Raises
    ------
    ConfigurationError
        There is none, or its settings are wrong: every fault.
    ScenarioSyntaxError
        Its settings are not TOML.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
        self.folder = folder
        file = folder / SETTINGS
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            mend = f"line-sim bridge init --folder {folder} makes one"
            fault = Fault(str(folder), f"no {SETTINGS} in it", "the folder of a bridge", mend)
            raise ConfigurationError([fault]) from None
        except UnicodeDecodeError as error:
            line = 1 + error.object[: error.start].count(b"\n")
            raise ScenarioSyntaxError(file, line, 1, "not UTF-8; save it as UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            reason, place = str(error), _PLACE.search(str(error))
            line, column = (int(place[1]), int(place[2])) if place else (1, 1)
            raise ScenarioSyntaxError(file, line, column, _PLACE.sub("", reason)) from None
        data |= {key: environment[name] for name, key in VARIABLES.items() if environment.get(name)}
        try:
            self.told = Told.model_validate(data)
        except ValidationError as error:
            raise ConfigurationError(faults_of(error, data), file) from None
        if wrong := [*faults_in(self.told)]:
            raise ConfigurationError(wrong, file)

    @property
    def data_folder(self) -> Path:
        """Where the database, the media and the lock lie."""
        return self.folder / "data"

    @property
    def media_folder(self) -> Path:
        """Where media lie."""
        return self.data_folder / "media"

    @property
    def key_file(self) -> Path:
        """Where the key lies."""
        return self.folder / self.told.key_file

    @property
    def database(self) -> str:
        """The database, as the store is told."""
        told = self.told.database
        return told if "://" in told else str(self.folder / told)

    @property
    def public_url(self) -> str:
        """By which LINE reaches the bridge."""
        return self.told.public_url.rstrip("/")

    @property
    def line_api_url(self) -> str:
        """LINE's API."""
        return self.told.line_api_url.rstrip("/")

    @property
    def host(self) -> str:
        """Where the bridge listens."""
        return self.told.host

    @property
    def port(self) -> int:
        """Where the bridge listens."""
        return self.told.port


def make(folder: Path, told: Told) -> None:
    """Write the settings of a new install.

    Raises
    ------
    OutputExistsError
        There is one already.
    ConfigurationError
        The settings are wrong.
    """
    if wrong := [*faults_in(told)]:
        raise ConfigurationError(wrong)
    file = folder / SETTINGS
    if file.exists():
        raise OutputExistsError(file)
    document = tomlkit.document()
    document.add(
        tomlkit.comment("An install of line-sim bridge; docs/bridge.md explains each key.")
    )
    document.add(tomlkit.comment("Secrets do not belong here: line-sim bridge connect asks."))
    for name, value in told.model_dump().items():
        document.add(name, value)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    try:
        part.write_text(tomlkit.dumps(document), encoding="utf-8")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def faults_in(told: Told) -> Iterator[Fault]:
    """What is wrong with settings that their types do not show."""
    for name in ORIGINS:
        url = getattr(told, name)
        if not url and name == "public_url":
            continue
        try:
            parts = urlsplit(url)
            whole = parts.hostname and parts.port != 0 and not parts.username
        except ValueError:  # brackets that are no address, a port that is no number
            whole = ""
        if not whole or parts.path.strip("/") or parts.query or parts.fragment:
            yield Fault(name, repr(url), "an origin such as https://bridge.example.com")
        elif parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
            mend = "http:// is for this machine alone"
            yield Fault(name, repr(url), "https://", mend)
    if not told.host.strip():
        yield Fault("host", repr(told.host), "an address to listen on", "127.0.0.1")
    if not _is_database(told.database):
        allowed = "a file's name, or postgresql://USER:PASSWORD@HOST/NAME"
        yield Fault("database", repr(shown(told.database)), allowed)


def shown(database: str) -> str:
    """A database's name or URL as it may be shown: without what stands before the host."""
    scheme, mark, rest = database.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2].partition('?')[0]}"


def _is_here(host: str | None) -> bool:
    return host == "localhost" or is_loopback(host or "")


def _is_database(told: str) -> bool:
    try:
        url = address(told)
    except (ArgumentError, ValueError):
        return False
    return url.drivername in DRIVERS and bool(url.database) and "\0" not in told
