"""Simulate a LINE channel end to end, and test bots against a LINE platform of one's own.

Recorded traffic is played against any bridge by :func:`replay`, and :func:`check_bridge` says what
a bridge gets wrong. :func:`cosimulate` holds the bridge of this package against the model.

::

    import line_sim as ls

    scenario = ls.Scenario.load("data/scenarios/bangkok_shop.toml")
    log = ls.simulate(scenario, seed=1)
    ls.metrics.summary(log)

    with ls.MockLine() as line:
        line.connect("http://127.0.0.1:8000/callback")
        line.visitor("Alice").says("Where is my order?")
        line.settle()

``dir(line_sim)`` lists the public names. Each is loaded on first use (PEP 562), so importing the
package costs next to nothing and a small run never waits for a library that it does not need.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what type checkers and editors read; tests hold it equal to the table below
    from line_sim import errors as errors
    from line_sim.analysis import fairness as fairness
    from line_sim.analysis import metrics as metrics
    from line_sim.analysis import output as output
    from line_sim.analysis import plots as plots
    from line_sim.analysis import queueing as queueing
    from line_sim.analysis import targets as targets
    from line_sim.analysis.stopping import Goal as Goal
    from line_sim.analysis.story import explain as explain
    from line_sim.analysis.study import Study as Study
    from line_sim.desk.checks import check_distribution as check_distribution
    from line_sim.desk.checks import check_rule as check_rule
    from line_sim.live.cosimulation import cosimulate as cosimulate
    from line_sim.log import EventLog as EventLog
    from line_sim.mock import faults as faults
    from line_sim.mock.server import MockLine as MockLine
    from line_sim.mock.settings import Settings as MockSettings  # noqa: F401 - it is public
    from line_sim.recording.recording import Recording as Recording
    from line_sim.replay.checks.running import check_bridge as check_bridge
    from line_sim.replay.checks.running import check_recording as check_recording
    from line_sim.replay.replaying import replay as replay
    from line_sim.scenario import Scenario as Scenario
    from line_sim.scenario.catalogue import names as shipped_scenarios  # noqa: F401 - it is public
    from line_sim.sim.experiment import compare as compare
    from line_sim.sim.simulate import simulate as simulate
    from line_sim.sim.variants import Strategy as Strategy
    from line_sim.sim.variants import every_strategy as every_strategy
    from line_sim.sim.variants import vary as vary

# Where each public name lives: a module, or module:member.
_HOMES = {
    "EventLog": "line_sim.log:EventLog",
    "Goal": "line_sim.analysis.stopping:Goal",
    "MockLine": "line_sim.mock.server:MockLine",
    "MockSettings": "line_sim.mock.settings:Settings",
    "Recording": "line_sim.recording.recording:Recording",
    "Scenario": "line_sim.scenario:Scenario",
    "Strategy": "line_sim.sim.variants:Strategy",
    "Study": "line_sim.analysis.study:Study",
    "check_bridge": "line_sim.replay.checks.running:check_bridge",
    "check_distribution": "line_sim.desk.checks:check_distribution",
    "check_recording": "line_sim.replay.checks.running:check_recording",
    "check_rule": "line_sim.desk.checks:check_rule",
    "compare": "line_sim.sim.experiment:compare",
    "cosimulate": "line_sim.live.cosimulation:cosimulate",
    "errors": "line_sim.errors",
    "every_strategy": "line_sim.sim.variants:every_strategy",
    "explain": "line_sim.analysis.story:explain",
    "fairness": "line_sim.analysis.fairness",
    "faults": "line_sim.mock.faults",
    "metrics": "line_sim.analysis.metrics",
    "output": "line_sim.analysis.output",
    "plots": "line_sim.analysis.plots",
    "queueing": "line_sim.analysis.queueing",
    "replay": "line_sim.replay.replaying:replay",
    "shipped_scenarios": "line_sim.scenario.catalogue:names",
    "simulate": "line_sim.sim.simulate:simulate",
    "targets": "line_sim.analysis.targets",
    "vary": "line_sim.sim.variants:vary",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    """The public `name`, imported now and kept, so that the next use is an ordinary look-up."""
    if name not in _HOMES:
        message = f"module 'line_sim' has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=sys.modules[__name__])  # obj: to suggest from
    module, _, member = _HOMES[name].partition(":")
    found: object = import_module(module)
    if member:
        found = getattr(found, member)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(_HOMES)
