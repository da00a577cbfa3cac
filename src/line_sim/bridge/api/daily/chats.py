"""Routes of chats: lists, transcripts, notes and labels, that one has read them, that one types."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from line_sim.bridge.api.daily.refusing import demand_writer
from line_sim.bridge.api.daily.seeing import ChatHere, Seen
from line_sim.bridge.api.daily.shapes import (
    ChatChange,
    ChatTold,
    ChatWhole,
    EntryTold,
    Shown,
    Typing,
    told,
)
from line_sim.bridge.api.errors import JSON, problems
from line_sim.bridge.api.security import BridgeHere, Me
from line_sim.bridge.api.shapes import GREATEST_ID, Before, Limit
from line_sim.bridge.queries import chats, transcript
from line_sim.bridge.store import tables

router = APIRouter(tags=["chats"], responses=problems(401, 403))


@router.get("/chats", response_model=list[ChatTold])
async def listed(  # noqa: PLR0913 - what may be asked for
    *,
    bridge: BridgeHere,
    sight: Seen,
    channel: Annotated[int | None, Query(ge=1, le=GREATEST_ID)] = None,
    label: Annotated[str, Query(max_length=40, description="Only with it.")] = "",
    unread: Annotated[bool, Query(description="Only with something unread.")] = False,
    before_ms: Annotated[
        int | None,
        Query(ge=0, le=GREATEST_ID, description="Only those last written in before, Unix ms."),
    ] = None,
    limit: Limit = 50,
) -> JSON:
    """Chats of the enquiries that one sees, those written in last first."""
    return told(
        chats.page(
            bridge.store, sight, channel=channel, label=label, unread=unread,
            before_ms=before_ms, limit=limit,
        )
    )  # fmt: skip


@router.get("/chats/{chat}", response_model=ChatWhole, responses=problems(404))
async def one(chat: ChatHere, bridge: BridgeHere, sight: Seen) -> JSON:
    """A chat."""
    return told(chats.one(bridge.store, sight, chat))


@router.patch("/chats/{chat}", response_model=ChatWhole, responses=problems(404))
async def change(asked: ChatChange, chat: ChatHere, bridge: BridgeHere, sight: Seen) -> JSON:
    """Note something about a customer."""
    values: dict[str, Any] = asked.model_dump(exclude_none=True)
    if "labels" in values:
        values["labels"] = list(dict.fromkeys(each.strip() for each in values["labels"]))
    if values:
        where = tables.chats.c.id == chat
        bridge.store.run(tables.chats.update().where(where).values(**values))
    return told(chats.one(bridge.store, sight, chat))


@router.get("/chats/{chat}/messages", response_model=list[EntryTold], responses=problems(404))
async def messages(
    chat: ChatHere, bridge: BridgeHere, before: Before = None, limit: Limit = 50
) -> JSON:
    """The newest entries of a transcript, or those before one, in the order staff read them.

    Looking at them is not reading: see ``POST .../read``.
    """
    return told(transcript.page(bridge.store, chat, before=before, limit=limit))


@router.post("/chats/{chat}/read", response_model=Shown, responses=problems(404))
async def read(chat: ChatHere, bridge: BridgeHere) -> JSON:
    """Say that one has read a chat up to now; whether the customer is shown that."""
    return told({"shown": bridge.sending.read(chat)})


@router.post("/chats/{chat}/typing", response_model=Shown, responses=problems(404, 409))
async def typing(chat: ChatHere, bridge: BridgeHere, me: Me, asked: Typing | None = None) -> JSON:
    """Say that one types; whether the customer is shown that."""
    demand_writer(bridge.store, chat, me)
    duration_s = (asked or Typing()).seconds
    return told({"shown": bridge.sending.typing(chat, duration_s)})
