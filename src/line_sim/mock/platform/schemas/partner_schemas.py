"""Memberships, module channels, LIFF apps and mission stickers."""

from __future__ import annotations

from line_sim.mock.platform.schemas.kinds import (
    FLAG,
    NUMBER,
    URL,
    Schema,
    choice,
    many,
    or_null,
    record,
    ref,
    text,
    whole,
)

_PLAN = {
    "membershipId": whole(),
    "title": text(),
    "description": text(),
    "benefits": many(text(), 1),
    "price": NUMBER,
    "currency": choice("JPY", "TWD", "THB"),
}
_SIZE = choice("compact", "tall", "full")
_VIEW = {"type": _SIZE, "url": URL}
_APP = {
    "description": text(),
    "features": ref("LiffFeatures"),
    "permanentLinkPattern": text(),
    "scope": many(choice("openid", "email", "profile", "chat_message.write")),
    "botPrompt": choice("normal", "aggressive", "none"),
}

SCHEMAS: dict[str, Schema] = {
    "SubscribedMembershipPlan": record(_PLAN),
    "SubscribedMembershipUser": record(
        {
            "membershipNo": whole(1),
            "joinedTime": whole(),
            "nextBillingDate": text(),
            "totalSubscriptionMonths": whole(0),
        }
    ),
    "Subscription": record(
        {"membership": ref("SubscribedMembershipPlan"), "user": ref("SubscribedMembershipUser")}
    ),
    "GetMembershipSubscriptionResponse": record({"subscriptions": many(ref("Subscription"))}),
    "Membership": record(
        {
            **_PLAN,
            "memberCount": whole(0),
            "memberLimit": or_null(whole(0)),
            "isInAppPurchase": FLAG,
            "isPublished": FLAG,
        }
    ),
    "MembershipListResponse": record({"memberships": many(ref("Membership"))}),
    "GetJoinedMembershipUsersResponse": record({"userIds": many(text(), most=1_000)}, next=text()),
    "DetachModuleRequest": record(botId=text(1)),
    "AcquireChatControlRequest": record(expired=FLAG, ttl=whole(1, 31_536_000)),
    "ModuleBot": record(
        {"userId": text(), "basicId": text(), "displayName": text()},
        premiumId=text(),
        pictureUrl=text(),
    ),
    "GetModulesResponse": record({"bots": many(ref("ModuleBot"))}, next=text()),
    "AttachModuleRequest": record(
        {"grant_type": choice("authorization_code"), "code": text(1), "redirect_uri": text(1)},
        **dict.fromkeys(
            (
                "code_verifier",
                "client_id",
                "client_secret",
                "region",
                "basic_search_id",
                "scope",
                "brand_type",
            ),
            text(),
        ),
    ),
    "AttachModuleResponse": record({"bot_id": text(), "scopes": many(text())}),
    "LiffView": record(_VIEW, moduleMode=FLAG),
    "UpdateLiffView": record(**_VIEW, moduleMode=FLAG),
    "LiffFeatures": record(ble=FLAG, qrCode=FLAG),
    "AddLiffAppRequest": record({"view": ref("LiffView")}, **_APP),
    "AddLiffAppResponse": record({"liffId": text()}),
    "UpdateLiffAppRequest": record(view=ref("UpdateLiffView"), **_APP),
    "LiffApp": record(liffId=text(), view=ref("LiffView"), **_APP),
    "GetAllLiffAppsResponse": record(apps=many(ref("LiffApp"))),
    "MissionStickerRequest": record(
        {
            "to": text(1),
            "productId": text(1),
            "productType": choice("STICKER"),
            "sendPresentMessage": FLAG,
        }
    ),
}
