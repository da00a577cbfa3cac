"""The schedule of webhooks: order, batches, redelivery, and what never goes out."""

import copy
from itertools import pairwise

import pytest
from calling import Bot, at
from hypothesis import given
from hypothesis import strategies as st
from meeting import URL, hand_over, listening, meet, meet_under

from line_sim.mock.platform import acts
from line_sim.mock.platform.calls import Outcome
from line_sim.mock.platform.deliveries import Delivery
from line_sim.mock.settings import Channel, DispatchSettings, RedeliverySettings

FAILED = Outcome(500, "error_status_code", "500")


def says(bot: Bot, name: str, words: str, **way: object) -> dict[str, object]:
    """What a friend writes at the bot's time."""
    return acts.says(bot.channel, bot.friend(name), bot.now, words, **way)


def texts(deliveries: list[Delivery]) -> list[list[str]]:
    """The texts of each webhook."""
    return [[event["message"]["text"] for event in each.events] for each in deliveries]


def due(bot: Bot, seconds: float = 0) -> list[Delivery]:
    """What is due by then."""
    bot.now = at(seconds)
    return hand_over(bot.platform, bot.now)


def test_events_go_out_one_by_one_in_order() -> None:
    bot = meet()
    for words in "abc":
        says(bot, "Mei", words)

    assert [["a"], ["b"], ["c"]] == texts(due(bot))
    assert [] == due(bot)


def test_a_delayed_event_is_overtaken() -> None:
    bot = meet()
    says(bot, "Mei", "late", delay_s=5)
    says(bot, "Mei", "soon")

    assert 0 == bot.platform.deliveries.next_due_us()
    assert [["soon"]] == texts(due(bot, 4.9))
    assert 5_000_000 == bot.platform.deliveries.next_due_us()
    assert [["late"]] == texts(due(bot, 5))
    assert bot.platform.deliveries.next_due_us() is None


def test_a_batch_goes_out_full_or_when_its_time_is_over() -> None:
    bot = meet_under(dispatch=DispatchSettings(batch=3, batch_wait_s=2))
    for number in range(4):
        says(bot, f"visitor {number}", str(number))

    assert 2 == len(bot.platform.deliveries)
    assert [["0", "1", "2"]] == texts(due(bot))
    assert [] == due(bot, 1.9)
    assert [["3"]] == texts(due(bot, 2))


def test_events_that_come_after_a_batch_has_gone_wait_for_their_own() -> None:
    bot = meet_under(dispatch=DispatchSettings(batch=2, batch_wait_s=1))
    says(bot, "Mei", "a")
    first = due(bot, 1)
    says(bot, "Mei", "b")

    assert [["a"]] == texts(first)
    assert [["b"]] == texts(due(bot, 2))


def test_everything_within_together_shares_one_webhook_a_channel() -> None:
    bot = meet_under(channels=(Channel(name="shop"), Channel(name="other")))
    other = listening(Bot(bot.platform, "other"))
    with bot.platform.deliveries.together():
        says(bot, "Mei", "a")
        says(other, "Mei", "b")
        says(bot, "Ken", "c")

        assert bot.platform.deliveries.next_due_us() is None

    assert [["a", "c"], ["b"]] == texts(due(bot))


def test_flags_stay_with_the_delivery_and_its_redeliveries() -> None:
    bot = meet(redelivery=True)
    says(bot, "Mei", "a", flags={"signature": "absent"})
    delivery = due(bot)[0]
    again = bot.platform.deliveries.ended(delivery, FAILED, bot.now)

    assert {"signature": "absent"} == delivery.flags == again.flags


@pytest.mark.parametrize("switch", ["endpoint", "use_webhook"])
def test_nothing_goes_out_without_an_endpoint_or_with_webhooks_off(switch: str) -> None:
    bot = meet()
    setattr(bot.channel, switch, None)
    says(bot, "Mei", "a")

    assert [] == due(bot)
    assert 1 == bot.channel.not_sent
    assert bot.platform.deliveries.next_due_us() is None


def test_a_redelivery_differs_in_one_flag_only_and_comes_at_its_times() -> None:
    bot = meet(redelivery=True)
    says(bot, "Mei", "a")
    first = due(bot, 10)[0]
    events = copy.deepcopy(first.events)
    waits, delivery = [], first
    while (again := bot.platform.deliveries.ended(delivery, FAILED, bot.now)) is not None:
        waits.append(again.due_us / 1e6 - 10)
        delivery = due(bot, again.due_us / 1e6)[0]
        changed = copy.deepcopy(delivery.events)
        changed[0]["deliveryContext"]["isRedelivery"] = False

        assert delivery.events[0]["deliveryContext"]["isRedelivery"] is True
        assert events == changed
        assert first.number == delivery.number

    assert [60, 300, 900] == waits
    assert 4 == delivery.attempt
    assert events == first.events


def test_a_batch_comes_again_as_the_same_batch() -> None:
    bot = meet(redelivery=True)
    with bot.platform.deliveries.together():
        for name in ("Mei", "Aiko", "Ben"):
            says(bot, name, name)
    first = due(bot)[0]
    bot.platform.deliveries.ended(first, FAILED, bot.now)
    says(bot, "Mei", "another", delay_s=60)
    again, _ = due(bot, 60)
    flag = {"deliveryContext": {"isRedelivery": True}}

    assert 3 == len(first.events)
    assert [event | flag for event in first.events] == again.events


@pytest.mark.parametrize("outcome", [FAILED, Outcome(None, "request_timeout"), Outcome(302)])
def test_anything_but_a_2xx_comes_again(outcome: Outcome) -> None:
    bot = meet(redelivery=True)
    says(bot, "Mei", "a")

    assert bot.platform.deliveries.ended(due(bot)[0], outcome, bot.now) is not None


@pytest.mark.parametrize(
    ("switches", "status"),
    [
        ({"redelivery": False}, 500),
        ({"redelivery": True, "use_webhook": False}, 500),
        ({"redelivery": True}, 204),
    ],
)
def test_nothing_comes_again_after_a_2xx_or_with_the_switches_off(
    switches: dict[str, bool], status: int
) -> None:
    bot = meet()
    says(bot, "Mei", "a")
    delivery = due(bot)[0]
    for name, value in switches.items():
        setattr(bot.channel, name, value)

    assert bot.platform.deliveries.ended(delivery, Outcome(status), bot.now) is None
    assert 0 == len(bot.platform.deliveries)


@pytest.mark.parametrize("switch", ["redelivery", "use_webhook"])
def test_a_redelivery_does_not_go_out_once_its_switch_is_off(switch: str) -> None:
    bot = meet(redelivery=True)
    says(bot, "Mei", "a")
    bot.platform.deliveries.ended(due(bot)[0], FAILED, bot.now)
    setattr(bot.channel, switch, False)

    assert [] == due(bot, 60)
    assert (0, 1) == (len(bot.platform.deliveries), bot.channel.not_sent)


def test_what_failed_before_redelivery_was_switched_on_does_not_come_again() -> None:
    bot = meet()
    says(bot, "Mei", "a")
    bot.platform.deliveries.ended(due(bot)[0], FAILED, bot.now)
    bot.channel.redelivery = True

    assert [] == due(bot, 10_000)


def test_a_redelivery_goes_to_the_url_of_its_own_time_and_a_failure_is_counted_at_its_own() -> None:
    bot = meet(redelivery=True)
    says(bot, "Mei", "a")
    first = due(bot)[0]
    bot.channel.endpoint = "http://127.0.0.1:10/new"
    bot.platform.deliveries.ended(first, FAILED, bot.now)
    again = due(bot, 60)[0]

    assert [URL, "http://127.0.0.1:10/new"] == [first.url, again.url]
    assert [URL] == [row.url for row in bot.channel.errors.rows]


def test_a_failure_that_comes_late_never_schedules_into_the_past() -> None:
    bot = meet_under(
        channels=(Channel(name="shop", redelivery=True),),
        redelivery=RedeliverySettings(after_s=(60, 70)),
    )
    says(bot, "Mei", "a")
    bot.platform.deliveries.ended(due(bot)[0], FAILED, bot.now)
    second = due(bot, 60)[0]
    again = bot.platform.deliveries.ended(second, FAILED, at(100))

    assert 100_000_000 == again.due_us


def test_jitter_comes_from_the_seed_and_stays_within_its_share() -> None:
    waits = []
    for seed in (1, 1, 2):
        bot = meet_under(
            seed=seed,
            channels=(Channel(name="shop", redelivery=True),),
            redelivery=RedeliverySettings(after_s=(100,), jitter=0.2),
        )
        says(bot, "Mei", "a")
        again = bot.platform.deliveries.ended(due(bot)[0], FAILED, bot.now)
        waits.append(again.due_us / 1e6)

    assert waits[0] == waits[1] != waits[2]
    assert all(80 <= wait <= 120 for wait in waits)


def test_failures_are_counted_only_with_the_statistics_on() -> None:
    for switched, rows in ((True, 1), (False, 0)):
        bot = meet(error_statistics=switched)
        says(bot, "Mei", "a")
        bot.platform.deliveries.ended(due(bot)[0], FAILED, bot.now)

        assert rows == len(bot.channel.errors.rows)
        assert all(URL == row.url for row in bot.channel.errors.rows)


@given(
    st.lists(st.tuples(st.floats(0, 10), st.booleans(), st.integers(0, 5)), max_size=30),
    st.integers(1, 4),
    st.floats(0, 3),
)
def test_every_event_goes_out_once_never_early_and_in_order_of_dues(
    visits: list[tuple[float, bool, int]], batch: int, wait_s: float
) -> None:
    bot = meet_under(dispatch=DispatchSettings(batch=batch, batch_wait_s=wait_s))
    elapsed, expected, seen = 0.0, [], []
    for number, (delay_s, delayed, pause_s) in enumerate(visits):
        elapsed += pause_s
        seen += due(bot, elapsed)
        says(bot, "Mei", str(number), delay_s=delay_s if delayed else 0.0)
        expected.append(str(number))
    seen += due(bot, elapsed + 20)

    assert sorted(expected) == sorted(each for webhook in texts(seen) for each in webhook)
    assert all(len(each.events) <= batch for each in seen)
    assert all(one.due_us <= other.due_us for one, other in pairwise(seen))
