"""What can go wrong, and what is worth a notice.

::

    LineSimError
    ├── ConfigurationError (ValueError)      a scenario says something impossible; every fault
    │   └── RosterError                      the same, in a roster's table
    ├── ScenarioSyntaxError (ValueError)     a file cannot be read at all; line and column
    ├── DistributionError (ValueError)       a planner's own method failed its check
    ├── LogFormatError (ValueError)          not an event log that this version can read
    ├── RecordingFormatError (ValueError)    not a recording that this version can read
    ├── MediaError (ValueError)              media that cannot be made as asked, or cannot be read
    ├── NotEnoughDataError (ValueError)      a number that so little data cannot give
    ├── OutputExistsError (FileExistsError)  writing would replace what nobody said to replace
    ├── EngineUnavailableError (ImportError) an engine was asked for whose library is missing
    ├── TargetNotAllowedError (PermissionError) traffic was to go to another machine
    ├── DeskLogError (RuntimeError)          a live desk's inputs no longer give its stored log
    ├── ServerError (RuntimeError)           a server of ours could not start, or broke inside
    ├── UnreachableError (ConnectionError)   nobody answers where something was to be
    ├── AgentViewError (RuntimeError)        a bridge's agent view breaks its contract
    ├── SettleTimeoutError (TimeoutError)    the mock is still waiting for something; it says what
    ├── MockFailedError (AssertionError)     a bot under test did what a strict mock does not pass
    └── InvariantError (RuntimeError)        the model broke its own law: a bug, please report it

    Notice (UserWarning)                     the run goes on, but not quite as asked
    └── CompiledCacheWarning                 compiled code could not be kept for the next run

Every error is also the built-in kind in brackets, so ``except ValueError`` works as anywhere
else. The parts of a message are attributes (and the exception's ``args``), so a program need not
take text apart, and an error raised in a worker process arrives whole.
"""

from line_sim.errors.faulty import (
    ConfigurationError,
    Fault,
    LineSimError,
    RosterError,
    ScenarioSyntaxError,
    suggest,
)
from line_sim.errors.running import (
    CompiledCacheWarning,
    DeskLogError,
    DistributionError,
    EngineUnavailableError,
    InvariantError,
    LogFormatError,
    MediaError,
    NotEnoughDataError,
    Notice,
    OutputExistsError,
    RecordingFormatError,
)
from line_sim.errors.traffic import (
    AgentViewError,
    MockFailedError,
    ServerError,
    SettleTimeoutError,
    TargetNotAllowedError,
    UnreachableError,
)

__all__ = [
    "AgentViewError",
    "CompiledCacheWarning",
    "ConfigurationError",
    "DeskLogError",
    "DistributionError",
    "EngineUnavailableError",
    "Fault",
    "InvariantError",
    "LineSimError",
    "LogFormatError",
    "MediaError",
    "MockFailedError",
    "NotEnoughDataError",
    "Notice",
    "OutputExistsError",
    "RecordingFormatError",
    "RosterError",
    "ScenarioSyntaxError",
    "ServerError",
    "SettleTimeoutError",
    "TargetNotAllowedError",
    "UnreachableError",
    "suggest",
]
