"""What holds for the whole service, as administrators set it: rules of waiting, statuses, zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import select

from line_sim.bridge.staff.audit import note
from line_sim.bridge.staff.places import as_said
from line_sim.bridge.store import tables
from line_sim.desk.fault_kinds import is_utc_offset
from line_sim.desk.setup import Service
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.bridge.staff.needs import Shop

_SERVICE = TypeAdapter(Service)
OFFSET = "utc_offset"


def settings(bridge: Shop) -> dict[str, Any]:
    """Every field of :class:`line_sim.desk.setup.Service` as it holds, and ``utc_offset``."""
    service = _SERVICE.validate_python(_stored(bridge, "service") or {})
    return {**_SERVICE.dump_python(service), OFFSET: _stored(bridge, OFFSET) or "+00:00"}


def change(bridge: Shop, changes: Mapping[str, Any], *, by: int | None) -> None:
    """Change some of them, for what comes afterwards; the desk follows or nothing is changed.

    Raises
    ------
    ConfigurationError
        With everything that is wrong.
    """
    rest = dict(changes)
    offset = rest.pop(OFFSET, None)
    if offset is not None and not is_utc_offset(offset):
        fault = Fault(OFFSET, ascii(offset[:40]), 'a fixed offset such as "+07:00"')
        raise ConfigurationError([fault])
    if not changes:
        return
    with bridge.store.transaction():
        if rest:
            _store(bridge, "service", {**(_stored(bridge, "service") or {}), **rest})
        if offset is not None:
            _store(bridge, OFFSET, offset)
        note(bridge, by, "service edited", ", ".join(sorted(changes)))
        with as_said("service."):
            bridge.desk.reconfigure()


def _stored(bridge: Shop, name: str) -> Any:  # noqa: ANN401 - plain data
    table = tables.meta
    return bridge.store.value(select(table.c.value).where(table.c.name == name))


def _store(bridge: Shop, name: str, value: object) -> None:
    table = tables.meta
    bridge.store.run(table.delete().where(table.c.name == name))
    bridge.store.add(table, name=name, value=value)
