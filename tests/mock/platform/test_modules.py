"""Module channels take turns with the account's own channel, one chat at a time."""

import base64

import pytest
from calling import EPOCH_MS, START, Bot, at, platform

from line_sim.mock.platform.api import messages, module
from line_sim.mock.settings import Channel, Settings

HELLO = [{"type": "text", "text": "hello"}]


@pytest.fixture
def bots() -> list[Bot]:
    told = Settings(
        channels=(
            Channel(name="shop"),
            Channel(name="module", module=True),
            Channel(name="second", module=True),
            Channel(name="elsewhere", provider="another"),
        )
    )
    found = platform(messages.operations, module.operations, told=told)
    bots = [Bot(found, name) for name in ("shop", "module", "second", "elsewhere")]
    for bot in bots:
        if bot.channel.settings.module:
            bot.token = bot.channel.tokens.issue_short_lived(0).text
    return bots


def control(bot: Bot, chat: str, act: str = "acquire", **said: object) -> int:
    return bot.post(f"/v2/bot/chat/{chat}/control/{act}", said).status


def events(bot: Bot) -> list[str]:
    due = bot.platform.deliveries.take_due(at(10**6))
    return [event["type"] for each in due if each.channel is bot.channel for event in each.events]


def test_while_a_module_holds_a_chat_its_account_is_on_standby_there_alone(bots: list[Bot]) -> None:
    shop, holder, *_ = bots
    aiko, ben = shop.friend("Aiko").id, shop.friend("Ben").id

    assert control(holder, aiko) == 200
    statuses = [
        shop.post("/v2/bot/message/push", {"to": user, "messages": HELLO}).status
        for user in (aiko, ben)
    ]
    assert [400, 200] == statuses
    assert control(holder, aiko, "release") == 200
    assert not shop.channel.standby(aiko, START)


@pytest.mark.parametrize(
    ("said", "ends_s"), [({}, 3_600), ({"ttl": 60}, 60), ({"expired": False}, 365 * 86_400)]
)
def test_a_control_ends_by_itself(bots: list[Bot], said: dict[str, object], ends_s: int) -> None:
    shop, holder, *_ = bots
    user = shop.friend().id
    control(holder, user, **said)

    assert (True, False) == (
        shop.channel.standby(user, at(ends_s - 1)),
        shop.channel.standby(user, at(ends_s)),
    )


def test_who_was_first_keeps_the_chat_and_the_account_may_take_it_back(bots: list[Bot]) -> None:
    shop, first, second, _ = bots
    user = shop.friend().id

    assert [200, 423, 200] == [control(bot, user) for bot in (first, second, first)]
    assert control(shop, user) == 200
    assert not shop.channel.standby(user, START)


def test_the_holder_is_told_when_its_turn_begins_and_ends(bots: list[Bot]) -> None:
    shop, holder, *_ = bots
    shop.channel.endpoint = holder.channel.endpoint = "https://example.com/hook"
    user = shop.friend().id
    control(holder, user)
    control(holder, user, "release")

    assert ["activated", "deactivated"] == events(holder)


def test_a_module_reaches_the_friends_of_its_accounts_and_nobody_elses(bots: list[Bot]) -> None:
    shop, holder, _, elsewhere = bots
    aiko, blocker = shop.friend("Aiko"), shop.friend("Ben")
    shop.channel.blocked.add(blocker.id)
    stranger = elsewhere.friend("Cho")

    assert [True, False, False] == [
        holder.channel.reaches(each, START) for each in (aiko, blocker, stranger)
    ]


def test_a_control_that_ends_by_itself_is_told_at_its_end(bots: list[Bot]) -> None:
    shop, holder, *_ = bots
    holder.channel.endpoint = "https://example.com/hook"
    control(holder, shop.friend().id, ttl=60)
    deliveries = shop.platform.deliveries
    early = [each.events[0]["type"] for each in deliveries.take_due(at(59.9))]
    late = [each.events[0] for each in deliveries.take_due(at(60))]

    assert ["activated"] == early
    assert [("deactivated", EPOCH_MS + 60_000)] == [
        (each["type"], each["timestamp"]) for each in late
    ]


@pytest.mark.parametrize("act", ["release", "acquire", "detach", "by the account"])
def test_whatever_ends_or_prolongs_a_control_its_old_end_is_not_told(
    bots: list[Bot], act: str
) -> None:
    shop, holder, *_ = bots
    holder.channel.endpoint = "https://example.com/hook"
    user = shop.friend().id
    control(holder, user, ttl=60)
    if act == "detach":
        holder.post("/v2/bot/channel/detach", {"botId": shop.channel.bot_user_id})
    elif act == "by the account":
        control(shop, user)
    else:
        control(holder, user, act, **({"ttl": 100} if act == "acquire" else {}))
    told = {
        "release": ["activated", "deactivated"],
        "acquire": ["activated", "activated", "deactivated"],
        "detach": ["activated", "module"],
        "by the account": ["activated", "deactivated"],
    }

    assert told[act] == events(holder)


def test_releasing_what_one_does_not_hold_changes_nothing(bots: list[Bot]) -> None:
    shop, first, second, _ = bots
    user = shop.friend().id
    control(first, user)

    assert control(second, user, "release") == 200
    assert shop.channel.standby(user, START)


def test_a_chat_of_no_attached_account_cannot_be_taken(bots: list[Bot]) -> None:
    _, holder, _, elsewhere = bots

    assert control(holder, elsewhere.friend().id) == 404
    assert control(holder, "C" + "0" * 32) == 404


def test_detaching_ends_every_control_and_attaching_begins_again(bots: list[Bot]) -> None:
    shop, holder, *_ = bots
    user = shop.friend().id
    control(holder, user)
    listed = holder.get("/v2/bot/list").content["bots"]
    assert [shop.channel.bot_user_id] == [bot["userId"] for bot in listed]

    bot_id = shop.channel.bot_user_id
    assert holder.post("/v2/bot/channel/detach", {"botId": bot_id}).status == 200
    assert not shop.channel.standby(user, START)
    assert (404, {"bots": []}) == (control(holder, user), holder.get("/v2/bot/list").content)

    pair = f"{holder.channel.id}:{holder.channel.secret}".encode()
    basic = f"Basic {base64.b64encode(pair).decode()}"
    form = f"grant_type=authorization_code&redirect_uri=https://x&code={shop.channel.basic_id}"
    answer = holder.call("POST", "/module/auth/v1/token", form.encode(), authorization=basic)
    assert bot_id == answer.content["bot_id"]
    assert control(holder, user) == 200


@pytest.mark.parametrize(
    "header", ["", "Basic ", "Basic !", "Basic bm9ib2R5Om5vYm9keQ==", "Bearer x"]
)
def test_nobody_is_attached_without_the_secret(bots: list[Bot], header: str) -> None:
    answer = bots[1].call("POST", "/module/auth/v1/token", b"code=x", authorization=header)

    assert (400, "oauth-client") == (answer.status, answer.rule.id)


def test_an_ordinary_channel_has_no_list_and_cannot_detach(bots: list[Bot]) -> None:
    shop = bots[0]
    said = {"botId": shop.channel.bot_user_id}

    assert (403, 403) == (
        shop.get("/v2/bot/list").status,
        shop.post("/v2/bot/channel/detach", said).status,
    )
