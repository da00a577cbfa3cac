"""A webhook as bytes and headers: encoded once, signed last, over exactly what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from line_sim.errors import ConfigurationError, Fault
from line_sim.mock.platform.calls import Outcome
from line_sim.net.http.failures import CONNECTION_FAILED, OTHER
from line_sim.wire import bodies, signature
from line_sim.wire.mutants import MUTANTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.deliveries import Delivery
    from line_sim.mock.settings import Settings
    from line_sim.net.http.connection import Reply

NO_CONNECTION = Outcome(None, *CONNECTION_FAILED)
BROKEN = Outcome(None, *OTHER)
"""What LINE would call a sending that went wrong in the mock itself."""


class Outgoing(NamedTuple):
    """What goes out."""

    headers: list[tuple[str, str]]
    body: bytes


def outgoing(delivery: Delivery, settings: Settings) -> Outgoing:
    """A delivery's bytes and headers, with what its flags want otherwise.

    ``ready`` is an :class:`Outgoing` made before, of which only the signature may still be spoilt;
    ``body`` are raw bytes in place of its events; ``mutant`` names one of
    :data:`line_sim.wire.mutants.MUTANTS`; ``style`` and ``header_case`` stand above the
    settings; ``signature`` names one of :data:`line_sim.wire.signature.WRONG`; ``headers`` replace
    others of the same name, or take them away where None.

    Raises
    ------
    ConfigurationError
        Where a flag names something that there is not.
    """
    flags = delivery.flags
    if not flags:
        return signed(delivery.channel, delivery.events, settings)
    channel = delivery.channel
    ready: Outgoing | None = flags.get("ready")
    if ready is not None:
        return _spoilt(ready, channel, flags.get("signature"))
    body = flags.get("body")
    if body is None:
        style = flags.get("style", settings.body.style)
        payload = {"destination": channel.bot_user_id, "events": delivery.events}
        body = _written(payload, style, settings.seed + delivery.number, flags.get("mutant"))
    case = flags.get("header_case", settings.body.header_case)
    headers = bodies.headers(_signature(channel, body, flags.get("signature")), case)
    return Outgoing(_replaced(headers, flags.get("headers") or {}), body)


def signed(channel: Channel, events: list[dict[str, object]], settings: Settings) -> Outgoing:
    """Events as a webhook of a channel, signed as LINE does."""
    payload = {"destination": channel.bot_user_id, "events": events}
    body = bodies.encode(payload, settings.body.style, settings.seed)
    value = signature.sign(channel.secret, body)
    return Outgoing(bodies.headers(value, settings.body.header_case), body)


def outcome_of(reply: Reply) -> Outcome:
    """How an exchange with an answer ended, in LINE's words."""
    if 200 <= reply.status < 300:  # noqa: PLR2004 - HTTP's 2xx
        return Outcome(reply.status)
    return Outcome(reply.status, "error_status_code", str(reply.status))


def _written(payload: Mapping[str, object], style: str, seed: int, mutant: str | None) -> bytes:
    if mutant is None:
        return bodies.encode(dict(payload), style, seed)
    found = MUTANTS.get(mutant)
    if found is None:
        raise ConfigurationError([Fault.unknown("mutant", mutant, MUTANTS)])
    return found.body(payload, style, seed)


def _signature(channel: Channel, body: bytes, wrong: str | None) -> str | None:
    if wrong is None:
        return signature.sign(channel.secret, body)
    forge = signature.WRONG.get(wrong)
    if forge is None:
        raise ConfigurationError([Fault.unknown("signature", wrong, signature.WRONG)])
    return forge(channel.secret, body)


def _spoilt(ready: Outgoing, channel: Channel, wrong: str | None) -> Outgoing:
    if wrong is None:
        return ready
    value = _signature(channel, ready.body, wrong)
    return Outgoing(_replaced(ready.headers, {bodies.header_name("lower"): value}), ready.body)


def _replaced(
    headers: Iterable[tuple[str, str]], others: Mapping[str, str | None]
) -> list[tuple[str, str]]:
    folded = {name.lower() for name in others}
    kept = [(name, value) for name, value in headers if name.lower() not in folded]
    return kept + [(name, value) for name, value in others.items() if value is not None]
