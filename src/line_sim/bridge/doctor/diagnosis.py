"""The whole examination: secret and token first, then whether messages come, then the rest."""

from __future__ import annotations

import asyncio
import email.utils
import time
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from line_sim.bridge.backup.writing import schema_of, snapshot
from line_sim.bridge.channels import steps
from line_sim.bridge.channels.config import ChannelConfig
from line_sim.bridge.channels.connected import Connected
from line_sim.bridge.channels.platform import Platform
from line_sim.bridge.channels.registry import webhook_url
from line_sim.bridge.doctor import here
from line_sim.bridge.doctor.findings import Finding, ago, bad, good, open_
from line_sim.bridge.store import tables
from line_sim.bridge.store.migrations import NEWEST
from line_sim.errors import ConfigurationError, Fault, UnreachableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from line_sim.bridge.install import Install
    from line_sim.bridge.keys import Keys

MOST_SKEW_S = 60.0
"""Chosen: a clock that is this wrong makes times in transcripts wrong, and tokens seem young."""
FEW = 0.1
"""Share of the month's messages left that is worth a word (chosen)."""
LOOK_EVERY_S = 0.5


def diagnose(install: Install, *, only: int | None = None) -> list[Finding]:
    """Look at everything; changes nothing here, and nothing at LINE but its test of the webhook.

    Parameters
    ----------
    only
        The row of a channel, to look at no other.

    Raises
    ------
    ConfigurationError
        There is no database, or no such channel.
    """
    found = [*here.of_the_machine(install)]
    keys, about_key = here.key_of(install)
    found.append(about_key)
    now = time.time()
    try:
        with snapshot(install.database) as db:
            if (version := schema_of(db)) not in {"", NEWEST}:
                told = f"of another version ({version}; this one's is {NEWEST})"
                return [*found, bad("database", told, "line-sim bridge upgrade says what to do")]
            stored = [*here.of_the_store(db, now)]
    except DBAPIError as error:
        told, mend = " ".join(str(error.orig).split()), "does it run, and has it room?"
        return [*found, bad("database", told, mend)]
    channels, about_channels = read_channels(install, keys, only)
    by_channel: list[Finding] = []
    for channel, last_webhook_at in channels:
        by_channel += asyncio.run(of_channel(install, channel))
        by_channel.append(_last_webhook(channel, last_webhook_at, now))
    return [*by_channel, *about_channels, *found, *stored]


def read_channels(
    install: Install, keys: Keys | None, only: int | None = None
) -> tuple[list[tuple[Connected, float | None]], list[Finding]]:
    """The channels that are not deleted, each with the time of its last webhook."""
    table = tables.channels
    query = select(table).where(table.c.state != "deleted").order_by(table.c.id)
    with snapshot(install.database) as db:
        rows = db.execute(query if only is None else query.where(table.c.id == only)).all()
    if not rows and only is not None:
        mend = "line-sim bridge channels lists them"
        raise ConfigurationError([Fault("--channel", f"no channel {only}", "one there is", mend)])
    if not rows:
        return [], [open_("channels", "none is connected", "line-sim bridge connect makes one")]
    if keys is None:
        return [], []
    found, wrong = [], []
    for row in rows:
        try:
            secret, token = keys.open(row.secret_box), keys.open(row.token_box)
        except ConfigurationError as error:
            fault = error.faults[0]
            wrong.append(bad("key", fault.given, fault.mend, row.id))
            continue
        channel = Connected(
            row.id, -1 if row.number is None else row.number, row.name, row.state,
            row.bot_user_id or "", row.path, secret, token, row.account or {},
            ChannelConfig.model_validate(row.config), row.paused or "",
        )  # fmt: skip
        found.append((channel, row.last_webhook_at))
    return found, wrong


async def of_channel(install: Install, channel: Connected) -> list[Finding]:
    """LINE's side of a channel: credentials, webhook, switches, the month's messages, the time."""
    url = webhook_url(install, channel)
    found = [
        Finding(step.name, channel.id, step.ok, step.told, step.mend)
        for step in await steps.looked_at(install.line_api_url, channel, url, point=False)
    ]
    if channel.state == "draft":
        mend = f"line-sim bridge enable {channel.id}"
        found.append(open_("state", "a draft: messages are dropped", mend, channel.id))
    elif channel.state == "suspended":
        mend = f"line-sim bridge resume {channel.id}"
        found.append(open_("state", "suspended: messages make no enquiries", mend, channel.id))
    if channel.paused:
        mend = f"line-sim bridge credentials {channel.id}"
        found.append(bad("sending", f"paused: {channel.paused}", mend, channel.id))
    try:
        async with Platform(install.line_api_url, channel.token) as line:
            found += [each async for each in _month(line, channel)]
    except UnreachableError:
        pass  # the steps have told it
    return found


async def _month(line: Platform, channel: Connected) -> AsyncIterator[Finding]:
    before = time.time()
    limit, used = await line.quota(), await line.consumption()
    if dated := email.utils.parsedate_to_datetime(used.date) if used.date else None:
        skew = abs(dated.timestamp() - (before + time.time()) / 2)
        if skew > MOST_SKEW_S:
            mend = "let this machine keep its time (NTP)"
            yield bad("clock", f"{skew:,.0f} s away from LINE's", mend, channel.id)
    value, total = limit.json.get("value"), used.json.get("totalUsage")
    if limit.json.get("type") != "limited" or not isinstance(value, int):
        return
    if isinstance(total, int):
        left = value - total
        told = f"{left:,} of {value:,} messages left this month"
        mend = "replies cost nothing; a larger plan is in LINE Official Account Manager"
        if left <= 0:
            yield bad("quota", told, mend, channel.id)
        elif left < FEW * value:
            yield open_("quota", told, mend, channel.id)
        else:
            yield good("quota", told, channel.id)


def _last_webhook(channel: Connected, at: float | None, now: float) -> Finding:
    check = "last webhook"
    if at is None:
        mend = "write something to the account; then see the steps above"
        return open_(check, "none has come yet", mend, channel.id)
    return good(check, ago(now - at), channel.id)


def wait_for_message(install: Install, channel: int, wait_s: float) -> Finding:
    """Wait until a customer's message comes on a channel: the guide's test message."""
    check, until = "test message", time.monotonic() + wait_s
    before = _newest(install, channel)
    while time.monotonic() < until:
        if _newest(install, channel) > before:
            return good(check, "came", channel)
        time.sleep(LOOK_EVERY_S)
    mend = "see the steps above; in this order: secret, token, webhook URL, use webhook"
    return bad(check, f"none came within {wait_s:g} s", mend, channel)


def _newest(install: Install, channel: int) -> int:
    entries, chats = tables.entries, tables.chats
    query = (
        select(func.max(entries.c.id))
        .join(chats, chats.c.id == entries.c.chat)
        .where(chats.c.channel == channel, entries.c.author == "customer")
    )
    with snapshot(install.database) as db:
        return int(db.execute(query).scalar() or 0)


def failing(found: list[Finding]) -> Iterator[Finding]:
    """Those that are not as they should be."""
    return (each for each in found if each.ok is False)
