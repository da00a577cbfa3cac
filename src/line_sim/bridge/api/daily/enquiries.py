"""Routes of enquiries: looking at them, and all that is done with them."""

# ruff: noqa: FAST003 - parts of paths are read by dependencies

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from line_sim.bridge.api.daily.needs import Bridge
from line_sim.bridge.api.daily.refusing import (
    HANDLED,
    demand_alert,
    demand_owner,
    not_free,
    not_now,
)
from line_sim.bridge.api.daily.seeing import EnquiryHere, Seen
from line_sim.bridge.api.daily.shapes import (
    Enquiry,
    EnquiryTold,
    EnquiryWhole,
    Join,
    Offer,
    Transfer,
    told,
)
from line_sim.bridge.api.errors import JSON, problems
from line_sim.bridge.api.security import BridgeHere, Me
from line_sim.bridge.api.shapes import GREATEST_ID, Limit
from line_sim.bridge.queries import enquiries
from line_sim.bridge.queries.enquiries import State
from line_sim.bridge.queries.visibility import Sight, Viewer
from line_sim.bridge.staff.people import Person, by_id
from line_sim.bridge.staff.refusals import ForbiddenError, NotNowError
from line_sim.bridge.store import tables
from line_sim.desk.offers import NO_SEARCH
from line_sim.errors import ConfigurationError, Fault

router = APIRouter(tags=["enquiries"], responses=problems(401, 403))
ACT: dict[str, Any] = {"response_model": EnquiryWhole, "responses": problems(404, 409)}


@router.get("/enquiries", response_model=list[EnquiryTold])
async def listed(  # noqa: PLR0913 - what may be asked for
    *,
    bridge: BridgeHere,
    sight: Seen,
    state: Annotated[list[State], Query(description="Only in these; repeat it.")] = [],  # noqa: B006
    mine: bool = False,
    channel: Annotated[int | None, Query(ge=1, le=GREATEST_ID)] = None,
    chat: Annotated[int | None, Query(ge=1, le=GREATEST_ID)] = None,
    before: Enquiry = None,
    limit: Limit = 50,
) -> JSON:
    """Enquiries that one sees, the newest first."""
    return told(
        enquiries.page(
            bridge.store, sight, states=state, mine=mine, channel=channel, chat=chat,
            before=before, limit=limit,
        )
    )  # fmt: skip


@router.get("/offers", response_model=list[Offer])
async def offered(bridge: BridgeHere, sight: Seen) -> JSON:
    """Enquiries that one is alerted for, who waits longest first."""
    return told(enquiries.alerted(bridge.store, sight))


@router.get("/enquiries/{number}", response_model=EnquiryWhole, responses=problems(404))
async def one(enquiry: EnquiryHere, bridge: BridgeHere) -> JSON:
    """An enquiry."""
    return _now(bridge, enquiry.number)


@router.post("/enquiries/{number}/pick-up", **ACT)
async def pick_up(enquiry: EnquiryHere, bridge: BridgeHere, me: Me) -> JSON:
    """Take an enquiry that one is alerted for, or accept a transfer."""
    demand_alert(bridge.store, enquiry, me, "picked up")
    return _done(bridge, enquiry, "picked up", bridge.desk.pick_up(enquiry.number, me.number))


@router.post("/enquiries/{number}/refuse", **ACT)
async def refuse(enquiry: EnquiryHere, bridge: BridgeHere, me: Me) -> JSON:
    """Refuse an alert: others are asked."""
    demand_alert(bridge.store, enquiry, me, "refused")
    return _done(bridge, enquiry, "refused", bridge.desk.refuse(enquiry.number, me.number))


@router.post("/enquiries/{number}/close", **ACT)
async def close(enquiry: EnquiryHere, bridge: BridgeHere, me: Me) -> JSON:
    """Close an enquiry: its owner, or an administrator."""
    demand_owner(bridge.store, enquiry, me, "closed")
    return _done(bridge, enquiry, "closed", bridge.desk.close(enquiry.number))


@router.post("/enquiries/{number}/take-over", **ACT)
async def take_over(enquiry: EnquiryHere, bridge: BridgeHere, me: Me) -> JSON:
    """Become the owner of somebody else's enquiry; administrators only."""
    if not me.administrator:
        message = "only administrators take over"
        raise ForbiddenError(message, mend="have it transferred to you")
    done = bridge.desk.take_over(enquiry.number, me.number)
    return _done(bridge, enquiry, "taken over", done)


@router.post("/enquiries/{number}/follow-up", **ACT)
async def follow_up(enquiry: EnquiryHere, bridge: BridgeHere, me: Me) -> JSON:
    """Take up a missed enquiry."""
    done = bridge.desk.follow_up(enquiry.number, me.number)
    if not done and enquiry.state == "missed":
        raise not_free(bridge.store, enquiry)
    return _done(bridge, enquiry, "followed up", done)


@router.post("/enquiries/{number}/transfer", **ACT)
async def transfer(asked: Transfer, enquiry: EnquiryHere, bridge: BridgeHere, me: Me) -> JSON:
    """Offer an enquiry to a member or to a tag's destinations; it stays until it is accepted."""
    demand_owner(bridge.store, enquiry, me, "transferred")
    if (asked.tag is None) == (asked.staff is None):
        given = "neither" if asked.tag is None else "both"
        raise ConfigurationError([Fault("tag, staff", given, "one of them")])
    if asked.tag is not None:
        if asked.tag not in bridge.desk.tags:
            raise ConfigurationError([Fault.unknown("tag", asked.tag, bridge.desk.tags)])
        done = bridge.desk.transfer(enquiry.number, tag=asked.tag)
    else:
        to = _colleague(bridge, asked.staff)
        done = bridge.desk.transfer(enquiry.number, staff_number=to.number)
    now = bridge.desk.state.desk.enquiries[enquiry.number]
    if done and now.search == NO_SEARCH and _owner(bridge, enquiry.number) == enquiry.owner:
        message = "nobody there is active and has room: it stays where it is"
        raise NotNowError(message, mend="somebody else, or a tag")
    return _done(bridge, enquiry, "transferred", done)


@router.post("/enquiries/{number}/join", **ACT)
async def join(enquiry: EnquiryHere, bridge: BridgeHere, me: Me, asked: Join | None = None) -> JSON:
    """Add a member to the room of an enquiry, or oneself; the owner stays.

    Whoever sees it may join; others are added by its owner or an administrator.
    """
    staff = me.id if asked is None or asked.staff is None else asked.staff
    if staff != me.id:
        demand_owner(bridge.store, enquiry, me, "shared")
    who = _colleague(bridge, staff)
    if who.id in {enquiry.owner, *(enquiry.room or ())}:
        return _now(bridge, enquiry.number)
    done = bridge.desk.join(enquiry.number, who.number)
    if not done and enquiry.state in HANDLED:
        message = (
            f"{len(enquiry.room or ()) + 1} people are in the room of enquiry {enquiry.number}"
        )
        raise NotNowError(message)
    return _done(bridge, enquiry, "joined", done)


def _colleague(bridge: Bridge, staff: int | None) -> Person:
    found = None if staff is None else by_id(bridge.store, staff)
    if found is None or found.state != "enabled":
        raise ConfigurationError([Fault("staff", f"nobody has id {staff}", "a member's id")])
    return found


def _owner(bridge: Bridge, number: int) -> int | None:
    where = tables.enquiries.c.number == number
    found: int | None = bridge.store.value(select(tables.enquiries.c.owner).where(where))
    return found


def _done(bridge: Bridge, enquiry: Any, act: str, done: bool) -> JSON:  # noqa: ANN401, FBT001
    """The enquiry as it stands after an act; raises NotNowError where it was not done."""
    if not done:
        raise not_now(bridge.store, enquiry, act)
    return _now(bridge, enquiry.number)


def _now(bridge: Bridge, number: int) -> JSON:
    """An enquiry, told to who was just allowed to act on it."""
    return told(enquiries.one(bridge.store, Sight(bridge.store, Viewer(0, True)), number))  # noqa: FBT003
