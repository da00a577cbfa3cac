"""Query parameters of the smaller calls: dates in Japan, numbers within limits, pages of a list."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from line_sim.mock.platform.days import day
from line_sim.wire.refusals import PARAMETER, START_PARAMETER, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.mock.platform.calls import Asked


def needed(asked: Asked, name: str, pattern: str = ".+") -> str:
    """A parameter that must be there and match; raises :class:`RefusedError` otherwise."""
    given = asked.query(name) or ""
    if not re.fullmatch(pattern, given):
        raise RefusedError(PARAMETER, name=name, why=f"{name} is {given!r}; {pattern} is expected")
    return given


def date(asked: Asked, name: str = "date") -> dt.date:
    """A date that must be there, as LINE writes it: ``yyyyMMdd``, in UTC+9."""
    given = needed(asked, name, "[0-9]{8}")
    try:
        return dt.date(int(given[:4]), int(given[4:6]), int(given[6:]))
    except ValueError as error:
        raise RefusedError(PARAMETER, name=name, why=f"{given}: {error}") from None


def period(asked: Asked, most_days: int) -> tuple[dt.date, dt.date]:
    """``from`` and ``to``, of which the second is at most `most_days` later."""
    first, last = date(asked, "from"), date(asked, "to")
    if not 0 <= (last - first).days <= most_days:
        why = f"to lies {(last - first).days} days after from; 0 to {most_days} are allowed"
        raise RefusedError(PARAMETER, name="to", why=why)
    return first, last


def is_over(asked: Asked, when: dt.date) -> bool:
    """Whether that day has ended: what LINE counts by the day is ready on the next."""
    return f"{when:%Y%m%d}" < day(asked.platform.unix_ms(asked.now))


def number(asked: Asked, name: str, *, usual: int, most: int) -> int:
    """A whole number from 1 to `most`; `usual` where it is not given."""
    given = asked.query(name)
    if given is None:
        return usual
    if not re.fullmatch("[0-9]{1,9}", given) or not 1 <= int(given) <= most:
        raise RefusedError(PARAMETER, name=name, why=f"{name} is {given!r}; 1 to {most} is allowed")
    return int(given)


def is_true(given: str | None) -> bool:
    """Whether a flag is set; the official Python SDK writes it as ``True``."""
    return given is not None and given.lower() == "true"


class Page(NamedTuple):
    """A part of a list."""

    items: list[str]
    next: str | None
    """LINE's continuation token; None on the last page."""

    def named(self, name: str) -> dict[str, object]:
        """As LINE writes it, with the items under `name`."""
        more = {} if self.next is None else {"next": self.next}
        return {name: self.items, **more}


def page(asked: Asked, every: Sequence[str], *, usual: int, most: int) -> Page:
    """One page of a list, from ``start`` on.

    The continuation token is the place itself; that it never expires is chosen.
    """
    size = number(asked, "limit", usual=usual, most=most)
    given = asked.query("start") or "0"
    if not re.fullmatch("[0-9]{1,9}", given) or int(given) > len(every):
        raise RefusedError(START_PARAMETER, why=f"start is {given!r}; take it from next")
    first = int(given)
    more = str(first + size) if first + size < len(every) else None
    return Page(list(every[first : first + size]), more)
