"""One channel from LINE_CHANNEL_SECRET and LINE_CHANNEL_ACCESS_TOKEN, enabled at once.

For tests and trials (docs/replaying.md, "the start contract"): no wizard, a webhook path that is
known beforehand, and a group that everything goes to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from line_sim.bridge.channels import accounts
from line_sim.bridge.channels.config import ChannelConfig
from line_sim.bridge.channels.rules import Alternative
from line_sim.bridge.desk.setup import next_number
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.channels.needs import Owner

PATH = "environment"
GROUP = "Everybody"
VARIABLES = ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN")
_TRIES = 3


async def connect(bridge: Owner, environment: Mapping[str, str]) -> Connected:
    """Connect what the environment says; started again, the same channel goes on.

    Raises
    ------
    ConfigurationError
        A variable is missing.
    """
    secret, token = accounts.checked(*(environment.get(name, "") for name in VARIABLES))
    for each in (secret, token):
        bridge.journal.hide(each)
    account = await _account(bridge, secret, token)
    store, table = bridge.store, tables.channels
    boxes: dict[str, Any] = {
        "secret_box": bridge.keys.seal(secret),
        "token_box": bridge.keys.seal(token),
    }
    if account:
        boxes |= {"bot_user_id": account["userId"], "account": account}
    with store.transaction():
        row = store.value(select(table.c.id).where(table.c.path == PATH))
        if row is None:
            row = store.add(
                table,
                number=next_number(store, table),
                name=str(account.get("displayName", PATH))[:40] or PATH,
                state="enabled",
                path=PATH,
                config=ChannelConfig(rule=Alternative(destinations=(_group(bridge),))).model_dump(
                    mode="json"
                ),
                created_at=bridge.clock.now(),
                **boxes,
            )
        else:
            values = {"state": "enabled", "paused": None, **boxes}
            store.run(table.update().where(table.c.id == row).values(**values))
        channel = bridge.channels.refresh(row)
        bridge.desk.reconfigure()
    if channel is None:
        raise AssertionError(row)
    return channel


async def _account(bridge: Owner, secret: str, token: str) -> dict[str, Any]:
    """Bot info, where LINE says it: a trial under bad luck starts without."""
    for _ in range(_TRIES):
        try:
            return await accounts.of(bridge.settings.line_api_url, secret, token)
        except (ConfigurationError, UnreachableError) as error:
            bridge.journal.log(f"bot info was not told: {error}")
    return {}


def _group(bridge: Owner) -> int:
    """The first destination; made where there is none."""
    store, table = bridge.store, tables.destinations
    found = store.value(select(table.c.id).where(table.c.state != "deleted").order_by(table.c.id))
    if found is not None:
        return int(found)
    number = next_number(store, table)
    return store.add(table, number=number, name=GROUP, config={"kind": "group"})
