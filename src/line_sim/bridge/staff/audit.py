"""Who did what: one row for each act of an administrator, in the transaction that does it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from line_sim.bridge.staff.needs import Shop


def note(bridge: Shop, by: int | None, act: str, subject: str, **facts: object) -> None:
    """Keep who did what.

    Parameters
    ----------
    by
        The row of whoever did it; None: the command line, or a one-time link.
    facts
        What the log says of it beside, once it is safe: ids and no names.
    """
    bridge.store.add(tables.audit, at=bridge.clock.now(), staff=by, act=act, subject=subject)
    bridge.store.after_commit(partial(bridge.journal.log, act, by=by, **facts))
