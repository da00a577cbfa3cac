"""What the commands of ``line-sim bridge`` share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.channels.steps import Step
    from line_sim.bridge.install import Install
    from line_sim.bridge.offline import Offline

Folder = Annotated[
    Path,
    typer.Option(metavar="DIR", envvar="LINE_SIM_BRIDGE", help="The folder of the install."),
]
HERE = Path("line-bridge")
ChannelId = Annotated[int, typer.Argument(metavar="CHANNEL", help="Its number in channels.")]
MARKS = {True: "ok", False: "NO", None: "?"}


def demand_libraries() -> None:
    """Say how to install what the bridge stands on.

    Raises
    ------
    ConfigurationError
        It is not installed.
    """
    try:
        import sqlalchemy  # noqa: F401, PLC0415 - whether it is there
    except ImportError:
        given, mend = "its libraries are not installed", "pip install 'line_sim[bridge]'"
        fault = Fault("line-sim bridge", given, "those of the extra 'bridge'", mend)
        raise ConfigurationError([fault]) from None


def install_at(folder: Path) -> Install:
    """The install in a folder."""
    demand_libraries()
    from line_sim.bridge.install import Install  # noqa: PLC0415 - its libraries

    return Install(folder)


def offline(folder: Path, *, replacing: bool = False, new_key: bool = False) -> Offline:
    """The same, to be changed while its bridge does not run.

    Parameters
    ----------
    replacing
        What was sealed under a key that was lost is taken for empty.
    new_key
        Make a key where there is none.
    """
    install = install_at(folder)
    from line_sim.bridge.offline import Offline  # noqa: PLC0415 - its libraries

    if new_key:
        from line_sim.bridge import keys  # noqa: PLC0415

        keys.make(install.key_file, install.data_folder)
    return Offline(install, replacing=replacing)


def channel_of(bridge: Offline, number: int) -> Connected:
    """A channel by its number.

    Raises
    ------
    ConfigurationError
        There is none, or it is deleted.
    """
    found = bridge.channels.by_id(number)
    if found is None:
        there = ", ".join(str(each.id) for each in bridge.channels)
        allowed = f"one of {there}" if there else "none is connected yet"
        fault = Fault("CHANNEL", f"no channel {number}", allowed,
                      "line-sim bridge channels lists them")  # fmt: skip
        raise ConfigurationError([fault])
    return found


def json_file(file: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    """What a file of JSON says.

    Raises
    ------
    ConfigurationError
        It is none.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigurationError([Fault(str(file), f"no JSON: {error}", "a JSON object")]) from None


def steps_text(found: list[Step]) -> str:
    """The steps on LINE's side, a line each and their mend below."""
    lines = []
    for step in found:
        lines.append(f"{MARKS[step.ok]:<3}{step.name}: {step.told}")
        if step.mend and step.ok is not True:
            lines.append(f"     {step.mend}")
    return "\n".join(lines)
