"""Draft, enabled, suspended, deleted: what a channel may become, and what that changes.

A draft answers LINE's Verify and nothing else; cancelled, it leaves nothing. Suspended: messages
make no enquiry and nothing automatic is sent, enquiries that there are stay. Deleted: the same for
ever, the LINE account is free for another channel, history stays readable, the secrets are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from line_sim.bridge.channels import config as configs
from line_sim.bridge.channels.connecting import demand_there, note
from line_sim.bridge.desk.setup import next_number
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from line_sim.bridge.channels.connected import Connected, State
    from line_sim.bridge.channels.needs import Owner

_MAY: dict[str, tuple[State, ...]] = {
    "enabled": ("draft", "suspended"),
    "suspended": ("enabled",),
}


def enable(bridge: Owner, channel: Connected, *, by: int | None = None) -> None:
    """Let a draft begin, or a suspended channel go on with the configuration it has.

    Raises
    ------
    ConfigurationError
        It is enabled already, or its rule leads nowhere.
    """
    _demand(bridge, channel, "enabled")
    plain = channel.config.model_dump(mode="json")
    configs.read(plain, bridge.channels.known_destinations(), routed=True)
    with bridge.store.transaction():
        if channel.number < 0:
            number = next_number(bridge.store, tables.channels)
            _write(bridge, channel, number=number, state="enabled")
        else:
            _write(bridge, channel, state="enabled")
        note(bridge, by, "channel enabled", channel.id, channel.name)
        bridge.desk.reconfigure()


def suspend(bridge: Owner, channel: Connected, *, by: int | None = None) -> None:
    """Take no messages for a while.

    Raises
    ------
    ConfigurationError
        It is not enabled.
    """
    _demand(bridge, channel, "suspended")
    with bridge.store.transaction():
        _write(bridge, channel, state="suspended")
        note(bridge, by, "channel suspended", channel.id, channel.name)
        bridge.desk.reconfigure()


def delete(bridge: Owner, channel: Connected, *, by: int | None = None) -> None:
    """Give the LINE account free; of a draft nothing is left, of a channel its history.

    What still waited to be sent is withdrawn.
    """
    table = tables.channels
    with bridge.store.transaction():
        if channel.state == "draft" and channel.number < 0:
            bridge.store.run(table.delete().where(table.c.id == channel.id))
            bridge.channels.refresh(channel.id)
            note(bridge, by, "channel draft cancelled", channel.id, channel.name)
            return
        outbox = tables.outbox
        bridge.store.run(
            outbox.update()
            .where(outbox.c.channel == channel.id, outbox.c.state == "queued")
            .values(state="withdrawn", reason="the channel was deleted")
        )
        channel.state = "deleted"
        _write(bridge, channel, state="deleted", secret_box=None, token_box=None)
        note(bridge, by, "channel deleted", channel.id, channel.name)
        bridge.desk.reconfigure()


def edit(
    bridge: Owner,
    channel: Connected,
    *,
    name: object = None,
    config: dict[str, Any] | None = None,
    by: int | None = None,
) -> None:
    """Change a channel's name, or some keys of its configuration.

    Parameters
    ----------
    config
        The keys to change; a key's value replaces the one before as a whole, but of ``messages``
        and ``sticky`` the keys that are not given stay.

    Raises
    ------
    ConfigurationError
        With everything that is wrong; nothing is changed then.
    """
    called = channel.name if name is None else configs.checked_name(name)
    plain = channel.config.model_dump(mode="json")
    wanted = merged(plain, {} if config is None else config)
    on_desk = channel.number >= 0
    checked = configs.read(wanted, bridge.channels.known_destinations(), routed=on_desk)
    with bridge.store.transaction():
        _write(bridge, channel, name=called, config=checked.model_dump(mode="json"))
        note(bridge, by, "channel edited", channel.id, called)
        if on_desk:
            bridge.desk.reconfigure()


def merged(before: dict[str, Any], changes: Any) -> dict[str, Any]:  # noqa: ANN401 - plain data
    """A configuration with changes; where there is a fault in them, the reader will find it."""
    if not isinstance(changes, dict):
        return changes  # type: ignore[no-any-return]
    made = {**before, **changes}
    for table in ("sticky", "messages"):
        if isinstance(change := changes.get(table), dict):
            made[table] = {**before[table], **change}
            for key, value in change.items():
                if isinstance(value, dict) and isinstance(before[table].get(key), dict):
                    made[table][key] = {**before[table][key], **value}
    return made


def listed(db: Connection) -> list[dict[str, Any]]:
    """Every channel, deleted ones too, as anybody may read it: without secrets and paths."""
    table = tables.channels
    columns = (
        table.c.id, table.c.number, table.c.name, table.c.state, table.c.account, table.c.config,
        table.c.created_at, table.c.last_webhook_at, table.c.paused,
    )  # fmt: skip
    rows = db.execute(select(*columns).order_by(table.c.id))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def all_rows(bridge: Owner) -> list[dict[str, Any]]:
    """The same of a running bridge."""
    with bridge.store.transaction():
        return listed(bridge.store.connection)


def _demand(bridge: Owner, channel: Connected, state: State) -> None:
    demand_there(bridge, channel)
    if channel.state not in _MAY[state]:
        allowed = f"{' or '.join(_MAY[state])}, to become {state}"
        raise ConfigurationError([Fault(f"channel {channel.id}", channel.state, allowed)])


def _write(bridge: Owner, channel: Connected, **values: object) -> None:
    table = tables.channels
    bridge.store.run(table.update().where(table.c.id == channel.id).values(**values))
    bridge.channels.refresh(channel.id)
