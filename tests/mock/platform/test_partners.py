"""Coupons, LIFF apps, memberships, notification messages and mission stickers: their own rules."""

import pytest
from calling import EPOCH_MS, Bot, at, platform
from every_call import HELLO, HOUR, coupon

from line_sim.mock.platform.api import coupons, liff, membership, pnp, shop
from line_sim.mock.platform.liff_apps import MOST
from line_sim.mock.platform.memberships import Memberships, Plan, Subscriber

COUPON = "/v2/bot/coupon"
APPS = "/liff/v1/apps"
VIEW = {"type": "full", "url": "https://example.com"}
PHONE = "ab" * 32


@pytest.fixture
def bot() -> Bot:
    areas = (coupons, liff, membership, pnp, shop)
    return Bot(platform(*(area.operations for area in areas)))


def made(bot: Bot, title: str = "a tenth off") -> str:
    return str(bot.post(COUPON, coupon(title=title)).content["couponId"])


def test_a_coupon_is_shown_as_it_was_drawn_up(bot: Bot) -> None:
    shown = bot.get(f"{COUPON}/{made(bot)}").content

    assert coupon() == {name: shown[name] for name in coupon()}
    assert (EPOCH_MS // 1_000, "RUNNING") == (shown["createdTimestamp"], shown["status"])


def test_a_coupon_is_closed_once(bot: Bot) -> None:
    path = f"{COUPON}/{made(bot)}/close"

    assert [200, 410] == [bot.put(path).status, bot.put(path).status]
    assert bot.put(f"{COUPON}/never/close").status == 404


def test_a_coupon_closes_by_itself_when_its_time_is_over(bot: Bot) -> None:
    one = made(bot)
    bot.now = at(HOUR - 1)
    assert bot.get(f"{COUPON}/{one}").content["status"] == "RUNNING"

    bot.now = at(HOUR)
    assert bot.get(f"{COUPON}/{one}").content["status"] == "CLOSED"
    assert bot.put(f"{COUPON}/{one}/close").status == 410


def test_coupons_are_listed_by_state_and_pages(bot: Bot) -> None:
    first, second, third = (made(bot, title) for title in ("first", "second", "third"))
    bot.put(f"{COUPON}/{second}/close")
    page = bot.get(COUPON, status="RUNNING", limit=1).content
    rest = bot.get(COUPON, status="RUNNING", limit=1, start=page["next"]).content

    assert ([{"couponId": first, "title": "first"}], [third]) == (
        page["items"],
        [each["couponId"] for each in rest["items"]],
    )
    assert "next" not in rest
    assert (
        bot.get(f"{COUPON}?status=RUNNING&status=CLOSED").content["items"][1]["title"] == "second"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"endTimestamp": EPOCH_MS // 1_000},
        {"title": ""},
        {"title": "x" * 61},
        {"maxUseCountPerTicket": 2},
        {"timezone": "MARS"},
        {"reward": {"type": "nothing"}},
        {"acquisitionCondition": {"type": "lottery"}},
    ],
    ids=str,
)
def test_a_wrong_coupon_is_refused(bot: Bot, wrong: dict[str, object]) -> None:
    assert bot.post(COUPON, coupon(**wrong)).status == 400


@pytest.mark.parametrize(
    "query", [{"status": "OPEN"}, {"limit": 0}, {"limit": 101}, {"start": "x"}], ids=str
)
def test_a_wrong_query_for_coupons_is_refused(bot: Bot, query: dict[str, object]) -> None:
    assert bot.get(COUPON, **query).status == 400


def test_an_app_is_changed_in_what_is_told_alone(bot: Bot) -> None:
    one = bot.post(APPS, {"view": VIEW, "description": "ours"}).content["liffId"]
    bot.put(f"{APPS}/{one}", {"view": {"type": "tall"}})

    assert bot.get(APPS).content == {
        "apps": [{"liffId": one, "view": {**VIEW, "type": "tall"}, "description": "ours"}]
    }


def test_apps_are_the_channels_own_and_gone_when_deleted(bot: Bot) -> None:
    one = bot.post(APPS, {"view": VIEW}).content["liffId"]
    rival = Bot(bot.platform, "rival")

    assert [404, 404, 404] == [
        rival.get(APPS).status,
        rival.put(f"{APPS}/{one}", {}).status,
        rival.delete(f"{APPS}/{one}").status,
    ]
    assert [200, 404] == [bot.delete(f"{APPS}/{one}").status, bot.delete(f"{APPS}/{one}").status]
    assert bot.get(APPS).status == 404


@pytest.mark.parametrize("url", ["http://example.com", "https://example.com/#part", "example"])
def test_an_apps_page_is_served_by_https_and_whole(bot: Bot, url: str) -> None:
    assert bot.post(APPS, {"view": {**VIEW, "url": url}}).status == 400


def test_a_channel_has_30_apps_at_most(bot: Bot) -> None:
    statuses = [bot.post(APPS, {"view": VIEW}).status for _ in range(MOST + 1)]

    assert MOST * [200] + [400] == statuses


def test_an_account_without_plans_has_no_memberships(bot: Bot) -> None:
    user = bot.friend().id

    assert bot.get("/v2/bot/membership/list").status == 404
    assert bot.get("/v2/bot/membership/1/users/ids").status == 404
    assert bot.get(f"/v2/bot/membership/subscription/{user}").content == {"subscriptions": []}
    assert bot.get(f"/v2/bot/membership/subscription/U{'0' * 32}").status == 404


def test_subscribers_are_listed_by_pages(bot: Bot) -> None:
    subscribers = {f"U{number}": Subscriber(number, 0, "2026-12-01") for number in range(3)}
    bot.channel.part(Memberships).plans[7] = Plan(7, "gold", subscribers=subscribers)
    path = "/v2/bot/membership/7/users/ids"
    first = bot.get(path, limit=2).content

    assert ["U0", "U1"] == first["userIds"]
    assert bot.get(path, limit=2, start=first["next"]).content == {"userIds": ["U2"]}
    assert bot.get("/v2/bot/membership/list").content["memberships"][0]["memberCount"] == 3


@pytest.mark.parametrize(
    ("said", "tag", "status"),
    [
        ({}, "x" * 16, 200),
        ({}, "x" * 100, 200),
        ({}, "x" * 15, 400),
        ({}, "x" * 101, 400),
        ({"to": "0" * 64}, "x" * 16, 422),
        ({"to": "+819012345678"}, "x" * 16, 400),
        ({"messages": []}, "x" * 16, 400),
    ],
)
def test_a_notification_message_goes_to_the_hash_of_a_number(
    bot: Bot, said: dict[str, object], tag: str, status: int
) -> None:
    body = {"to": PHONE, "messages": HELLO, **said}

    assert status == bot.post("/bot/pnp/push", body, x_line_delivery_tag=tag).status


@pytest.mark.parametrize(
    ("wrong", "status"), [({}, 200), ({"to": "Unobody"}, 404), ({"productType": "MUG"}, 400)]
)
def test_a_mission_sticker_goes_to_somebody_known(
    bot: Bot, wrong: dict[str, object], status: int
) -> None:
    right = {
        "to": bot.friend().id,
        "productId": "1",
        "productType": "STICKER",
        "sendPresentMessage": False,
    }

    assert status == bot.post("/shop/v3/mission", {**right, **wrong}).status
