"""Who is there: statuses that follow from heartbeats and from use (guide, setting-availability).

A person chooses ACTIVE or BUSY; IDLE and OFFLINE come by themselves: IDLE when no device was used
for as long as the service says, OFFLINE when none was heard of for 30 s. Whoever comes back has the
status they chose last. What changes is an ordinary input of the desk.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from line_sim.desk.model import ACTIVE, BUSY, IDLE, OFFLINE, STATUSES

if TYPE_CHECKING:
    from line_sim.desk.setup import Service

Client = Literal["dashboard", "mobile"]

SILENT_AFTER_S = 30.0
"""A client not heard of for this long is gone (chosen)."""


@dataclasses.dataclass(slots=True)
class _Device:
    heard_at: float
    used_at: float


class Presence:
    """What is known of the devices of each member; times are Unix seconds of the bridge's clock."""

    def __init__(self) -> None:
        self._devices: dict[int, dict[Client, _Device]] = {}

    def assume(self, member: int, now: float) -> None:
        """Take it that somebody is there: after a start, until they are heard of or not."""
        self._devices.setdefault(member, {"dashboard": _Device(now, now)})

    def heard(self, member: int, client: Client, now: float, *, used: bool) -> None:
        """A heartbeat; `used` = the person has done something since the last one."""
        devices = self._devices.setdefault(member, {})
        device = devices.get(client)
        if device is None:
            devices[client] = _Device(now, now)
        else:
            device.heard_at = now
            if used:
                device.used_at = now

    def touch(self, member: int, now: float) -> None:
        """The person has just done something, wherever."""
        for device in self._devices.get(member, {}).values():
            device.used_at = now

    def gone(self, member: int) -> None:
        """The member has signed out everywhere."""
        self._devices.pop(member, None)

    def members(self) -> list[int]:
        """Those of whom a device is known."""
        return list(self._devices)

    def status(self, member: int, chosen: int, now: float, service: Service) -> str:
        """The status that follows for a member now."""
        devices = self._devices.get(member, {})
        there = {c: d for c, d in devices.items() if now - d.heard_at < SILENT_AFTER_S}
        if not there:
            return STATUSES[OFFLINE]
        if chosen == BUSY:
            return STATUSES[BUSY]
        used = any(now - d.used_at < _idle_after_s(service, c) for c, d in there.items())
        return STATUSES[ACTIVE if used else IDLE]

    def next_change(self, now: float, service: Service) -> float | None:
        """When somebody's status may change if nothing is heard; None = never."""
        times = [
            time
            for devices in self._devices.values()
            for client, device in devices.items()
            for time in (
                device.heard_at + SILENT_AFTER_S,
                device.used_at + _idle_after_s(service, client),
            )
            if time > now
        ]
        return min(times, default=None)

    def forget_silent(self, now: float) -> None:
        """Drop devices that are gone."""
        for member, devices in list(self._devices.items()):
            for client, device in list(devices.items()):
                if now - device.heard_at >= SILENT_AFTER_S:
                    del devices[client]
            if not devices:
                del self._devices[member]


def _idle_after_s(service: Service, client: Client) -> float:
    if client == "mobile":
        return service.idle_after_mobile_s
    return service.idle_after_dashboard_s
