"""Pictures of runs and studies: an axes in, the same axes out; nothing is shown or saved.

Each picture's title says what it found, and honestly: where chance alone could have made a
difference, no difference is claimed. Beside each stands a ``..._data`` function with the numbers
that are drawn, so that a notebook can show them first.

===================================  ==========================================================
:func:`load_and_staffing`            enquiries, staff and open chats over the day
:func:`waits`                        how long the answered and the missed waited
:func:`away_rate`                    away messages by reason, those out of hours apart
:func:`fairness`                     who got how much, beside what chance gives
:func:`strategies`                   one metric under every strategy, and paired differences
:func:`gantt`                        one team's day: status, chats, offers
===================================  ==========================================================
"""

from line_sim.analysis.plots.away_messages import away_rate, away_rate_data
from line_sim.analysis.plots.comparison import strategies, strategies_data
from line_sim.analysis.plots.day_load import load_and_staffing, load_and_staffing_data
from line_sim.analysis.plots.fair_shares import fairness, fairness_data
from line_sim.analysis.plots.findings import finding
from line_sim.analysis.plots.team_day import gantt
from line_sim.analysis.plots.team_day_data import gantt_data
from line_sim.analysis.plots.waiting import waits, waits_data, waits_percentiles_data

__all__ = [
    "away_rate",
    "away_rate_data",
    "fairness",
    "fairness_data",
    "finding",
    "gantt",
    "gantt_data",
    "load_and_staffing",
    "load_and_staffing_data",
    "strategies",
    "strategies_data",
    "waits",
    "waits_data",
    "waits_percentiles_data",
]
