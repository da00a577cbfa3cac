"""How often a password may be tried: by account, and by address.

A bucket each: a few tries at once, then one in a while. A try is taken before the password is
looked at, so that many at once gain nothing, and given back where it was right. Kept in memory:
who can make the bridge start anew need not guess passwords.
"""

from __future__ import annotations

import ipaddress
import math
from typing import TYPE_CHECKING

from line_sim.bridge.staff.refusals import TooManyError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.bridge.parts import Clock

ACCOUNT_TRIES, ACCOUNT_EVERY_S = 5, 60.0
"""Five at once, then one a minute: 1,440 guesses a day (chosen)."""
ADDRESS_TRIES, ADDRESS_EVERY_S = 30, 10.0
"""More: a whole shop may stand behind one address (chosen)."""
MOST_BUCKETS = 20_000
IPV6_SITE = 64
"""Bits of an IPv6 address that are one customer's; the rest they choose themselves."""


class Buckets:
    """Buckets of `tries`, each filling by one every `every_s` seconds, up to `most` of them."""

    def __init__(self, tries: int, every_s: float, most: int = MOST_BUCKETS) -> None:
        self._tries, self._every_s, self._most = tries, every_s, most
        self._full_at: dict[str, float] = {}

    def wait_s(self, key: str, now: float) -> float:
        """Seconds until one may be taken; 0 = at once."""
        missing_s = max(self._full_until(key, now) - now, 0.0)
        return max(missing_s - (self._tries - 1) * self._every_s, 0.0)

    def take(self, key: str, now: float) -> None:
        """Take one; ask :meth:`wait_s` before."""
        full_at = max(self._full_until(key, now), now) + self._every_s
        self._full_at.pop(key, None)
        if len(self._full_at) >= self._most:
            self._forget(now)
        self._full_at[key] = full_at

    def give_back(self, key: str) -> None:
        """Undo one."""
        if key in self._full_at:
            self._full_at[key] -= self._every_s

    def fill(self, key: str) -> None:
        """Fill one up."""
        self._full_at.pop(key, None)

    def _full_until(self, key: str, now: float) -> float:
        """When it is full; never further off than an empty one, whatever the clock did."""
        return min(self._full_at.get(key, now), now + self._tries * self._every_s)

    def _forget(self, now: float) -> None:
        """Forget those that are full, else the half that are nearest to it."""
        left = sorted((at, key) for key, at in self._full_at.items() if at > now)
        if len(left) >= self._most:
            left = left[len(left) // 2 :]
        self._full_at = {key: at for at, key in left}


class Throttle:
    """Tries of passwords and of one-time links."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accounts = Buckets(ACCOUNT_TRIES, ACCOUNT_EVERY_S)
        self._addresses = Buckets(ADDRESS_TRIES, ADDRESS_EVERY_S)

    def take(self, login: str, address: str) -> None:
        """Take one try; `login` is empty where none is tried.

        Raises
        ------
        TooManyError
            There is none; nothing was taken.
        """
        now, site = self._clock.now(), site_of(address)
        wait_s = self._addresses.wait_s(site, now)
        if login:
            wait_s = max(wait_s, self._accounts.wait_s(login, now))
        if wait_s > 0:
            message = "too many tries with a wrong password or link"
            raise TooManyError(message, math.ceil(wait_s))
        self._addresses.take(site, now)
        if login:
            self._accounts.take(login, now)

    def right(self, login: str, address: str) -> None:
        """The try was right: it does not count, nor do those on the account before it."""
        self._addresses.give_back(site_of(address))
        self._accounts.fill(login)


def site_of(address: str) -> str:
    """Whose an address is: one of IPv4, a site of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, IPV6_SITE), strict=False))
    return str(found)


def address_of(peer: str, forwarded: Iterable[str]) -> str:
    """Where a request came from.

    Parameters
    ----------
    peer
        Whoever is connected.
    forwarded
        The values of X-Forwarded-For: believed from this machine's proxy alone, and of them only
        the last, which the proxy added itself.
    """
    try:
        near = ipaddress.ip_address(peer).is_loopback
    except ValueError:
        near = False
    told = [each.strip() for line in forwarded for each in line.split(",")]
    return told[-1] if near and told and told[-1] else peer
