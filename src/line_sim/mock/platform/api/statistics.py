"""How many messages were sent on a day, and in which aggregation units (API reference)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.aggregation_units import AggregationUnits
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Operations
from line_sim.mock.platform.queries import date, is_over, page
from line_sim.mock.platform.simpler import SIMPLER

if TYPE_CHECKING:
    import datetime as dt

    from line_sim.mock.platform.calls import Asked

operations = Operations()

_COUNTED_FROM = "20180331"
"""Before that day LINE counted nothing (get number of sent messages)."""


def status(asked: Asked, when: dt.date) -> str:
    """LINE's word for a day's counts: ready on the next day."""
    if f"{when:%Y%m%d}" < _COUNTED_FROM:
        return "out_of_service"
    return "ready" if is_over(asked, when) else "unready"


def _counts(kind: str, name: str) -> None:
    """One of the calls that tell a day's messages of a kind."""

    @operations.answers(
        name, "GET", f"/v2/bot/message/delivery/{kind}", tier=3 if kind == "pnp" else 2,
        result="NumberOfMessagesResponse",
    )  # fmt: skip
    def count(asked: Asked) -> Answer:
        when = date(asked)
        found: dict[str, object] = {"status": status(asked, when)}
        if found["status"] == "ready":
            found["success"] = asked.channel.sent_by_day.of(kind, f"{when:%Y%m%d}")
        return Answer(content=found, findings=(SIMPLER,) if kind == "pnp" else ())


_counts("reply", "getNumberOfSentReplyMessages")
_counts("push", "getNumberOfSentPushMessages")
_counts("multicast", "getNumberOfSentMulticastMessages")
_counts("broadcast", "getNumberOfSentBroadcastMessages")
_counts("pnp", "getPNPMessageStatistics")


@operations.answers(
    "getAggregationUnitUsage", "GET", "/v2/bot/message/aggregation/info", tier=3,
    result="GetAggregationUnitUsageResponse",
)  # fmt: skip
def unit_count(asked: Asked) -> Answer:
    """How many unit names were used this month."""
    content = {"numOfCustomAggregationUnits": len(_units(asked))}
    return Answer(content=content, findings=(SIMPLER,))


@operations.answers(
    "getAggregationUnitNameList", "GET", "/v2/bot/message/aggregation/list", tier=3,
    result="GetAggregationUnitNameListResponse",
)  # fmt: skip
def unit_names(asked: Asked) -> Answer:
    """The unit names used this month, 100 a page."""
    found = page(asked, _units(asked), usual=100, most=100)
    return Answer(content=found.named("customAggregationUnits"), findings=(SIMPLER,))


def _units(asked: Asked) -> list[str]:
    """The unit names of the month."""
    return asked.channel.part(AggregationUnits).names(asked.platform.unix_ms(asked.now))
