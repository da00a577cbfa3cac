"""Routes of administrators: LINE accounts connected, set up, suspended, disconnected."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from line_sim.bridge.api.errors import problems
from line_sim.bridge.api.needs import Bridge
from line_sim.bridge.api.security import ADMINISTRATORS_ONLY, Administrator, BridgeHere
from line_sim.bridge.api.shapes import Answer, Asked, Id
from line_sim.bridge.channels import connecting, states
from line_sim.bridge.channels import steps as line_side
from line_sim.bridge.channels.config import ChannelConfig
from line_sim.bridge.channels.connected import Connected, State
from line_sim.bridge.channels.platform import Platform
from line_sim.bridge.channels.steps import Step
from line_sim.bridge.staff.refusals import NotFoundError, NotNowError

router = APIRouter(
    prefix="/channels",
    tags=["channels"],
    responses=problems(401, 403),
    dependencies=ADMINISTRATORS_ONLY,
)

Secret = Annotated[
    str, Field(max_length=1_000, json_schema_extra={"format": "password", "writeOnly": True})
]
Name = Annotated[str, Field(max_length=1_000)]


class Channel(Answer):
    """A channel; its secret and token are never told."""

    id: int
    number: int | None
    """On the desk, and in event logs; a draft has none."""
    name: str
    state: State
    account: dict[str, Any]
    """What LINE says of the Official Account."""
    config: ChannelConfig
    created_at: float
    last_webhook_at: float | None
    paused: str | None
    """Why nothing is sent."""
    webhook_url: str | None
    """What LINE is to deliver to; a deleted channel has none."""


class Channels(Answer):
    """Channels, in the order they were made."""

    channels: list[Channel]


class NewChannel(Asked):
    """What a channel is connected by."""

    name: Name
    channel_secret: Secret
    channel_access_token: Secret
    config: ChannelConfig = ChannelConfig()


class ChannelChange(Asked):
    """What is to change; keys of ``config`` that are not given stay."""

    name: Name | None = None
    config: ChannelConfig | None = None


class Credentials(Asked):
    """Another secret or token of the same account."""

    channel_secret: Secret | None = None
    channel_access_token: Secret | None = None


class Begin(Asked):
    """How a draft is enabled."""

    anyway: bool = False
    """Although a step on LINE's side is not done."""


class StepAnswer(Answer):
    """One step on LINE's side."""

    name: str
    ok: bool | None
    """None: only a person can see it."""
    told: str
    mend: str


class Steps(Answer):
    """How LINE's side stands."""

    steps: list[StepAnswer]


class Quota(Answer):
    """Messages of this month; None: no limit, or LINE did not say."""

    limit: int | None
    used: int | None


@router.get("")
async def channels(
    bridge: BridgeHere,
    deleted: Annotated[bool, Query(description="Deleted ones, too.")] = False,  # noqa: FBT002
) -> Channels:
    """List channels."""
    rows = states.all_rows(bridge)
    wanted = [row for row in rows if deleted or row["state"] != "deleted"]
    return Channels(channels=[_answer(bridge, row) for row in wanted])


@router.post("", status_code=201, responses=problems(409, 502))
async def connect(asked: NewChannel, bridge: BridgeHere, me: Administrator) -> Channel:
    """Connect a LINE Official Account: a draft, once LINE has said whose secret and token are."""
    channel = await connecting.create(
        bridge, name=asked.name, secret=asked.channel_secret, token=asked.channel_access_token,
        config=asked.config.model_dump(mode="json"), by=me.id,
    )  # fmt: skip
    return _one(bridge, channel.id)


@router.get("/{channel}", responses=problems(404))
async def channel(channel: Id, bridge: BridgeHere) -> Channel:
    """Show one."""
    return _one(bridge, channel)


@router.patch("/{channel}", responses=problems(404))
async def edit(channel: Id, asked: ChannelChange, bridge: BridgeHere, me: Administrator) -> Channel:
    """Change name or configuration, for enquiries that come afterwards."""
    changes = None
    if asked.config is not None:
        changes = asked.config.model_dump(mode="json", exclude_unset=True)
    states.edit(bridge, _demand(bridge, channel), name=asked.name, config=changes, by=me.id)
    return _one(bridge, channel)


@router.delete("/{channel}", status_code=204, responses=problems(404))
async def delete(channel: Id, bridge: BridgeHere, me: Administrator) -> None:
    """Free the LINE account; history stays, a draft leaves nothing."""
    states.delete(bridge, _demand(bridge, channel), by=me.id)


@router.post("/{channel}/enable", responses=problems(404, 409, 502))
async def enable(
    channel: Id, bridge: BridgeHere, me: Administrator, asked: Begin | None = None
) -> Channel:
    """Let a draft begin, once LINE's side is set up."""
    found = _demand_in(bridge, channel, "draft")
    await line_side.confirm(bridge, found, anyway=asked is not None and asked.anyway, by=me.id)
    return _one(bridge, channel)


@router.post("/{channel}/suspend", responses=problems(404, 409))
async def suspend(channel: Id, bridge: BridgeHere, me: Administrator) -> Channel:
    """Take no messages for a while."""
    states.suspend(bridge, _demand_in(bridge, channel, "enabled"), by=me.id)
    return _one(bridge, channel)


@router.post("/{channel}/resume", responses=problems(404, 409))
async def resume(channel: Id, bridge: BridgeHere, me: Administrator) -> Channel:
    """Let a suspended channel go on with the configuration it has."""
    states.enable(bridge, _demand_in(bridge, channel, "suspended"), by=me.id)
    return _one(bridge, channel)


@router.put("/{channel}/credentials", responses=problems(404, 409, 502))
async def credentials(
    channel: Id, asked: Credentials, bridge: BridgeHere, me: Administrator
) -> Channel:
    """Replace secret, token or both; what waited for a valid token is sent then."""
    await connecting.credentials(
        bridge, _demand(bridge, channel), secret=asked.channel_secret,
        token=asked.channel_access_token, by=me.id,
    )  # fmt: skip
    return _one(bridge, channel)


@router.get("/{channel}/steps", responses=problems(404))
async def steps(channel: Id, bridge: BridgeHere) -> Steps:
    """Look how LINE's side stands; nothing is changed there."""
    return _steps(await line_side.steps(bridge, _demand(bridge, channel), point=False))


@router.post("/{channel}/steps", responses=problems(404))
async def set_up(channel: Id, bridge: BridgeHere) -> Steps:
    """Set the webhook URL at LINE, and look how LINE's side stands."""
    return _steps(await line_side.steps(bridge, _demand(bridge, channel), point=True))


@router.get("/{channel}/quota", responses=problems(404, 502))
async def quota(channel: Id, bridge: BridgeHere) -> Quota:
    """Ask LINE how many messages of this month are used; replies cost none."""
    found = _demand(bridge, channel)
    async with Platform(bridge.settings.line_api_url, found.token) as line:
        limit, used = (await line.quota()).json, (await line.consumption()).json
    return Quota(
        limit=limit.get("value") if limit.get("type") == "limited" else None,
        used=used.get("totalUsage"),
    )


def _demand(bridge: Bridge, channel: int) -> Connected:
    found = bridge.channels.by_id(channel)
    if found is None:
        message = f"there is no channel {channel}"
        raise NotFoundError(message)
    return found


def _demand_in(bridge: Bridge, channel: int, state: State) -> Connected:
    found = _demand(bridge, channel)
    if found.state != state:
        message = f"channel {channel} is {found.state}"
        raise NotNowError(message, f"one that is {state}")
    return found


def _one(bridge: Bridge, channel: int) -> Channel:
    for row in states.all_rows(bridge):
        if row["id"] == channel:
            return _answer(bridge, row)
    message = f"there is no channel {channel}"
    raise NotFoundError(message)


def _answer(bridge: Bridge, row: dict[str, Any]) -> Channel:
    found = bridge.channels.by_id(row["id"])
    url = None if found is None else bridge.channels.webhook_url(found)
    return Channel.model_validate({**row, "account": row["account"] or {}, "webhook_url": url})


def _steps(found: list[Step]) -> Steps:
    return Steps(steps=[StepAnswer(**step._asdict()) for step in found])
