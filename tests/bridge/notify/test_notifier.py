"""Subscribers are told of every enquiry: signed, at least once, of one enquiry in order."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from daily_shop import NOW, Shop
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from subscriber import Subscriber, subscriber

from line_sim.bridge.notify import notifier as notifiers
from line_sim.bridge.notify import subscriptions
from line_sim.bridge.notify.alerting import alert_on_enquiries
from line_sim.bridge.notify.notifier import Notifier
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

WITHIN_S = 20.0
ACTS = st.lists(
    st.sampled_from(
        ["writes 0", "writes 1", "writes 2", "picks up", "closes", "time", "sends", "killed"]
    ),
    max_size=12,
)
MANNERS = st.lists(st.sampled_from(["takes", "refuses", "takes and cuts", "cuts"]), max_size=10)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run it, for a while at most."""

    async def limited() -> None:
        async with asyncio.timeout(WITHIN_S):
            await work

    asyncio.run(limited())


def waiting(shop: Shop) -> int:
    """How many notifications are not over."""
    held = tables.notifications.c.state == "queued"
    return int(shop.store.value(select(func.count()).where(held)))


async def until(true: Callable[[], bool]) -> None:
    """Let others go on until something is so; what they do is done on sockets."""
    while not true():  # noqa: ASYNC110 - there are many things to wait for, in many places
        await asyncio.sleep(0)


async def settled(shop: Shop) -> None:
    """Everything was taken, however long it takes by the bridge's clock."""
    while waiting(shop):
        await shop.clock.advance(60)


async def subscribed(shop: Shop, hook: Subscriber) -> subscriptions.Made:
    """A subscription for it."""
    return await subscriptions.subscribe(shop, hook.url, hook.trust)


def mac(secret: str, body: bytes) -> str:
    """The signature, worked out once more."""
    made = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(made).decode()


class Lived:
    """A shop that may be killed, with a notifier."""

    def __init__(self, folder: Path, hook: Subscriber) -> None:
        self.hook, self.folder = hook, folder
        self.shop = Shop.with_one(folder)
        self.notifier = Notifier(self.shop, hook.trust)
        self.shop.desk.set_status(0, "active")

    async def killed(self) -> None:
        """End without a word, and come back from the file."""
        await self.notifier.close()
        self.shop.store.close()
        again = Shop(self.folder)
        again.keys, again.clock = self.shop.keys, self.shop.clock
        self.shop = again
        again.desk.clock = again.clock
        again.desk.begin()
        self.notifier = Notifier(again, self.hook.trust)
        await self.notifier.start()

    async def acts(self, act: str) -> None:
        """Do one thing that people or time do."""
        shop = self.shop
        if act.startswith("writes"):
            shop.writes(shop.chat(1, f"U{act[-1]}"))
        elif act == "picks up":
            for row in shop.store.rows(tables.offers.select()):
                shop.desk.pick_up(row.enquiry, 0)
        elif act == "closes":
            for row in shop.store.rows(tables.enquiries.select()):
                shop.desk.close(row.number)
        elif act == "time":
            await shop.clock.advance(61)
            shop.desk.tick()
        elif act == "sends":
            for _ in range(20):
                await asyncio.sleep(0)
        else:
            await self.killed()


STATUS_OF = {
    "received": "Opened", "picked_up": "Handling", "missed": "Missed", "closed": "Closed",
}  # fmt: skip


@settings(max_examples=15)
@given(ACTS, MANNERS)
def test_whatever_happens_all_is_told_in_order(acts: list[str], manners: list[Any]) -> None:
    async def work() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with subscriber() as hook:
                lived = Lived(Path(folder), hook)
                made = await subscribed(lived.shop, hook)
                await lived.notifier.start()
                happened: dict[str, list[str]] = {}
                hook.manners = list(manners)
                for act in acts:
                    await lived.acts(act)
                await settled(lived.shop)
                for row in told_by_the_log(lived.shop):
                    happened.setdefault(row[0], []).append(row[1])
                await lived.notifier.close()
                lived.shop.store.close()

                assert all(mac(made.secret, body) == given_ for given_, body in hook.signed)
                first: dict[str, dict[str, Any]] = {}
                for each in hook.came:
                    assert first.setdefault(each["id"], each) == each  # a copy is a copy
                assert set(first) == set(hook.taken)
                told: dict[str, list[str]] = {}
                for each in first.values():
                    told.setdefault(each["displayCaseNumber"], []).append(each["status"])
                assert happened == told

    run(work())


def told_by_the_log(shop: Shop) -> list[tuple[str, str]]:
    """Enquiry and status of each row of the log that changes a status."""
    from line_sim.desk.model import KINDS  # noqa: PLC0415

    rows = shop.store.rows(tables.desk_log.select().order_by(tables.desk_log.c.seq))
    kinds = [(str(row.enquiry), KINDS[row.kind]) for row in rows]
    return [(enquiry, STATUS_OF[kind]) for enquiry, kind in kinds if kind in STATUS_OF]


def test_a_subscriber_is_told_these_fields(tmp_path: Path) -> None:
    async def work() -> None:
        async with subscriber() as hook:
            lived = Lived(tmp_path, hook)
            await subscribed(lived.shop, hook)
            await lived.notifier.start()
            await lived.acts("writes 0")
            await settled(lived.shop)
            await lived.notifier.close()
            lived.shop.store.close()

            (told,) = hook.came
            assert {
                "type": "inquiry", "status": "Opened", "displayCaseNumber": "0",
                "channel": "LINE", "channelOri": "LINE", "socialId": "1", "destination": "1",
                "destinationTypes": ["QUEUE"], "date": "2026-11-01T16:00:00.000+00:00",
            }.items() <= told.items()  # fmt: skip
            assert {"id", "eid", "serviceId"} <= told.keys()
            assert "Alice" not in json.dumps(told)

    run(work())


def test_one_that_fails_for_one_enquiry_is_told_of_others(tmp_path: Path) -> None:
    async def work() -> None:
        async with subscriber() as hook:
            lived = Lived(tmp_path, hook)
            await subscribed(lived.shop, hook)
            hook.manners = ["refuses"]
            await lived.notifier.start()
            await lived.acts("writes 0")
            await until(lambda: len(hook.came) == 1)
            await lived.acts("writes 1")
            await until(lambda: len(hook.came) == 2)

            assert ["0", "1"] == [each["displayCaseNumber"] for each in hook.came]
            await settled(lived.shop)
            assert ["0", "1", "0"] == [each["displayCaseNumber"] for each in hook.came]
            await lived.notifier.close()
            lived.shop.store.close()

    run(work())


def test_what_is_not_taken_for_long_is_given_up_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifiers, "GIVEN_UP_S", 7_200.0)

    async def work() -> None:
        async with subscriber() as hook:
            lived = Lived(tmp_path, hook)
            tried = select(tables.notifications.c.tries)

            def tries_are(number: int) -> bool:
                return bool(lived.shop.store.value(tried) == number)

            await subscribed(lived.shop, hook)
            hook.manners = ["refuses"] * 1_000
            await lived.notifier.start()
            await lived.acts("writes 0")
            made = 0
            while waiting(lived.shop):
                made += 1
                await until(partial(tries_are, made))
                await lived.shop.clock.advance(notifiers.LONGEST_WAIT_S)

            assert made == 13
            ((kind, text, *_),) = lived.shop.journal.alerts
            assert ("notification", True) == (kind, "it answered 500" in text)
            (told,) = subscriptions.listed(lived.shop)
            assert (0, 1) == (told.waiting, told.given_up)
            await lived.notifier.close()
            lived.shop.store.close()

    run(work())


def test_who_does_not_repeat_the_challenge_gets_no_subscription(tmp_path: Path) -> None:
    async def work() -> None:
        async with subscriber() as hook:
            hook.repeats = False
            shop = Shop.with_one(tmp_path)
            with pytest.raises(ConfigurationError, match="challenge was not repeated"):
                await subscribed(shop, hook)
            assert [] == subscriptions.listed(shop)
            shop.store.close()

    run(work())


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/",
     "https://169.254.169.254/latest", "https://localhost:8443/", "ftp://example.com/", "",
     "https://user@127.0.0.1/", "https://0x7f000001/"],
)  # fmt: skip
def test_no_address_of_ours_is_subscribed(url: str) -> None:
    async def work() -> None:
        shop = Shop.with_one()
        shop.settings.allow_loopback = False
        with pytest.raises(ConfigurationError, match="url"):
            await subscriptions.subscribe(shop, url)
        shop.store.close()

    run(work())


def test_an_ended_subscription_is_told_nothing_more_and_leaves_nothing(tmp_path: Path) -> None:
    async def work() -> None:
        async with subscriber() as hook:
            lived = Lived(tmp_path, hook)
            made = await subscribed(lived.shop, hook)
            await lived.acts("writes 0")
            assert 1 == waiting(lived.shop)

            assert subscriptions.unsubscribe(lived.shop, made.id)
            assert not subscriptions.unsubscribe(lived.shop, made.id)
            await lived.acts("writes 1")
            await lived.notifier.start()

            assert 0 == waiting(lived.shop)
            await lived.notifier.close()
            lived.shop.store.close()

    run(work())


def test_what_did_not_happen_is_told_to_nobody(tmp_path: Path) -> None:
    async def work() -> None:
        async with subscriber() as hook:
            lived = Lived(tmp_path, hook)
            await subscribed(lived.shop, hook)
            chat = lived.shop.chat(1)
            with pytest.raises(ZeroDivisionError), lived.shop.store.transaction():
                assert lived.shop.writes(chat) / 0
            assert 0 == waiting(lived.shop)
            lived.shop.store.close()

    run(work())


def test_new_and_missed_enquiries_alert() -> None:
    shop = Shop.with_one()
    alert_on_enquiries(shop)
    shop.desk.set_status(0, "active")
    shop.writes(shop.chat(1))
    shop.clock.catch_up(NOW + 61)
    shop.desk.tick()

    rows = shop.store.rows(tables.alerts.select().order_by(tables.alerts.c.id))

    assert [
        ("new_enquiry", "enquiry 0 on Shop is new", 1, 0, NOW),
        ("missed_enquiry", "enquiry 0 on Shop was missed: unanswered", 1, 0, NOW + 60),
    ] == [(row.kind, row.text, row.channel, row.enquiry, row.at) for row in rows]
