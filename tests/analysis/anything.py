"""Logs in which anything may happen in any order, once the enquiry has been received.

What a definition says must hold there too.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from written import place, team

from line_sim.desk import model
from line_sim.log import ROW, EventLog

ABOUT_ENQUIRIES = [
    model.OFFERED, model.LAPSED, model.WITHDRAWN, model.REFUSED, model.QUEUED, model.PICKED_UP,
    model.PICKED_UP, model.KIND_MISSED, model.KIND_FOLLOWED_UP, model.KIND_CLOSED, model.REOPENED,
    model.TRANSFERRED, model.TAKEN_OVER, model.GAVE_UP, model.KIND_ABANDONED, model.AWAY_SENT,
    model.VISITOR_MESSAGE, model.STAFF_MESSAGE, model.STAFF_MESSAGE, model.BOT_STARTED,
    model.BOT_HANDED_OVER, model.WELCOME_SENT, model.CLOSE_SENT,
]  # fmt: skip
ABOUT_STAFF = [model.STATUS, model.SHIFT_STARTED, model.SHIFT_ENDED, model.ACCOUNT_CHANGED]
AWAY = [model.REASONS.index(name) for name in model.CINNOX_REASONS]


@st.composite
def any_log(draw: st.DrawFn) -> EventLog:
    """Up to eight enquiries of four visitors and three members, up to 120 rows, many ties."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    enquiries, count = draw(st.integers(1, 8)), draw(st.integers(0, 120))
    rows = np.zeros(count + enquiries, ROW)
    for column in ("visitor", "staff", "attempt", "destination", "channel"):
        rows[column] = -1
    rows["at"] = np.sort(rng.integers(0, 40, len(rows))) * 7_000_000
    about_staff = rng.random(len(rows)) < 0.25
    rows["kind"] = np.where(
        about_staff, rng.choice(ABOUT_STAFF, len(rows)), rng.choice(ABOUT_ENQUIRIES, len(rows))
    )
    rows["enquiry"] = np.where(about_staff, -1, rng.integers(0, enquiries, len(rows)))
    rows["staff"] = rng.integers(0, 3, len(rows))
    rows["destination"] = np.where(about_staff, -1, rng.integers(-1, 2, len(rows)))
    _give_reasons(rows, rng)
    numbers, born = np.unique(rows["enquiry"], return_index=True)
    born = born[numbers >= 0]
    rows["kind"][born] = model.RECEIVED
    rows["staff"][born] = rows["destination"][born] = -1
    rows["reason"][born] = rng.integers(0, 2, len(born))
    known = rows["enquiry"] >= 0
    rows["visitor"][known] = rows["enquiry"][known] % 4
    rows["channel"][known] = 0
    header = {
        "start": "2026-03-02T08:00:00",
        "until_s": float(rng.choice([0, 300, 400])),
        "channels": [{"name": "Shop"}],
        "destinations": [place("Sales", "Ann Ben"), place("Help", "Cat", "simultaneous")],
        "members": [
            {**one, "max_concurrent": cap, "account": account}
            for one, cap, account in zip(
                team(), (1, 2, None), ("live", "live", "suspended"), strict=True
            )
        ],
        "classes": ["customer", "vip"],
        "shifts": [[[0, 100]], [], []] if rng.random() < 0.5 else [],
    }
    return EventLog(rows, header)


def _give_reasons(rows: np.ndarray, rng: np.random.Generator) -> None:
    """Reasons that rows of each kind may have."""
    for kinds, reasons in (
        ([model.STATUS], range(model.WAS_OFFLINE, model.WAS_IDLE + 1)),
        ([model.ACCOUNT_CHANGED], [model.WAS_ENABLED, model.WAS_SUSPENDED]),
        ([model.KIND_MISSED, model.AWAY_SENT], AWAY),
        ([model.OFFERED], [model.NO_REASON, model.STICKY, model.TRANSFER]),
        ([model.PICKED_UP], [model.NO_REASON, model.AUTO, model.STICKY, model.WARM]),
        ([model.REOPENED], [model.NO_REASON, model.WAS_OFFLINE]),
        ([model.KIND_CLOSED], [model.BY_STAFF, model.BY_SYSTEM]),
    ):
        mine = np.isin(rows["kind"], kinds)
        rows["reason"][mine] = rng.choice(list(reasons), int(mine.sum()))
