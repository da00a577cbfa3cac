"""The bridge's memory: one SQLite database, written in transactions.

WAL with synchronous=NORMAL survives that the process is killed at any moment; for a loss of power
it would have to be FULL. Texts are kept as ASCII JSON, so whatever a webhook holds can be kept.
"""
# ruff: noqa: ANN401 - a column holds any value

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS chats (
    id TEXT PRIMARY KEY, kind TEXT, blocked INTEGER DEFAULT 0, welcomed INTEGER DEFAULT 0,
    name TEXT DEFAULT '', named_at REAL DEFAULT 0, read_to INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY, chat TEXT, author TEXT, kind TEXT, text TEXT, at_ms INTEGER,
    event TEXT DEFAULT '', message TEXT DEFAULT '', state TEXT DEFAULT 'shown',
    quoted TEXT DEFAULT '', quote_token TEXT DEFAULT '', read_token TEXT DEFAULT '',
    media TEXT DEFAULT '', fetch TEXT DEFAULT '', member TEXT DEFAULT '', answers TEXT DEFAULT '',
    staff_key TEXT UNIQUE);
CREATE INDEX IF NOT EXISTS entries_chat ON entries (chat);
CREATE INDEX IF NOT EXISTS entries_message ON entries (message);
CREATE INDEX IF NOT EXISTS entries_answers ON entries (answers);
CREATE TABLE IF NOT EXISTS retracted (message TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS reply_tokens (
    token TEXT PRIMARY KEY, chat TEXT, came_at REAL, used INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY, chat TEXT, entry INTEGER, at_ms INTEGER, made_at REAL, messages TEXT,
    reply_token TEXT DEFAULT '', token_came_at REAL DEFAULT 0, route TEXT DEFAULT '',
    retry_key TEXT DEFAULT '', first_tried_at REAL DEFAULT 0, ambiguous INTEGER DEFAULT 0,
    state TEXT DEFAULT 'queued', reason TEXT DEFAULT '');
CREATE INDEX IF NOT EXISTS outbox_entry ON outbox (entry);
CREATE INDEX IF NOT EXISTS outbox_state ON outbox (state, chat);
CREATE TABLE IF NOT EXISTS files (token TEXT PRIMARY KEY, sha256 TEXT, type TEXT);
"""

Row = sqlite3.Row


class Store:
    """The database, and the folder beside it for media."""

    def __init__(self, file: str) -> None:
        self.file = Path(file)
        self.folder = self.file.with_suffix(".media")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(self.file, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is done within, or nothing; one within another can fail alone."""
        inside = self._db.in_transaction
        begin, keep, drop = (
            ("SAVEPOINT one", "RELEASE one", "ROLLBACK TO one")
            if inside
            else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        )
        self._db.execute(begin)
        try:
            yield
        except BaseException:
            self._db.execute(drop)
            if inside:
                self._db.execute(keep)
            raise
        self._db.execute(keep)

    def run(self, sql: str, *values: Any) -> int:
        """Execute a statement; the row id it inserted, or how many rows it changed."""
        done = self._db.execute(sql, values)
        return (done.lastrowid or 0) if sql.startswith("INSERT") else done.rowcount

    def is_new(self, sql: str, *values: Any) -> bool:
        """Execute an INSERT OR IGNORE; whether it inserted."""
        return self._db.execute(sql, values).rowcount > 0

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """What a query finds."""
        return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> Row | None:
        """The first that a query finds."""
        return self._db.execute(sql, values).fetchone()

    def close(self) -> None:
        """Close it."""
        self._db.close()


def packed(value: object) -> str:
    """JSON in ASCII: a NUL or half a surrogate pair is kept as it came."""
    return json.dumps(value, ensure_ascii=True)


def unpacked(text: str) -> Any:
    """What :func:`packed` packed."""
    return json.loads(text)
