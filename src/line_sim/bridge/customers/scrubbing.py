"""No trace of what was deleted in the database's files.

A database marks what is deleted as free and leaves it there. SQLite can write zeros instead, and
its journal can be emptied; pages that were freed earlier, by whatever version, go with the file's
rewriting. PostgreSQL does that by its own VACUUM, which its operators plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from line_sim.bridge.store.store import Store

MOST_BYTES_LIVE = 64 * 2**20
"""The largest file that a running bridge rewrites: a fraction of a second, in which nobody is
answered (chosen)."""


def leave_no_trace(store: Store) -> None:
    """Have what is deleted from now on overwritten; to be called before."""
    if store.file is not None:
        _plain(store).execute("PRAGMA secure_delete=ON").fetchall()


def scrub(store: Store, most_bytes: int | None = None) -> bool:
    """Rewrite the file without what was freed in it, and empty its journal.

    To be called outside of transactions.

    Parameters
    ----------
    most_bytes
        A larger file is not rewritten; None: however large it is.

    Returns
    -------
    bool
        Whether it was rewritten.
    """
    if store.file is None:
        return False
    plain = _plain(store)
    small = most_bytes is None or store.file.stat().st_size <= most_bytes
    if small:
        plain.execute("VACUUM")
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return small


def _plain(store: Store) -> Any:  # noqa: ANN401 - the driver's
    """The driver's own connection: SQLAlchemy would begin a transaction."""
    return store.connection.connection.driver_connection
