"""Formulas of queueing theory: what a planner compares a simulation with, all in one place.

=================  ===============================================================================
lines              :func:`erlang_b`, :func:`erlang_c`, :func:`erlang_a`, :class:`WaitingLine`
staffing           :func:`least_staff`, :func:`least_staff_loss`, :func:`delay_limit` (Halfin and
                   Whitt), :func:`delay_limit_patience` (Garnett)
who serves         :func:`idle_order`, :func:`ordered_loss`, :func:`overflow`,
                   :func:`round_robin_queues`
anything small     :func:`stationary`, a Markov chain
=================  ===============================================================================

All assume Poisson arrivals and exponential work; a simulation is for when that is not so.
"""

from line_sim.analysis.chains import stationary
from line_sim.analysis.erlang import ServiceLevels, WaitingLine, erlang_a, erlang_b, erlang_c
from line_sim.analysis.shares import (
    IdleOrder,
    Overflow,
    PrivateQueues,
    idle_order,
    ordered_loss,
    overflow,
    round_robin_queues,
)
from line_sim.analysis.staffing import (
    delay_limit,
    delay_limit_patience,
    least_staff,
    least_staff_loss,
)

__all__ = [
    "IdleOrder",
    "Overflow",
    "PrivateQueues",
    "ServiceLevels",
    "WaitingLine",
    "delay_limit",
    "delay_limit_patience",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "idle_order",
    "least_staff",
    "least_staff_loss",
    "ordered_loss",
    "overflow",
    "round_robin_queues",
    "stationary",
]
