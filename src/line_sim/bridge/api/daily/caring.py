"""Routes of administrators about customers' data, and about who is told of enquiries."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from line_sim.bridge.api.daily.needs import Bridge
from line_sim.bridge.api.daily.shapes import (
    ErasedTold,
    SubscriptionAsked,
    SubscriptionChange,
    SubscriptionMade,
    SubscriptionTold,
    told,
)
from line_sim.bridge.api.errors import JSON, problems
from line_sim.bridge.api.security import Administrator, BridgeHere
from line_sim.bridge.api.shapes import Id, Number
from line_sim.bridge.customers import exporting
from line_sim.bridge.customers.erasing import erase
from line_sim.bridge.customers.finding import Customer, find
from line_sim.bridge.notify import subscriptions
from line_sim.bridge.staff.refusals import NotFoundError
from line_sim.bridge.store.tables import audit

router = APIRouter(tags=["care"], responses=problems(401, 403))


@router.get(
    "/customers/{visitor}/export",
    response_class=Response,
    responses={
        **problems(404),
        200: {"content": {"application/zip": {}}, "description": "All that is held of them."},
    },
)
async def export(visitor: Number, bridge: BridgeHere, me: Administrator) -> Response:
    """A copy of all that is held of a customer, for them to have; administrators only."""
    customer = _customer(bridge, visitor)
    now = bridge.clock.now()
    copy = exporting.gather(bridge.store, bridge.media.path, customer, now)
    bridge.store.add(audit, at=now, staff=me.id, act="exported", subject=f"customer {visitor}")
    folder = Path(tempfile.mkdtemp(prefix="line-bridge-"))
    try:
        file = folder / "copy.zip"
        await asyncio.to_thread(exporting.write_zip, copy, file)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        file, media_type="application/zip", filename=f"customer-{visitor}.zip",
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )  # fmt: skip


@router.delete("/customers/{visitor}", response_model=ErasedTold, responses=problems(404, 409))
async def forget(visitor: Number, bridge: BridgeHere, me: Administrator) -> JSON:
    """Erase all that is held of a customer, for good; administrators only.

    Not while an enquiry of theirs goes on.
    """
    return told(erase(bridge, _customer(bridge, visitor), by=me.id)._asdict())


@router.get("/subscriptions", response_model=list[SubscriptionTold])
async def subscribers(bridge: BridgeHere, _me: Administrator) -> JSON:
    """Who is told of enquiries by a webhook."""
    return told([each._asdict() for each in subscriptions.listed(bridge)])


@router.post("/subscriptions", status_code=201, response_model=SubscriptionMade)
async def subscribe(asked: SubscriptionAsked, bridge: BridgeHere, me: Administrator) -> JSON:
    """Have an address told of enquiries, if it answers a challenge; the secret is told once."""
    made = await subscriptions.subscribe(bridge, asked.url, bridge.notifier.trust)
    now, subject = bridge.clock.now(), f"subscription {made.id}"
    bridge.store.add(audit, at=now, staff=me.id, act="subscribed", subject=subject)
    return told(made._asdict(), 201)


@router.patch(
    "/subscriptions/{subscription}", response_model=SubscriptionTold, responses=problems(404)
)
async def switch(
    subscription: Id, asked: SubscriptionChange, bridge: BridgeHere, _me: Administrator
) -> JSON:
    """Tell it nothing for a while, or go on."""
    if not subscriptions.switch(bridge, subscription, on=asked.state == "on"):
        raise _no_subscription(subscription)
    bridge.notifier.wake()
    (found,) = [each for each in subscriptions.listed(bridge) if each.id == subscription]
    return told(found._asdict())


@router.delete("/subscriptions/{subscription}", status_code=204, responses=problems(404))
async def unsubscribe(subscription: Id, bridge: BridgeHere, _me: Administrator) -> None:
    """Tell it nothing any more."""
    if not subscriptions.unsubscribe(bridge, subscription):
        raise _no_subscription(subscription)


def _customer(bridge: Bridge, visitor: int) -> Customer:
    found = find(bridge.store, visitor)
    if found is None:
        message = f"no customer {visitor}"
        raise NotFoundError(message)
    return found


def _no_subscription(subscription: int) -> NotFoundError:
    message = f"no subscription {subscription}"
    return NotFoundError(message)
