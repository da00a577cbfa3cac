"""Routes of messages: sending texts and files, sending again, looking at files."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.responses import FileResponse, Response

from line_sim.bridge.api.daily.needs import Bridge
from line_sim.bridge.api.daily.refusing import demand_writer
from line_sim.bridge.api.daily.seeing import ChatHere, Seen
from line_sim.bridge.api.daily.shapes import EntryTold, Sent, told
from line_sim.bridge.api.daily.uploading import BODY, MOST_BODY_BYTES, Told, told_by
from line_sim.bridge.api.errors import JSON, problems
from line_sim.bridge.api.security import BridgeHere, Me
from line_sim.bridge.api.shapes import Id
from line_sim.bridge.media.results import Accepted, Refusal
from line_sim.bridge.queries import transcript
from line_sim.bridge.queries.visibility import Sight
from line_sim.bridge.staff.refusals import NotFoundError, NotNowError
from line_sim.bridge.store.tables import chats, entries

router = APIRouter(tags=["messages"], responses=problems(401, 403, 404))
SHOWN = ("image/", "audio/", "video/")
"""What a browser may show in a page; anything else is saved."""
ACTIVE = frozenset({"image/svg+xml"})
"""Pictures that are programs."""
MEDIA_HEADERS = {
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-site",
}


@router.post(
    "/chats/{chat}/messages",
    status_code=202,
    response_model=Sent,
    responses=problems(409),
    max_body_size=MOST_BODY_BYTES,
    openapi_extra={"requestBody": BODY},
)
async def send(request: Request, chat: ChatHere, bridge: BridgeHere, me: Me) -> JSON:
    """Have a text sent, or a file by a form; refused at once, with the reason, where it cannot be.

    The same ``key`` again is the same message, and is sent once.
    """
    demand_writer(bridge.store, chat, me)
    async with told_by(request) as said:
        accepted = await _accepted(bridge, chat, said)
    if isinstance(accepted, Refusal):
        return told({"entry": None, "state": "refused", "reason": str(accepted)}, 202)
    demand_writer(bridge.store, chat, me)  # a file takes a while
    sent = bridge.sending.send(
        chat, me.id, text=said.text, accepted=accepted, quote=said.quote,
        key=f"{me.id}:{said.key}" if said.key else "",
    )  # fmt: skip
    return told(sent._asdict(), 202)


@router.post(
    "/messages/{entry}/resend", status_code=202, response_model=EntryTold, responses=problems(409)
)
async def resend(entry: Id, bridge: BridgeHere, sight: Seen, me: Me) -> JSON:
    """Send again what failed or may have got lost; the latter may arrive twice, so staff decide."""
    row = _entry(bridge, sight, entry)
    demand_writer(bridge.store, row.chat, me)
    if not bridge.sending.resend(entry):
        message = "nothing of this message failed or got lost"
        raise NotNowError(message)
    return told(transcript.of_ids(bridge.store, [entry])[0], 202)


@router.head("/messages/{entry}/media", include_in_schema=False)
@router.get(
    "/messages/{entry}/media",
    response_class=Response,
    responses={
        200: {"content": {"*/*": {}}, "description": "The file."},
        206: {"content": {"*/*": {}}, "description": "Parts of it."},
        416: {"description": "It has no such part."},
    },
)
async def media(entry: Id, bridge: BridgeHere, sight: Seen) -> Response:
    """A file of a transcript, whole or in parts (``Range``)."""
    row = _entry(bridge, sight, entry)
    place = bridge.media.path(row.media)
    if place is None:
        message = f"no file is stored of message {entry}"
        raise NotFoundError(message)
    kind = row.media_type or "application/octet-stream"
    inline = kind.startswith(SHOWN) and kind not in ACTIVE
    return FileResponse(
        place,
        media_type=kind,
        headers={"etag": f'"{row.media[:32]}"', **MEDIA_HEADERS},
        filename=f"{entry}-{row.media[:8]}",
        content_disposition_type="inline" if inline else "attachment",
        stat_result=place.stat(),
    )


def _entry(bridge: Bridge, sight: Sight, entry: int) -> Any:  # noqa: ANN401 - a row
    row = bridge.store.row(
        select(entries)
        .join(chats, chats.c.id == entries.c.chat)
        .where(entries.c.id == entry, sight.chats)
    )
    if row is None:
        message = f"no message {entry}"
        raise NotFoundError(message)
    return row


async def _accepted(bridge: Bridge, chat: int, said: Told) -> Accepted | Refusal | None:
    """The file that is to be sent, as the channel takes it; None: there is none."""
    if said.file is None:
        return None
    channel = bridge.channels.by_id(
        bridge.store.value(select(chats.c.channel).where(chats.c.id == chat))
    )
    if channel is None:
        return Refusal("the channel is no longer connected", "a channel that is")
    return await bridge.media.accept(said.file, said.name, said.declared_type, channel)
