"""Sending and what goes with it, by the official Python SDK: one test a row of LINE's table."""

import asyncio
import uuid

import pytest
from linebot.v3 import messaging
from sdk import Account, Inbox, push, refused, reply, text, words

COUNTED = ("reply", "push", "multicast", "broadcast")
VALIDATIONS = ("reply", "push", "multicast", "narrowcast", "broadcast")


@pytest.mark.operations("setWebhookEndpoint", "getWebhookEndpoint")
def test_a_webhook_url_is_set_and_read_back(accounts: dict[str, Account]) -> None:
    api = accounts["rival"].api
    refused(404, api.get_webhook_endpoint)

    url = "https://shop.example/callback"
    api.set_webhook_endpoint(messaging.SetWebhookEndpointRequest(endpoint=url))
    found = api.get_webhook_endpoint()

    assert (url, True) == (found.endpoint, found.active)


def test_a_wrong_webhook_url_is_refused(account: Account) -> None:
    wrong = messaging.SetWebhookEndpointRequest(endpoint="ftp://shop.example")

    refused(400, account.api.set_webhook_endpoint, wrong)


@pytest.mark.usefixtures("inbox")
@pytest.mark.operations("testWebhookEndpoint")
def test_a_webhook_test_really_sends_one(account: Account) -> None:
    found = account.api.test_webhook_endpoint(messaging.TestWebhookEndpointRequest())

    assert (True, 200, "OK") == (found.success, found.status_code, found.reason)
    assert found.timestamp is not None


def test_a_webhook_test_without_a_url_is_refused(accounts: dict[str, Account]) -> None:
    request = messaging.TestWebhookEndpointRequest()

    refused(404, accounts["plain"].api.test_webhook_endpoint, request)


@pytest.mark.operations("replyMessage")
def test_a_reply_reaches_who_wrote_once(account: Account, inbox: Inbox) -> None:
    visitor = account.friend()
    event = inbox.event(visitor.says("hi"))

    sent = account.api.reply_message(reply(event["replyToken"]))

    assert [sent.sent_messages[0].id] == [each["id"] for each in visitor.sees()]
    assert sent.sent_messages[0].quote_token
    refused(400, account.api.reply_message, reply(event["replyToken"]))


@pytest.mark.operations("replyMessage", "pushMessage")
def test_the_asynchronous_client_replies_and_pushes(account: Account, inbox: Inbox) -> None:
    visitor = account.friend()
    event = inbox.event(visitor.says("hi"))

    async def bot() -> None:
        told = messaging.Configuration(host=account.line.url, access_token=account.token)
        async with messaging.AsyncApiClient(told) as client:
            api = messaging.AsyncMessagingApi(client)
            await api.reply_message(reply(event["replyToken"], "one"))
            await api.push_message(push(visitor.id, "two"))

    asyncio.run(bot())

    assert ["one", "two"] == [each["text"] for each in visitor.sees()]


@pytest.mark.operations("pushMessage")
def test_a_push_reaches_a_friend(account: Account) -> None:
    visitor = account.friend()

    answer = account.api.push_message_with_http_info(push(visitor.id))

    assert 200 == answer.status_code
    assert uuid.UUID(answer.headers["x-line-request-id"])
    assert [each.id for each in answer.data.sent_messages] == [m["id"] for m in visitor.sees()]


def test_a_retried_push_is_answered_with_what_was_sent_before(account: Account) -> None:
    visitor, key = account.friend(), str(uuid.uuid4())
    first = account.api.push_message_with_http_info(push(visitor.id), x_line_retry_key=key)

    error = refused(409, account.api.push_message, push(visitor.id), x_line_retry_key=key)

    request_id = first.headers["x-line-request-id"]
    assert request_id == error.headers["x-line-accepted-request-id"]
    assert [first.data.sent_messages[0].id] == [e["id"] for e in words(error)["sentMessages"]]
    assert 1 == len(visitor.sees())


@pytest.mark.operations("multicast")
def test_a_multicast_reaches_everybody_it_names(account: Account) -> None:
    visitors = [account.friend(), account.friend()]
    request = messaging.MulticastRequest(to=[each.id for each in visitors], messages=text())

    account.api.multicast(request, x_line_retry_key=str(uuid.uuid4()))

    assert [1, 1] == [len(each.sees()) for each in visitors]


@pytest.mark.parametrize("kind", VALIDATIONS)
def test_messages_are_validated_and_not_sent(account: Account, kind: str) -> None:
    validate = getattr(account.api, f"validate_{kind}_with_http_info")
    right = messaging.ValidateMessageRequest(messages=text())
    wrong = messaging.ValidateMessageRequest(messages=text("a" * 5_001))

    assert 200 == validate(right).status_code
    assert "messages[0].text" == words(refused(400, validate, wrong))["details"][0]["property"]


@pytest.mark.operations(*(f"validate{kind.capitalize()}" for kind in VALIDATIONS))
def test_the_asynchronous_client_validates_too(account: Account) -> None:
    request = messaging.ValidateMessageRequest(messages=text())

    async def bot() -> list[int]:
        told = messaging.Configuration(host=account.line.url, access_token=account.token)
        async with messaging.AsyncApiClient(told) as client:
            api = messaging.AsyncMessagingApi(client)
            asked = [getattr(api, f"validate_{each}_with_http_info") for each in VALIDATIONS]
            return [(await each(request)).status_code for each in asked]

    assert [200] * 5 == asyncio.run(bot())


@pytest.mark.operations("broadcast")
def test_a_broadcast_reaches_every_friend(accounts: dict[str, Account]) -> None:
    rival = accounts["rival"]
    visitors = [rival.friend(), rival.friend()]

    rival.api.broadcast(messaging.BroadcastRequest(messages=text()))

    assert [1, 1] == [len(each.sees()) for each in visitors]


@pytest.mark.operations("narrowcast", "getNarrowcastProgress")
def test_a_narrowcast_is_accepted_and_followed_by_its_request_id(account: Account) -> None:
    request = messaging.NarrowcastRequest(messages=text())
    answer = account.api.narrowcast_with_http_info(request)
    progress = account.api.get_narrowcast_progress(answer.headers["x-line-request-id"])

    assert 202 == answer.status_code
    assert progress.phase in {"waiting", "sending", "succeeded"}
    assert progress.accepted_time is not None


@pytest.mark.operations(*(f"getNumberOfSent{kind.capitalize()}Messages" for kind in COUNTED))
def test_what_was_sent_on_a_day_is_counted(account: Account) -> None:
    asked = [getattr(account.api, f"get_number_of_sent_{kind}_messages") for kind in COUNTED]

    assert {"ready"} == {each("20260101").status for each in asked}
    for each in asked:
        assert "'date'" in words(refused(400, each, "yesterday"))["message"]


@pytest.mark.operations("getMessageQuota", "getMessageQuotaConsumption")
def test_the_quota_is_told_and_what_is_used_of_it(accounts: dict[str, Account]) -> None:
    poor = accounts["poor"]
    before = poor.api.get_message_quota_consumption().total_usage
    visitor = poor.friend()
    poor.api.push_message(push(visitor.id))

    assert ("limited", 1) == (
        poor.api.get_message_quota().type,
        poor.api.get_message_quota().value,
    )
    assert "none" == accounts["shop"].api.get_message_quota().type
    assert before + 1 == poor.api.get_message_quota_consumption().total_usage
    error = refused(429, poor.api.push_message, push(visitor.id))
    assert "You have reached your monthly limit." == words(error)["message"]


@pytest.mark.operations("markMessagesAsReadByToken", "markMessagesAsRead")
def test_messages_are_marked_as_read(account: Account, inbox: Inbox) -> None:
    visitor = account.friend()
    token = inbox.event(visitor.says("hi"))["message"]["markAsReadToken"]
    by_token = messaging.MarkMessagesAsReadByTokenRequest(markAsReadToken=token)
    by_chat = messaging.MarkMessagesAsReadRequest(chat=messaging.ChatReference(userId=visitor.id))

    assert 200 == account.api.mark_messages_as_read_by_token_with_http_info(by_token).status_code
    assert 200 == account.api.mark_messages_as_read_with_http_info(by_chat).status_code


@pytest.mark.operations("showLoadingAnimation")
def test_a_loading_indicator_is_shown(account: Account) -> None:
    request = messaging.ShowLoadingAnimationRequest(chatId=account.friend().id, loadingSeconds=5)

    assert 202 == account.api.show_loading_animation_with_http_info(request).status_code


@pytest.mark.operations("getAggregationUnitUsage", "getAggregationUnitNameList", "pushMessage")
def test_units_of_aggregation_are_counted_and_listed(account: Account) -> None:
    account.api.push_message(push(account.friend().id, customAggregationUnits=["sale"]))

    assert account.api.get_aggregation_unit_usage().num_of_custom_aggregation_units >= 1
    names = account.api.get_aggregation_unit_name_list().custom_aggregation_units
    assert "sale" in names
