"""The event log: one row a happening, and everything said about a run is computed from it.

``docs/log.md`` is the full description, file format included.
"""

from line_sim.log.header import header_of
from line_sim.log.table import ROW, EventLog

__all__ = ["ROW", "EventLog", "header_of"]
