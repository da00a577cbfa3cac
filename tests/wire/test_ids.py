"""Identifiers: LINE's forms, one seed, no memory."""

import re
import tracemalloc
import uuid
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.wire.ids import Ids

SEEDS = st.integers()
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

FORMS: list[tuple[Callable[[Ids], str], str]] = [
    (lambda ids: ids.user("provider", 1), "U[0-9a-f]{32}"),
    (lambda ids: ids.module_user("provider", 1), "L[0-9a-f]{67}"),
    (lambda ids: ids.bot("shop"), "U[0-9a-f]{32}"),
    (lambda ids: ids.group(1), "C[0-9a-f]{32}"),
    (lambda ids: ids.room(1), "R[0-9a-f]{32}"),
    (lambda ids: ids.channel_id("shop"), "[1-9][0-9]{9}"),
    (lambda ids: ids.basic_id("shop"), "@fake[0-9a-f]{8}"),
    (lambda ids: ids.secret("shop"), "fa4e5ec2e7[0-9a-f]{22}"),
    (lambda ids: ids.access_token("shop"), "fake-access-token-long-lived-[0-9a-f]{64}"),
    (lambda ids: ids.message(), "[1-9][0-9]{17}"),
    (lambda ids: ids.event(1_700_000_000_000), f"[0-7][{CROCKFORD}]{{25}}"),
    (lambda ids: ids.reply_token(), "[0-9a-f]{32}"),
    (lambda ids: ids.quote_token(), "fake-quote-[0-9a-f]{32}"),
    (lambda ids: ids.mark_as_read_token(), "fake-read-[0-9a-f]{32}"),
    (lambda ids: ids.opaque("link"), "fake-link-[0-9a-f]{32}"),
    (lambda ids: ids.rich_menu(), "richmenu-[0-9a-f]{32}"),
    (lambda ids: ids.request_id(), "[0-9a-f-]{36}"),
]
DRAWN = (
    Ids.message,
    Ids.reply_token,
    Ids.request_id,
    Ids.quote_token,
    Ids.rich_menu,
    lambda ids: ids.event(7),
)


@pytest.mark.parametrize(("make", "form"), FORMS)
@given(seed=SEEDS)
def test_every_id_has_its_form(make: Callable[[Ids], str], form: str, seed: int) -> None:
    assert re.fullmatch(form, make(Ids(seed)))


@given(SEEDS)
def test_equal_seeds_give_equal_ids_and_others_give_others(seed: int) -> None:
    def made(ids: Ids) -> list[str]:
        return [make(ids) for make, _ in FORMS]

    assert made(Ids(seed)) == made(Ids(seed))
    assert not set(made(Ids(seed))) & set(made(Ids(seed + 1)))


def test_what_names_something_does_not_depend_on_what_was_asked_before() -> None:
    ids = Ids(1)
    first = ids.user("provider", 1)
    for make in DRAWN:
        make(ids)

    assert first == ids.user("provider", 1)


def test_one_kind_more_does_not_shift_another() -> None:
    ids, other = Ids(1), Ids(1)
    for _ in range(3):
        ids.message()

    assert other.reply_token() == ids.reply_token()
    assert other.event(5) == ids.event(5)


def test_users_are_told_apart_by_provider_and_number() -> None:
    ids = Ids(1)
    asked = [("a", 11), ("a1", 1), ("a", 1), ("b", 1)]

    assert len(asked) == len({ids.user(*each) for each in asked})


def test_tokens_are_told_apart_by_kind_and_number() -> None:
    ids = Ids(1)
    asked = [("shop",), ("shop", "short-lived"), ("shop", "short-lived", 1), ("other",)]

    assert len(asked) == len({ids.access_token(*each) for each in asked})


@given(SEEDS)
def test_message_ids_increase(seed: int) -> None:
    ids = Ids(seed)
    made = [int(ids.message()) for _ in range(50)]

    assert all(before < after for before, after in pairwise(made))


@given(seed=SEEDS, unix_ms=st.integers(0, 2**48 - 1))
def test_a_ulid_says_its_time_and_increases_within_a_millisecond(seed: int, unix_ms: int) -> None:
    ids = Ids(seed)
    made = [ids.event(unix_ms) for _ in range(20)]
    numbers = [sum(CROCKFORD.index(c) << 5 * i for i, c in enumerate(ulid[::-1])) for ulid in made]

    assert {unix_ms} == {number >> 80 for number in numbers}
    assert sorted(set(made)) == made


def test_event_ids_stay_unique_where_time_goes_back_and_forth() -> None:
    ids = Ids(3)
    made = [ids.event(number % 2) for number in range(1_000)]

    assert len(made) == len(set(made))


@given(SEEDS)
def test_a_request_id_is_a_random_uuid(seed: int) -> None:
    text = Ids(seed).request_id()

    assert (text, 4, uuid.RFC_4122) == (
        str(uuid.UUID(text)),
        uuid.UUID(text).version,
        uuid.UUID(text).variant,
    )


def test_nothing_is_remembered() -> None:
    ids = Ids(1)

    def ask(times: int) -> None:
        for number in range(times):
            ids.user("provider", number)
            for make in DRAWN:
                make(ids)

    ask(100)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    ask(5_000)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert after - before < 10_000
