"""Routes of administrators: what holds for the whole service, alerts, and who did what."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import select

from line_sim.bridge.api.errors import problems
from line_sim.bridge.api.security import ADMINISTRATORS_ONLY, Administrator, BridgeHere
from line_sim.bridge.api.shapes import Answer, Asked, Before, Id, Limit
from line_sim.bridge.staff import service as services
from line_sim.bridge.staff.refusals import NotFoundError
from line_sim.bridge.store import tables
from line_sim.desk.setup import Service

router = APIRouter(tags=["service"], responses=problems(401, 403), dependencies=ADMINISTRATORS_ONLY)

_DEFAULT = Service()
Seconds = Annotated[float, Field(allow_inf_nan=False)]
MOST_CHATS = 1_000_000


class ServiceSettings(Asked):
    """What holds for the whole service; each is explained in docs/model.md."""

    utc_offset: str = "+00:00"
    """Of the clock that routing times are read by."""
    strict_cinnox: bool = _DEFAULT.strict_cinnox
    receiving_statuses: tuple[Literal["active", "busy", "idle"], ...] = ("active",)
    max_concurrent: Annotated[int, Field(ge=1, le=MOST_CHATS)] | None = _DEFAULT.max_concurrent
    max_wait_s: Seconds | None = _DEFAULT.max_wait_s
    max_wait_scope: Literal["destination", "enquiry"] = _DEFAULT.max_wait_scope
    offer_timeout_s: Seconds | None = _DEFAULT.offer_timeout_s
    recycle_offers: bool = _DEFAULT.recycle_offers
    late_join: bool = _DEFAULT.late_join
    skip_ineligible_destination: bool = _DEFAULT.skip_ineligible_destination
    auto_pickup: bool = _DEFAULT.auto_pickup
    auto_pickup_requires_eligible: bool = _DEFAULT.auto_pickup_requires_eligible
    miss_immediately_when_unstaffed: bool = _DEFAULT.miss_immediately_when_unstaffed
    missed_absorbs_messages: bool = _DEFAULT.missed_absorbs_messages
    reopen_window_s: Seconds = _DEFAULT.reopen_window_s
    reassign_on_offline: bool = _DEFAULT.reassign_on_offline
    auto_close: bool = _DEFAULT.auto_close
    auto_close_after_s: Seconds | None = _DEFAULT.auto_close_after_s
    auto_close_notice_s: Seconds | None = _DEFAULT.auto_close_notice_s
    transfer_wait_s: Seconds | None = _DEFAULT.transfer_wait_s
    idle_after_dashboard_s: Seconds = _DEFAULT.idle_after_dashboard_s
    idle_after_mobile_s: Seconds = _DEFAULT.idle_after_mobile_s


class Alert(Answer):
    """Something that a person must see to."""

    id: int
    at: float
    kind: str
    text: str
    channel: int | None
    enquiry: int | None
    seen: bool


class Alerts(Answer):
    """Alerts, the newest first."""

    alerts: list[Alert]


class Act(Answer):
    """What somebody did; nobody: the command line, or a one-time link."""

    id: int
    at: float
    staff: int | None
    act: str
    subject: str


class Acts(Answer):
    """Acts, the newest first."""

    audit: list[Act]


@router.get("/service")
async def service(bridge: BridgeHere) -> ServiceSettings:
    """Show what holds."""
    return _settings(bridge)


@router.patch("/service")
async def change(asked: ServiceSettings, bridge: BridgeHere, me: Administrator) -> ServiceSettings:
    """Change what is given, for what comes afterwards; the rest stays."""
    services.change(bridge, asked.model_dump(mode="json", exclude_unset=True), by=me.id)
    return _settings(bridge)


@router.get("/alerts")
async def alerts(
    bridge: BridgeHere,
    before: Before = None,
    limit: Limit = 50,
    unseen: Annotated[bool, Query(description="Only what nobody has seen.")] = False,  # noqa: FBT002
) -> Alerts:
    """List alerts."""
    table = tables.alerts
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.id < before)
    if unseen:
        query = query.where(table.c.seen == 0)
    rows = bridge.store.rows(query)
    return Alerts(
        alerts=[
            Alert(
                id=row.id, at=row.at, kind=row.kind, text=row.text, channel=row.channel,
                enquiry=row.enquiry, seen=bool(row.seen),
            )
            for row in rows
        ]
    )  # fmt: skip


@router.post("/alerts/{alert}/seen", status_code=204, responses=problems(404))
async def seen(alert: Id, bridge: BridgeHere) -> None:
    """Note that somebody has seen an alert."""
    table = tables.alerts
    changed = bridge.store.run(table.update().where(table.c.id == alert).values(seen=1))
    if changed.rowcount == 0:
        message = f"there is no alert {alert}"
        raise NotFoundError(message)


@router.get("/audit")
async def audit(
    bridge: BridgeHere,
    before: Before = None,
    limit: Limit = 50,
) -> Acts:
    """List who did what."""
    table = tables.audit
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.id < before)
    rows = bridge.store.rows(query)
    return Acts(
        audit=[
            Act(id=row.id, at=row.at, staff=row.staff, act=row.act, subject=row.subject)
            for row in rows
        ]
    )


def _settings(bridge: BridgeHere) -> ServiceSettings:
    found = services.settings(bridge)
    return ServiceSettings.model_validate({k: found[k] for k in ServiceSettings.model_fields})
