"""One good call of every operation, in an order in which each of them can succeed."""

import base64
from collections.abc import Iterator
from urllib.parse import urlencode

from calling import EPOCH_MS, Bot
from signing import assertion, claims

from line_sim.mock.platform.acts.messages import says
from line_sim.mock.platform.assertions import TYPE
from line_sim.mock.platform.calls import Answer, Outcome
from line_sim.mock.platform.days import day
from line_sim.mock.platform.memberships import Memberships, Plan, Subscriber
from line_sim.mock.platform.people import Person

HELLO = [{"type": "text", "text": "hello"}]
HOUR = 3_600
DATE = day(EPOCH_MS - 86_400_000)
PERIOD = {"from": DATE, "to": DATE}
Called = tuple[str, Answer]


def every_call(shop: Bot, module: Bot, image: bytes) -> Iterator[Called]:
    """Each operation's name and the answer it gave."""
    aiko = shop.friend()
    yield from _tokens(shop)
    yield from _webhook(shop)
    yield from _messages(shop, aiko)
    yield from _content(shop, aiko, image)
    yield from _people(shop, aiko)
    yield from _counts(shop)
    yield from _rich_menus(shop, aiko, image)
    yield from _aliases(shop, image)
    yield from _audiences(shop)
    yield from _coupons(shop)
    yield from _liff(shop)
    yield from _partners(shop, aiko)
    yield from _modules(shop, module, aiko)


def _tokens(shop: Bot) -> Iterator[Called]:
    pair = {"client_id": shop.channel.id, "client_secret": shop.channel.secret}
    grant = {"grant_type": "client_credentials"}
    signed = {
        "client_assertion_type": TYPE,
        "client_assertion": assertion(claims(shop.channel.id, EPOCH_MS / 1_000)),
    }
    old = shop.form("/v2/oauth/accessToken", **grant, **pair)
    yield "issueChannelToken", old
    token = {"access_token": old.content["access_token"]}
    yield "verifyChannelToken", shop.form("/v2/oauth/verify", **token)
    yield "revokeChannelToken", shop.form("/v2/oauth/revoke", **token)
    yield "issueStatelessChannelToken", shop.form("/oauth2/v3/token", **grant, **pair)
    new = shop.form("/oauth2/v2.1/token", **grant, **signed)
    yield "issueChannelTokenByJWT", new
    token = {"access_token": new.content["access_token"]}
    yield "getsAllValidChannelAccessTokenKeyIds", shop.get("/oauth2/v2.1/tokens/kid", **signed)
    yield "verifyChannelTokenByJWT", shop.get("/oauth2/v2.1/verify", **token)
    yield "revokeChannelTokenByJWT", shop.form("/oauth2/v2.1/revoke", **pair, **token)


def _webhook(shop: Bot) -> Iterator[Called]:
    path = "/v2/bot/channel/webhook"
    url = {"endpoint": "https://example.com/hook"}
    yield "setWebhookEndpoint", shop.put(f"{path}/endpoint", url)
    yield "getWebhookEndpoint", shop.get(f"{path}/endpoint")
    waiting = shop.post(f"{path}/test", {})
    assert waiting.complete is not None
    yield "testWebhookEndpoint", waiting.complete(Outcome(200))


def _messages(shop: Bot, aiko: Person) -> Iterator[Called]:
    path = "/v2/bot/message"
    event = says(shop.channel, aiko, shop.now, "hello")
    for delivery in shop.platform.deliveries.take_due(shop.now):
        shop.platform.deliveries.handed_over(delivery, shop.now)
    said = {"replyToken": event["replyToken"], "messages": HELLO}
    yield "replyMessage", shop.post(f"{path}/reply", said)
    unit = {"customAggregationUnits": ["sale"]}
    push = {"to": aiko.id, "messages": HELLO, **unit}
    yield "pushMessage", shop.post(f"{path}/push", push)
    many = {"to": [aiko.id], "messages": HELLO}
    yield "multicast", shop.post(f"{path}/multicast", many)
    yield "broadcast", shop.post(f"{path}/broadcast", {"messages": HELLO})
    narrow = shop.post(f"{path}/narrowcast", {"messages": HELLO})
    yield "narrowcast", narrow
    asked = {"requestId": narrow.headers["x-line-request-id"]}
    yield "getNarrowcastProgress", shop.get(f"{path}/progress/narrowcast", **asked)
    for kind in ("Reply", "Push", "Multicast", "Narrowcast", "Broadcast"):
        answer = shop.post(f"{path}/validate/{kind.lower()}", {"messages": HELLO})
        yield f"validate{kind}", answer
    token = {"markAsReadToken": event["message"]["markAsReadToken"]}
    yield "markMessagesAsReadByToken", shop.post("/v2/bot/chat/markAsRead", token)
    chat = {"chat": {"userId": aiko.id}}
    yield "markMessagesAsRead", shop.post(f"{path}/markAsRead", chat)
    loading = shop.post("/v2/bot/chat/loading/start", {"chatId": aiko.id})
    yield "showLoadingAnimation", loading


def _content(shop: Bot, aiko: Person, image: bytes) -> Iterator[Called]:
    ids, store = shop.platform.ids, shop.platform.content
    picture, sound = ids.message(), ids.message()
    store.put(shop.channel.id, picture, "image", image, "image/png", shop.now, preview=image)
    store.put(shop.channel.id, sound, "audio", b"sound", "audio/mp4", shop.now)
    path = "/v2/bot/message"
    assert aiko.id in shop.channel.friends
    yield "getMessageContent", shop.get(f"{path}/{picture}/content")
    yield "getMessageContentPreview", shop.get(f"{path}/{picture}/content/preview")
    name = "getMessageContentTranscodingByMessageId"
    yield name, shop.get(f"{path}/{sound}/content/transcoding")


def _people(shop: Bot, aiko: Person) -> Iterator[Called]:
    yield "getProfile", shop.get(f"/v2/bot/profile/{aiko.id}")
    yield "getFollowers", shop.get("/v2/bot/followers/ids", limit=10)
    yield "getBotInfo", shop.get("/v2/bot/info")
    yield "issueLinkToken", shop.post(f"/v2/bot/user/{aiko.id}/linkToken")
    for kind in ("Group", "Room"):
        lower = kind.lower()
        chat = shop.platform.new_chat(shop.channel.provider, [aiko], "ours", lower)
        chat.channel = shop.channel
        path = f"/v2/bot/{lower}/{chat.id}"
        if kind == "Group":
            yield "getGroupSummary", shop.get(f"{path}/summary")
        yield f"get{kind}MemberProfile", shop.get(f"{path}/member/{aiko.id}")
        yield f"get{kind}MembersIds", shop.get(f"{path}/members/ids")
        yield f"get{kind}MemberCount", shop.get(f"{path}/members/count")
        yield f"leave{kind}", shop.post(f"{path}/leave")


def _counts(shop: Bot) -> Iterator[Called]:
    path = "/v2/bot/message"
    yield "getMessageQuota", shop.get(f"{path}/quota")
    yield "getMessageQuotaConsumption", shop.get(f"{path}/quota/consumption")
    for kind in ("Reply", "Push", "Multicast", "Broadcast"):
        answer = shop.get(f"{path}/delivery/{kind.lower()}", date=DATE)
        yield f"getNumberOfSent{kind}Messages", answer
    yield "getPNPMessageStatistics", shop.get(f"{path}/delivery/pnp", date=DATE)
    yield "getAggregationUnitUsage", shop.get(f"{path}/aggregation/info")
    yield "getAggregationUnitNameList", shop.get(f"{path}/aggregation/list")
    path = "/v2/bot/insight"
    yield "getFriendsDemographics", shop.get(f"{path}/demographic")
    yield "getNumberOfMessageDeliveries", shop.get(f"{path}/message/delivery", date=DATE)
    yield "getNumberOfFollowers", shop.get(f"{path}/followers", date=DATE)
    yield "getMessageEvent", shop.get(f"{path}/message/event", requestId="any")
    unit = {"customAggregationUnit": "sale", **PERIOD}
    yield "getStatisticsPerUnit", shop.get(f"{path}/message/event/aggregation", **unit)


def _rich_menus(shop: Bot, aiko: Person, image: bytes) -> Iterator[Called]:
    path, user = "/v2/bot/richmenu", f"/v2/bot/user/{aiko.id}/richmenu"
    area = {
        "bounds": {"x": 0, "y": 0, "width": 400, "height": 540},
        "action": {"type": "postback", "data": "tapped", "label": "Tap"},
    }
    said = {
        "size": {"width": 800, "height": 540},
        "selected": True,
        "name": "a menu",
        "chatBarText": "tap",
        "areas": [area],
    }
    yield "validateRichMenuObject", shop.post(f"{path}/validate", said)
    made = shop.post(path, said)
    yield "createRichMenu", made
    menu = made.content["richMenuId"]
    answer = shop.call("POST", f"{path}/{menu}/content", image, content_type="image/png")
    yield "setRichMenuImage", answer
    yield "getRichMenuImage", shop.get(f"{path}/{menu}/content")
    yield "getRichMenu", shop.get(f"{path}/{menu}")
    yield "getRichMenuList", shop.get(f"{path}/list")
    yield "setDefaultRichMenu", shop.post(f"/v2/bot/user/all/richmenu/{menu}")
    yield "getDefaultRichMenuId", shop.get("/v2/bot/user/all/richmenu")
    yield "cancelDefaultRichMenu", shop.delete("/v2/bot/user/all/richmenu")
    yield "linkRichMenuIdToUser", shop.post(f"{user}/{menu}")
    yield "getRichMenuIdOfUser", shop.get(user)
    yield "unlinkRichMenuIdFromUser", shop.delete(user)
    users = {"userIds": [aiko.id]}
    yield "linkRichMenuIdToUsers", shop.post(f"{path}/bulk/link", {"richMenuId": menu, **users})
    yield "unlinkRichMenuIdFromUsers", shop.post(f"{path}/bulk/unlink", users)
    batch = {"operations": [{"type": "unlink", "from": menu}]}
    yield "validateRichMenuBatchRequest", shop.post(f"{path}/validate/batch", batch)
    accepted = shop.post(f"{path}/batch", batch)
    yield "richMenuBatch", accepted
    asked = {"requestId": accepted.headers["x-line-request-id"]}
    yield "getRichMenuBatchProgress", shop.get(f"{path}/progress/batch", **asked)
    insight = f"/v2/bot/insight/richmenu/{menu}"
    yield "getRichMenuInsightSummary", shop.get(f"{insight}/summary", **PERIOD)
    yield "getRichMenuInsightDaily", shop.get(f"{insight}/daily", **PERIOD)


def _aliases(shop: Bot, image: bytes) -> Iterator[Called]:
    path = "/v2/bot/richmenu"
    menu = shop.get(f"{path}/list").content["richmenus"][0]["richMenuId"]
    assert shop.get(f"{path}/{menu}/content").content == image
    said = {"richMenuAliasId": "main", "richMenuId": menu}
    yield "createRichMenuAlias", shop.post(f"{path}/alias", said)
    yield "getRichMenuAlias", shop.get(f"{path}/alias/main")
    yield "getRichMenuAliasList", shop.get(f"{path}/alias/list")
    yield "updateRichMenuAlias", shop.post(f"{path}/alias/main", {"richMenuId": menu})
    yield "deleteRichMenuAlias", shop.delete(f"{path}/alias/main")
    yield "deleteRichMenu", shop.delete(f"{path}/{menu}")


def _audiences(shop: Bot) -> Iterator[Called]:
    path = "/v2/bot/audienceGroup"
    users = {"audiences": [{"id": "U1"}]}
    made = shop.post(f"{path}/upload", {"description": "ours", **users})
    yield "createAudienceGroup", made
    audience = {"audienceGroupId": made.content["audienceGroupId"]}
    yield "addAudienceToAudienceGroup", shop.put(f"{path}/upload", {**audience, **users})
    by_file = upload(shop, "POST", description="theirs")
    yield "createAudienceForUploadingUserIds", by_file
    yield "addUserIdsToAudience", upload(shop, "PUT", **audience)
    click = {"description": "tapped", "requestId": "any", "clickUrl": "https://example.com"}
    yield "createClickBasedAudienceGroup", shop.post(f"{path}/click", click)
    seen = {"description": "seen", "requestId": "any"}
    yield "createImpBasedAudienceGroup", shop.post(f"{path}/imp", seen)
    one = f"{path}/{audience['audienceGroupId']}"
    named = {"description": "renamed"}
    yield "updateAudienceGroupDescription", shop.put(f"{one}/updateDescription", named)
    yield "getAudienceData", shop.get(one)
    yield "getSharedAudienceData", shop.get(one.replace("Group/", "Group/shared/"))
    yield "getAudienceGroups", shop.get(f"{path}/list", page=1, size=2)
    shared = {"page": 1, "includesOwnedAudienceGroups": "true"}
    yield "getSharedAudienceGroups", shop.get(f"{path}/shared/list", **shared)
    yield "deleteAudienceGroup", shop.delete(one)


def upload(shop: Bot, method: str, *, users: str = "U1\nU2\n", **fields: object) -> Answer:
    """A file of user ids, one a line, and some fields beside it."""
    edge = "edge"
    parts = [("file", "text/plain", users), *((name, "", value) for name, value in fields.items())]
    lines = []
    for name, kind, value in parts:
        told = f"Content-Type: {kind}\r\n" if kind else ""
        more = '; filename="users.txt"' if kind else ""
        disposition = f'Content-Disposition: form-data; name="{name}"{more}\r\n'
        lines.append(f"--{edge}\r\n{disposition}{told}\r\n{value}\r\n")
    body = "".join([*lines, f"--{edge}--\r\n"]).encode()
    path = "/v2/bot/audienceGroup/upload/byFile"
    return shop.call(method, path, body, content_type=f"multipart/form-data; boundary={edge}")


def coupon(**other: object) -> dict[str, object]:
    """What a coupon is asked for with."""
    return {
        "title": "a tenth off",
        "acquisitionCondition": {"type": "lottery", "lotteryProbability": 9, "maxAcquireCount": 5},
        "reward": {"type": "discount", "priceInfo": {"type": "percentage", "percentage": 10}},
        "maxUseCountPerTicket": 1,
        "startTimestamp": EPOCH_MS // 1_000,
        "endTimestamp": EPOCH_MS // 1_000 + HOUR,
        "visibility": "UNLISTED",
        "timezone": "ASIA_TOKYO",
        **other,
    }


def _coupons(shop: Bot) -> Iterator[Called]:
    path = "/v2/bot/coupon"
    made = shop.post(path, coupon())
    yield "createCoupon", made
    one = f"{path}/{made.content['couponId']}"
    yield "listCoupon", shop.get(path, status="RUNNING")
    yield "getCouponDetail", shop.get(one)
    yield "closeCoupon", shop.put(f"{one}/close")


def _liff(shop: Bot) -> Iterator[Called]:
    path = "/liff/v1/apps"
    made = shop.post(path, {"view": {"type": "full", "url": "https://example.com"}})
    yield "addLIFFApp", made
    one = f"{path}/{made.content['liffId']}"
    yield "updateLIFFApp", shop.put(one, {"view": {"type": "tall"}, "botPrompt": "none"})
    yield "getAllLIFFApps", shop.get(path)
    yield "deleteLIFFApp", shop.delete(one)


def _partners(shop: Bot, aiko: Person) -> Iterator[Called]:
    plan = Plan(1, "gold", subscribers={aiko.id: Subscriber(1, EPOCH_MS // 1_000, "2026-12-01")})
    shop.channel.part(Memberships).plans[plan.id] = plan
    path = "/v2/bot/membership"
    yield "getMembershipList", shop.get(f"{path}/list")
    yield "getMembershipSubscription", shop.get(f"{path}/subscription/{aiko.id}")
    yield "getJoinedMembershipUsers", shop.get(f"{path}/1/users/ids")
    phone = {"to": "ab" * 32, "messages": HELLO}
    answer = shop.post("/bot/pnp/push", phone, x_line_delivery_tag="a tag of 16 letters")
    yield "pushMessagesByPhone", answer
    mission = {"to": aiko.id, "productId": "1", "productType": "STICKER"}
    answer = shop.post("/shop/v3/mission", {**mission, "sendPresentMessage": False})
    yield "missionStickerV3", answer


def _modules(shop: Bot, module: Bot, aiko: Person) -> Iterator[Called]:
    chat = f"/v2/bot/chat/{aiko.id}/control"
    yield "acquireChatControl", module.post(f"{chat}/acquire", {"expired": True, "ttl": 60})
    yield "releaseChatControl", module.post(f"{chat}/release")
    yield "getModules", module.get("/v2/bot/list")
    bot_id = {"botId": shop.channel.bot_user_id}
    yield "detachModule", module.post("/v2/bot/channel/detach", bot_id)
    pair = f"{module.channel.id}:{module.channel.secret}".encode()
    form = {
        "grant_type": "authorization_code",
        "code": shop.channel.basic_id,
        "redirect_uri": "https://example.com",
    }
    yield (
        "attachModule",
        module.call(
            "POST",
            "/module/auth/v1/token",
            urlencode(form).encode(),
            authorization=f"Basic {base64.b64encode(pair).decode()}",
        ),
    )
