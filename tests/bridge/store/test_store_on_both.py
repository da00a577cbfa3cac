"""The store means the same on every kind of database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from line_sim.bridge.journal import described
from line_sim.bridge.store.migrating import upgrade
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import entries, events, meta


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    made = Store(store_url)
    upgrade(made)
    yield made
    made.close()


def test_a_row_is_new_once_and_its_copies_are_not(store: Store) -> None:
    row = {"channel": 1, "event": "e\0\ud800", "came_at": 1.0}

    assert store.add_new(events, **row)
    assert not store.add_new(events, **row)
    assert store.add_new(events, **{**row, "channel": 2})
    with store.transaction():
        assert not store.add_new(events, **row)
        assert store.add_new(events, **{**row, "event": "f"})


def fail(store: Store, *after: Callable[[], object]) -> None:
    """Write something that comes to nothing."""
    with store.transaction():
        store.add(meta, name="gone", value=1)
        for call in after:
            store.after_commit(call)
        raise ZeroDivisionError


def test_what_fails_within_takes_nothing_else_with_it(store: Store) -> None:
    with store.transaction():
        store.add(meta, name="kept", value=1)
        with pytest.raises(ZeroDivisionError):
            fail(store)

    assert ["kept"] == [row.name for row in store.rows(select(meta.c.name))]


def test_effects_come_after_the_commit_or_never(store: Store) -> None:
    done: list[str] = []
    with store.transaction():
        store.after_commit(lambda: done.append("safe"))
        assert [] == done
    with pytest.raises(ZeroDivisionError):
        fail(store, lambda: done.append("never"))
    store.add(meta, name="other", value=1)

    assert ["safe"] == done


def test_what_a_broken_statement_held_is_in_no_message(store: Store) -> None:
    said = "my card is 4111"
    with pytest.raises(DBAPIError) as broken:
        store.add(entries, chat=1, author="customer", kind="text", text=said, at_ms=None)

    assert said not in described(broken.value)


def test_sqlite_has_on_the_disk_what_was_committed(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "shop.sqlite"))

    assert store.value(text("PRAGMA synchronous")) == 2  # FULL
    store.close()
