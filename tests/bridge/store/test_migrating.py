"""A database comes to this version's form as a whole, and is never touched by another's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations.ops import CreateTableOp
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, inspect, text

from line_sim.bridge.store import migrations
from line_sim.bridge.store.migrating import demand_current, form, upgrade
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import METADATA
from line_sim.errors import ConfigurationError


class PlantedError(Exception):
    """What goes wrong on purpose."""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    made = Store(store_url)
    yield made
    made.close()


def described(store: Store) -> dict[str, Any]:
    """Every table with its columns, keys and indexes, as the database tells them."""
    with store.transaction():
        asked = inspect(store.connection)
        return {
            name: {
                "columns": [
                    (c["name"], str(c["type"]), c["nullable"], bool(c.get("autoincrement")))
                    for c in asked.get_columns(name)
                ],
                "key": asked.get_pk_constraint(name)["constrained_columns"],
                "foreign": sorted(
                    (str(f["constrained_columns"]), f["referred_table"])
                    for f in asked.get_foreign_keys(name)
                ),
                "unique": sorted(
                    str(u["column_names"]) for u in asked.get_unique_constraints(name)
                ),
                "indexes": sorted(
                    (str(i["name"]), str(i["column_names"]), bool(i["unique"]))
                    for i in asked.get_indexes(name)
                ),
            }
            for name in asked.get_table_names()
            if name != "alembic_version"
        }


def test_the_steps_lead_to_the_tables_that_the_code_has(store: Store) -> None:
    upgrade(store)

    with store.transaction():
        context = MigrationContext.configure(store.connection, opts={"compare_type": True})
        assert [] == compare_metadata(context, METADATA)


def test_the_steps_lead_to_what_the_tables_would_make_by_themselves(store: Store) -> None:
    with store.transaction():
        METADATA.create_all(store.connection)
    wanted = described(store)
    with store.transaction():
        METADATA.drop_all(store.connection)

    upgrade(store)

    assert set(METADATA.tables) == set(wanted)
    assert wanted == described(store)


def test_the_newest_step_is_the_last_there_is() -> None:
    folder = str(Path(migrations.__file__).parent)

    assert [migrations.NEWEST] == ScriptDirectory(folder, version_locations=[folder]).get_heads()


def test_a_table_that_no_step_makes_is_found(store: Store) -> None:
    upgrade(store)
    planted = MetaData()
    for table in METADATA.tables.values():
        table.to_metadata(planted)
    Table("planted", planted, Column("id", Integer, primary_key=True))

    with store.transaction():
        (found,) = compare_metadata(MigrationContext.configure(store.connection), planted)

    assert found[0] == "add_table"


def test_an_empty_database_is_filled_once(store: Store) -> None:
    before = form(store)
    demand_current(store)
    demand_current(store)

    assert ("", False) == (before.found, before.is_current)
    assert form(store).is_current
    assert upgrade(store).is_current


def test_a_database_of_a_newer_version_is_refused_and_stays(store: Store) -> None:
    upgrade(store)
    store.run(text("UPDATE alembic_version SET version_num = 'v9999'"))

    for act in (demand_current, upgrade):
        with pytest.raises(ConfigurationError, match="newer version"):
            act(store)

    assert form(store).found == "v9999"


def test_tables_of_somebody_else_are_refused_and_stay(store: Store) -> None:
    store.run(text("CREATE TABLE theirs (id INTEGER)"))

    for act in (demand_current, upgrade):
        with pytest.raises(ConfigurationError, match="no version of the bridge"):
            act(store)

    assert ["theirs"] == list(described(store))


def test_an_upgrade_that_breaks_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def create_table(operations: Any, name: str, *columns: Any) -> Any:  # noqa: ANN401
        if len(made) == 5:
            raise PlantedError
        made.append(name)
        return CreateTableOp.create_table(operations, name, *columns)

    monkeypatch.setattr("alembic.operations.Operations.create_table", create_table)

    with pytest.raises(PlantedError):
        upgrade(store)

    assert len(made) == 5
    assert {} == described(store)
