"""Coupons: what is asked for, and what is shown again."""

from __future__ import annotations

from line_sim.mock.platform.schemas.kinds import (
    URL,
    Schema,
    choice,
    many,
    record,
    ref,
    text,
    variants,
    whole,
)

_ZONES = choice(
    "ETC_GMT_MINUS_12", "ETC_GMT_MINUS_11", "PACIFIC_HONOLULU", "AMERICA_ANCHORAGE",
    "AMERICA_LOS_ANGELES", "AMERICA_PHOENIX", "AMERICA_CHICAGO", "AMERICA_NEW_YORK",
    "AMERICA_CARACAS", "AMERICA_SANTIAGO", "AMERICA_ST_JOHNS", "AMERICA_SAO_PAULO",
    "ETC_GMT_MINUS_2", "ATLANTIC_CAPE_VERDE", "EUROPE_LONDON", "EUROPE_PARIS", "EUROPE_ISTANBUL",
    "EUROPE_MOSCOW", "ASIA_TEHRAN", "ASIA_TBILISI", "ASIA_KABUL", "ASIA_TASHKENT", "ASIA_COLOMBO",
    "ASIA_KATHMANDU", "ASIA_ALMATY", "ASIA_RANGOON", "ASIA_BANGKOK", "ASIA_TAIPEI", "ASIA_TOKYO",
    "AUSTRALIA_DARWIN", "AUSTRALIA_SYDNEY", "ASIA_VLADIVOSTOK", "ETC_GMT_PLUS_12",
    "PACIFIC_TONGATAPU",
)  # fmt: skip
_CURRENCY = choice("JPY", "THB", "TWD")


def _said(side: str) -> dict[str, Schema]:
    """The records inside a coupon, asked for (``Request``) or shown (``Response``)."""
    shown = {"currency": _CURRENCY} if side == "Response" else {}
    fixed = record({"type": choice("fixed")}, **shown, fixedAmount=whole(0))
    share = record({"type": choice("percentage")}, percentage=whole(1, 99))
    lottery = {"lotteryProbability": whole(1, 99), "maxAcquireCount": whole(-1, 999_999)}
    kinds = {"normal": record({"type": choice("normal")})}
    kinds["lottery"] = record({"type": choice("lottery"), **lottery})
    if side == "Response":
        kinds["referral"] = record({"type": choice("referral")})
    rewards = ("cashBack", "discount", "free", "gift", "others")
    return {
        **{f"{name.title()}AcquisitionCondition{side}": kind for name, kind in kinds.items()},
        f"AcquisitionCondition{side}": variants(
            **{name: f"{name.title()}AcquisitionCondition{side}" for name in kinds}
        ),
        f"CashBackFixedPriceInfo{side}": fixed,
        f"CashBackPercentagePriceInfo{side}": share,
        f"CashBackPriceInfo{side}": variants(
            fixed=f"CashBackFixedPriceInfo{side}", percentage=f"CashBackPercentagePriceInfo{side}"
        ),
        f"DiscountFixedPriceInfo{side}": fixed,
        f"DiscountPercentagePriceInfo{side}": share,
        f"DiscountExplicitPriceInfo{side}": record(
            {"type": choice("explicit")},
            **shown,
            priceAfterDiscount=whole(0),
            originalPrice=whole(0),
        ),
        f"DiscountPriceInfo{side}": variants(
            fixed=f"DiscountFixedPriceInfo{side}",
            percentage=f"DiscountPercentagePriceInfo{side}",
            explicit=f"DiscountExplicitPriceInfo{side}",
        ),
        **{_reward(name, side): _reward_schema(name, side) for name in rewards},
        f"CouponReward{side}": variants(**{name: _reward(name, side) for name in rewards}),
    }


def _reward(name: str, side: str) -> str:
    """LINE's name of a kind of reward."""
    return f"Coupon{name[0].upper()}{name[1:]}Reward{side}"


def _reward_schema(name: str, side: str) -> Schema:
    """A kind of reward; two of them tell a price."""
    priced = {"cashBack": "CashBack", "discount": "Discount"}.get(name)
    price = {"priceInfo": ref(f"{priced}PriceInfo{side}")} if priced else {}
    return record({"type": choice(name)}, **price)


SCHEMAS: dict[str, Schema] = {
    **_said("Request"),
    **_said("Response"),
    "CouponCreateRequest": record(
        {
            "acquisitionCondition": ref("AcquisitionConditionRequest"),
            "endTimestamp": whole(0),
            "maxUseCountPerTicket": whole(1, 1),
            "startTimestamp": whole(0),
            "title": text(1, 60),
            "visibility": choice("UNLISTED", "PUBLIC"),
            "timezone": _ZONES,
        },
        barcodeImageUrl=URL,
        couponCode=text(),
        description=text(0, 1_000),
        imageUrl=URL,
        usageCondition=text(0, 100),
        reward=ref("CouponRewardRequest"),
    ),
    "CouponCreateResponse": record({"couponId": text()}),
    "CouponResponse": record(
        couponId=text(),
        acquisitionCondition=ref("AcquisitionConditionResponse"),
        barcodeImageUrl=URL,
        couponCode=text(),
        description=text(),
        startTimestamp=whole(),
        endTimestamp=whole(),
        imageUrl=URL,
        maxAcquireCount=whole(),
        maxUseCountPerTicket=whole(),
        maxTicketPerUser=whole(),
        title=text(),
        usageCondition=text(),
        createdTimestamp=whole(),
        status=choice("DRAFT", "RUNNING", "CLOSED"),
        reward=ref("CouponRewardResponse"),
        visibility=choice("UNLISTED", "PUBLIC", "PRIVATE"),
        timezone=_ZONES,
    ),
    "CouponListResponse": record({"couponId": text(), "title": text()}),
    "MessagingApiPagerCouponListResponse": record(
        {"items": many(ref("CouponListResponse"))}, next=text()
    ),
}
