"""Insight: LINE's own statistics of an account (Messaging API reference, insight).

Nobody of the mock reads or taps what LINE would count, and below 20 people LINE shows no such
figures either, for their privacy: so those are null, as they are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.api.statistics import status
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.mock.platform.queries import date, needed, period
from line_sim.mock.platform.rich_menus import RichMenus
from line_sim.mock.platform.simpler import SIMPLER

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.mock.platform.calls import Asked

operations = Operations()

_PATH = "/v2/bot/insight"
_UNKNOWN = dict.fromkeys(
    ("uniqueImpression", "uniqueClick", "uniqueMediaPlayed", "uniqueMediaPlayed100Percent")
)
_KINDS = ("broadcast", "push", "multicast", "narrowcast", "reply")
_UNIT_DAYS = 30
_MENU_DAYS = 396
"""The longest periods that may be asked for."""


def _insight(name: str, path: str, result: str) -> Callable[..., Callable[[Asked], Answer]]:
    """Add a function that makes the content of an answer; all share limit and finding."""

    def add(content: Callable[[Asked], dict[str, Any]]) -> Callable[[Asked], Answer]:
        @operations.answers(
            name, "GET", f"{_PATH}/{path}", tier=3, limit=Limit(60, 3_600), result=result
        )
        def answer(asked: Asked) -> Answer:
            return Answer(content=content(asked), findings=(SIMPLER,))

        return answer

    return add


@_insight("getFriendsDemographics", "demographic", "GetFriendsDemographicsResponse")
def demographic(_asked: Asked) -> dict[str, Any]:
    """Not available, as for every account with few friends."""
    return {"available": False}


@_insight(
    "getNumberOfMessageDeliveries", "message/delivery", "GetNumberOfMessageDeliveriesResponse"
)
def deliveries(asked: Asked) -> dict[str, Any]:
    """A day's messages by the way they were sent."""
    when = date(asked)
    found: dict[str, Any] = {"status": status(asked, when)}
    if found["status"] == "ready":
        counts = asked.channel.sent_by_day
        for kind in _KINDS:
            found[f"api{kind.capitalize()}"] = counts.of(kind, f"{when:%Y%m%d}")
    return found


@_insight("getNumberOfFollowers", "followers", "GetNumberOfFollowersResponse")
def followers(asked: Asked) -> dict[str, Any]:
    """Friends and blockers as they are now, whatever day that is over was asked for."""
    if asked.query("date") is not None and (word := status(asked, date(asked))) != "ready":
        return {"status": word}
    channel = asked.channel
    reached = sum(channel.is_friend(user_id) for user_id in channel.friends)
    return {
        "status": "ready",
        "followers": len(channel.friends),
        "targetedReaches": reached,
        "blocks": len(channel.friends) - reached,
    }


@_insight("getMessageEvent", "message/event", "GetMessageEventResponse")
def message_event(asked: Asked) -> dict[str, Any]:
    """What became of a broadcast or narrowcast: nothing known."""
    overview = {
        "requestId": needed(asked, "requestId"),
        "timestamp": asked.platform.unix_ms(asked.now) // 1_000,
        "delivered": 0,
        **_UNKNOWN,
    }
    return {"overview": overview, "messages": [], "clicks": []}


@_insight("getStatisticsPerUnit", "message/event/aggregation", "GetStatisticsPerUnitResponse")
def per_unit(asked: Asked) -> dict[str, Any]:
    """What became of an aggregation unit's messages: nothing known."""
    needed(asked, "customAggregationUnit", "[A-Za-z0-9_]{1,30}")
    period(asked, _UNIT_DAYS)
    return {"overview": dict(_UNKNOWN), "messages": [], "clicks": []}


@_insight(
    "getRichMenuInsightSummary",
    "richmenu/{richMenuId}/summary",
    "GetRichMenuInsightSummaryResponse",
)
def menu_summary(asked: Asked) -> dict[str, Any]:
    """A rich menu's id alone, as LINE answers where few people tapped it."""
    return _menu(asked)


@_insight(
    "getRichMenuInsightDaily", "richmenu/{richMenuId}/daily", "GetRichMenuInsightDailyResponse"
)
def menu_daily(asked: Asked) -> dict[str, Any]:
    """The same, day by day."""
    return _menu(asked)


def _menu(asked: Asked) -> dict[str, Any]:
    period(asked, _MENU_DAYS)
    return {"richMenuId": asked.channel.part(RichMenus).menu(asked.parameters["richMenuId"]).id}
