"""Checkers that ship with the desk: whether a rule, or a planner's own method, is sound.

A stranger's method proves itself with one call, and the error tells how to mend it.
"""

from __future__ import annotations

import inspect
import itertools
import math
from typing import TYPE_CHECKING, Any

from line_sim.desk.build import build
from line_sim.desk.faults import faults
from line_sim.desk.model import ACTIVE, NEVER, SECOND
from line_sim.desk.rules import DAY_MINUTES, MINUTE, open_condition
from line_sim.desk.setup import DeskSetup, Time
from line_sim.desk.tables import ENQUIRY, MEMBER
from line_sim.errors import ConfigurationError, DistributionError, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from line_sim.desk.setup import Key

EXACT = 1 << 53
"""Whole numbers up to here are exact in every engine."""
HOUR = 3_600 * SECOND


def check_distribution(key: Key) -> None:
    """Check a planner's own distribution: ``key(member, enquiry, now)``, the least is alerted next.

    Parameters
    ----------
    key : a function of a row of the member table, a row of the enquiry table (fields as in
        :mod:`line_sim.desk.tables`; times are microseconds) and the time now, microseconds.
        It returns a finite number, the same for the same rows, and changes nothing. Of equal
        keys the member listed first is alerted.

    Raises
    ------
    DistributionError
        With everything that was found wrong.

    Examples
    --------
    >>> def freshest(member, enquiry, now):
    ...     return -member.last_activity
    >>> check_distribution(freshest)
    """
    name = getattr(key, "__name__", type(key).__name__)
    if not callable(key):
        raise DistributionError(name, [f"got {key!r}; a function key(member, enquiry, now) is due"])
    findings: dict[str, str] = {}  # the first of each kind: one mend may be due for many
    if wrong := _wrong_signature(key):
        raise DistributionError(name, [wrong])
    for member, enquiry, now in _situations():
        for finding in _findings(key, member, enquiry, now):
            findings.setdefault(finding[:12], finding)
    if findings:
        raise DistributionError(name, findings.values())


def _wrong_signature(key: Callable[..., Any]) -> str:
    try:
        inspect.signature(key).bind(None, None, None)
    except TypeError as error:
        return f"it cannot be called as key(member, enquiry, now): {error}"
    except ValueError:  # a builtin that does not tell; calling it will
        return ""
    return ""


def _findings(key: Key, member: Any, enquiry: Any, now: int) -> Iterator[str]:
    """Yield what is wrong with a key in one situation."""
    where = f"with open_chats={member.open_chats}, cap={_number(member.cap)}, now={now}"
    try:
        first, second = key(member, enquiry, now), key(member, enquiry, now)
    except _ChangedError as error:
        yield f"it sets {error}; a key only looks"
        return
    except AttributeError as error:
        nearest = suggest(str(error.name), [*MEMBER.kinds, *ENQUIRY.kinds])
        mend = f"; did you mean {nearest!r}?" if nearest else ""
        yield f"it reads {error.name!r}, which neither a member nor an enquiry has{mend}"
        return
    except Exception as error:  # noqa: BLE001 - whatever a stranger's function may raise
        yield f"it raises {type(error).__name__}: {error} ({where})"
        return
    if isinstance(first, bool) or not isinstance(first, (int, float)):
        yield f"a number is due; it returns {first!r} ({where})"
    elif not math.isfinite(first):
        yield f"a finite number is due; it returns {first} ({where})"
    elif abs(first) > EXACT:
        yield f"engines agree up to {EXACT} only; it returns {first:g} ({where})"
    elif first != second:
        yield f"the same rows give {first} and then {second}; luck is in enquiry.luck ({where})"


def _number(cap: int) -> str:
    return "none" if cap == NEVER else str(cap)


class _ChangedError(Exception):
    """A key tried to set a field."""


def _read_only(row: type, **fields: int) -> Any:
    """Return a row of initial values and some others, that does not let itself be changed."""

    class Looked(row):  # type: ignore[misc]
        __slots__ = ()

        def __setattr__(self, name: str, value: Any) -> None:
            field = f"{row.__name__.lower()}.{name}"
            raise _ChangedError(field)

    made = object.__new__(Looked)
    plain = row()
    for name in row.__slots__:  # type: ignore[attr-defined]
        object.__setattr__(made, name, fields.get(name, getattr(plain, name)))
    return made


def _situations() -> Iterator[tuple[Any, Any, int]]:
    """Yield members and enquiries as a desk shows them: busy or not, new or not, capped or not."""
    for chats, cap, last, now in itertools.product(
        (0, 1, 7), (1, 8, NEVER), (-1, 0, HOUR), (0, HOUR, 72 * HOUR)
    ):
        if last > now:
            continue
        member = _read_only(
            MEMBER.Row, status=ACTIVE, receiving=1, free=1, able=1, open_chats=chats, cap=cap,
            last_pickup=last, last_close=last, last_activity=last, pickups=chats + 2,
        )  # fmt: skip
        enquiry = _read_only(
            ENQUIRY.Row, state=1, created_at=max(now - 30 * SECOND, 0), luck=now % 1_000_003,
            priority=chats % 2, visitor_class=chats % 2,
        )  # fmt: skip
        yield member, enquiry, now


def check_rule(setup: DeskSetup, channel: str) -> dict[str, int]:
    """Check a channel's routing rule, and say how much of the week goes where.

    Parameters
    ----------
    setup : a desk with the channel, its destinations and their staff.
    channel : its name.

    Returns
    -------
    dict
        Minutes of a plain week by list of destinations (names with commas between; ``""`` =
        nowhere). A rule that does not look at the clock has one list, or one a share.

    Raises
    ------
    ConfigurationError
        With every fault of the desk.
    """
    found = faults(setup)
    if found:
        raise ConfigurationError(found)
    number = [each.name for each in setup.channels].index(channel)
    plan = setup.channels[number]
    desk = build(setup, visitors=1)
    row = desk.channels[number]
    week: dict[str, int] = {}
    if not isinstance(plan.rule, Time):
        for c in range(row.first_condition, row.first_condition + row.conditions):
            week[_names(setup, desk, c)] = 7 * DAY_MINUTES
        return week
    monday = _a_plain_week(desk, row)
    for minute in range(7 * DAY_MINUTES):
        at = (monday + minute - row.start_minute) * MINUTE
        names = _names(setup, desk, open_condition(desk, row, at))
        week[names] = week.get(names, 0) + 1
    return week


def _names(setup: DeskSetup, desk: Any, condition: int) -> str:
    if condition < 0:
        return ""
    row = desk.conditions[condition]
    routes = desk.routes[row.first_route : row.first_route + row.routes]
    return ", ".join(setup.destinations[d].name for d in routes)


def _a_plain_week(desk: Any, row: Any) -> int:
    """Return the first minute of a week after every holiday and special day."""
    specials = range(row.first_special, row.first_special + row.specials)
    days = [desk.specials[i].day for i in specials]
    return (max(days, default=0) // 7 + 2) * 7 * DAY_MINUTES


__all__ = ["check_distribution", "check_rule"]
