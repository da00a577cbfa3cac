"""What a bridge between LINE and its staff takes, sends and says by itself: limits as data.

A bridge's limits are its own and not LINE's, so they are profiles: ``seed``, ``line``, or a TOML
file of the same keys for any other bridge.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from line_sim.errors import ConfigurationError, Fault, ScenarioSyntaxError

__all__ = [
    "Automatic",
    "BridgeProfile",
    "GroupRules",
    "MediaLimits",
    "ReceivedType",
    "SentType",
    "TextLimits",
    "load",
    "names",
]

_FOLDER = Path(__file__).parent / "profiles"
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

ReceivedType = Literal["text", "image", "video", "audio", "file", "location", "sticker"]
"""Messages that users send."""

SentType = Literal[
    "text",
    "textV2",
    "sticker",
    "image",
    "video",
    "audio",
    "location",
    "coupon",
    "imagemap",
    "template",
    "flex",
]
"""Messages that bots send; there is no file among them."""

Bytes = Annotated[int, Field(ge=1)]
Words = Annotated[tuple[str, ...], Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TextLimits(_Table):
    """The longest text."""

    max_units: Annotated[int, Field(ge=1)]
    """UTF-16 code units, as LINE counts."""


class MediaLimits(_Table):
    """Which files of one kind pass."""

    types: Words
    """File types by their usual ending: png, m4a, 3gp."""
    max_bytes: Bytes
    max_preview_bytes: Bytes | None = None
    """Size of the preview that a bot has to send along; None: not said."""
    codecs: tuple[str, ...] = ()
    """Codecs inside; empty: not said."""


class Automatic(_Table):
    """What the bridge says by itself, each once for its occasion."""

    welcome: Literal["first_message", "follow", "never"] = "first_message"
    away: bool = True
    close: bool = True
    welcome_texts: tuple[str, ...] = ()
    """What each message says, in every language it has; ``{staff}`` stands for any name. They
    are an operator's own words, so the shipped profiles have none."""
    away_texts: tuple[str, ...] = ()
    close_texts: tuple[str, ...] = ()


class GroupRules(_Table):
    """What the bridge does about groups and rooms."""

    join: bool = False
    """Whether it stays in a group it is invited to."""


class BridgeProfile(_Table):
    """All that is known of one kind of bridge.

    `sends` are the types it sends, `shows` those received that it shows in full; of every other
    type its staff see at least a notice.
    """

    name: str
    title: str = ""
    sends: tuple[SentType, ...]
    shows: tuple[ReceivedType, ...]
    text: TextLimits
    image: MediaLimits
    audio: MediaLimits
    video: MediaLimits
    automatic: Automatic = Automatic()
    groups: GroupRules = GroupRules()

    @property
    def noticed(self) -> tuple[str, ...]:
        """The types received that it shows as a notice only."""
        return tuple(type_ for type_ in get_args(ReceivedType) if type_ not in self.shows)


def names() -> list[str]:
    """The names of the shipped profiles, in alphabetical order."""
    return sorted(file.stem for file in _FOLDER.glob("*.toml"))


def load(profile: str | Path) -> BridgeProfile:
    """A shipped profile by its name, or one's own by the path of its TOML file.

    Raises
    ------
    ConfigurationError
        There is no such profile, or it says something impossible; every fault of it.
    ScenarioSyntaxError
        The file is not TOML; with line and column.
    """
    if isinstance(profile, str) and profile in names():
        return _read(_FOLDER / f"{profile}.toml")
    file = Path(profile)
    if not file.is_file():
        fault = Fault.unknown("profile", str(profile), names())
        allowed = f"{fault.allowed}, or the path of a TOML file"
        raise ConfigurationError([Fault(fault.where, fault.given, allowed, fault.mend)])
    return _read(file)


def _read(file: Path) -> BridgeProfile:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 text: {error.reason}"
        raise ScenarioSyntaxError(file, 1, 1, reason) from None
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(file, str(error)) from None
    try:
        return BridgeProfile.model_validate(_tuples(content))
    except ValidationError as error:
        raise ConfigurationError(map(_fault, error.errors()), file) from None


def _tuples(value: Any) -> Any:  # noqa: ANN401 - TOML is of any type
    """`value` with tuples for lists, which a strict model tells apart."""
    match value:
        case dict():
            return {name: _tuples(member) for name, member in value.items()}
        case list():
            return tuple(map(_tuples, value))
        case _:
            return value


def _syntax_error(file: Path, message: str) -> ScenarioSyntaxError:
    place = _PLACE.search(message)
    reason = _PLACE.sub("", message)
    if place and place[1]:
        return ScenarioSyntaxError(file, int(place[1]), int(place[2]), reason)
    last = len(file.read_text(encoding="utf-8").splitlines()) or 1
    return ScenarioSyntaxError(file, last, 1, reason)


def _fault(error: Any) -> Fault:  # noqa: ANN401 - one of pydantic's error details
    *above, last = error["loc"]
    where = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        table: Any = BridgeProfile
        for step in above:
            table = table.model_fields[step].annotation
        return Fault.unknown(where, str(last), table.model_fields)
    if error["type"] == "missing":
        return Fault(where, "not there", "needed")
    return Fault(where, repr(error["input"]), error["msg"])
