"""When a recorded event happens in the replay, as its ``timestamp`` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.replay.plan import Planned

FAR_MS = 60_000
"""Chosen: an event whose recorded time is further from its sending than this was skewed, or is told
late, on purpose; it keeps that distance."""
KEPT = 100_000
LATEST_MS = 2**48 - 1
"""What an event's id has room for."""


class EventTimes:
    """Live times, in Unix milliseconds.

    An event happens when its webhook is to be sent. Redeliveries keep the time of the first
    sending; events of one webhook keep their distances, and so does one that another of its chat
    has overtaken.

    Parameters
    ----------
    epoch_ms
        The Unix time of the recording's start.
    made_up
        Whether the recording's times mean nothing.
    """

    def __init__(self, epoch_ms: int, *, made_up: bool = False) -> None:
        self._epoch_ms = epoch_ms
        self._made_up = made_up
        self._known: dict[tuple[int, str], int] = {}
        self._newest: dict[tuple[int, str], tuple[int, int]] = {}
        """By loop and recorded chat, the newest event's recorded and live time."""

    def of(
        self, planned: Planned, event: Mapping[str, Any], name: str, chat: str, due_ms: int
    ) -> int:
        """When an event happens.

        Parameters
        ----------
        name, chat
            The event's recorded id and chat; may be empty.
        due_ms
            When its webhook is to be sent.
        """
        key = planned.loop, name
        known = self._known.get(key) if name else None
        if known is not None:
            return known
        told = told_ms(event)
        found = due_ms if told is None else self._moved(planned, event, chat, told, due_ms)
        found = min(max(found, 0), LATEST_MS)
        if name:
            self._known[key] = found
            if len(self._known) > KEPT:
                del self._known[next(iter(self._known))]
        return found

    def _moved(
        self, planned: Planned, event: Mapping[str, Any], chat: str, told: int, due_ms: int
    ) -> int:
        sent = self._epoch_ms + round(planned.recorded_s * 1_000)
        context = event.get("deliveryContext")
        again = isinstance(context, dict) and context.get("isRedelivery") is True
        if not self._made_up and (again or abs(sent - told) > FAR_MS):
            return due_ms - (sent - told)
        newest = self._newest.get((planned.loop, chat)) if chat else None
        if newest is not None and told < newest[0]:
            return newest[1] - (newest[0] - told)
        last = told
        if len(planned.events) > 1:
            times = [each for each in map(told_ms, planned.events) if each is not None]
            last = max(times)
        found = due_ms - min(last - told, FAR_MS)
        if chat:
            self._newest[planned.loop, chat] = told, found
        return found


def told_ms(event: Mapping[str, Any]) -> int | None:
    """The timestamp of an event; None where it is no whole number."""
    told = event.get("timestamp")
    return told if isinstance(told, int) and not isinstance(told, bool) else None
