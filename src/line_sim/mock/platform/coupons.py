"""Coupons: drawn up by a bot, running for a time, and closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from line_sim.wire.refusals import (
    BODY_ERRORS,
    COUPON_CLOSED,
    NOT_FOUND,
    Detail,
    RefusedError,
)

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel


@dataclass(slots=True)
class Coupon:
    """One coupon."""

    id: str
    body: dict[str, Any]
    """As it was asked for."""
    created_s: int
    """Unix time."""
    closed: bool = False

    def status(self, unix_ms: int) -> str:
        """LINE's word: RUNNING or CLOSED; the API makes no drafts."""
        over = unix_ms >= self.body["endTimestamp"] * 1_000
        return "CLOSED" if self.closed or over else "RUNNING"

    def to_wire(self, unix_ms: int) -> dict[str, Any]:
        """As LINE shows it."""
        told = {name: value for name, value in self.body.items() if value is not None}
        return {
            "couponId": self.id,
            "maxTicketPerUser": 1,
            "createdTimestamp": self.created_s,
            "status": self.status(unix_ms),
            **told,
        }


class Coupons:
    """The coupons of one channel, the oldest first."""

    def __init__(self, channel: Channel) -> None:
        self._ids = channel.platform.ids
        self.every: dict[str, Coupon] = {}

    def add(self, body: dict[str, Any], unix_ms: int) -> Coupon:
        """One more coupon; raises :class:`RefusedError` where it ends before it starts."""
        if body["endTimestamp"] <= body["startTimestamp"]:
            detail = Detail("must be later than startTimestamp", "endTimestamp")
            raise RefusedError(BODY_ERRORS, [detail], count=1)
        coupon = Coupon(self._ids.opaque("coupon"), body, unix_ms // 1_000)
        self.every[coupon.id] = coupon
        return coupon

    def find(self, coupon_id: str) -> Coupon:
        """The coupon of that id; raises :class:`RefusedError` where there is none."""
        found = self.every.get(coupon_id)
        if found is None:
            raise RefusedError(NOT_FOUND, why=f"no coupon {coupon_id[:80]!r} in this channel")
        return found

    def close(self, coupon_id: str, unix_ms: int) -> None:
        """End a coupon; raises :class:`RefusedError` where it has ended."""
        coupon = self.find(coupon_id)
        if coupon.status(unix_ms) == "CLOSED":
            raise RefusedError(COUPON_CLOSED, why=f"{coupon_id} was closed, or its time is over")
        coupon.closed = True
