"""LINE's days and months: they begin at midnight in Japan (UTC+9)."""

from __future__ import annotations

import datetime as dt

JAPAN = dt.timezone(dt.timedelta(hours=9))
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def in_japan(unix_ms: int) -> dt.datetime:
    """The moment on Japan's clock."""
    return (_EPOCH + dt.timedelta(milliseconds=unix_ms)).astimezone(JAPAN)


def day(unix_ms: int) -> str:
    """LINE's ``yyyyMMdd``."""
    return in_japan(unix_ms).strftime("%Y%m%d")


def next_day_ms(unix_ms: int) -> int:
    """The Unix time, in milliseconds, at which the next day begins."""
    today = in_japan(unix_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    return _unix_ms(today + dt.timedelta(days=1))


def next_month_ms(unix_ms: int) -> int:
    """The Unix time, in milliseconds, at which the next month begins."""
    first = in_japan(unix_ms).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return _unix_ms((first + dt.timedelta(days=32)).replace(day=1))


def _unix_ms(moment: dt.datetime) -> int:
    return (moment - _EPOCH) // dt.timedelta(milliseconds=1)


class DayCounts:
    """Counts by kind and day in Japan; the calendar is looked at once a day."""

    __slots__ = ("_counts", "_day", "_ends_ms", "_starts_ms")

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._day = ""
        self._starts_ms = self._ends_ms = 0

    def add(self, kind: str, count: int, unix_ms: int) -> None:
        """Count so many of a kind."""
        if not self._starts_ms <= unix_ms < self._ends_ms:
            self._day = day(unix_ms)
            self._starts_ms, self._ends_ms = unix_ms, next_day_ms(unix_ms)
        key = kind, self._day
        self._counts[key] = self._counts.get(key, 0) + count

    def of(self, kind: str, date: str) -> int:
        """How many of a kind on a day, ``yyyyMMdd``."""
        return self._counts.get((kind, date), 0)
