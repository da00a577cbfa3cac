"""A bridge set up as a scenario's desk: an install with its staff, destinations and channels.

All of it through the functions that administrators' commands and API use, so what a bridge would
refuse is refused here. ``started`` is set to the scenario's start: the live log counts time as the
simulated one does.
"""

from __future__ import annotations

import dataclasses
import secrets
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import update

from line_sim.bridge import install, keys
from line_sim.bridge.channels import connecting, states
from line_sim.bridge.channels.registry import ROUTE
from line_sim.bridge.desk.setup import began, read_setup
from line_sim.bridge.install import Install, Told
from line_sim.bridge.offline import Offline
from line_sim.bridge.staff import accounts, places, service
from line_sim.bridge.staff.passwords import Passwords
from line_sim.bridge.store import migrating, tables
from line_sim.bridge.store.store import Store
from line_sim.desk.routing import Rule
from line_sim.desk.setup import AutoMessages, Service, Sticky
from line_sim.errors import ConfigurationError, Fault
from line_sim.sim.traffic_texts import AUTOMATIC

if TYPE_CHECKING:
    from pathlib import Path

    from argon2 import PasswordHasher

    from line_sim.desk.setup import Channel, Chatbot, DeskSetup, Queue, ServiceGroup
    from line_sim.mock.channel_facts import ChannelFacts
    from line_sim.mock.server import MockLine

_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_SERVICE = TypeAdapter(Service)
_NAMES = frozenset({"destinations", "other_schedule", "percentage_remainder"})
"""Fields of rules that list destinations."""
LOCALES = ("en", "ja", "th", "zh-TW")


@dataclasses.dataclass(frozen=True)
class Furnished:
    """An install that is ready to run.

    Parameters
    ----------
    install : where it is.
    setup : the desk as the bridge has it: what a scenario knows and a bridge does not (classes,
        languages) is not in it.
    logins : how each member signs in, in the order of ``setup.members``.
    password : everybody's.
    paths : where each channel takes webhooks, in order.
    texts : what the bridge says by itself: the occasion by the text.
    """

    install: Install
    setup: DeskSetup
    logins: tuple[str, ...]
    password: str = dataclasses.field(repr=False)
    paths: tuple[str, ...]
    texts: dict[str, str]


async def furnish(  # noqa: PLR0913 - the rest by name
    folder: Path,
    setup: DeskSetup,
    line: MockLine,
    *,
    language: str = "en",
    hasher: PasswordHasher | None = None,
    port: int = 0,
) -> Furnished:
    """Make an install in `folder` that is the desk of `setup`.

    Parameters
    ----------
    line
        The mock in LINE's place, with one channel for each of `setup`, in the same order.
    language
        Of the texts the bridge says by itself, and of the order of names.
    hasher
        How the password is hashed; None: as for real.
    port
        Where it is to listen; 0: a free one.

    Raises
    ------
    ConfigurationError
        A bridge cannot be set up so: every fault of the part it found first.
    """
    if setup.methods:
        named = ", ".join(sorted(setup.methods))
        fault = Fault("methods", f"own methods of {named}", "the bridge's own distributions")
        raise ConfigurationError([fault])
    told = Told(port=port, line_api_url=line.url, line_data_url=line.url)
    install.make(folder, told)
    keys.make(folder / told.key_file, folder / "data")
    made = Install(folder, environment={})
    _begin(made, setup)
    password = secrets.token_urlsafe(16)
    hashed = await Passwords(hasher).hash(password)
    with Offline(made) as bridge:
        service.change(bridge, _SERVICE.dump_python(setup.service, mode="json"), by=None)
        staff, logins = _hire(bridge, setup, hashed, language)
        ids = {
            place.name: places.create(
                bridge, place.name, _destination(place, staff, setup), by=None
            )
            for place in setup.destinations
        }
        paths = [
            await _connect(bridge, channel, facts, ids, language)
            for channel, facts in zip(setup.channels, line.channels, strict=True)
        ]
        read = read_setup(bridge.store)
    texts = {text: occasion for occasion, text in automatic(language).items()}
    return Furnished(made, read, tuple(logins), password, tuple(paths), texts)


def automatic(language: str) -> dict[str, str]:
    """What the bridge says by itself: the text by the occasion."""
    return dict(AUTOMATIC.get(language, AUTOMATIC["en"]))


def _begin(made: Install, setup: DeskSetup) -> None:
    """Settle the zone and the instant that the desk's time is counted from."""
    made.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store(made.database)
    try:
        migrating.upgrade(store)
        store.add(tables.meta, name="utc_offset", value=setup.utc_offset)
        began(store, started(setup))
    finally:
        store.close()


def started(setup: DeskSetup) -> float:
    """The Unix time of a setup's start, seconds."""
    return setup.start.fromisoformat(f"{setup.start.isoformat()}{setup.utc_offset}").timestamp()


def _hire(
    bridge: Offline, setup: DeskSetup, hashed: str, language: str
) -> tuple[dict[str, int], list[str]]:
    """Make everybody's account; ids by name, and logins in order."""
    ids, logins = {}, []
    for number, member in enumerate(setup.members):
        login = f"member-{number}"
        values: dict[str, Any] = {
            "login": login, "first_name": member.name, "last_name": "",
            "locale": language if language in LOCALES else "en",
            "role": "administrator" if member.role == "administrator" else "staff",
            "max_concurrent": member.max_concurrent,
        }  # fmt: skip
        person = accounts.create(bridge, values, by=None, password_hash=hashed)
        if member.account != "live":
            row = tables.staff.c.id == person.id
            bridge.store.run(update(tables.staff).where(row).values(state="suspended"))
        ids[member.name] = person.id
        logins.append(login)
    return ids, logins


def _destination(
    place: ServiceGroup | Queue | Chatbot, staff: dict[str, int], setup: DeskSetup
) -> dict[str, Any]:
    """A destination as an administrator would say it."""
    config: dict[str, Any] = {"kind": place.kind, "support_languages": place.support_languages}
    config["tags"] = tuple(tag for tag, named in setup.tags.items() if place.name in named)
    if place.kind == "chatbot":
        return config
    for name in (
        "distribution", "weights", "rr_advance_on", "idle_since", "idle_resets_on_login",
        "pool_start", "pool_step", "pool_every_s",
    ):  # fmt: skip
        config[name] = getattr(place, name)
    if place.kind == "queue":
        config["queue_max_hold_s"] = place.queue_max_hold_s
        config["queue_max_size"] = place.queue_max_size
    return {**config, "staff": tuple(staff[name] for name in place.staff)}


async def _connect(
    bridge: Offline, channel: Channel, facts: ChannelFacts, ids: dict[str, int], language: str
) -> str:
    """Connect one channel to its account at the mock, and let it begin; its webhook path."""
    texts = automatic(language)
    messages = {
        name: {"on": value, "text": texts[name]} if name in texts else value
        for name, value in _plain(channel.messages, AutoMessages).items()
    }
    config = {
        "rule": with_ids(_RULE.dump_python(channel.rule, mode="json"), ids),
        "sticky": _plain(channel.sticky, Sticky), "messages": messages,
        "utc_offset": channel.utc_offset, "display_name_format": "first_name",
        "language": language if language in LOCALES else "en",
    }  # fmt: skip
    made = await connecting.create(
        bridge, name=channel.name, secret=facts.secret, token=facts.access_token, config=config
    )
    states.enable(bridge, made)
    if channel.state == "suspended":
        states.suspend(bridge, made)
    return f"{ROUTE}{made.path}"


def _plain(value: object, of: type[Any]) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(of)}


def with_ids(value: Any, ids: dict[str, int], field: str = "") -> Any:  # noqa: ANN401 - plain data
    """A rule as plain data with ids of destinations in the place of their names."""
    if isinstance(value, dict):
        return {key: with_ids(each, ids, key) for key, each in value.items()}
    if isinstance(value, list):
        return [ids[each] if field in _NAMES else with_ids(each, ids) for each in value]
    return value
