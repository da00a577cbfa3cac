"""The event stream and the enquiry report: what happened, as it happens and afterwards."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import Response, StreamingResponse

from line_sim.bridge.api.daily.seeing import FeedHere, Seen
from line_sim.bridge.api.daily.stream import MEDIA_TYPE, Stream
from line_sim.bridge.api.errors import problems
from line_sim.bridge.api.security import AuthenticationHere, BridgeHere, Signed
from line_sim.bridge.queries import report
from line_sim.errors import ConfigurationError, Fault

router = APIRouter(tags=["what happens"], responses=problems(401, 403))
LONGEST_DAYS = 90
"""Of one report (guide, reports)."""
USUAL_DAYS = 30
"""Of a report that nobody says the beginning of (chosen)."""
LINES_AT_ONCE = 200


@router.get(
    "/stream",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}, "description": "Server-sent events."}},
)
async def stream(
    session: Signed,
    bridge: BridgeHere,
    feed: FeedHere,
    authentication: AuthenticationHere,
    last_event_id: Annotated[str, Header(max_length=100)] = "",
) -> Response:
    """What happens in what one sees, as server-sent events: ``entry``, ``entry_changed``,
    ``enquiry``, ``status``; after ``look_again``, ask anew for what is shown.

    It goes on after ``Last-Event-ID``, which browsers send by themselves.
    """  # noqa: D205 - the first sentence lists the kinds
    return Stream(bridge, feed, authentication.sessions, session, last_event_id)


@router.get(
    "/reports/enquiries.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "A line an enquiry."}},
)
async def enquiries(
    bridge: BridgeHere,
    sight: Seen,
    since: Annotated[dt.date | None, Query(description="The first day; else 30 days ago.")] = None,
    until: Annotated[dt.date | None, Query(description="The last day; else today.")] = None,
) -> Response:
    """The enquiries that one sees of some days of the service's clock, at most 90."""
    now = bridge.clock.now()
    zone = report.zone_of(bridge.store)
    last = until or dt.datetime.fromtimestamp(now, zone).date()
    first = since or last - min(dt.timedelta(USUAL_DAYS - 1), last - dt.date.min)
    days = (last - first).days + 1
    if not 1 <= days <= LONGEST_DAYS:
        allowed = f"1 to {LONGEST_DAYS} days"
        raise ConfigurationError([Fault("since, until", f"{days:,} days", allowed)])
    begin = dt.datetime.combine(first, dt.time(), zone)
    end = begin + dt.timedelta(days)
    lines = report.as_csv(
        bridge.store, sight.enquiries, since=begin.timestamp(), until=end.timestamp(), zone=zone
    )

    async def pieces() -> AsyncIterator[str]:
        piece = []
        for line in lines:
            piece.append(line)
            if len(piece) == LINES_AT_ONCE:
                yield "".join(piece)
                piece.clear()
                await asyncio.sleep(0)  # others have a turn
        yield "".join(piece)

    name = f"enquiries-{first.isoformat()}-{last.isoformat()}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces(), media_type="text/csv; charset=utf-8", headers=headers)
