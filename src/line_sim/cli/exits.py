"""How a command ends: with a code that scripts can rely on and one message, never a traceback.

The codes are explained in ``docs/cli.md``; a test holds the page and this module equal.
"""

from __future__ import annotations

import functools
import os
import sys
import traceback
from enum import IntEnum
from typing import TYPE_CHECKING, ParamSpec

import typer

from line_sim.cli.screen import complain
from line_sim.errors import (
    ConfigurationError,
    EngineUnavailableError,
    InvariantError,
    LineSimError,
    OutputExistsError,
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")

REPORT = "please report it with the command, the scenario file and what --debug prints"


class Exit(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    """Everything asked for was done."""
    TARGETS_MISSED = 1
    """With --check only: the run was done, and the targets were not met."""
    CHECK_FAILED = 1
    """A must-level check of a bridge failed, or what was expected of it did not come."""
    WRONG_USE = 2
    """A wrong option, a bad scenario, or a file or folder that cannot be used."""
    WOULD_OVERWRITE = 3
    """Something is in the way and --force was not given; nothing was run."""
    RUN_INVALID = 3
    """A replay did not keep its own time, so its figures say nothing about the bridge."""
    NO_ENGINE = 4
    """The engine asked for is not installed."""
    UNREACHABLE = 4
    """Nobody answers where a mock or a bridge was to be: as with an engine, it is not there."""
    BUG = 70
    """A mistake in this program: EX_SOFTWARE of BSD's sysexits."""
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, as shells count."""
    READER_LEFT = 141
    """Whoever read the output stopped, as ``head`` does: 128 + SIGPIPE."""


def ends_well(command: Callable[P, Exit]) -> Callable[P, None]:
    """Make a command's result or error its exit code, and its error a message on stderr.

    With ``debug=True`` among the command's arguments a traceback goes before the message.
    """

    @functools.wraps(command)
    def ending(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where a full disk still has an exit code
        except typer.Exit:
            raise
        except BaseException as error:  # noqa: BLE001 - this is where every error ends
            if kwargs.get("debug"):
                traceback.print_exc()
            code = _told(error)
        raise typer.Exit(int(code))

    return ending


def _told(error: BaseException) -> Exit:
    """Say on stderr what went wrong, if that needs saying; return the code for it."""
    if isinstance(error, SystemExit):
        raise error
    if isinstance(error, BrokenPipeError):
        _stop_writing()
        return Exit.READER_LEFT
    code, message = _meaning(error)
    complain(message)
    if isinstance(error, OSError):
        _stop_writing()  # or what a full disk refused would be tried, and told, once more
    return code


def _meaning(error: BaseException) -> tuple[Exit, str]:  # noqa: C901 - a case a kind
    """The code for an error, and what to say of it."""
    match error:
        case InvariantError():
            found = Exit.BUG, str(error)
        case OutputExistsError():
            found = Exit.WOULD_OVERWRITE, str(error)
        case EngineUnavailableError():
            found = Exit.NO_ENGINE, str(error)
        case UnreachableError():
            found = Exit.UNREACHABLE, str(error)
        case ConfigurationError(faults=[fault], source=""):
            found = Exit.WRONG_USE, str(fault)
        case LineSimError():
            found = Exit.WRONG_USE, str(error)
        case OSError():
            found = Exit.WRONG_USE, _of_the_system(error)
        case MemoryError():
            found = Exit.WRONG_USE, "not enough memory; fewer days, replications or workers do"
        case _ if reason := _of_a_database(error):
            mend = "does it run, has it room, and may this user write to it?"
            found = Exit.WRONG_USE, f"database: {reason}; one that answers ({mend})"
        case typer.Abort():
            found = Exit.INTERRUPTED, "nobody answered the question; nothing was done"
        case KeyboardInterrupt():
            found = Exit.INTERRUPTED, str(error) or "interrupted"
        case _:
            bug = f"a bug in line_sim: {type(error).__name__}: {error}\n  {REPORT}"
            found = Exit.BUG, bug
    return found


def _of_the_system(error: OSError) -> str:
    """What the operating system refused, and where."""
    reason = error.strerror or str(error) or type(error).__name__
    place = f"{error.filename}: " if error.filename else "cannot write: "
    return f"{place}{reason}"


def _of_a_database(error: BaseException) -> str:
    """What a database refused, in its own words; empty where it is not that, or our mistake."""
    kinds = sys.modules.get("sqlalchemy.exc")  # an extra's: where one was raised, it is here
    if kinds is None or not isinstance(error, kinds.DBAPIError):
        return ""
    no_database = type(error) is kinds.DatabaseError  # else one of its kinds
    denied = type(error.orig).__name__ == "InsufficientPrivilege"
    away = isinstance(error, (kinds.OperationalError, kinds.InterfaceError))
    return " ".join(str(error.orig).split()) if no_database or denied or away else ""


def _stop_writing() -> None:
    """Send what is still unwritten nowhere, so that the end of the process is quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (AttributeError, OSError, ValueError):
            continue  # no such stream, or one that is no file
