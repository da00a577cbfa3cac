"""Every message that the official Python SDK can build is accepted by the mock as it is sent."""

from typing import Any

import pytest
from linebot.v3 import messaging
from outgoing import MESSAGES
from sdk import Account, Inbox

TO_GROUPS_ONLY = {"textV2"}
"""LINE takes mentions in groups and rooms only."""


def told(name: str) -> dict[str, Any]:
    """That message, quoting nothing: a quote token must be one that LINE gave."""
    return {key: value for key, value in MESSAGES[name].items() if key != "quoteToken"}


def test_the_specimens_are_of_every_type_the_sdk_has() -> None:
    known = set(messaging.Message._Message__discriminator_value_class_map)  # noqa: SLF001 - its only list

    assert known == {each["type"] for each in MESSAGES.values()}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_accepted_in_a_push_and_shown_as_it_was_sent(
    account: Account, name: str
) -> None:
    member = account.friend()
    to = member.id
    if name in TO_GROUPS_ONLY:
        group = account.line.group("Shoppers", [member], channel=account.name)
        group.invites_bot()
        to = group.id
    message = messaging.Message.from_dict(_with_mention(told(name), member.id))

    account.api.push_message(messaging.PushMessageRequest(to=to, messages=[message]))

    (shown,) = account.line.link.do("sees", chat=to)["messages"]
    assert MESSAGES[name]["type"] == shown["type"]
    assert message.to_dict().items() <= shown.items()


@pytest.mark.parametrize("name", [each for each in MESSAGES if each not in TO_GROUPS_ONLY])
def test_a_message_is_accepted_in_a_reply(account: Account, inbox: Inbox, name: str) -> None:
    event = inbox.event(account.friend().says("show me"))
    message = messaging.Message.from_dict(told(name))
    request = messaging.ReplyMessageRequest(replyToken=event["replyToken"], messages=[message])

    assert 1 == len(account.api.reply_message(request).sent_messages)


def _with_mention(message: dict[str, Any], user_id: str) -> dict[str, Any]:
    """The message, with its mention of one user turned to that one."""
    places = {
        key: {**place, "mentionee": {"type": "user", "userId": user_id}}
        if place.get("mentionee", {}).get("type") == "user"
        else place
        for key, place in message.get("substitution", {}).items()
    }
    return {**message, "substitution": places} if places else message
