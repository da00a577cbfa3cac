"""A recorded webhook made ready for a bridge of today.

Its ids, tokens and times become living ones (:mod:`line_sim.replay.living`); the rest of its bytes
stays; it is signed last, with the secret of today.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.mock.outgoing import Outgoing
from line_sim.replay.places import rewritten
from line_sim.replay.plan import SIGNATURE, VERBATIM
from line_sim.wire import bodies, signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.net.clock import Instant
    from line_sim.replay.living import Living
    from line_sim.replay.plan import Planned


class Staged(NamedTuple):
    """A webhook as it goes out."""

    channel: Channel
    outgoing: Outgoing
    events: list[dict[str, Any]]
    """Its events as far as the platform must know them."""
    lanes: tuple[str, ...]
    """The live chats of its events."""


class Staging:
    """Makes webhooks ready, in the order of their sending.

    Parameters
    ----------
    channels
        By recorded channel name, the live one.
    living
        Mints what must live.
    """

    def __init__(self, channels: Mapping[str, Channel], living: Living) -> None:
        self._channels = channels
        self._living = living

    def webhook(self, planned: Planned, due_us: int, now: Instant) -> Staged:
        """Make one ready that is to be sent at `due_us` of the schedule."""
        channel = self._channels[planned.channel]
        events, lanes, instead = self._living.webhook(planned, channel, due_us, now)
        try:
            body = rewritten(planned.body.decode(), instead).encode()
        except UnicodeDecodeError:
            body = planned.body
        return Staged(channel, Outgoing(_headers(planned, channel, body), body), events, lanes)


def _headers(planned: Planned, channel: Channel, body: bytes) -> list[tuple[str, str]]:
    """The recorded headers with the signature of today, at its old place; LINE's without them."""
    value = _signature(planned, channel, body)
    if planned.headers is None:
        return _usual(value, channel.platform.settings.body.header_case)
    found, missing = list[tuple[str, str]](), value is not None
    for name, given in planned.headers:
        if name.lower() != SIGNATURE:
            found.append((name, given))
        elif value is not None:
            found.append((name, value))
            missing = False
    if missing and value is not None:
        found.append((SIGNATURE, value))
    return found


def _usual(value: str | None, case: str) -> list[tuple[str, str]]:
    found = [*_fixed(case)]
    if value is not None:
        found.append((bodies.header_name(case), value))
    return found


@cache
def _fixed(case: str) -> tuple[tuple[str, str], ...]:
    return tuple(bodies.headers(None, case))


def _signature(planned: Planned, channel: Channel, body: bytes) -> str | None:
    if planned.wrong is None:
        return signature.sign(channel.secret, body)
    if planned.wrong == VERBATIM:
        told = planned.headers or ()
        return next((each for name, each in told if name.lower() == SIGNATURE), None)
    return signature.WRONG[planned.wrong](channel.secret, body)
