"""Passwords: what one must be, and argon2id beside the event loop.

Length is what counts; rules about kinds of characters make passwords worse (NIST SP 800-63B,
section 3.1.1).
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import unicodedata
from typing import TYPE_CHECKING, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from line_sim.bridge.staff.refusals import BusyError
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST, MOST = 10, 256
"""Characters (chosen); the upper one only keeps hashing cheap."""
FEWEST_DIFFERENT = 5
"""Different characters: keeps out 1111111111 and abababababab (chosen)."""
LANES = 1
"""Threads a hash: with RFC 9106's memory (64 MiB) and passes (3), but on one core (chosen)."""
AT_ONCE = 1
"""Hashes worked at once (chosen): the other cores are for customers."""
WAITING = 32
"""How many more may wait for their turn, for some seconds at most (chosen)."""

T = TypeVar("T")


def checked(password: object, *own: str, where: str = "password") -> str:
    """A new password in the form that is hashed (NFKC: however a keyboard composes it).

    Parameters
    ----------
    own
        What it may not be: the login and the names of whose it is.

    Raises
    ------
    ConfigurationError
        It is too short, too long or too easily guessed. It is not repeated.
    """
    if not isinstance(password, str):
        raise ConfigurationError([Fault(where, "no text", "text")])
    found = normal(password)
    faults = []
    if not LEAST <= len(found) <= MOST:
        given = f"{len(found):,} characters"
        faults.append(Fault(where, given, f"{LEAST} to {MOST} characters", "a few words do well"))
    elif len(set(found)) < FEWEST_DIFFERENT:
        given = f"{len(set(found))} different characters"
        faults.append(Fault(where, given, f"at least {FEWEST_DIFFERENT} different ones"))
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in found):
        faults.append(Fault(where, "control characters in it", "characters that can be typed"))
    if found.casefold() in {normal(each).casefold() for each in own}:
        faults.append(Fault(where, "your login or name", "something nobody can guess"))
    if faults:
        raise ConfigurationError(faults)
    return found


class Passwords:
    """Hashes and compares, a few at once, in threads.

    Parameters
    ----------
    hasher
        Argon2id and its cost; None: 64 MiB, 3 passes, :data:`LANES`.
    at_once, waiting
        How many are worked at once, and how many may wait.
    """

    def __init__(
        self,
        hasher: PasswordHasher | None = None,
        *,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
    ) -> None:
        self._hasher = hasher or PasswordHasher(parallelism=LANES)
        self._turns = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._now = 0
        self._nobodys = _of_nobody(self._hasher)

    async def hash(self, password: str) -> str:
        """What is stored of a password that was :func:`checked`.

        Raises
        ------
        BusyError
            Too many wait already.
        """
        return await self._worked(lambda: self._hasher.hash(password))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; takes as long where there is none to compare with.

        Raises
        ------
        BusyError
            Too many wait already.
        """
        given = normal(password[: 4 * MOST])[: MOST + 1]
        right = await self._worked(lambda: self._verified(stored or self._nobodys, given))
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether it was hashed at another cost than is asked for now."""
        return self._hasher.check_needs_rehash(stored)

    def _verified(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password.encode("utf-8", "surrogatepass"))
        except (Argon2Error, InvalidHashError):
            return False

    async def _worked(self, work: Callable[[], T]) -> T:
        if self._now >= self._most:
            message = "too many are signing in at this moment"
            raise BusyError(message, mend="try again in a moment")
        self._now += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._now -= 1


def _of_nobody(hasher: PasswordHasher) -> str:
    """What no password hashes to, at the same cost; made up, for hashing would delay each start."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


def normal(password: str) -> str:
    """A password in the form that is hashed."""
    return unicodedata.normalize("NFKC", password)
