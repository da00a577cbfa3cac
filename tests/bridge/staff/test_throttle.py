"""Tries of passwords: never more than so many at once and so many a while, whatever comes."""

import pytest
from bridge_in_parts import StandingClock
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge.staff.refusals import TooManyError
from line_sim.bridge.staff.throttle import Buckets, Throttle, address_of, site_of

TRIES, EVERY_S = 4, 10.0
STEPS = st.lists(st.floats(0, 25, allow_nan=False), max_size=60)


@given(STEPS)
def test_in_any_stretch_of_time_there_are_no_more_than_the_law_says(steps: list[float]) -> None:
    buckets, now, taken = Buckets(TRIES, EVERY_S), 1_000.0, []
    for step in steps:
        now += step
        wait_s = buckets.wait_s("a", now)
        if wait_s == 0:
            buckets.take("a", now)
            taken.append(now)
        else:
            assert 0 < wait_s <= EVERY_S
    for i, start in enumerate(taken):
        for j, end in enumerate(taken[i:], start=i):
            assert j - i + 1 <= TRIES + (end - start) / EVERY_S + 1e-6


@given(STEPS)
def test_after_the_wait_that_is_told_there_is_one(steps: list[float]) -> None:
    buckets, now = Buckets(TRIES, EVERY_S), 1_000.0
    for step in steps:
        now += step
        buckets.take("a", now) if buckets.wait_s("a", now) == 0 else None
        wait_s = buckets.wait_s("a", now)
        assert wait_s < 1e-6 or buckets.wait_s("a", now + wait_s + 1e-6) == 0
        assert wait_s < 2e-6 or buckets.wait_s("a", now + wait_s - 2e-6) > 0


def test_a_clock_that_goes_back_shuts_nobody_out_for_longer_than_the_law() -> None:
    buckets = Buckets(TRIES, EVERY_S)
    for _ in range(TRIES):
        buckets.take("a", 1_000.0)

    assert EVERY_S == buckets.wait_s("a", 500.0)
    assert 0 == buckets.wait_s("a", 1_010.0)


def test_what_is_given_back_was_not_taken() -> None:
    buckets = Buckets(1, EVERY_S)
    buckets.take("a", 0.0)
    buckets.give_back("a")
    buckets.give_back("never taken")

    assert 0 == buckets.wait_s("a", 0.0)


@given(st.lists(st.integers(0, 300), max_size=400))
def test_memory_is_bounded_and_the_emptiest_are_remembered(keys: list[int]) -> None:
    buckets = Buckets(TRIES, EVERY_S, most=20)
    for _ in range(TRIES):
        buckets.take("watched", 0.0)
    for key in keys:
        buckets.take(str(key), 0.0) if buckets.wait_s(str(key), 0.0) == 0 else None
        assert len(buckets._full_at) <= 20  # noqa: SLF001 - what the law is about
    if max((keys.count(key) for key in keys), default=0) < TRIES:
        assert buckets.wait_s("watched", 0.0) > 0


def test_refused_tries_cost_nothing() -> None:
    """Who hammers an account does not keep its owner out for longer."""
    clock = StandingClock(0.0)
    throttle = Throttle(clock)
    for n in range(5):
        throttle.take("ann", f"198.51.100.{n}")
    for _ in range(100):
        with pytest.raises(TooManyError) as refused:
            throttle.take("ann", "198.51.100.99")
        assert 60 == refused.value.retry_after_s
    clock.at = 60.0
    throttle.take("ann", "198.51.100.99")


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unix:", "unix:"),
        ("x" * 1_000, "x" * 64),
    ],
)
def test_a_site_is_who_has_the_addresses(address: str, site: str) -> None:
    assert site == site_of(address)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["192.0.2.1"], "203.0.113.7"),  # no proxy of this machine
        ("127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("::1", ["198.51.100.1, 192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["198.51.100.1", "192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("", ["192.0.2.1"], ""),
    ],
)
def test_an_address_is_believed_from_this_machines_proxy_alone(
    peer: str, forwarded: list[str], address: str
) -> None:
    assert address == address_of(peer, forwarded)
