"""Passwords: what one may be, and how many are hashed at once, beside the loop."""

import asyncio
import threading
import unicodedata

import pytest
from argon2 import PasswordHasher
from hypothesis import assume, given
from hypothesis import strategies as st

from line_sim.bridge.staff import passwords
from line_sim.bridge.staff.passwords import FEWEST_DIFFERENT, LEAST, MOST, Passwords
from line_sim.bridge.staff.refusals import BusyError
from line_sim.errors import ConfigurationError

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
TYPED = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=LEAST, max_size=MOST)


@given(TYPED)
def test_what_is_long_and_varied_enough_is_taken_and_known_again(password: str) -> None:
    normal = unicodedata.normalize("NFKC", password)
    assume(LEAST <= len(normal) <= MOST and len(set(normal)) >= FEWEST_DIFFERENT)
    assume(normal.casefold() != "")
    found = passwords.checked(password, "ann", "Ann")
    hashing = Passwords(CHEAP)

    async def known() -> tuple[bool, bool]:
        stored = await hashing.hash(found)
        return await hashing.matches(stored, password), await hashing.matches(stored, found + "x")

    assert (True, False) == asyncio.run(known())


@given(st.text(max_size=300))
def test_a_refused_password_is_not_repeated(password: str) -> None:
    said = ""
    try:
        passwords.checked(password)
    except ConfigurationError as error:
        said = str(error)
    weak = not LEAST <= len(unicodedata.normalize("NFKC", password)) <= MOST

    assert said or not weak
    assert len(password) <= 3 or password not in said


@pytest.mark.parametrize("typed", ["cafe\u0301 au lait", "café au lait", "ｃａｆé au lait"])
def test_however_a_keyboard_composes_it_it_is_the_same(typed: str) -> None:
    hashing = Passwords(CHEAP)

    async def known() -> bool:
        stored = await hashing.hash(passwords.checked("café au lait"))
        return await hashing.matches(stored, typed)

    assert asyncio.run(known())


@pytest.mark.parametrize("own", ["Wilhelmina", "WILHELMINA", "\uff57ilhelmina"])
def test_neither_login_nor_name_is_a_password(own: str) -> None:
    with pytest.raises(ConfigurationError, match="your login or name"):
        passwords.checked("wilhelmina", own)


@pytest.mark.parametrize("given_", [None, 7, b"bytes-of-a-password", ["a-list-of-one"]])
def test_what_is_no_text_is_no_password(given_: object) -> None:
    with pytest.raises(ConfigurationError, match="no text"):
        passwords.checked(given_)


@pytest.mark.parametrize("stored", [None, "", "no hash", "$argon2id$v=19$m=8,t=1,p=1$x$x"])
@pytest.mark.parametrize("password", ["", "x", "half a pair \ud83d", "x" * 100_000])
def test_nothing_matches_what_is_no_hash(stored: str | None, password: str) -> None:
    assert not asyncio.run(Passwords(CHEAP).matches(stored, password))


class Slow(PasswordHasher):
    """Hashes when it is let, and counts how many it is at."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.go, self.lock = threading.Event(), threading.Lock()
        self.now = self.most = self.began = 0
        self.threads: set[int] = set()
        self.waits = False

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Wait, then hash."""
        if not self.waits:
            return super().hash(password, salt=salt)
        with self.lock:
            self.now += 1
            self.began += 1
            self.most = max(self.most, self.now)
            self.threads.add(threading.get_ident())
        self.go.wait(10)
        with self.lock:
            self.now -= 1
        return super().hash(password, salt=salt)


def test_a_few_are_hashed_at_once_some_wait_and_the_rest_come_again() -> None:
    hasher = Slow()
    hashing = Passwords(hasher, at_once=2, waiting=3)
    hasher.waits = True

    async def many() -> list[object]:
        tasks = [asyncio.ensure_future(hashing.hash("x")) for _ in range(8)]
        while hasher.began < 2 or sum(each.done() for each in tasks) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
        hasher.go.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        return [*found, await hashing.hash("afterwards there is room again")]

    found = asyncio.run(many())

    assert 3 == sum(isinstance(each, BusyError) for each in found)
    assert 6 == sum(isinstance(each, str) for each in found)
    assert 2 == hasher.most
    assert threading.get_ident() not in hasher.threads
