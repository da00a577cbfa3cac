"""Answers about messages, chats, people and the webhook, and the small bodies of those calls."""

from __future__ import annotations

from line_sim.mock.platform.schemas.kinds import (
    FLAG,
    MOMENT,
    NOTHING,
    URL,
    Schema,
    choice,
    many,
    record,
    ref,
    text,
    whole,
)

_SENT = {"sentMessages": many(ref("SentMessage"), 1, 5)}
_IDS = many(text(), most=1_000)

SCHEMAS: dict[str, Schema] = {
    "Empty": NOTHING,
    "ErrorDetail": record(message=text(), property=text()),
    "ErrorResponse": record(
        {"message": text()}, details=many(ref("ErrorDetail")), sentMessages=many(ref("SentMessage"))
    ),
    "SentMessage": record({"id": text()}, quoteToken=text()),
    "ReplyMessageResponse": record(_SENT),
    "PushMessageResponse": record(_SENT),
    "NarrowcastProgressResponse": record(
        {"phase": choice("waiting", "sending", "succeeded", "failed"), "acceptedTime": MOMENT},
        successCount=whole(0),
        failureCount=whole(0),
        targetCount=whole(0),
        failedDescription=text(),
        errorCode=whole(),
        completedTime=MOMENT,
    ),
    "MessageQuotaResponse": record({"type": choice("none", "limited")}, value=whole(0)),
    "QuotaConsumptionResponse": record({"totalUsage": whole(0)}),
    "NumberOfMessagesResponse": record(
        {"status": choice("ready", "unready", "unavailable_for_privacy", "out_of_service")},
        success=whole(0),
    ),
    "GetAggregationUnitUsageResponse": record({"numOfCustomAggregationUnits": whole(0)}),
    "GetAggregationUnitNameListResponse": record(
        {"customAggregationUnits": many(text())}, next=text()
    ),
    "GetMessageContentTranscodingResponse": record(
        {"status": choice("processing", "succeeded", "failed")}
    ),
    "UserProfileResponse": record(
        {"displayName": text(), "userId": text()},
        pictureUrl=URL,
        statusMessage=text(),
        language=text(),
    ),
    "GroupUserProfileResponse": record({"displayName": text(), "userId": text()}, pictureUrl=URL),
    "RoomUserProfileResponse": record({"displayName": text(), "userId": text()}, pictureUrl=URL),
    "GetFollowersResponse": record({"userIds": _IDS}, next=text()),
    "MembersIdsResponse": record({"memberIds": many(text(), most=100)}, next=text()),
    "GroupSummaryResponse": record({"groupId": text(), "groupName": text()}, pictureUrl=URL),
    "GroupMemberCountResponse": record({"count": whole(0)}),
    "RoomMemberCountResponse": record({"count": whole(0)}),
    "BotInfoResponse": record(
        {
            "userId": text(),
            "basicId": text(),
            "displayName": text(),
            "chatMode": choice("chat", "bot"),
            "markAsReadMode": choice("auto", "manual"),
        },
        premiumId=text(),
        pictureUrl=URL,
    ),
    "IssueLinkTokenResponse": record({"linkToken": text()}),
    "ShowLoadingAnimationRequest": record({"chatId": text(1)}, loadingSeconds=whole(5, 60)),
    "MarkMessagesAsReadByTokenRequest": record({"markAsReadToken": text(1)}),
    "MarkMessagesAsReadRequest": record({"chat": ref("ChatReference")}),
    "ChatReference": record({"userId": text(1)}),
    "SetWebhookEndpointRequest": record({"endpoint": {**URL, "maxLength": 500}}),
    "GetWebhookEndpointResponse": record({"endpoint": URL, "active": FLAG}),
    "TestWebhookEndpointRequest": record(endpoint={**URL, "maxLength": 500}),
    "TestWebhookEndpointResponse": record(
        {"timestamp": MOMENT, "statusCode": whole(), "reason": text(), "detail": text()},
        success=FLAG,
    ),
}
