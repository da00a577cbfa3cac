"""What whoever asks may see, and do: dependencies of the daily routes."""

from typing import Annotated, Any, cast

from fastapi import Depends, Request

from line_sim.bridge.api.daily.feed import Feed
from line_sim.bridge.api.daily.needs import Bridge
from line_sim.bridge.api.security import BridgeHere, Me
from line_sim.bridge.api.shapes import Id, Number
from line_sim.bridge.queries.visibility import Sight, Viewer
from line_sim.bridge.staff.people import Person
from line_sim.bridge.staff.refusals import NotFoundError
from line_sim.bridge.store.tables import enquiries


def sight_of(bridge: Bridge, person: Person) -> Sight:
    """What a person sees."""
    return Sight(bridge.store, Viewer(person.id, person.administrator))


async def sight_asking(bridge: BridgeHere, person: Me) -> Sight:
    """What whoever asks sees."""
    return sight_of(bridge, person)


Seen = Annotated[Sight, Depends(sight_asking)]


async def enquiry_asked(number: Number, bridge: BridgeHere, sight: Seen) -> Any:  # noqa: ANN401
    """The row of the enquiry in the path.

    Raises
    ------
    NotFoundError
        It is not there, or not seen.
    """
    row = bridge.store.row(enquiries.select().where(enquiries.c.number == number, sight.enquiries))
    if row is None:
        message = f"no enquiry {number}"
        raise NotFoundError(message)
    return row


EnquiryHere = Annotated[Any, Depends(enquiry_asked)]


async def chat_asked(chat: Id, sight: Seen) -> int:
    """The chat in the path.

    Raises
    ------
    NotFoundError
        It is not there, or not seen.
    """
    if not sight.chat(chat):
        message = f"no chat {chat}"
        raise NotFoundError(message)
    return chat


ChatHere = Annotated[int, Depends(chat_asked)]


async def feed_asked(request: Request, bridge: BridgeHere) -> Feed:
    """The feed of the application, made when it is first asked for."""
    state = request.app.state
    if not hasattr(state, "feed"):
        state.feed = Feed(bridge)
    return cast("Feed", state.feed)


FeedHere = Annotated[Feed, Depends(feed_asked)]
