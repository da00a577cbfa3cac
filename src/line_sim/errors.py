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
    ├── ServerError (RuntimeError)           a server of ours could not start, or broke inside
    ├── SettleTimeoutError (TimeoutError)    the mock is still waiting for something; it says what
    ├── MockFailedError (AssertionError)     a bot under test did what a strict mock does not pass
    └── InvariantError (RuntimeError)        the model broke its own law: a bug, please report it

    Notice (UserWarning)                     the run goes on, but not quite as asked
    └── CompiledCacheWarning                 compiled code could not be kept for the next run

Every error is also the built-in kind in brackets, so ``except ValueError`` works as anywhere
else. The parts of a message are attributes (and the exception's ``args``), so a program need not
take text apart, and an error raised in a worker process arrives whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "CompiledCacheWarning",
    "ConfigurationError",
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
    "suggest",
]


def suggest(word: str, allowed: Iterable[str]) -> str:
    """The allowed word nearest to `word`, or ``""`` where none is near; capitals do not count."""
    by_folded = {choice.casefold(): choice for choice in allowed}
    near = get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a configuration.

    Parameters
    ----------
    where
        The place, as a path through the file: ``channels[0].rule.shares``.
    given
        What stands there: ``percentages sum to 110``.
    allowed
        What may stand there: ``at most 100``.
    mend
        The likely mend or the reason, where there is one to offer: ``60 + 50``.
    """

    where: str
    given: str
    allowed: str
    mend: str = ""

    @classmethod
    def unknown(cls, where: str, word: str, allowed: Iterable[str]) -> Fault:
        """The fault of a word outside a fixed list, with the nearest allowed one as its mend."""
        choices = sorted(allowed)
        nearest = suggest(word, choices)
        mend = f"did you mean {nearest!r}?" if nearest else ""
        return cls(where, f"{word!r} is unknown", f"one of {', '.join(choices)}", mend)

    def __str__(self) -> str:
        mend = f" ({self.mend})" if self.mend else ""
        return f"{self.where}: {self.given}; {self.allowed}{mend}"


class LineSimError(Exception):
    """Anything this package raises on purpose."""


class ConfigurationError(LineSimError, ValueError):
    """A configuration that says something impossible.

    Attributes
    ----------
    faults : tuple of Fault
        Everything that is wrong, not only the first thing.
    source : str
        The file they are in, or ``""`` for a configuration made in Python.
    """

    def __init__(self, faults: Iterable[Fault], source: str | Path = "") -> None:
        self.faults = tuple(faults)
        self.source = str(source)
        super().__init__(self.faults, self.source)

    def __str__(self) -> str:
        place = f"{self.source}: " if self.source else ""
        lines = "".join(f"\n  {fault}" for fault in self.faults)
        return f"{place}{_counted(len(self.faults), 'fault')}{lines}"


class RosterError(ConfigurationError):
    """A roster that says something impossible; `where` of a fault is a row and a column."""


class ScenarioSyntaxError(LineSimError, ValueError):
    """A file that cannot be read at all, so that no fault beyond this one can be found.

    Attributes
    ----------
    path : str
        The file.
    line, column : int
        The place in it, both counted from 1.
    reason : str
        What the reader stumbled over.
    """

    def __init__(self, path: str | Path, line: int, column: int, reason: str) -> None:
        self.path = str(path)
        self.line = line
        self.column = column
        self.reason = reason
        super().__init__(self.path, line, column, reason)

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}, column {self.column}: {self.reason}"


class DistributionError(LineSimError, ValueError):
    """A planner's own method that failed its check.

    Attributes
    ----------
    name : str
        The method's name.
    findings : tuple of str
        What was observed, one sentence each.
    """

    def __init__(self, name: str, findings: Iterable[str]) -> None:
        self.name = name
        self.findings = tuple(findings)
        super().__init__(name, self.findings)

    def __str__(self) -> str:
        lines = "".join(f"\n  {finding}" for finding in self.findings)
        return f"distribution {self.name!r}: {_counted(len(self.findings), 'finding')}{lines}"


class LogFormatError(LineSimError, ValueError):
    """A file that is not an event log this version can read.

    Attributes
    ----------
    path : str
        The file.
    reason : str
        What is wrong with it and, where there is one, the way out.
    """

    def __init__(self, path: str | Path, reason: str) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(self.path, reason)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class RecordingFormatError(LogFormatError):
    """A file that is not a recording this version can read."""


class MediaError(LineSimError, ValueError):
    """Media that cannot be made as asked, or cannot be read.

    Attributes
    ----------
    what, given, allowed : str
        What was asked for or looked at, what was found there, and what would do.
    """

    def __init__(self, what: str, given: str, allowed: str) -> None:
        self.what, self.given, self.allowed = what, given, allowed
        super().__init__(what, given, allowed)

    def __str__(self) -> str:
        return f"{self.what}: {self.given}; {self.allowed}"


class NotEnoughDataError(LineSimError, ValueError):
    """A number that so little data cannot give, such as an interval over a single replication.

    Attributes
    ----------
    what : str
        The number asked for.
    have, need : int
        How many there are, and the fewest that would do.
    of : str
        What is counted, in the plural: ``replications``.
    """

    def __init__(self, what: str, have: int, need: int, of: str) -> None:
        self.what = what
        self.have = have
        self.need = need
        self.of = of
        super().__init__(what, have, need, of)

    def __str__(self) -> str:
        return f"{self.what}: {self.have} {self.of}; at least {self.need} are needed"


class OutputExistsError(LineSimError, FileExistsError):
    """A file or folder that writing would replace, and nobody said to.

    Attributes
    ----------
    path : str
        What is in the way.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        super().__init__(self.path)

    def __str__(self) -> str:
        mend = "--force, or force=True, replaces it"
        return f"{self.path}: already exists; nothing was written ({mend})"


class EngineUnavailableError(LineSimError, ImportError):
    """An engine whose library is not installed.

    Attributes
    ----------
    engine : str
        The engine asked for.
    needs : str
        The library it needs.
    extra : str
        The extra of this package that brings the library.
    """

    def __init__(self, engine: str, needs: str, extra: str) -> None:
        self.engine = engine
        self.needs = needs
        self.extra = extra
        super().__init__(engine, needs, extra)

    def __str__(self) -> str:
        mend = f"pip install 'line_sim[{self.extra}]'; engine='python' needs nothing more"
        return f"engine {self.engine!r}: {self.needs} is not installed ({mend})"


class TargetNotAllowedError(LineSimError, PermissionError):
    """Traffic that was to leave this machine, where nobody allowed it.

    Attributes
    ----------
    url : str
        Where it was to go.
    allowed : tuple of str
        The hosts that are allowed besides loopback.
    """

    def __init__(self, url: str, allowed: Iterable[str] = ()) -> None:
        self.url = url
        self.allowed = tuple(sorted(allowed))
        super().__init__(self.url, self.allowed)

    def __str__(self) -> str:
        more = f" and {', '.join(self.allowed)}" if self.allowed else ""
        mend = "--allow-target HOST, or allow_targets=, lets it through"
        return f"{self.url}: not on this machine; only loopback{more} is allowed ({mend})"


class ServerError(LineSimError, RuntimeError):
    """A server of ours that could not start, or whose inside broke.

    Attributes
    ----------
    what : str
        Which server, and where.
    reason : str
        What happened.
    """

    def __init__(self, what: str, reason: str) -> None:
        self.what = what
        self.reason = reason
        super().__init__(what, reason)

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


class SettleTimeoutError(LineSimError, TimeoutError):
    """The mock did not come to rest in time.

    Attributes
    ----------
    waited_s : float
        How long it waited.
    awaited : tuple of str
        What is still due, under way or expected, one sentence each.
    """

    def __init__(self, waited_s: float, awaited: Iterable[str]) -> None:
        self.waited_s = waited_s
        self.awaited = tuple(awaited)
        super().__init__(waited_s, self.awaited)

    def __str__(self) -> str:
        lines = "".join(f"\n  {each}" for each in self.awaited)
        return f"not settled after {self.waited_s:g} s; still awaited:{lines}"


class MockFailedError(LineSimError, AssertionError):
    """What a strict mock does not let pass, all of it.

    Attributes
    ----------
    findings : tuple of str
        One finding each: a refused or unknown call, an unmet expectation, an exception inside.
    """

    def __init__(self, findings: Iterable[str]) -> None:
        self.findings = tuple(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        lines = "".join(f"\n  {each}" for each in self.findings)
        mend = "strict=False lets it pass and keeps it in line.findings"
        return f"{_counted(len(self.findings), 'finding')}:{lines}\n({mend})"


class InvariantError(LineSimError, RuntimeError):
    """A law of the model that did not hold: a mistake in this package, not in the scenario.

    Attributes
    ----------
    law : str
        The law, as a sentence.
    observed : str
        What was seen instead, with the time and the enquiry where there is one.
    """

    def __init__(self, law: str, observed: str) -> None:
        self.law = law
        self.observed = observed
        super().__init__(law, observed)

    def __str__(self) -> str:
        mend = "a bug in line_sim: please report it with the scenario"
        return f"{self.law}; observed: {self.observed} ({mend})"


class Notice(UserWarning):
    """The run goes on, but not quite as asked: the message says how, and why."""


class CompiledCacheWarning(Notice):
    """Compiled code could not be kept for the next run, which will compile again."""
