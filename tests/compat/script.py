"""What every client does with the mock, and what must come back: data, in chapters.

Operations have LINE's own names, and their arguments the order of LINE's OpenAPI description,
which both official SDKs are generated from. ``"$name"`` stands for something known by then: from
the scene (:mod:`scenes`), or kept from an earlier answer. `SOME` stands for anything but nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SOME = "$some"
"""In what is expected: there, and neither empty nor null."""
GRANT = "client_credentials"
JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
HELLO = [{"type": "text", "text": "hello 🙂"}]
BAD = [{"type": "text", "text": "good"}, {"type": "text", "text": "x" * 5_001}]
NOBODY = "U" + "f" * 32
KEY = "123e4567-e89b-12d3-a456-42661417400"
SENT = {"sentMessages": [{"id": SOME, "quoteToken": SOME}]}
AT_BAD = {"message": SOME, "details": [{"message": SOME, "property": "messages[1].text"}]}


@dataclass(frozen=True)
class Step:
    """One call.

    Attributes
    ----------
    body
        What the answer holds; it may hold more.
    keeps
        What later steps know it by: the name, and the way to it in the answer
        (``body.richMenuId``, ``headers.x-line-request-id``).
    advance_s
        Schedule seconds that pass before it.
    """

    operation: str
    given: tuple[Any, ...] = ()
    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    area: str = "messaging"
    token: str = "$token"  # noqa: S105 - a name
    advance_s: float = 0.0


def _resent(operation: str, body: Mapping[str, Any], digit: int, status: int = 200) -> list[Step]:
    """The same send twice, with a retry key."""
    given = (body, f"{KEY}{digit}")
    told = {"sentMessages": [{"id": SOME}]} if operation == "pushMessage" else {}
    first, again = f"request_{digit}", {"x-line-accepted-request-id": f"$request_{digit}"}
    keeps = {first: "headers.x-line-request-id"}
    return [
        Step(operation, given, status, told, keeps=keeps),
        Step(operation, given, 409, {"message": SOME, **told}, again),
    ]


def _token(name: str, *given: object, status: int = 200, **more: Any) -> Step:  # noqa: ANN401 - a step's
    return Step(name, given, status, area="token", **more)


def _blob(name: str, *given: object, status: int = 200, **more: Any) -> Step:  # noqa: ANN401 - a step's
    return Step(name, given, status, area="blob", **more)


MESSAGES = [
    Step("replyMessage", ({"replyToken": "$reply_token", "messages": HELLO},), body=SENT),
    Step(
        "replyMessage", ({"replyToken": "$reply_token", "messages": HELLO},), 400,
        {"message": "Invalid reply token"},
    ),
    Step("pushMessage", ({"to": "$alice", "messages": HELLO},), body=SENT),
    Step(
        "pushMessage", ({"to": NOBODY, "messages": HELLO},), 400,
        {"message": "Failed to send messages"},
    ),
    Step("pushMessage", ({"to": "$alice", "messages": BAD},), 400, AT_BAD),
    Step("pushMessage", ({"to": "$alice", "messages": HELLO},), 401, {"message": SOME}, token="x"),  # noqa: S106 - wrong on purpose
    Step("multicast", ({"to": ["$alice", "$bob"], "messages": HELLO},)),
    Step("broadcast", ({"messages": HELLO},)),
    Step(
        "narrowcast", ({"messages": HELLO},), 202,
        keeps={"narrowcast": "headers.x-line-request-id"},
    ),
    Step("getNarrowcastProgress", ("$narrowcast",), body={"phase": "waiting"}),
    Step(
        "getNarrowcastProgress", ("$narrowcast",), advance_s=60,
        body={"phase": "succeeded", "successCount": 2, "failureCount": 0, "targetCount": 2},
    ),
]  # fmt: skip

RETRY_KEYS = [
    *_resent("pushMessage", {"to": "$alice", "messages": HELLO}, 1),
    *_resent("multicast", {"to": ["$alice"], "messages": HELLO}, 2),
    *_resent("broadcast", {"messages": HELLO}, 3),
    *_resent("narrowcast", {"messages": HELLO}, 4, 202),
    Step("pushMessage", ({"to": "$alice", "messages": HELLO}, "no-uuid"), 400, {"message": SOME}),
]

VALIDATION = [
    step
    for kind in ("Reply", "Push", "Multicast", "Narrowcast", "Broadcast")
    for step in (
        Step(f"validate{kind}", ({"messages": HELLO},)),
        Step(f"validate{kind}", ({"messages": BAD},), 400, AT_BAD),
    )
]

PEOPLE = [
    Step("getBotInfo", body={"userId": "$bot", "basicId": SOME, "chatMode": "chat"}),
    Step("getProfile", ("$alice",), body={"userId": "$alice", "displayName": "Alice"}),
    Step("getProfile", (NOBODY,), 404, {"message": "Not found"}),
    Step("getFollowers", (None, 10), body={"userIds": ["$alice", "$bob"]}),
    Step("getGroupSummary", ("$group",), body={"groupId": "$group", "groupName": "Friends"}),
    Step("getGroupMemberCount", ("$group",), body={"count": 2}),
    Step("getGroupMembersIds", ("$group", None), body={"memberIds": ["$alice", "$bob"]}),
    Step(
        "getGroupMemberProfile", ("$group", "$bob"), body={"userId": "$bob", "displayName": "Bob"}
    ),
    Step("getRoomMemberCount", ("$room",), body={"count": 1}),
    Step("getRoomMembersIds", ("$room", None), body={"memberIds": ["$bob"]}),
    Step("getRoomMemberProfile", ("$room", "$bob"), body={"userId": "$bob"}),
    Step("issueLinkToken", ("$alice",), body={"linkToken": SOME}),
    Step("leaveGroup", ("$group",)),
    Step("getGroupSummary", ("$group",), 404, {"message": SOME}),
    Step("leaveRoom", ("$room",)),
]

COUNTS = [
    Step("getMessageQuota", body={"type": "limited", "value": 3}),
    Step("getMessageQuotaConsumption", body={"totalUsage": 0}),
    Step("replyMessage", ({"replyToken": "$reply_token", "messages": HELLO},), body=SENT),
    Step("pushMessage", ({"to": "$alice", "messages": HELLO},), body=SENT),
    Step("multicast", ({"to": ["$alice", "$bob"], "messages": HELLO},)),
    Step("getMessageQuotaConsumption", body={"totalUsage": 3}),
    Step(
        "pushMessage", ({"to": "$alice", "messages": HELLO},), 429,
        {"message": "You have reached your monthly limit."},
    ),
    Step("getNumberOfSentPushMessages", ("$today",), body={"status": "unready"}),
    Step(
        "getNumberOfSentPushMessages", ("$today",), advance_s=2 * 86_400,
        body={"status": "ready", "success": 1},
    ),
    Step("getNumberOfSentReplyMessages", ("$today",), body={"status": "ready", "success": 1}),
    Step("getNumberOfSentMulticastMessages", ("$today",), body={"status": "ready", "success": 2}),
    Step("getNumberOfSentBroadcastMessages", ("$today",), body={"status": "ready", "success": 0}),
]  # fmt: skip

CONTENT = [
    _blob(
        "getMessageContent", "$picture", body="$picture_file", headers={"content-type": "image/png"}
    ),
    _blob("getMessageContentPreview", "$picture", body={"bytes": SOME}),
    _blob("getMessageContentTranscodingByMessageId", "$picture", status=400),
    _blob("getMessageContent", "$video", status=202),
    _blob("getMessageContentTranscodingByMessageId", "$video", body={"status": "processing"}),
    _blob("getMessageContent", "$video", advance_s=5, body={"bytes": 200_000, "sha256": SOME}),
    _blob("getMessageContentTranscodingByMessageId", "$video", body={"status": "succeeded"}),
    _blob("getMessageContent", "1", status=404),
    _blob("getMessageContent", "$taken_back", status=410),
]

CHATS = [
    Step("showLoadingAnimation", ({"chatId": "$alice", "loadingSeconds": 5},), 202),
    Step(
        "showLoadingAnimation", ({"chatId": "$alice", "loadingSeconds": 7},), 400,
        {"message": SOME, "details": [{"message": SOME, "property": "loadingSeconds"}]},
    ),
    Step("markMessagesAsReadByToken", ({"markAsReadToken": "$read_token"},)),
    Step("markMessagesAsReadByToken", ({"markAsReadToken": "nonsense"},), 400, {"message": SOME}),
]  # fmt: skip

WEBHOOK = [
    Step("getWebhookEndpoint", body={"endpoint": "$bot_url", "active": True}),
    Step("setWebhookEndpoint", ({"endpoint": "https://example.com/other"},)),
    Step("getWebhookEndpoint", body={"endpoint": "https://example.com/other", "active": True}),
    Step("setWebhookEndpoint", ({"endpoint": "$bot_url"},)),
    Step(
        "testWebhookEndpoint",
        body={"success": True, "statusCode": 200, "reason": "OK", "timestamp": SOME},
    ),
    Step("setWebhookEndpoint", ({"endpoint": "no address"},), 400, {"message": SOME}),
]

TOKENS = [
    _token(
        "issueChannelToken", GRANT, "$id", "$secret", keeps={"short": "body.access_token"},
        body={"access_token": SOME, "expires_in": 2_592_000, "token_type": "Bearer"},
    ),
    Step("getBotInfo", token="$short", body={"userId": "$bot"}),  # noqa: S106 - a name
    _token("verifyChannelToken", "$short", body={"client_id": "$id", "expires_in": SOME}),
    _token("revokeChannelToken", "$short"),
    Step("getBotInfo", (), 401, {"message": SOME}, token="$short"),  # noqa: S106 - a name
    _token("verifyChannelToken", "$short", status=400, body={"error": SOME}),
    _token("issueChannelToken", GRANT, "$id", "wrong", status=400, body={"error": SOME}),
    _token(
        "issueStatelessChannelToken", GRANT, None, None, "$id", "$secret",
        keeps={"stateless": "body.access_token"},
        body={"access_token": SOME, "expires_in": 900, "token_type": "Bearer"},
    ),
    Step("getBotInfo", token="$stateless", body={"userId": "$bot"}),  # noqa: S106 - a name
    _token(
        "issueStatelessChannelToken", GRANT, JWT, "$assertion", None, None,
        body={"access_token": SOME, "expires_in": 900},
    ),
    _token(
        "issueChannelTokenByJWT", GRANT, JWT, "$assertion",
        keeps={"signed": "body.access_token", "key": "body.key_id"},
        body={"access_token": SOME, "expires_in": 86_400, "token_type": "Bearer", "key_id": SOME},
    ),
    Step("getBotInfo", token="$signed", body={"userId": "$bot"}),  # noqa: S106 - a name
    _token("getsAllValidChannelAccessTokenKeyIds", JWT, "$assertion", body={"kids": ["$key"]}),
    _token("verifyChannelTokenByJWT", "$signed", body={"client_id": "$id", "expires_in": SOME}),
    _token("revokeChannelTokenByJWT", "$id", "$secret", "$signed"),
    Step("getBotInfo", (), 401, {"message": SOME}, token="$signed"),  # noqa: S106 - a name
]  # fmt: skip

MENU = {
    "size": {"width": 800, "height": 540},
    "selected": True,
    "name": "a menu",
    "chatBarText": "tap",
    "areas": [
        {
            "bounds": {"x": 0, "y": 0, "width": 400, "height": 540},
            "action": {"type": "postback", "data": "tapped", "label": "Tap"},
        }
    ],
}
RICH_MENUS = [
    Step("validateRichMenuObject", (MENU,)),
    Step("getDefaultRichMenuId", (), 404, {"message": "no default richmenu"}),
    Step("createRichMenu", (MENU,), body={"richMenuId": SOME}, keeps={"menu": "body.richMenuId"}),
    Step("setDefaultRichMenu", ("$menu",), 400, {"message": SOME}),
    _blob("setRichMenuImage", "$menu", "$menu_image"),
    _blob("getRichMenuImage", "$menu", body="$menu_image_file"),
    Step("getRichMenu", ("$menu",), body={"richMenuId": "$menu", **MENU}),
    Step("getRichMenuList", body={"richmenus": [{"richMenuId": "$menu", **MENU}]}),
    Step("setDefaultRichMenu", ("$menu",)),
    Step("getDefaultRichMenuId", body={"richMenuId": "$menu"}),
    Step("getRichMenuIdOfUser", ("$alice",), 404, {"message": SOME}),
    Step("linkRichMenuIdToUser", ("$alice", "$menu")),
    Step("getRichMenuIdOfUser", ("$alice",), body={"richMenuId": "$menu"}),
    Step("unlinkRichMenuIdFromUser", ("$alice",)),
    Step("linkRichMenuIdToUsers", ({"richMenuId": "$menu", "userIds": ["$alice"]},), 202),
    Step("unlinkRichMenuIdFromUsers", ({"userIds": ["$alice"]},), 202),
    Step("createRichMenuAlias", ({"richMenuAliasId": "main", "richMenuId": "$menu"},)),
    Step(
        "createRichMenuAlias", ({"richMenuAliasId": "main", "richMenuId": "$menu"},), 400,
        {"message": SOME},
    ),
    Step("getRichMenuAlias", ("main",), body={"richMenuAliasId": "main", "richMenuId": "$menu"}),
    Step("updateRichMenuAlias", ("main", {"richMenuId": "$menu"})),
    Step("getRichMenuAliasList", body={"aliases": [{"richMenuAliasId": "main"}]}),
    Step("deleteRichMenuAlias", ("main",)),
    Step("getRichMenuAlias", ("main",), 404, {"message": SOME}),
    Step("cancelDefaultRichMenu"),
    Step("deleteRichMenu", ("$menu",)),
    Step("getRichMenu", ("$menu",), 404, {"message": SOME}),
]  # fmt: skip

CHAPTERS: Mapping[str, list[Step]] = {
    "messages": MESSAGES,
    "retry keys": RETRY_KEYS,
    "validation": VALIDATION,
    "people": PEOPLE,
    "counts": COUNTS,
    "content": CONTENT,
    "chats": CHATS,
    "webhook": WEBHOOK,
    "tokens": TOKENS,
    "rich menus": RICH_MENUS,
}
QUOTAS: Mapping[str, int] = {"counts": 3}
"""Messages a month in a chapter; no limit in the others."""
