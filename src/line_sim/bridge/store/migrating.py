"""Which form a database has, and bringing it to the one that this version needs.

Steps are in :mod:`line_sim.bridge.store.migrations`, run by alembic on the store's own connection,
all in one transaction: a database has the old form or the new one, never something between.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from line_sim.bridge.store import migrations
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from line_sim.bridge.store.store import Store

NEWEST: Literal["heads"] = "heads"


class Form(NamedTuple):
    """The form of a database, by the last step it took; empty: it has no tables yet."""

    found: str
    needed: str

    @property
    def is_current(self) -> bool:
        """Whether this version can work on it."""
        return self.found == self.needed


def form(store: Store) -> Form:
    """The form that a database has and the one it needs."""
    steps = _steps()
    with store.transaction():
        found = MigrationContext.configure(store.connection).get_current_revision()
    return Form(found or "", steps.get_current_head() or "")


def upgrade(store: Store) -> Form:
    """Bring a database to the present form, an empty one too; what it was and is.

    Raises
    ------
    ConfigurationError
        A newer version made it, or it is somebody else's.
    """
    steps, before = _steps(), form(store)
    if before.is_current:
        return before
    _demand_known(store, before, steps)

    def do_upgrade(revision: Any, _context: Any) -> Any:  # noqa: ANN401 - alembic's own
        return steps._upgrade_revs(NEWEST, revision)  # noqa: SLF001 - as alembic's commands do

    with store.transaction():
        context = MigrationContext.configure(store.connection, opts={"fn": do_upgrade})
        with Operations.context(context):
            context.run_migrations()
    return before


def demand_current(store: Store) -> None:
    """Let an empty database be filled; refuse one of another version.

    Raises
    ------
    ConfigurationError
        An older version made it (and it is to be upgraded on purpose, after a backup), or a newer.
    """
    found = form(store)
    if not found.found:
        upgrade(store)
    elif not found.is_current:
        _demand_known(store, found, _steps())
        mend = "back up, then line-sim bridge upgrade"
        given, allowed = f"of an older version ({found.found})", found.needed
        raise ConfigurationError([Fault("database", given, allowed, mend)])


def _demand_known(store: Store, found: Form, steps: ScriptDirectory) -> None:
    if not found.found:
        names = inspect(store.connection).get_table_names()
        store.connection.rollback()
        if names:
            given = f"{len(names)} tables that no version of the bridge made"
            mend = "name a database of the bridge's own"
            raise ConfigurationError([Fault("database", given, "an empty one", mend)])
    elif found.found not in {step.revision for step in steps.walk_revisions()}:
        given, allowed = f"of a newer version ({found.found})", f"at most {found.needed}"
        mend = "install that version of line_sim again"
        raise ConfigurationError([Fault("database", given, allowed, mend)])


def _steps() -> ScriptDirectory:
    folder = Path(migrations.__file__).parent
    return ScriptDirectory(str(folder), version_locations=[str(folder)])
