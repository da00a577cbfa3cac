"""Rich menu batches: many users moved from menu to menu by one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.wire.refusals import BODY_ERRORS, PARAMETER, Detail, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.rich_menus import RichMenus

KEPT = 1_000
"""Batches whose progress is remembered; LINE keeps them for 14 days, at 3 an hour."""


class Batch(NamedTuple):
    """One batch that was accepted; it is done at once."""

    unix_ms: int


class Batches:
    """The batches of one channel by the request id of their call."""

    def __init__(self, _channel: Channel) -> None:
        self.done: dict[str, Batch] = {}

    def add(self, request_id: str, batch: Batch) -> None:
        """Remember a batch."""
        self.done[request_id] = batch
        if len(self.done) > KEPT:
            del self.done[next(iter(self.done))]

    def find(self, request_id: str) -> Batch:
        """The batch that call asked for; raises :class:`RefusedError` where there is none."""
        found = self.done.get(request_id)
        if found is None:
            why = "no rich menu batch was accepted with this x-line-request-id"
            raise RefusedError(PARAMETER, name="requestId", why=why)
        return found


def check(operations: list[dict[str, Any]]) -> None:
    """Raise where operations contradict each other ("Batch control rich menus", conditions)."""
    details = []
    seen: set[str] = set()
    for place, operation in enumerate(operations):
        if operation["type"] == "unlinkAll":
            if len(operations) > 1:
                words = "unlinkAll must be the only operation"
                details.append(Detail(words, f"operations[{place}]"))
        elif operation["from"] in seen:
            details.append(Detail("must be unique", f"operations[{place}].from"))
        else:
            seen.add(operation["from"])
    if details:
        raise RefusedError(BODY_ERRORS, details, count=len(details))


def carry_out(menus: RichMenus, operations: list[dict[str, Any]]) -> None:
    """Do all operations as of one moment: nobody is moved twice; a menu that is gone moves none."""
    moves = {
        operation["from"]: operation.get("to")
        for operation in operations
        if operation["type"] != "unlinkAll"
    }
    if len(moves) < len(operations):
        menus.linked.clear()
    for user_id, menu_id in list(menus.linked.items()):
        if menu_id in moves:
            other_id = moves[menu_id]
            if other_id is None:
                menus.unlink([user_id])
            elif other_id in menus.menus and menus.menus[other_id].image:
                menus.linked[user_id] = other_id
