"""Routes of administrators: groups, queues and chatbots that enquiries go to."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import Row

from line_sim.bridge.api.errors import problems
from line_sim.bridge.api.security import ADMINISTRATORS_ONLY, Administrator, BridgeHere
from line_sim.bridge.api.shapes import Answer, Asked, Id
from line_sim.bridge.desk.setup import DestinationConfig
from line_sim.bridge.staff import places

router = APIRouter(
    prefix="/destinations",
    tags=["destinations"],
    responses=problems(401, 403),
    dependencies=ADMINISTRATORS_ONLY,
)

Name = Annotated[str, Field(max_length=1_000)]


class Destination(Answer):
    """A destination. ``number`` is its own on the desk, and in event logs."""

    id: int
    number: int
    name: str
    config: DestinationConfig


class Destinations(Answer):
    """Destinations, in the order they were made."""

    destinations: list[Destination]


class NewDestination(Asked):
    """A group unless ``config`` says otherwise."""

    name: Name
    config: DestinationConfig = DestinationConfig()


class DestinationChange(Asked):
    """What is to change; keys of ``config`` that are not given stay."""

    name: Name | None = None
    config: DestinationConfig | None = None


@router.get("")
async def destinations(bridge: BridgeHere) -> Destinations:
    """List destinations."""
    return Destinations(destinations=[_answer(row) for row in places.listed(bridge)])


@router.post("", status_code=201)
async def add(asked: NewDestination, bridge: BridgeHere, me: Administrator) -> Destination:
    """Make one."""
    made = places.create(bridge, asked.name, asked.config.model_dump(), by=me.id)
    return _answer(places.demand(bridge, made))


@router.patch("/{destination}", responses=problems(404))
async def edit(
    destination: Id, asked: DestinationChange, bridge: BridgeHere, me: Administrator
) -> Destination:
    """Change one; who waits there is routed anew."""
    config = {} if asked.config is None else asked.config.model_dump(exclude_unset=True)
    places.edit(bridge, destination, name=asked.name, config=config, by=me.id)
    return _answer(places.demand(bridge, destination))


@router.delete("/{destination}", status_code=204, responses=problems(404, 409))
async def delete(destination: Id, bridge: BridgeHere, me: Administrator) -> None:
    """Let nothing go there any more."""
    places.delete(bridge, bridge.channels, destination, by=me.id)


def _answer(row: Row[Any]) -> Destination:
    config = DestinationConfig.model_validate(row.config or {})
    return Destination(id=row.id, number=row.number, name=row.name, config=config)
