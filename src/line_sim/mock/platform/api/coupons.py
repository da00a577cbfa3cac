"""Coupons (Messaging API reference, coupon)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.coupons import Coupons
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.mock.platform.queries import page
from line_sim.mock.platform.request_bodies import read
from line_sim.mock.platform.simpler import SIMPLER
from line_sim.wire.refusals import PARAMETER, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()

_PATH = "/v2/bot/coupon"
_LIMIT = Limit(200, 1)
_STATES = ("DRAFT", "RUNNING", "CLOSED")


@operations.answers(
    "createCoupon", "POST", _PATH, tier=3, limit=_LIMIT,
    body="CouponCreateRequest", result="CouponCreateResponse",
)  # fmt: skip
def create(asked: Asked) -> Answer:
    """One more coupon."""
    found = read(asked, "CouponCreateRequest")
    coupon = asked.channel.part(Coupons).add(found.body, asked.platform.unix_ms(asked.now))
    return Answer(content={"couponId": coupon.id}, findings=(*found.warnings, SIMPLER))


@operations.answers(
    "listCoupon", "GET", _PATH, tier=3, limit=_LIMIT, result="MessagingApiPagerCouponListResponse"
)
def listed(asked: Asked) -> Answer:
    """The coupons of some states, by pages."""
    states = _states(asked)
    every = asked.channel.part(Coupons).every
    unix_ms = asked.platform.unix_ms(asked.now)
    ids = [each.id for each in every.values() if each.status(unix_ms) in states]
    found = page(asked, ids, usual=20, most=100)
    items = [{"couponId": each, "title": every[each].body["title"]} for each in found.items]
    content = {**found.named("items"), "items": items}
    return Answer(content=content, findings=(SIMPLER,))


@operations.answers(
    "getCouponDetail", "GET", f"{_PATH}/{{couponId}}", tier=3, limit=_LIMIT, result="CouponResponse"
)
def get(asked: Asked) -> Answer:
    """One coupon."""
    coupon = asked.channel.part(Coupons).find(asked.parameters["couponId"])
    return Answer(content=coupon.to_wire(asked.platform.unix_ms(asked.now)), findings=(SIMPLER,))


@operations.answers("closeCoupon", "PUT", f"{_PATH}/{{couponId}}/close", tier=3, limit=_LIMIT)
def close(asked: Asked) -> Answer:
    """End a coupon."""
    unix_ms = asked.platform.unix_ms(asked.now)
    asked.channel.part(Coupons).close(asked.parameters["couponId"], unix_ms)
    return Answer(content={}, findings=(SIMPLER,))


def _states(asked: Asked) -> tuple[str, ...]:
    """The states asked for, by repetition or with commas; by default all."""
    given = ",".join(parse_qs(asked.call.query).get("status", ())).split(",")
    states = tuple(filter(None, given))
    for state in states:
        if state not in _STATES:
            raise RefusedError(PARAMETER, name="status", why=f"{state!r}; {_STATES} are known")
    return states or _STATES
