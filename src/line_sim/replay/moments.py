"""Moments of a recording, as people name them: seconds from its start, a time of day, a date."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

DAY_S = 86_400
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_ALLOWED = (
    "seconds from the start (90), a time (09:30, the first one), or a date (2026-11-27T09:30)"
)


def moment_s(where: str, given: str | float, header: Mapping[str, Any]) -> float:
    """Seconds from a recording's start to a moment.

    Parameters
    ----------
    where
        Names the option in the error.
    given
        Seconds; ``HH:MM`` or ``HH:MM:SS``, the first such time that the recording sees; or an
        ISO 8601 date and time. Without an offset both are in the recording's own (``utc_offset``
        in its header, else +09:00, as LINE counts days).
    header
        The recording's; ``epoch_ms`` says when it started.

    Raises
    ------
    ConfigurationError
        Where it is none of these.
    """
    if not isinstance(given, str):
        return float(given)
    text = given.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    start = dt.datetime.fromtimestamp(int(header.get("epoch_ms") or 0) / 1_000, zone(header))
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(each or 0) for each in clock.groups())
        if hours < 24 and minutes < 60 and seconds < 60:  # noqa: PLR2004 - a day's
            at = start.replace(hour=hours, minute=minutes, second=seconds, microsecond=0)
            return (at - start).total_seconds() % DAY_S
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError([Fault(where, repr(given), _ALLOWED)]) from None
    zoned = found if found.tzinfo else found.replace(tzinfo=start.tzinfo)
    return (zoned - start).total_seconds()


def zone(header: Mapping[str, Any]) -> dt.timezone:
    """The offset in which a recording's times of day are meant."""
    found = _OFFSET.fullmatch(str(header.get("utc_offset") or "+09:00"))
    if found is None:
        return dt.timezone(dt.timedelta(hours=9))
    sign = -1 if found[1] == "-" else 1
    return dt.timezone(sign * dt.timedelta(hours=int(found[2]), minutes=int(found[3])))
