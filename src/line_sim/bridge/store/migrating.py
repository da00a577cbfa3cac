"""Which form a database has, and bringing it to the one that this version needs.

Steps are in :mod:`line_sim.bridge.store.migrations`, run by alembic on the store's own connection,
all in one transaction: a database has the old form or the new one, never something between.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import inspect, text

from line_sim.bridge.store import migrations
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

    from line_sim.bridge.store.store import Store

VERSION_TABLE = "alembic_version"


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
    with store.transaction():
        known = inspect(store.connection).has_table(VERSION_TABLE)
        query = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - our own name
        found = store.value(query) if known else None
    return Form(found or "", migrations.NEWEST)


def upgrade(store: Store) -> Form:
    """Bring a database to the present form, an empty one too; what it was and is.

    Raises
    ------
    ConfigurationError
        A newer version made it, or it is somebody else's.
    """
    before = form(store)
    if before.is_current:
        return before
    from alembic.operations import Operations  # noqa: PLC0415 - half a second that few starts need
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    steps = _steps()
    _demand_known(store, before, steps)

    def do_upgrade(revision: Any, _context: Any) -> Any:  # noqa: ANN401 - alembic's own
        return steps._upgrade_revs(migrations.NEWEST, revision)  # noqa: SLF001 - as its commands do

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
        with store.transaction():
            names = inspect(store.connection).get_table_names()
        if names:
            given = f"{len(names)} tables that no version of the bridge made"
            mend = "name a database of the bridge's own"
            raise ConfigurationError([Fault("database", given, "an empty one", mend)])
    elif found.found not in {step.revision for step in steps.walk_revisions()}:
        given, allowed = f"of a newer version ({found.found})", f"at most {found.needed}"
        mend = "install that version of line_sim again"
        raise ConfigurationError([Fault("database", given, allowed, mend)])


def _steps() -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    folder = Path(migrations.__file__).parent
    return ScriptDirectory(str(folder), version_locations=[str(folder)])
