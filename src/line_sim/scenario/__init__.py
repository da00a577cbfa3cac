"""The world as data: scenarios, rosters, recorded enquiries; TOML and CSV, in and out."""

from line_sim.scenario.config import Costs, Scenario
from line_sim.scenario.recorded import Recorded, RecordedEnquiry, read_recorded, write_recorded
from line_sim.scenario.rosters import read_roster, write_roster
from line_sim.scenario.shifts import Planned, Roster, Shift

__all__ = [
    "Costs",
    "Planned",
    "Recorded",
    "RecordedEnquiry",
    "Roster",
    "Scenario",
    "Shift",
    "read_recorded",
    "read_roster",
    "write_recorded",
    "write_roster",
]
