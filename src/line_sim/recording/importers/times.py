"""Points in time as people and programs write them, as Unix milliseconds."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

JAPAN = timezone(timedelta(hours=9))
"""What LINE's console shows times in."""
LATEST_MS = 253_402_300_800_000
"""The end of the year 9999."""

_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{1,12})?")
# Unix seconds have 9 or 10 digits from 1973 to 2286; ms, microseconds and ns three more each
_SCALES = ((9, 11, 1e3), (12, 14, 1.0), (15, 17, 1e-3), (18, 20, 1e-6))
_ZONE_NAMES = {"JST": "+09:00", "UTC": "+00:00", "GMT": "+00:00", "ICT": "+07:00"}
_NAMED_ZONE = re.compile(r"\s*\b(JST|UTC|GMT|ICT)$")
_OFFSET = re.compile(r"^(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[ T,]\s*(.*))?$")
_SHORT = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\s*(.*))?$")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(.*)$")
_COMMON_LOG = "%d/%b/%Y:%H:%M:%S %z"
_SPACED_ZONE = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")


def unix_ms(value: object, zone: tzinfo = UTC) -> tuple[float, bool] | None:
    """A point in time; None where it cannot be read.

    Parameters
    ----------
    value
        ISO 8601, also with slashes and the year first, the Common Log Format, or Unix time in s,
        ms, µs or ns.
    zone
        Taken where it names none.

    Returns
    -------
    tuple
        Unix milliseconds, and whether `zone` had to be taken.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        found = _of_number(float(value)) if -1e20 < value < 1e20 else None  # noqa: PLR2004 - sane
        return None if found is None else (found, False)
    text = str(value).strip().strip("[]").strip()
    if not text or len(text) > 60:  # noqa: PLR2004 - longer than any way to write a time
        return None
    if _NUMBER.fullmatch(text):
        found = _of_number(float(text))
        return None if found is None else (found, False)
    return _of_text(text, zone)


def offset(text: str) -> tzinfo | None:
    """A zone written as ``+09:00``, ``UTC+9:00`` or by a name such as JST; None for others."""
    text = text.strip()
    found = _OFFSET.match(_ZONE_NAMES.get(text.upper(), text))
    if found is None:
        return None
    delta = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-delta if found[1] == "-" else delta) if delta < timedelta(hours=24) else None


def _of_number(value: float) -> float | None:
    if not math.isfinite(value) or value <= 0:
        return None
    digits = len(str(int(value)))
    for least, most, scale in _SCALES:
        if least <= digits < most:
            return value * scale
    return None


def _of_text(text: str, zone: tzinfo) -> tuple[float, bool] | None:
    found: datetime | None = None
    try:
        if text[2:3] == "/" and text[6:7] == "/":
            found = datetime.strptime(text, _COMMON_LOG)  # noqa: DTZ007 - it has %z
        else:
            found = datetime.fromisoformat(_as_iso(text))
    except (ValueError, OverflowError):
        return None
    assumed = found.tzinfo is None
    try:
        ms = (found.replace(tzinfo=zone) if assumed else found).timestamp() * 1e3
    except (ValueError, OverflowError):
        return None
    return (ms, assumed) if 0 <= ms < LATEST_MS else None


def _as_iso(text: str) -> str:
    """Near ISO 8601 as ISO 8601: slashes, single digits, a named or spaced zone."""
    named = _NAMED_ZONE.search(text)
    if named:
        text = text[: named.start()] + _ZONE_NAMES[named[1]]
    text = _SPACED_ZONE.sub("", text)
    parts = _YEAR_FIRST.match(text) or _SHORT.match(text)
    if parts is None:
        return text
    day = f"{parts[1]}-{int(parts[2]):02}-{int(parts[3]):02}"
    clock = _CLOCK.match(parts[4] or "")
    if clock is None:
        return f"{day}T{parts[4]}" if parts[4] else day
    return f"{day}T{int(clock[1]):02}:{clock[2]}{clock[3]}"
