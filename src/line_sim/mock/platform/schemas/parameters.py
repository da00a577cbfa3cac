"""What the operations take beside paths and bodies: query parameters and headers, by operation."""

from __future__ import annotations

from typing import NamedTuple

from line_sim.mock.platform.schemas.audience_schemas import ROUTES, STATES
from line_sim.mock.platform.schemas.kinds import (
    DATE,
    FLAG,
    Schema,
    choice,
    many,
    text,
    whole,
)


class Parameter(NamedTuple):
    """One parameter."""

    name: str
    schema: Schema
    required: bool = False
    place: str = "query"


RETRY_KEY = Parameter("X-Line-Retry-Key", {"type": "string", "format": "uuid"}, place="header")
"""Of every operation that allows it."""

_START = Parameter("start", text())
_DATE = Parameter("date", DATE, required=True)
_PERIOD = (Parameter("from", DATE, required=True), Parameter("to", DATE, required=True))
_REQUEST = Parameter("requestId", text(1), required=True)
_UNIT = Parameter("customAggregationUnit", text(pattern="^[a-zA-Z0-9_]{1,30}$"), required=True)
_AUDIENCES = (
    Parameter("page", whole(1), required=True),
    Parameter("description", text()),
    Parameter("status", choice(*STATES)),
    Parameter("size", whole(1, 40)),
    Parameter("createRoute", choice(*ROUTES)),
)


def _limit(most: int) -> Parameter:
    return Parameter("limit", whole(1, most))


PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    "getsAllValidChannelAccessTokenKeyIds": (
        Parameter("client_assertion_type", text(1), required=True),
        Parameter("client_assertion", text(1), required=True),
    ),
    "verifyChannelTokenByJWT": (Parameter("access_token", text(1), required=True),),
    "getNumberOfSentReplyMessages": (_DATE,),
    "getNumberOfSentPushMessages": (_DATE,),
    "getNumberOfSentMulticastMessages": (_DATE,),
    "getNumberOfSentBroadcastMessages": (_DATE,),
    "getPNPMessageStatistics": (_DATE,),
    "getAggregationUnitNameList": (_START, _limit(100)),
    "getNarrowcastProgress": (_REQUEST,),
    "getRichMenuBatchProgress": (_REQUEST,),
    "getFollowers": (_START, _limit(1_000)),
    "getGroupMembersIds": (_START,),
    "getRoomMembersIds": (_START,),
    "getNumberOfMessageDeliveries": (_DATE,),
    "getNumberOfFollowers": (Parameter("date", DATE),),
    "getMessageEvent": (_REQUEST,),
    "getStatisticsPerUnit": (_UNIT, *_PERIOD),
    "getRichMenuInsightSummary": _PERIOD,
    "getRichMenuInsightDaily": _PERIOD,
    "getAudienceGroups": (*_AUDIENCES, Parameter("includesExternalPublicGroups", FLAG)),
    "getSharedAudienceGroups": (*_AUDIENCES, Parameter("includesOwnedAudienceGroups", FLAG)),
    "getJoinedMembershipUsers": (_START, _limit(1_000)),
    "listCoupon": (
        Parameter("status", many(choice("DRAFT", "RUNNING", "CLOSED"))),
        _START,
        _limit(100),
    ),
    "getModules": (_START, _limit(100)),
    "pushMessagesByPhone": (Parameter("X-Line-Delivery-Tag", text(16, 100), place="header"),),
}
