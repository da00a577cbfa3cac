"""States and edits of channels, on the real desk."""

import asyncio
from typing import Any

import pytest
from bridge_of_channels import SmallBridge, equip
from sqlalchemy import select

from line_sim import MockLine
from line_sim.bridge.channels import connecting, environment, states
from line_sim.bridge.channels.connected import Connected
from line_sim.bridge.channels.registry import Channels
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError

RULE = {"kind": "alternative", "destinations": [1]}


@pytest.fixture
def channel(bridge: SmallBridge, line: MockLine) -> Connected:
    """A draft."""
    account = line.channel
    return asyncio.run(
        connecting.create(
            bridge, name="Shop", secret=account.secret, token=account.access_token,
            config={"rule": RULE},
        )
    )  # fmt: skip


def on_desk(bridge: SmallBridge) -> list[str]:
    """The states of the desk's channels."""
    return [each.state for each in bridge.desk.state.setup.channels]


def test_its_life(bridge: SmallBridge, channel: Connected) -> None:
    assert [] == on_desk(bridge)
    states.enable(bridge, channel)
    assert (["enabled"], True) == (on_desk(bridge), channel.receives)
    states.suspend(bridge, channel)
    assert (["suspended"], False) == (on_desk(bridge), channel.receives)
    states.enable(bridge, channel)
    assert (["enabled"], 0) == (on_desk(bridge), channel.number)
    states.delete(bridge, channel)
    assert ["deleted"] == on_desk(bridge)
    acts = bridge.store.rows(select(tables.audit.c.act).order_by(tables.audit.c.id))
    assert [
        "channel drafted", "channel enabled", "channel suspended", "channel enabled",
        "channel deleted",
    ] == [row.act for row in acts]  # fmt: skip


def test_a_state_that_cannot_follow_is_refused(bridge: SmallBridge, channel: Connected) -> None:
    with pytest.raises(ConfigurationError, match="channel 1: draft; enabled, to become suspended"):
        states.suspend(bridge, channel)
    states.enable(bridge, channel)
    with pytest.raises(ConfigurationError, match="enabled; draft or suspended, to become enabled"):
        states.enable(bridge, channel)


def test_what_leads_nowhere_is_not_enabled(bridge: SmallBridge, channel: Connected) -> None:
    states.edit(bridge, channel, config={"rule": {"kind": "alternative"}})
    with pytest.raises(ConfigurationError, match=r"rule.destinations: no destination"):
        states.enable(bridge, channel)

    assert ("draft", -1, []) == (channel.state, channel.number, on_desk(bridge))


def test_an_edit_changes_what_it_names_and_nothing_else(
    bridge: SmallBridge, channel: Connected
) -> None:
    states.enable(bridge, channel)
    first: dict[str, Any] = {"messages": {"welcome": {"on": True, "text": "Hi"}}, "language": "th"}
    states.edit(bridge, channel, config=first)
    states.edit(bridge, channel, config={"messages": {"welcome": {"on": False}}}, name="Thai shop")
    config = channel.config

    assert ("Thai shop", "th", False, "Hi") == (
        channel.name, config.language, config.messages.welcome.on, config.messages.welcome.text,
    )  # fmt: skip
    (seen,) = bridge.desk.state.setup.channels
    assert ("Thai shop", False) == (seen.name, seen.messages.welcome)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": {"kind": "alternative", "destinations": []}},
        {"rule": {"kind": "alternative", "destinations": [7]}},
        {"custom_info": "x" * 10_001},
        {"secret": "fake"},
        ["no table"],
        {"messages": ["no table"]},
        {"messages": {"welcome": "Hi"}},
    ],
)
def test_a_wrong_edit_changes_nothing(
    bridge: SmallBridge, channel: Connected, changes: dict[str, Any]
) -> None:
    states.enable(bridge, channel)
    before, desk = channel.config, bridge.desk.state.setup
    with pytest.raises(ConfigurationError):
        states.edit(bridge, channel, config=changes, name="New")

    assert (before, "Shop", desk) == (channel.config, channel.name, bridge.desk.state.setup)


def test_what_the_desk_refuses_is_undone_in_memory_too(
    bridge: SmallBridge, channel: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise ConfigurationError([])

    monkeypatch.setattr(bridge.desk, "reconfigure", refuse)
    with pytest.raises(ConfigurationError):
        states.enable(bridge, channel)

    assert ("draft", -1) == (channel.state, channel.number)
    assert channel is bridge.channels.by_id(channel.id)


def test_what_waits_to_be_sent_is_withdrawn_with_the_channel(
    bridge: SmallBridge, channel: Connected
) -> None:
    states.enable(bridge, channel)
    store = bridge.store
    chat = store.add(tables.chats, channel=channel.id, kind="user", line_id="U1")
    entry = store.add(tables.entries, chat=chat, author="staff", kind="text", text="x", at_ms=0)
    for state in ("queued", "sent"):
        store.add(
            tables.outbox, channel=channel.id, chat=chat, entry=entry, cause="staff", at_ms=0,
            made_at=0.0, messages=[], retry_key=state, state=state,
        )  # fmt: skip
    states.delete(bridge, channel)
    found = store.rows(select(tables.outbox.c.state).order_by(tables.outbox.c.id))

    assert ["withdrawn", "sent"] == [row.state for row in found]


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE channels; --", "<img src=x onerror=alert(1)>", "%s {0} ${x}"]
)
def test_names_are_text_and_nothing_else(
    bridge: SmallBridge, channel: Connected, name: str
) -> None:
    states.edit(bridge, channel, name=name)
    again = Channels(bridge, equip)
    again.load()

    assert [name] == [each.name for each in again]
    assert [name] == [row["name"] for row in states.all_rows(bridge)]


def test_the_environment_connects_one_channel_again_and_again(
    bridge: SmallBridge, line: MockLine
) -> None:
    told = {
        "LINE_CHANNEL_SECRET": line.channel.secret,
        "LINE_CHANNEL_ACCESS_TOKEN": line.channel.access_token,
    }
    first = asyncio.run(environment.connect(bridge, told))
    again = asyncio.run(environment.connect(bridge, told))

    assert first is again
    assert ("enabled", 0, "environment", line.channel.bot_user_id) == (
        first.state, first.number, first.path, first.bot_user_id,
    )  # fmt: skip
    with pytest.raises(ConfigurationError, match="channel_secret: missing"):
        asyncio.run(environment.connect(bridge, {}))


def test_under_bad_luck_the_environment_does_without_bot_info(bridge: SmallBridge) -> None:
    bridge.settings.line_api_url = "http://127.0.0.1:1"
    told = {"LINE_CHANNEL_SECRET": "fake-secret", "LINE_CHANNEL_ACCESS_TOKEN": "fake-token"}

    assert "" == asyncio.run(environment.connect(bridge, told)).bot_user_id
