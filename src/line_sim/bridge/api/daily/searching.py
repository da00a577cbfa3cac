"""Search over everything one sees, and ready texts."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import or_, select

from line_sim.bridge.api.daily.needs import Bridge
from line_sim.bridge.api.daily.seeing import Seen
from line_sim.bridge.api.daily.shapes import (
    CannedReply,
    CannedReplyAsked,
    CannedReplyChange,
    Found,
    told,
)
from line_sim.bridge.api.errors import JSON, problems
from line_sim.bridge.api.security import BridgeHere, Me
from line_sim.bridge.api.shapes import Before, Id, Limit
from line_sim.bridge.queries import searching
from line_sim.bridge.staff.people import Person
from line_sim.bridge.staff.refusals import ForbiddenError, NotFoundError, NotNowError
from line_sim.bridge.store.tables import canned_replies

router = APIRouter(tags=["search"], responses=problems(401, 403))
MOST_WINDOWS = 50
"""Windows of one answer: a million entries; whoever wants more asks on (chosen)."""
MOST_REPLIES = 1_000
"""Ready texts of an install (chosen)."""


@router.get("/search", response_model=Found)
async def search(
    bridge: BridgeHere,
    sight: Seen,
    q: Annotated[str, Query(min_length=1, max_length=searching.LONGEST)],
    before: Before = None,
    limit: Limit = 50,
) -> JSON:
    """Chats and messages that hold a text, in any script; capitals do not count."""
    chats = searching.names(bridge.store, sight, q) if before is None else []
    found: list[dict[str, Any]] = []
    windows = searching.windows(bridge.store, sight, q, before=before, limit=limit)
    for count, window in enumerate(windows, 1):
        found += window.entries
        before = window.before
        if count == MOST_WINDOWS:
            break
        await asyncio.sleep(0)  # others have a turn
    return told({"chats": chats, "entries": found, "before": before})


@router.get("/canned-replies", response_model=list[CannedReply])
async def replies(bridge: BridgeHere, me: Me) -> JSON:
    """Ready texts: everybody's and one's own, by name."""
    rows = bridge.store.rows(
        select(canned_replies).where(
            or_(canned_replies.c.staff.is_(None), canned_replies.c.staff == me.id)
        )
    )
    return told([_reply(row) for row in sorted(rows, key=lambda row: (row.name, row.id))])


@router.post(
    "/canned-replies", status_code=201, response_model=CannedReply, responses=problems(409)
)
async def add_reply(asked: CannedReplyAsked, bridge: BridgeHere, me: Me) -> JSON:
    """Add a ready text; everybody's by administrators only."""
    if asked.shared:
        _demand_administrator(me)
    if len(bridge.store.rows(select(canned_replies.c.id))) >= MOST_REPLIES:
        message = f"there are {MOST_REPLIES:,} ready texts already"
        raise NotNowError(message, mend="delete one")
    made = bridge.store.add(
        canned_replies, name=asked.name, text=asked.text, staff=None if asked.shared else me.id
    )
    return told(_reply(_mine(bridge, made, me)), 201)


@router.patch("/canned-replies/{reply}", response_model=CannedReply, responses=problems(404))
async def change_reply(reply: Id, asked: CannedReplyChange, bridge: BridgeHere, me: Me) -> JSON:
    """Change a ready text."""
    row = _mine(bridge, reply, me)
    if row.staff is None:
        _demand_administrator(me)
    if values := asked.model_dump(exclude_none=True):
        where = canned_replies.c.id == reply
        bridge.store.run(canned_replies.update().where(where).values(**values))
    return told(_reply(_mine(bridge, reply, me)))


@router.delete("/canned-replies/{reply}", status_code=204, responses=problems(404))
async def drop_reply(reply: Id, bridge: BridgeHere, me: Me) -> None:
    """Delete a ready text."""
    if _mine(bridge, reply, me).staff is None:
        _demand_administrator(me)
    bridge.store.run(canned_replies.delete().where(canned_replies.c.id == reply))


def _mine(bridge: Bridge, reply: int, me: Person) -> Any:  # noqa: ANN401 - a row
    row = bridge.store.row(select(canned_replies).where(canned_replies.c.id == reply))
    if row is None or row.staff not in {None, me.id}:
        message = f"no ready text {reply}"
        raise NotFoundError(message)
    return row


def _demand_administrator(me: Person) -> None:
    if not me.administrator:
        message = "what everybody uses, administrators write"
        raise ForbiddenError(message, mend="keep one of your own")


def _reply(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    return {"id": row.id, "name": row.name, "text": row.text, "shared": row.staff is None}
