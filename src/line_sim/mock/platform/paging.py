"""Lists of ids, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.wire.refusals import PARAMETER, PERMISSION, START_PARAMETER, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from line_sim.mock.platform.calls import Asked

_LIFE_S = 86_400
"""Get follower ids: a continuation token is valid for 24 hours."""


def check_verified(asked: Asked) -> None:
    """Refuse lists of people to accounts that are neither verified nor premium."""
    if not asked.channel.settings.verified:
        raise RefusedError(PERMISSION, why="only verified and premium accounts may list people")


def page(asked: Asked, name: str, ids: Sequence[str], most: int) -> dict[str, Any]:
    """One page of `ids` as LINE shows it: the list under `name`, and ``next`` where more follow."""
    whose = f"{asked.channel.id} {asked.call.path}"
    now_s = asked.platform.unix_ms(asked.now) // 1_000
    at = 0
    start = asked.query("start")
    if start is not None:
        found = asked.platform.seal.paged(whose, start)
        if found is None or now_s - found[1] > _LIFE_S:
            why = "not a token of this list" if found is None else "older than 24 hours"
            raise RefusedError(START_PARAMETER, why=why)
        at = found[0]
    shown: dict[str, Any] = {name: list(ids[at : at + most])}
    if at + most < len(ids):
        shown["next"] = asked.platform.seal.page(whose, at + most, now_s)
    return shown


def limit(asked: Asked, usual: int, most: int) -> int:
    """The query's ``limit``; raises :class:`RefusedError` outside 1 to `most`."""
    given = asked.query("limit")
    if given is None:
        return usual
    if not (given.isascii() and given.isdigit() and len(given) < 8 and 1 <= int(given) <= most):  # noqa: PLR2004 - digits
        raise RefusedError(PARAMETER, name="limit", why=f"{given[:80]!r}, allowed 1 to {most}")
    return int(given)
