"""What the bridge is told: by arguments, else by its environment, later by its operator."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from functools import cache

from line_sim.wire import bridge_profiles

STAFF_NAMES = ("none", "first", "first_last")


@dataclass
class Settings:
    """Everything that may be set; `CHANGEABLE` of it while the bridge runs."""

    secret: str
    access_token: str
    api_url: str
    data_url: str
    host: str = "127.0.0.1"
    port: int = 0
    state: str = ""
    """The file of the database; empty: a temporary one, forgotten at the end."""
    agent: bool = False
    """Whether the agent view is offered."""
    public_url: str = ""
    """The HTTPS origin under which customers' phones load what staff send."""
    profile: str = "seed"
    staff_name: str = "first"
    welcome: str = ""
    """Empty, as by default: no welcome, so that answers are echoes and nothing else."""
    groups: bool = False
    channel_id: str = ""
    """Where given, the bridge issues short-lived tokens by it and the secret."""

    CHANGEABLE = (
        "secret", "access_token", "public_url", "profile", "staff_name", "welcome", "groups",
        "channel_id",
    )  # fmt: skip

    def change(self, name: str, value: object) -> None:
        """Set one of `CHANGEABLE`; ValueError says what is wrong with it."""
        if name not in self.CHANGEABLE:
            message = f"{name!r} is no setting; {', '.join(self.CHANGEABLE)} are"
            raise ValueError(message)
        wanted = bool if name == "groups" else str
        if not isinstance(value, wanted):
            message = f"{name}: {value!r} is not a {wanted.__name__}"
            raise ValueError(message)  # noqa: TRY004 - all that is wrong is told in one way
        words = {"profile": tuple(bridge_profiles.names()), "staff_name": STAFF_NAMES}.get(name)
        if words and value not in words:
            message = f"{name}: {value!r}; one of {', '.join(words)}"
            raise ValueError(message)
        if name == "public_url" and value and not str(value).startswith("https://"):
            message = f"public_url: {value!r}; phones load from https:// only"
            raise ValueError(message)
        setattr(self, name, value)

    @property
    def limits(self) -> bridge_profiles.BridgeProfile:
        """What the profile allows."""
        return _loaded(self.profile)


_loaded = cache(bridge_profiles.load)


def read(words: list[str]) -> Settings:
    """The settings by arguments and environment; ends with a usage message where one is missing."""
    told = os.environ
    parser = argparse.ArgumentParser(description="A bridge for LINE that echoes.")
    parser.add_argument("--listen", default=f"127.0.0.1:{told.get('PORT', '0')}")
    parser.add_argument("--secret", default=told.get("LINE_CHANNEL_SECRET"))
    parser.add_argument("--token", default=told.get("LINE_CHANNEL_ACCESS_TOKEN"))
    parser.add_argument("--api", default=told.get("LINE_API_BASE_URL", "https://api.line.me"))
    parser.add_argument("--data-api", default=told.get("LINE_DATA_API_BASE_URL"))
    parser.add_argument("--state", default=told.get("BRIDGE_STATE", ""))
    parser.add_argument("--public-url", default=told.get("BRIDGE_PUBLIC_URL", ""))
    parser.add_argument("--agent", action="store_true", default="BRIDGE_AGENT" in told)
    parser.add_argument("--welcome", default="")
    parser.add_argument("--groups", action="store_true")
    parser.add_argument("--profile", default="seed", choices=bridge_profiles.names())
    parser.add_argument("--staff-name", default="first", choices=STAFF_NAMES)
    given = parser.parse_args(words)
    host, _, port = given.listen.rpartition(":")
    if not (given.secret and given.token and port.isdigit()):
        parser.error("--secret, --token (or LINE_CHANNEL_SECRET, LINE_CHANNEL_ACCESS_TOKEN) and "
                     "--listen HOST:PORT (or PORT) are needed")  # fmt: skip
    return Settings(
        secret=given.secret,
        access_token=given.token,
        api_url=given.api.rstrip("/"),
        data_url=(given.data_api or given.api).rstrip("/"),
        host=host.strip("[]"),
        port=int(port),
        state=given.state,
        agent=given.agent,
        public_url=given.public_url.rstrip("/"),
        profile=given.profile,
        staff_name=given.staff_name,
        welcome=given.welcome,
        groups=given.groups,
    )
