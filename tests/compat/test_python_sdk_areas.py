"""The simpler areas (LINE's table, tier 3), by the official Python SDK."""

import time
from pathlib import Path

import pytest
from linebot.v3 import audience, liff, messaging, shop
from sdk import Account, refused, text

from line_sim.mock.platform.memberships import Memberships, Plan, Subscriber

DAY = "20260101"
STATISTICS = {"ready", "unready", "out_of_service"}


@pytest.mark.operations(
    "getFriendsDemographics", "getNumberOfMessageDeliveries", "getNumberOfFollowers",
    "getMessageEvent", "getStatisticsPerUnit",
)  # fmt: skip
def test_insight_is_read(account: Account) -> None:
    api = account.client("Insight")

    assert api.get_friends_demographics().available in {True, False}
    assert api.get_number_of_message_deliveries(DAY).status in STATISTICS
    assert api.get_number_of_followers(DAY).status in STATISTICS
    assert api.get_message_event("any").overview is not None
    assert api.get_statistics_per_unit("sale", DAY, DAY).overview is not None


@pytest.mark.operations("getRichMenuInsightSummary", "getRichMenuInsightDaily")
def test_insight_of_a_rich_menu_is_read(account: Account) -> None:
    api = account.client("Insight")
    request = messaging.RichMenuRequest(
        size=messaging.RichMenuSize(width=800, height=540), selected=False, name="a menu",
        chatBarText="tap", areas=[],
    )  # fmt: skip
    menu = account.api.create_rich_menu(request).rich_menu_id

    assert menu == api.get_rich_menu_insight_summary(menu, DAY, DAY).rich_menu_id
    assert menu == api.get_rich_menu_insight_daily(menu, DAY, DAY).rich_menu_id


@pytest.mark.operations(
    "createAudienceGroup", "addAudienceToAudienceGroup", "createAudienceForUploadingUserIds",
    "addUserIdsToAudience", "createClickBasedAudienceGroup", "createImpBasedAudienceGroup",
    "updateAudienceGroupDescription", "getAudienceData", "getSharedAudienceData",
    "getAudienceGroups", "getSharedAudienceGroups", "deleteAudienceGroup",
)  # fmt: skip
def test_audiences_are_made_of_all_kinds_read_changed_and_deleted(
    account: Account, tmp_path: Path
) -> None:
    api, blob = account.client("ManageAudience"), account.client("ManageAudienceBlob")
    users = [audience.Audience(id="U" + "1" * 32)]
    made = api.create_audience_group(
        audience.CreateAudienceGroupRequest(description="ours", audiences=users)
    ).audience_group_id
    added = audience.AddAudienceToAudienceGroupRequest(audienceGroupId=made, audiences=users)
    api.add_audience_to_audience_group(added)
    file = tmp_path / "users.txt"  # the SDK takes a file's name only
    file.write_text("U1\nU2\n", encoding="ascii")
    by_file = blob.create_audience_for_uploading_user_ids(str(file), description="theirs")
    blob.add_user_ids_to_audience(str(file), audience_group_id=by_file.audience_group_id)
    api.create_click_based_audience_group(
        audience.CreateClickBasedAudienceGroupRequest(description="tapped", requestId="any")
    )
    api.create_imp_based_audience_group(
        audience.CreateImpBasedAudienceGroupRequest(description="seen", requestId="any")
    )
    renamed = audience.UpdateAudienceGroupDescriptionRequest(description="renamed")
    api.update_audience_group_description(made, renamed)

    assert "renamed" == api.get_audience_data(made).audience_group.description
    assert made == api.get_shared_audience_data(made).audience_group.audience_group_id
    assert made in [e.audience_group_id for e in api.get_audience_groups(1).audience_groups]
    shared = api.get_shared_audience_groups(1, includes_owned_audience_groups=True)
    assert made in [each.audience_group_id for each in shared.audience_groups]
    api.delete_audience_group(made)
    refused(404, api.get_audience_data, made)


@pytest.mark.operations("createCoupon", "listCoupon", "getCouponDetail", "closeCoupon")
def test_a_coupon_is_made_listed_read_and_closed_once(account: Account) -> None:
    now_s, api = int(time.time()), account.api
    request = messaging.CouponCreateRequest.from_dict(
        {
            "title": "a tenth off",
            "acquisitionCondition": {"type": "normal"},
            "reward": {"type": "discount", "priceInfo": {"type": "percentage", "percentage": 10}},
            "maxUseCountPerTicket": 1,
            "startTimestamp": now_s,
            "endTimestamp": now_s + 3_600,
            "visibility": "UNLISTED",
            "timezone": "ASIA_TOKYO",
        }
    )
    made = api.create_coupon(request).coupon_id

    assert made in [each.coupon_id for each in api.list_coupon().items]
    assert "a tenth off" == api.get_coupon_detail(made).title
    api.close_coupon(made)
    refused(410, api.close_coupon, made)


@pytest.mark.operations("addLIFFApp", "updateLIFFApp", "getAllLIFFApps", "deleteLIFFApp")
def test_a_liff_app_is_added_changed_listed_and_deleted(account: Account) -> None:
    api = account.client("Liff")
    view = liff.LiffView(type="full", url="https://shop.example/")
    made = api.add_liff_app(liff.AddLiffAppRequest(view=view)).liff_id
    api.update_liff_app(made, liff.UpdateLiffAppRequest(view=liff.UpdateLiffView(type="tall")))

    listed = {each.liff_id: each.view.type for each in api.get_all_liff_apps().apps}
    assert "tall" == listed[made]
    api.delete_liff_app(made)
    refused(404, api.delete_liff_app, made)


@pytest.mark.operations(
    "getMembershipList", "getMembershipSubscription", "getJoinedMembershipUsers"
)  # fmt: skip
def test_memberships_are_read(account: Account) -> None:
    visitor = account.friend()
    subscriber = Subscriber(1, int(time.time()), "2026-12-01")
    plan = Plan(1, "gold", subscribers={visitor.id: subscriber})
    platform = account.line.link.commands.service.platform  # nobody joins by an act of the mock's
    platform.channel(account.name).part(Memberships).plans[plan.id] = plan

    assert ["gold"] == [each.title for each in account.api.get_membership_list().memberships]
    found = account.api.get_membership_subscription(visitor.id).subscriptions
    assert [1] == [each.membership.membership_id for each in found]
    assert [visitor.id] == account.api.get_joined_membership_users(1).user_ids


@pytest.mark.operations("pushMessagesByPhone", "getPNPMessageStatistics")
def test_a_notification_goes_to_a_telephone_number(account: Account) -> None:
    request = messaging.PnpMessagesRequest(to="ab" * 32, messages=text())

    account.api.push_messages_by_phone(request, x_line_delivery_tag="a tag of 16 letters")

    assert account.api.get_pnp_message_statistics(DAY).status in STATISTICS


@pytest.mark.operations("missionStickerV3")
def test_a_sticker_is_given(account: Account) -> None:
    request = shop.MissionStickerRequest(
        to=account.friend().id, productId="1", productType="STICKER", sendPresentMessage=False
    )

    assert 200 == account.client("Shop").mission_sticker_v3_with_http_info(request).status_code
