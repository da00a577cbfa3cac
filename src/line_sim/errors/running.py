"""What goes wrong while something is read, computed or written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.errors.faulty import LineSimError, counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


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
        return f"distribution {self.name!r}: {counted(len(self.findings), 'finding')}{lines}"


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


class DeskLogError(LineSimError, RuntimeError):
    """A live desk whose stored inputs no longer give its stored log.

    Attributes
    ----------
    seq : int
        The number of the first row that differs, as in ``desk_log``.
    stored, derived : str
        The row there and the row the inputs give, in words; ``"nothing"`` where there is none.
    """

    def __init__(self, seq: int, stored: str, derived: str) -> None:
        self.seq, self.stored, self.derived = seq, stored, derived
        super().__init__(seq, stored, derived)

    def __str__(self) -> str:
        mend = "start the version that wrote it, or restore a backup; nothing was changed"
        return (
            f"desk_log row {self.seq}: stored is {self.stored}, the desk's inputs give "
            f"{self.derived} ({mend})"
        )


class OutputExistsError(LineSimError, FileExistsError):
    """A file or folder that writing would replace, and nobody said to.

    Attributes
    ----------
    path : str
        What is in the way.
    mend : str
        What to do about it.
    """

    def __init__(self, path: str | Path, mend: str = "--force, or force=True, replaces it") -> None:
        self.path, self.mend = str(path), mend
        super().__init__(self.path)

    def __str__(self) -> str:
        return f"{self.path}: already exists; nothing was written ({self.mend})"


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
