"""What simulated numbers are worth: intervals, comparisons and when to stop, all in one place.

=================  ===============================================================================
one strategy       :func:`mean_interval`, :func:`ratio_interval`, :func:`percentile_interval`,
                   :func:`bootstrap_interval`
two and more       :func:`paired_difference`, :func:`paired_differences`, :func:`holm`
how many runs      :class:`Goal`, :func:`when_precise`
one long run       :func:`mser5`, :func:`steady_interval`, :func:`startup_length`
=================  ===============================================================================
"""

from line_sim.analysis.intervals import (
    Interval,
    bootstrap_interval,
    mean_interval,
    per_replication,
    percentile_interval,
    ratio_interval,
)
from line_sim.analysis.pairs import Difference, holm, paired_difference, paired_differences
from line_sim.analysis.steady import Cut, Steady, mser5, startup_length, steady_interval
from line_sim.analysis.stopping import Goal, Stop, running_half_widths, when_precise

__all__ = [
    "Cut",
    "Difference",
    "Goal",
    "Interval",
    "Steady",
    "Stop",
    "bootstrap_interval",
    "holm",
    "mean_interval",
    "mser5",
    "paired_difference",
    "paired_differences",
    "per_replication",
    "percentile_interval",
    "ratio_interval",
    "running_half_widths",
    "startup_length",
    "steady_interval",
    "when_precise",
]
