"""Each status and each refusal in LINE's tables, as the official Python SDK raises it.

Nothing a bot does may hang on LINE's words; they are held here because a bot under test should see
what it would see. Rows of OAuth are in ``test_python_sdk_tokens.py``, of rich menus in
``test_python_sdk_rich_menus.py``, of the quota in ``test_python_sdk_sending.py``.
"""

import uuid

import pytest
from linebot.v3 import messaging, module
from sdk import Account, Inbox, push, refused, reply, text, words

from line_sim.mock.faults import FailsWith
from line_sim.mock.server import MockLine

PATH = "/v2/bot/message"


def raw(
    account: Account, path: str, body: bytes, kind: str = "application/json"
) -> tuple[int, str]:
    """What a body that the SDK's models would not build is answered, by the SDK's own transport."""
    client = account.api.api_client
    headers = {"Authorization": f"Bearer {account.token}", "Content-Type": kind}
    answer = client.rest_client.pool_manager.request(
        "POST", f"{account.line.url}{path}", body=body, headers=headers
    )
    return answer.status, answer.json()["message"]


def told(account: Account, *messages: dict[str, object]) -> dict[str, object]:
    """The first detail of the refusal of some messages."""
    request = messaging.ValidateMessageRequest(messages=list(messages))
    found = words(refused(400, account.api.validate_push, request))
    count = len(found["details"])
    assert f"The request body has {count} error(s)" == found["message"]
    detail: dict[str, object] = found["details"][0]
    return detail


def test_an_empty_text_is_refused_at_its_place(account: Account) -> None:
    found = told(account, messaging.TextMessage(text=""))

    assert {"message": "May not be empty", "property": "messages[0].text"} == found


def test_a_long_text_is_refused_with_its_limit(account: Account) -> None:
    found = told(account, messaging.TextMessage(text="a" * 5_001))

    assert "Length must be between 0 and 5000" == found["message"]


def test_a_media_url_without_https_is_refused(account: Account) -> None:
    url = "http://shop.example/a.png"
    image = messaging.ImageMessage(originalContentUrl=url, previewImageUrl=url)

    assert "messages[0].originalContentUrl" == told(account, image)["property"]


@pytest.mark.parametrize(
    ("messages", "message", "place"),
    [
        ("[]", "Size must be between 1 and 5", "messages"),
        ('[{"type":"text","text":"a"},{"type":"file"}]', "Must be one of", "messages[1].type"),
        ('[{"type":"text"}]', "must be specified", "messages[0].text"),
    ],
)
def test_messages_the_sdk_would_not_build_are_refused(
    account: Account, messages: str, message: str, place: str
) -> None:
    client = account.api.api_client
    answer = client.rest_client.pool_manager.request(
        "POST",
        f"{account.line.url}{PATH}/validate/push",
        body=f'{{"messages":{messages}}}',
        headers={"Authorization": f"Bearer {account.token}", "Content-Type": "application/json"},
    )
    (detail,) = answer.json()["details"]

    assert (400, place) == (answer.status, detail["property"])
    assert message.lower() in detail["message"].lower()


def test_a_property_of_the_wrong_kind_is_named(account: Account) -> None:
    body = b'{"to": 5, "messages": [{"type": "text", "text": "a"}]}'

    status, message = raw(account, f"{PATH}/push", body)

    assert 400 == status
    assert message.startswith("The property, to, in the request body is invalid (line: ")


def test_what_is_not_json_is_told_with_its_place(account: Account) -> None:
    status, message = raw(account, f"{PATH}/push", b'{"to":')

    assert 400 == status
    assert message.startswith("The request body could not be parsed as JSON (line: 1, column: ")


def test_a_content_type_that_is_not_json_is_refused(account: Account) -> None:
    found = raw(account, f"{PATH}/push", b"to=me", "text/plain")

    assert (415, "The content type, text/plain, is not supported") == found


def test_a_picture_of_a_wrong_type_is_refused(account: Account) -> None:
    size = messaging.RichMenuSize(width=800, height=540)
    request = messaging.RichMenuRequest(
        size=size, selected=False, name="a menu", chatBarText="tap", areas=[]
    )
    menu = account.api.create_rich_menu(request).rich_menu_id

    headers = {"Content-Type": "image/gif"}
    refused(415, account.blob.set_rich_menu_image, menu, b"GIF89a", _headers=headers)


def test_a_body_over_two_megabytes_is_refused(account: Account) -> None:
    assert 413 == raw(account, f"{PATH}/push", b'"' + b"a" * 2**21 + b'"')[0]


def test_a_token_of_no_reply_is_refused(account: Account) -> None:
    error = refused(400, account.api.reply_message, reply("0" * 32))

    assert {"message": "Invalid reply token"} == words(error)


def test_a_retry_key_where_there_is_none_is_refused(account: Account, inbox: Inbox) -> None:
    event = inbox.event(account.friend().says("hi"))
    key = {"X-Line-Retry-Key": str(uuid.uuid4())}

    refused(400, account.api.reply_message, reply(event["replyToken"]), _headers=key)


def test_a_push_to_nobody_known_is_refused(account: Account, accounts: dict[str, Account]) -> None:
    theirs = accounts["rival"].friend()

    for nobody in ("U" + "0" * 32, theirs.id):
        error = refused(400, account.api.push_message, push(nobody))
        assert {"message": "Failed to send messages"} == words(error)


def test_a_multicast_names_the_place_of_a_wrong_id(account: Account) -> None:
    ids = [account.friend().id, "nobody"]
    error = refused(400, account.api.multicast, messaging.MulticastRequest(to=ids, messages=text()))

    expected = "The property, to[1], in the request body is invalid (line: -, column: -)"
    assert expected == words(error)["message"]


def test_a_wrong_token_is_refused(account: Account) -> None:
    stranger = Account(account.line, account.facts, bearer="unknown")
    error = refused(401, stranger.api.get_bot_info)

    assert words(error)["message"].startswith("Authentication failed due to the following reason")


def test_a_plain_account_may_not_list_its_followers(accounts: dict[str, Account]) -> None:
    error = refused(403, accounts["plain"].api.get_followers)

    assert {"message": "Access to this API is not available for your account"} == words(error)


def test_the_sixty_first_broadcast_in_an_hour_is_refused(accounts: dict[str, Account]) -> None:
    api, request = accounts["rushed"].api, messaging.BroadcastRequest(messages=text())
    for _ in range(60):
        api.broadcast(request)

    error = refused(429, api.broadcast, request)

    message = "The API rate limit has been exceeded. Try again later."
    assert {"message": message} == words(error)
    assert "Retry-After" not in error.headers


def test_a_retried_key_is_refused_as_accepted(account: Account) -> None:
    visitor, key = account.friend(), str(uuid.uuid4())
    account.api.push_message(push(visitor.id), x_line_retry_key=key)

    error = refused(409, account.api.push_message, push(visitor.id), x_line_retry_key=key)

    assert "The retry key is already accepted" == words(error)["message"]


def test_a_stranger_has_no_profile(account: Account) -> None:
    stranger = account.friend(friend=False)

    assert {"message": "Not found"} == words(refused(404, account.api.get_profile, stranger.id))


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("get_profile", "userId"),
        ("get_group_summary", "groupId"),
        ("get_room_member_count", "roomId"),
        ("get_number_of_sent_push_messages", "date"),
    ],
)
def test_a_wrong_parameter_is_named(account: Account, name: str, parameter: str) -> None:
    error = refused(400, getattr(account.api, name), "wrong")

    assert {"message": f"The value for the '{parameter}' parameter is invalid"} == words(error)


def test_a_page_that_was_never_given_out_is_refused(account: Account) -> None:
    error = refused(400, account.api.get_followers, start="wrong")

    assert {"message": "Invalid start param"} == words(error)


def test_content_is_unknown_or_gone(account: Account) -> None:
    visitor = account.friend()
    sent = visitor.sends_image()
    visitor.unsends(sent)

    unknown = refused(404, account.blob.get_message_content, "480000000000000001")
    gone = refused(410, account.blob.get_message_content, sent.message)

    assert {"message": "not found"} == words(unknown)
    assert {"message": "The content is gone"} == words(gone)


def test_a_file_has_no_preview_and_a_picture_no_transcoding(account: Account) -> None:
    visitor, blob = account.friend(), account.blob
    file, picture = visitor.sends_file(), visitor.sends_image()

    no_preview = refused(400, blob.get_message_content_preview, file.message)
    transcoding = blob.get_message_content_transcoding_by_message_id
    no_transcoding = refused(400, transcoding, picture.message)

    assert {"message": "The content can not be previewed"} == words(no_preview)
    message = "Transcoding status doesn't support this type of content"
    assert {"message": message} == words(no_transcoding)


@pytest.mark.parametrize(
    ("seconds", "message"),
    [(7, "must be a multiple of five"), (0, "Must be between 5 and 60")],
)
def test_a_loading_time_that_does_not_fit_is_refused(
    account: Account, seconds: int, message: str
) -> None:
    answer = account.api.api_client.rest_client.pool_manager.request(
        "POST",
        f"{account.line.url}/v2/bot/chat/loading/start",
        json={"chatId": account.friend().id, "loadingSeconds": seconds},
        headers={"Authorization": f"Bearer {account.token}"},
    )
    details = answer.json()["details"]

    assert 400 == answer.status
    assert {"message": message, "property": "loadingSeconds"} in details


def test_loading_is_shown_to_users_only(account: Account) -> None:
    group = account.line.group("Shoppers", channel=account.name)
    request = messaging.ShowLoadingAnimationRequest(chatId=group.id)

    (detail,) = words(refused(400, account.api.show_loading_animation, request))["details"]

    assert "chatId" == detail["property"]
    assert detail["message"].startswith("Only user id is acceptable, ")


def test_a_token_that_marks_nothing_as_read_is_refused(account: Account) -> None:
    request = messaging.MarkMessagesAsReadByTokenRequest(markAsReadToken="wrong")

    error = refused(400, account.api.mark_messages_as_read_by_token, request)

    assert words(error)["message"].startswith("Invalid markAsReadToken. ")


def test_a_chat_that_another_channel_just_took_is_not_had() -> None:
    modules = [{"name": name, "module": True} for name in ("first", "second")]
    with MockLine(strict=False, channels=[{"name": "shop"}, *modules]) as line:
        facts = {each["name"]: each for each in line.channels}
        visitor = line.visitor("Alice", channel="shop")
        apis = []
        for name in ("first", "second"):
            it = Account(line, facts[name])
            pair = (facts[name]["id"], facts[name]["secret"])
            token = it.oauth.issue_channel_token("client_credentials", *pair).access_token
            apis.append(Account(line, facts[name], bearer=token).client("LineModule"))
        request = module.AcquireChatControlRequest(expired=True, ttl=60)
        apis[0].acquire_chat_control(visitor.id, request)

        refused(423, apis[1].acquire_chat_control, visitor.id, request)


def test_a_failure_inside_line_is_raised_as_one() -> None:
    with MockLine(faults=[FailsWith(500)]) as line:
        account = Account(line, line.channel)

        with pytest.raises(messaging.exceptions.ServiceException, match=r"^\(500\)"):
            account.api.get_bot_info()


def test_too_many_messages_to_one_user_are_refused() -> None:
    with MockLine(strict=False, limits={"flood_per_minute": 1}) as line:
        account = Account(line, line.channel)
        visitor = account.friend()
        account.api.push_message(push(visitor.id))

        refused(429, account.api.push_message, push(visitor.id))
