"""Whatever can be asked: the store of a running bridge, or one moment of a database beside it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from line_sim.bridge.backup.writing import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Executable, Row
    from sqlalchemy.engine import Connection


class Reading(Protocol):
    """Answers queries; :class:`line_sim.bridge.store.store.Store` does."""

    def rows(self, query: Executable, /) -> Sequence[Row[Any]]:
        """What a query finds."""

    def row(self, query: Executable, /) -> Row[Any] | None:
        """The first that a query finds."""

    def value(self, query: Executable, /) -> Any:  # noqa: ANN401 - a column of any type
        """The first column of the first row; None where there is none."""


class Moment:
    """One moment of a database, for :class:`Reading`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def rows(self, query: Executable, /) -> Sequence[Row[Any]]:
        """What a query finds."""
        return self._db.execute(query).all()

    def row(self, query: Executable, /) -> Row[Any] | None:
        """The first that a query finds."""
        found = self.rows(query)
        return found[0] if found else None

    def value(self, query: Executable, /) -> Any:  # noqa: ANN401 - a column of any type
        """The first column of the first row; None where there is none."""
        found = self.row(query)
        return None if found is None else found[0]


@contextmanager
def beside(database: str) -> Iterator[Moment]:
    """One moment of a database whose bridge may be running.

    Raises
    ------
    ConfigurationError
        There is no database, or it has no tables of a bridge.
    """
    with snapshot(database) as connection:
        yield Moment(connection)
