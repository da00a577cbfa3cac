"""People, chats and content, by the official Python SDK: one test a row of LINE's table."""

import asyncio

import pytest
from linebot.v3 import messaging, module
from sdk import Account, Inbox, push, refused, text

from line_sim.mock.visitors import Group


def chat_of(account: Account, *, room: bool = False) -> tuple[Group, str]:
    """A group or room with the account in it, and the id of a member."""
    member = account.friend()
    found = account.line.group("Shoppers", [member], room=room, channel=account.name)
    assert not found.invites_bot(account.name)
    return found, member.id


@pytest.mark.operations("getMessageContent")
def test_what_a_user_sent_is_fetched(account: Account) -> None:
    sent = account.friend().sends_image(format="png")

    found = account.blob.get_message_content_with_http_info(sent.message)

    assert b"\x89PNG" == bytes(found.data[:4])
    assert "image/png" == found.headers["Content-Type"]


def test_content_that_nobody_sent_is_not_found(account: Account) -> None:
    refused(404, account.blob.get_message_content, "480000000000000000")


@pytest.mark.operations("getMessageContent")
def test_the_asynchronous_client_fetches_content(account: Account) -> None:
    sent = account.friend().sends_image(format="jpeg")

    async def bot() -> bytearray:
        told = messaging.Configuration(host=account.line.url, access_token=account.token)
        async with messaging.AsyncApiClient(told) as client:
            return await messaging.AsyncMessagingApiBlob(client).get_message_content(sent.message)

    assert b"\xff\xd8\xff" == bytes(asyncio.run(bot())[:3])


@pytest.mark.operations("getMessageContentPreview")
def test_a_picture_has_a_preview(account: Account) -> None:
    sent = account.friend().sends_image(width=2_000, height=2_000)
    whole = account.blob.get_message_content(sent.message)

    found = account.blob.get_message_content_preview_with_http_info(sent.message)

    assert found.headers["Content-Type"].startswith("image/")
    assert 0 < len(found.data) < len(whole)


@pytest.mark.operations("getMessageContentTranscodingByMessageId")
def test_a_sound_is_ready_to_be_fetched(account: Account) -> None:
    sent = account.friend().sends_audio()

    found = account.blob.get_message_content_transcoding_by_message_id(sent.message)

    assert "succeeded" == found.status


@pytest.mark.operations("getProfile")
def test_a_friend_has_a_profile(account: Account) -> None:
    visitor = account.friend(status_message="out", language="th")

    found = account.api.get_profile(visitor.id)

    assert (visitor.id, visitor.name) == (found.user_id, found.display_name)
    assert ("out", "th") == (found.status_message, found.language)


@pytest.mark.operations("getGroupSummary")
def test_a_group_has_a_summary(account: Account) -> None:
    group, _ = chat_of(account)

    found = account.api.get_group_summary(group.id)

    assert (group.id, "Shoppers") == (found.group_id, found.group_name)


@pytest.mark.operations("getGroupMemberProfile", "getRoomMemberProfile")
def test_members_have_profiles_without_a_status_message(account: Account) -> None:
    group, member = chat_of(account)
    room, other = chat_of(account, room=True)

    found = account.api.get_group_member_profile(group.id, member)

    assert member == found.user_id
    assert "status_message" not in found.to_dict()
    assert other == account.api.get_room_member_profile(room.id, other).user_id
    refused(404, account.api.get_group_member_profile, group.id, other)


@pytest.mark.operations("getBotInfo")
def test_the_account_knows_itself_by_the_destination_of_its_webhooks(account: Account) -> None:
    found = account.api.get_bot_info()

    assert account.facts["bot_user_id"] == found.user_id
    assert account.facts["basic_id"] == found.basic_id
    assert "chat" == found.chat_mode


@pytest.mark.operations("getFollowers")
def test_followers_are_listed_by_pages(accounts: dict[str, Account]) -> None:
    rushed = accounts["rushed"]
    friends = {rushed.friend().id for _ in range(3)}

    first = rushed.api.get_followers(limit=2)
    second = rushed.api.get_followers(limit=2, start=first.next)

    assert friends == {*first.user_ids, *second.user_ids}
    assert second.next is None


@pytest.mark.operations("getGroupMembersIds", "getRoomMembersIds")
def test_members_are_listed(account: Account) -> None:
    group, member = chat_of(account)
    room, other = chat_of(account, room=True)

    assert [member] == account.api.get_group_members_ids(group.id).member_ids
    assert [other] == account.api.get_room_members_ids(room.id).member_ids


@pytest.mark.operations("getGroupMemberCount", "getRoomMemberCount")
def test_members_are_counted_without_the_account_itself(account: Account) -> None:
    group, _ = chat_of(account)
    room, _ = chat_of(account, room=True)

    assert 1 == account.api.get_group_member_count(group.id).count
    assert 1 == account.api.get_room_member_count(room.id).count


@pytest.mark.operations("leaveGroup", "leaveRoom")
def test_an_account_leaves_and_may_leave_a_room_twice(account: Account) -> None:
    group, _ = chat_of(account)
    room, _ = chat_of(account, room=True)

    account.api.leave_group(group.id)
    account.api.leave_room(room.id)

    assert 200 == account.api.leave_room_with_http_info(room.id).status_code
    refused(404, account.api.get_group_summary, group.id)
    refused(400, account.api.push_message, push(group.id))


@pytest.mark.operations("issueLinkToken")
def test_each_link_token_is_another(account: Account) -> None:
    visitor = account.friend()

    tokens = {account.api.issue_link_token(visitor.id).link_token for _ in range(2)}

    assert 2 == len(tokens)


@pytest.mark.operations(
    "attachModule", "getModules", "acquireChatControl", "releaseChatControl", "detachModule"
)
def test_a_module_takes_a_chat_and_gives_it_back(
    accounts: dict[str, Account], inbox: Inbox
) -> None:
    shop, facts = accounts["shop"], accounts["module"].facts
    short_lived = accounts["module"].oauth.issue_channel_token(
        "client_credentials", facts["id"], facts["secret"]
    )
    part = Account(shop.line, facts, bearer=short_lived.access_token)
    attached = part.client("LineModuleAttach").attach_module(
        grant_type="authorization_code",
        code=shop.facts["basic_id"],
        redirect_uri="https://shop.example/",
    )
    visitor, api = shop.friend(), part.client("LineModule")

    modes = [inbox.event(visitor.says("hi"))["mode"]]
    api.acquire_chat_control(visitor.id, module.AcquireChatControlRequest(expired=True, ttl=60))
    modes.append(inbox.event(visitor.says("and now?"))["mode"])
    api.release_chat_control(visitor.id)
    modes.append(inbox.event(visitor.says("and now?"))["mode"])

    assert ["active", "standby", "active"] == modes
    assert shop.facts["bot_user_id"] == attached.bot_id
    assert attached.bot_id in [each.user_id for each in api.get_modules().bots]
    api.detach_module(module.DetachModuleRequest(botId=attached.bot_id))
    assert attached.bot_id not in [each.user_id for each in api.get_modules().bots]


@pytest.mark.operations("pushMessage")
def test_messages_to_a_group_are_seen_by_all_in_it(account: Account) -> None:
    group, _ = chat_of(account)

    account.api.push_message(messaging.PushMessageRequest(to=group.id, messages=text("all")))

    assert ["all"] == [each["text"] for each in group.sees()]
