"""Logs written by hand, one readable call a happening, for tests that count with a pencil."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from line_sim.desk.model import KINDS, REASONS, SECOND
from line_sim.log import EventLog

ANN, BEN, CAT = range(3)


def team(names: str = "Ann Ben Cat", **same: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Header entries of members, alike but for their names."""
    return [
        {
            "name": name, "role": "agent", "device": "dashboard", "account": "live",
            "max_concurrent": None, "cost_per_hour": None, **same,
        }
        for name in names.split()
    ]  # fmt: skip


def place(name: str, staff: str, distribution: str = "most_idle", kind: str = "queue") -> Any:  # noqa: ANN401
    """Header entry of one destination."""
    return {"name": name, "kind": kind, "distribution": distribution, "staff": staff.split()}


class Written:
    """A log in the making; times in seconds, in any order, rows of one instant as written.

    ``Written().received(0, 0).picked_up(5, 0, staff=ANN).log``: every kind of happening is a
    method taking the second and, where it is about one, the enquiry.
    """

    def __init__(self, **header: Any) -> None:  # noqa: ANN401
        self._rows: list[tuple[int, ...]] = []
        self._header = {
            "start": "2026-03-02T00:00:00",  # a Monday
            "utc_offset": "+07:00",
            "channels": [{"name": "Shop"}],
            "destinations": [place("Sales", "Ann Ben Cat")],
            "members": team(),
            "classes": ["customer", "vip"],
            **header,
        }

    def row(self, kind: str, at: float, enquiry: int = -1, **columns: Any) -> Self:  # noqa: ANN401
        """One row; `reason` by name, the visitor has the enquiry's number unless given."""
        reason = columns.pop("reason", "")
        number = reason if isinstance(reason, int) else REASONS.index(reason)
        fields = {"visitor": enquiry, "channel": 0 if enquiry >= 0 else -1} | columns
        self._rows.append(
            (
                round(at * SECOND), enquiry, fields["visitor"], fields.get("staff", -1),
                fields.get("attempt", -1), fields.get("destination", -1), fields["channel"],
                KINDS.index(kind), number, 0,
            )
        )  # fmt: skip
        return self

    def on(self, at: float, staff: int, status: str = "active") -> Self:
        """A member's status from `at` on."""
        return self.row("status", at, staff=staff, reason=status)

    def __getattr__(self, kind: str) -> Any:  # noqa: ANN401
        if kind not in KINDS:
            raise AttributeError(kind)
        return lambda at, enquiry=-1, **columns: self.row(kind, at, enquiry, **columns)

    @property
    def log(self) -> EventLog:
        """What was written, sorted by time."""
        from line_sim.log import ROW  # noqa: PLC0415 - beside its only use

        rows = np.array(self._rows, ROW)
        return EventLog(rows[np.argsort(rows["at"], kind="stable")], self._header)
