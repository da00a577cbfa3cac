"""The side of this machine: the key, the disk, the running process, and what could not be sent."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from line_sim.bridge import keys
from line_sim.bridge.doctor.findings import ago, bad, good, open_
from line_sim.bridge.running import is_held, url_of
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, UnreachableError
from line_sim.net.http.control import ControlClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from line_sim.bridge.doctor.findings import Finding
    from line_sim.bridge.install import Install
    from line_sim.bridge.keys import Keys

GIVE = "give it to the user that the bridge runs as, and be that user"
HEALTH_S = 5.0
LEAST_FREE_BYTES = 1_000_000_000
"""Chosen: five films of the largest size."""
DAY_S = 86_400.0


def key_of(install: Install) -> tuple[Keys | None, Finding]:
    """The key, and what is to be said of it."""
    try:
        found = keys.read(install.key_file, install.data_folder)
    except ConfigurationError as error:
        fault = error.faults[0]
        return None, bad("key", f"{fault.where}: {fault.given}", fault.mend or fault.allowed)
    except OSError as error:
        return None, bad("key", f"{error.filename}: {error.strerror}", GIVE)
    return found, good("key", found.where)


def of_the_machine(install: Install) -> Iterator[Finding]:
    """The process, the address, the disk."""
    yield process(install)
    if install.public_url.startswith("https://"):
        yield good("public address", install.public_url)
    elif install.public_url:
        yield open_("public address", f"{install.public_url}: LINE itself takes https:// only")
    else:
        mend = "set public_url in bridge.toml to the https:// address that leads to the bridge"
        yield bad("public address", "none: LINE cannot deliver, media cannot be sent", mend)
    folder = install.media_folder if install.media_folder.is_dir() else install.folder
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        yield bad("disk", f"{folder} cannot be written to", GIVE)
    elif free < LEAST_FREE_BYTES:
        yield bad("disk", f"{free / 1e6:,.0f} MB free in {folder}", "make room: 1 GB at least")
    else:
        yield good("disk", f"{free / 1e9:,.1f} GB free")


def process(install: Install) -> Finding:
    """Whether the bridge runs and answers."""
    check = "bridge"
    try:
        held = is_held(install.data_folder)
    except OSError as error:
        return bad(check, f"{error.filename}: {error.strerror}", GIVE)
    if not held:
        return bad(check, "does not run", f"line-sim bridge run --folder {install.folder}")
    url = url_of(install.data_folder)
    if not url:
        return open_(check, "is starting", "look again in a moment")
    client = ControlClient(url, {}, timeout_s=HEALTH_S)
    try:
        status, told = client.get("/health")
    except UnreachableError as error:
        return bad(check, f"does not answer at {url} ({error.reason})", "start it again")
    finally:
        client.close()
    if status != 200:  # noqa: PLR2004 - HTTP's
        return bad(check, *_unwell(url, status, told))
    return good(check, f"answers at {url}")


def _unwell(url: str, status: int, told: bytes) -> tuple[str, str]:
    """What a bridge says is wrong with it, and the mend."""
    with suppress(ValueError, AttributeError):
        if stands_s := json.loads(told).get("desk_stands_for_s"):
            given = f"its desk stands for {stands_s:,} s more: this machine's clock was set back"
            return given, "set the clock right; nothing is due until then"
    return f"answers {status} at {url}/health", "look into its log"


def of_the_store(db: Connection, now: float) -> Iterator[Finding]:
    """What could not be sent, fetched or told in the last day; counts only, no texts.

    Parameters
    ----------
    now
        Unix seconds by the bridge's clock.
    """
    outbox, entries, alerts = tables.outbox, tables.entries, tables.alerts
    for row in db.execute(
        select(outbox.c.channel, outbox.c.state, func.count().label("count"))
        .where(outbox.c.state.in_(("failed", "unknown")), outbox.c.made_at > now - DAY_S)
        .group_by(outbox.c.channel, outbox.c.state)
    ):
        what = "failed" if row.state == "failed" else "may or may not have gone out"
        told = f"{row.count:,} in the last day {what}"
        yield bad("messages sent", told, "staff see each, and can send it again", row.channel)
    waiting = db.execute(
        select(func.count(), func.min(outbox.c.made_at)).where(outbox.c.state == "queued")
    ).one()
    if waiting[0] and now - waiting[1] > 60:  # noqa: PLR2004 - a minute
        told = f"{waiting[0]:,} wait, the oldest since {ago(now - waiting[1])}"
        yield bad("messages waiting", told, "see the channel's token and quota below")
    lost = db.execute(
        select(entries.c.fetch, func.count())
        .where(entries.c.fetch.in_(("failed", "expired")), entries.c.at_ms > (now - DAY_S) * 1e3)
        .group_by(entries.c.fetch)
    ).all()
    for state, count in lost:
        yield open_("content of customers", f"{count:,} in the last day {state}")
    yield from _who_answers(db)
    unseen = db.execute(select(func.count()).where(alerts.c.seen == 0)).scalar() or 0
    if unseen:
        yield open_("alerts", f"{unseen:,} that nobody has seen")


def _who_answers(db: Connection) -> Iterator[Finding]:
    """Destinations that nobody answers in, to which every enquiry is a missed one."""
    destinations, staff = tables.destinations, tables.staff
    able = {row.id for row in db.execute(select(staff.c.id).where(staff.c.state == "enabled"))}
    query = select(destinations).where(destinations.c.state != "deleted")
    for row in db.execute(query.order_by(destinations.c.id)):
        config = row.config or {}
        if config.get("kind") == "chatbot" or able & {*(config.get("staff") or ())}:
            continue
        told = f"nobody answers in {row.name} ({row.id}): what comes there is missed"
        mend = f"line-sim bridge staff --invite LOGIN --destination {row.id}, or by the API"
        yield bad("destinations", told, mend)
