"""Answers of the insight calls: what LINE's statistics would tell."""

from __future__ import annotations

from line_sim.mock.platform.schemas.kinds import (
    DATE,
    FLAG,
    NUMBER,
    Schema,
    choice,
    many,
    or_null,
    record,
    ref,
    text,
    whole,
)

_STATUS = choice("ready", "unready", "out_of_service")
_COUNT = whole(0)
_MAYBE = or_null(_COUNT)
"""Null below 20 people, for their privacy."""
_AGES = (
    "from0to14", "from15to19", "from20to24", "from25to29", "from30to34", "from35to39",
    "from40to44", "from45to49", "from50", "from50to54", "from55to59", "from60to64", "from65to69",
    "from70", "unknown",
)  # fmt: skip
_PERIODS = ("within7days", "within30days", "within90days", "within180days", "within365days",
            "over365days", "unknown")  # fmt: skip
_PLAYED = {
    name: _MAYBE
    for kind in ("mediaPlayed", "uniqueMediaPlayed")
    for name in (kind, *(f"{kind}{share}Percent" for share in (25, 50, 75, 100)))
}
_REACHED = dict.fromkeys(
    ("uniqueImpression", "uniqueClick", "uniqueMediaPlayed", "uniqueMediaPlayed100Percent"), _MAYBE
)
_CLICKS = dict.fromkeys(("click", "uniqueClick", "uniqueClickOfRequest"), _MAYBE)
_SENT = ("broadcast", "targeting", "autoResponse", "welcomeResponse", "chat", "apiBroadcast",
         "apiPush", "apiMulticast", "apiNarrowcast", "apiReply")  # fmt: skip


def _menu(kind: str, metrics: Schema) -> dict[str, Schema]:
    """The schemas of one of the two rich menu statistics, which differ in their metrics only."""
    name = f"GetRichMenuInsight{kind}Response"
    bounds = {side: whole() for side in ("x", "y", "width", "height")}
    return {
        name: record(
            {"richMenuId": text()},
            metricsFrom=or_null(DATE),
            metricsTo=or_null(DATE),
            impression=ref(f"{name}Impression"),
            clicks=many(ref(f"{name}Click")),
        ),
        f"{name}Impression": record({"metrics": metrics}),
        f"{name}Click": record({"bounds": ref(f"{name}Bounds"), "metrics": metrics}),
        f"{name}Bounds": record(bounds),
    }


SCHEMAS: dict[str, Schema] = {
    "GetFriendsDemographicsResponse": record(
        available=FLAG,
        genders=many(ref("GenderTile")),
        ages=many(ref("AgeTile")),
        areas=many(ref("AreaTile")),
        appTypes=many(ref("AppTypeTile")),
        subscriptionPeriods=many(ref("SubscriptionPeriodTile")),
    ),
    "GenderTile": record(gender=choice("male", "female", "unknown"), percentage=NUMBER),
    "AgeTile": record(age=choice(*_AGES), percentage=NUMBER),
    "AreaTile": record(area=text(), percentage=NUMBER),
    "AppTypeTile": record(appType=choice("ios", "android", "others"), percentage=NUMBER),
    "SubscriptionPeriodTile": record(subscriptionPeriod=choice(*_PERIODS), percentage=NUMBER),
    "GetNumberOfMessageDeliveriesResponse": record(status=_STATUS, **dict.fromkeys(_SENT, _COUNT)),
    "GetNumberOfFollowersResponse": record(
        status=_STATUS, followers=_COUNT, targetedReaches=_COUNT, blocks=_COUNT
    ),
    "GetMessageEventResponse": record(
        overview=ref("GetMessageEventResponseOverview"),
        messages=many(ref("GetMessageEventResponseMessage")),
        clicks=many(ref("GetMessageEventResponseClick")),
    ),
    "GetMessageEventResponseOverview": record(
        requestId=text(), timestamp=whole(), delivered=_COUNT, **_REACHED
    ),
    "GetMessageEventResponseMessage": record(seq=whole(1), impression=_MAYBE, **_PLAYED),
    "GetMessageEventResponseClick": record(seq=whole(1), url=text(), **_CLICKS),
    "GetStatisticsPerUnitResponse": record(
        {
            "overview": ref("GetStatisticsPerUnitResponseOverview"),
            "messages": many(ref("GetStatisticsPerUnitResponseMessage")),
            "clicks": many(ref("GetStatisticsPerUnitResponseClick")),
        }
    ),
    "GetStatisticsPerUnitResponseOverview": record(**_REACHED),
    "GetStatisticsPerUnitResponseMessage": record(
        {"seq": whole(1)}, impression=_MAYBE, uniqueImpression=_MAYBE, **_PLAYED
    ),
    "GetStatisticsPerUnitResponseClick": record({"seq": whole(1), "url": text()}, **_CLICKS),
    **_menu("Summary", ref("GetRichMenuInsightSummaryResponseMetrics")),
    "GetRichMenuInsightSummaryResponseMetrics": record({"count": _COUNT, "uniqueUsers": _COUNT}),
    **_menu("Daily", many(ref("GetRichMenuInsightDailyResponseDailyMetrics"))),
    "GetRichMenuInsightDailyResponseDailyMetrics": record(
        {"date": DATE, "count": _COUNT, "uniqueUsers": _COUNT}
    ),
}
