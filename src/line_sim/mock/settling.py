"""When the mock is at rest: nothing is awaited, and nothing has happened for a moment."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from line_sim.errors import SettleTimeoutError

if TYPE_CHECKING:
    from line_sim.mock.service import Service

QUIET_S = 0.2
"""How long nothing may happen before the mock is at rest; PLATFORM's choice, docs/mock.md."""


def awaited(service: Service, within_s: float) -> list[str]:
    """What is due within so many seconds, under way, or expected and not yet there."""
    found = [f"expected of {each}" for each in service.expectations.unmet()]
    found += [
        f"call {number} is being answered: {call.method} {call.path}"
        for number, call in service.open_calls.items()
    ]
    found += service.dispatcher.under_way()
    due_us = service.dispatcher.next_due_us()
    if due_us is not None:
        wait_s = service.clock.wall_s_until(due_us)
        if wait_s is not None and wait_s <= within_s:
            found.append(f"a webhook is due in {wait_s:.1f} s")
    return found


async def settle(service: Service, timeout_s: float) -> None:
    """Wait until nothing is awaited and nothing has happened for `QUIET_S`.

    Raises
    ------
    SettleTimeoutError
        After `timeout_s`, with what is still awaited.
    """
    started = time.monotonic()
    while True:
        left_s = timeout_s - (time.monotonic() - started)
        still = awaited(service, max(0.0, left_s))
        quiet_s = service.activity.quiet_s
        if not still and quiet_s >= QUIET_S:
            return
        if left_s <= 0:
            raise SettleTimeoutError(
                timeout_s, still or [f"{QUIET_S} s without anything happening"]
            )
        await service.activity.touched(min(left_s, QUIET_S if still else QUIET_S - quiet_s) + 0.001)


async def rest(service: Service, timeout_s: float) -> None:
    """Wait at most so long for what is awaited; what then still is, others tell."""
    if awaited(service, timeout_s):
        with contextlib.suppress(SettleTimeoutError):
            await settle(service, timeout_s)
