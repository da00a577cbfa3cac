"""What a running bridge is told: by its install, or by the environment of a trial."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from line_sim.bridge import keys
from line_sim.bridge.channels import environment as environment_channel
from line_sim.bridge.faulty import faults_of
from line_sim.bridge.install import VARIABLES, Told, faults_in
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from line_sim.bridge.install import Install

TRIAL_DATABASE = "BRIDGE_DATABASE"
TRIAL_PUBLIC_URL = "BRIDGE_PUBLIC_URL"
"""The variable that holds a trial's public address; so it is with the bridges of our tests."""


@dataclasses.dataclass(slots=True)
class Settings:
    """Everything that a bridge is told at its start; `public_url` may change while it runs.

    Parameters
    ----------
    data_folder : where the database's file, the media and the lock lie.
    database : a file's name or a URL, for :class:`line_sim.bridge.store.store.Store`.
    key_file : where the key lies, unless the environment holds it.
    public_url : the HTTPS origin by which LINE and customers reach the bridge; empty: none.
    host, port : where it listens; port 0 = a free one, replaced by the real one at the start.
    line_api_url, line_data_url : the origins of LINE's calls and of its content.
    agent : whether the agent view (docs/agent-view.md) is offered.
    allow_loopback : whether foreign addresses may be this machine's; for tests.
    trial : the environment whose one channel is connected at the start; None: an install's own.
    trial_config : keys of that channel's configuration to change at the start.
    """

    data_folder: Path
    database: str
    key_file: Path
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    line_api_url: str = Told().line_api_url
    line_data_url: str = Told().line_data_url
    agent: bool = False
    allow_loopback: bool = False
    trial: Mapping[str, str] | None = dataclasses.field(default=None, repr=False)
    trial_config: dict[str, Any] | None = None

    @property
    def media_folder(self) -> Path:
        """Where media lie."""
        return self.data_folder / "media"


def of_install(install: Install) -> Settings:
    """The settings of an install."""
    return Settings(
        data_folder=install.data_folder,
        database=install.database,
        key_file=install.key_file,
        public_url=install.public_url,
        host=install.host,
        port=install.port,
        line_api_url=install.line_api_url,
        line_data_url=install.told.line_data_url.rstrip("/"),
    )


def of_environment(environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings of a trial (docs/replaying.md): all of them from environment variables.

    A key is made where there is none.

    Parameters
    ----------
    environment
        ``PORT``, ``LINE_API_BASE_URL``, ``LINE_DATA_API_BASE_URL`` (else that of the API),
        ``BRIDGE_PUBLIC_URL``, ``BRIDGE_DATABASE``; each may be missing.
    folder
        Where the key and the folder of data lie; the same one again goes on.

    Raises
    ------
    ConfigurationError
        With everything that is wrong.
    """
    missing = [name for name in environment_channel.VARIABLES if not environment.get(name)]
    if missing:
        mend = "--folder without --from-environment runs an install"
        raise ConfigurationError([Fault(name, "not set", "needed", mend) for name in missing])
    given = {key: environment[name] for name, key in VARIABLES.items() if environment.get(name)}
    if "line_api_url" in given:
        given.setdefault("line_data_url", given["line_api_url"])
    data, key_file = folder / "data", folder / "bridge.key"
    given |= {
        "port": environment.get("PORT") or "0",
        "public_url": environment.get(TRIAL_PUBLIC_URL, ""),
        "database": environment.get(TRIAL_DATABASE) or str(data / "bridge.sqlite"),
    }
    told = _checked(given)
    if not environment.get(keys.VARIABLE) and not key_file.exists():
        keys.make(key_file, data)
    return Settings(
        data_folder=data,
        database=told.database,
        key_file=key_file,
        public_url=told.public_url.rstrip("/"),
        host=told.host,
        port=told.port,
        line_api_url=told.line_api_url.rstrip("/"),
        line_data_url=told.line_data_url.rstrip("/"),
        trial=dict(environment),
    )


def _checked(given: dict[str, str]) -> Told:
    """What variables say, or their faults by the variables' names."""
    try:
        told = Told.model_validate(given)
        wrong = [*faults_in(told)]
    except ValidationError as error:
        wrong = [*faults_of(error, given)]
    if wrong:
        names = {key: name for name, key in VARIABLES.items()}
        names |= {"port": "PORT", "public_url": TRIAL_PUBLIC_URL, "database": TRIAL_DATABASE}
        named = [dataclasses.replace(each, where=names[each.where]) for each in wrong]
        raise ConfigurationError(named)
    return told


def checked_public_url(value: object) -> str:
    """A public address that a running bridge may be given; empty = none.

    Raises
    ------
    ConfigurationError
        It is no HTTPS origin.
    """
    if not isinstance(value, str):
        raise ConfigurationError([Fault("public_url", type(value).__name__, "text")])
    if wrong := [*faults_in(Told(public_url=value))]:
        raise ConfigurationError(wrong)
    return value.rstrip("/")
