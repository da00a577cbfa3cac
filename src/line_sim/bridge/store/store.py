"""The database: one connection, one writer, transactions that are moments.

The bridge is one process and does its database work on its event loop's thread, without awaiting
inside a transaction. So a transaction is a moment that no other code sees from within, and needs no
locks; it is short, for the desk is in memory. A second process is kept out by a lock.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import CursorResult, Executable, Insert, Row, Table
    from sqlalchemy.engine import URL, Connection, Engine


def address(url: str) -> URL:
    """The database a user means: a file's name, or a URL; PostgreSQL goes by psycopg."""
    if "://" not in url:
        url = f"sqlite:///{url}"
    found = make_url(url)
    if found.drivername in {"postgresql", "postgres"}:
        found = found.set(drivername="postgresql+psycopg")
    return found


def engine_of(url: URL) -> Engine:
    """An engine for it; SQLite in WAL mode, with transactions that begin when we say so.

    What is committed is on the disk: a webhook that was confirmed outlives a power cut.
    """
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

        def begin(connection: Any) -> None:  # noqa: ANN401
            connection.execute("BEGIN IMMEDIATE")

        # not by a listener: those to a connection's doings slow down every statement
        engine.dialect.do_begin = begin  # type: ignore[assignment, method-assign]

    return engine


class Store:
    """An open database.

    Parameters
    ----------
    url
        A file's name (SQLite) or a database URL (``postgresql://...``). The tables must be there:
        see :mod:`line_sim.bridge.store.migrating`.
    """

    def __init__(self, url: str) -> None:
        self.url = address(url)
        self._engine = engine_of(self.url)
        self._db = self._engine.connect()
        self._after: list[Callable[[], object]] = []
        self._undone: list[Callable[[], object]] = []
        self._depth = 0
        self.dialect = self._engine.dialect.name
        self._mistakes: type[Exception] = self._engine.dialect.loaded_dbapi.Error

    @property
    def connection(self) -> Connection:
        """The one connection."""
        return self._db

    @property
    def file(self) -> Path | None:
        """SQLite's file; None for another database."""
        name = self.url.database
        return Path(name) if self.dialect == "sqlite" and name else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is done within, or nothing; one within another can fail alone.

        Nothing may be awaited within.
        """
        outer = not self._db.in_transaction()
        if outer:
            self._after.clear()
        before = len(self._after)
        try:
            with self._db.begin() if outer else self._savepoint():
                yield
        except BaseException:
            del self._after[before:]
            for call in self._undone:
                call()
            raise
        if outer:
            after, self._after = self._after, []
            for call in after:
                call()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        """A part of a transaction that can fail alone; quicker than SQLAlchemy's own."""
        run = self._tell
        self._depth += 1
        name = f"part_{self._depth}"
        run(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            with suppress(DBAPIError):  # the database is away, and with it all of the transaction
                run(f"ROLLBACK TO SAVEPOINT {name}")
                run(f"RELEASE SAVEPOINT {name}")
            raise
        else:
            run(f"RELEASE SAVEPOINT {name}")
        finally:
            self._depth -= 1

    def _tell(self, command: str) -> None:
        """Have the driver itself do something, for SQLAlchemy takes twenty times as long."""
        driver: Any = self._db.connection.driver_connection
        try:
            driver.execute(command)
        except self._mistakes as error:
            raise OperationalError(command, None, error) from error

    def after_commit(self, call: Callable[[], object]) -> None:
        """Call it once what is being written is safe; at once outside a transaction."""
        if self._db.in_transaction():
            if call not in self._after:
                self._after.append(call)
        else:
            call()

    def on_undone(self, call: Callable[[], object]) -> None:
        """Call it whenever a transaction came to nothing: for who keeps in memory what it wrote."""
        self._undone.append(call)

    def run(self, statement: Executable, values: Any = None) -> CursorResult[Any]:  # noqa: ANN401
        """Execute a statement that writes; by itself it is a transaction of its own.

        `values` is a dictionary, or a list of them for many rows at once.
        """
        if self._db.in_transaction():
            return self._db.execute(statement, values)
        with self.transaction():
            return self._db.execute(statement, values)

    def add(self, table: Table, **values: Any) -> int:  # noqa: ANN401
        """Insert a row; its key."""
        made = self.run(table.insert(), values).inserted_primary_key
        return int(made[0]) if made and isinstance(made[0], int) else 0

    def add_new(self, table: Table, **values: Any) -> bool:  # noqa: ANN401
        """Insert a row unless its key is there already; whether it was new."""
        return self.run(_if_new(table, self.dialect), values).rowcount > 0

    def rows(self, query: Executable, values: Any = None) -> Sequence[Row[Any]]:  # noqa: ANN401
        """What a query finds."""
        if self._db.in_transaction():
            return self._db.execute(query, values).all()
        with self._db.begin():
            return self._db.execute(query, values).all()

    def row(self, query: Executable, values: Any = None) -> Row[Any] | None:  # noqa: ANN401
        """The first that a query finds."""
        found = self.rows(query, values)
        return found[0] if found else None

    def value(self, query: Executable, values: Any = None) -> Any:  # noqa: ANN401
        """The first column of the first row; None where there is none."""
        found = self.row(query, values)
        return None if found is None else found[0]

    def close(self) -> None:
        """Close it."""
        self._db.close()
        self._engine.dispose()

    def healthy(self) -> bool:
        """Whether it answers."""
        return bool(self.value(text("SELECT 1")) == 1)


@cache
def _if_new(table: Table, dialect: str) -> Insert:
    """The statement that inserts nothing where the key is there already."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # or PostgreSQL's count of an INSERT is gone with its cursor
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
