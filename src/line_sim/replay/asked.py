"""Orders as a shell writes them: texts, each read with its place in the error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError, Fault
from line_sim.mock.running import LOOPBACK
from line_sim.replay.moments import moment_s
from line_sim.replay.selection import Ramp, Selection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from line_sim.replay.orders import Speed


def speed_of(text: str) -> Speed:
    """``1``, ``60``, ``60x``, ``max`` or ``stepped``."""
    word = text.strip().lower()
    if word == "max":
        return "max"
    if word == "stepped":
        return "stepped"
    try:
        return float(word.removesuffix("x"))
    except ValueError:
        allowed = "a number of times (60), max, or stepped"
        raise ConfigurationError([Fault("--speed", repr(text), allowed)]) from None


def ramp_of(text: str, speed: Speed) -> Ramp:
    """``A:B:T``: the rate times A at first, times B after T wall seconds."""
    try:
        first, last, over_s = (float(each) for each in text.split(":"))
    except ValueError:
        allowed = "A:B:T, as 0.1:1:60: from a tenth of the rate to all of it in 60 s"
        raise ConfigurationError([Fault("--ramp", repr(text), allowed)]) from None
    return Ramp(first, last, over_s * (speed if isinstance(speed, float) else 1.0))


def selection_of(  # noqa: PLR0913 - each an option
    header: Mapping[str, Any],
    *,
    since: str | float | None = None,
    until: str | float | None = None,
    share: float = 1.0,
    seed: int = 0,
    loops: int = 1,
    ramp: str | None = None,
    speed: Speed = 1.0,
) -> Selection:
    """What is played of the recording with that header."""
    since_s = None if since is None else moment_s("--since", since, header)
    until_s = None if until is None else moment_s("--until", until, header)
    if since_s is not None and until_s is not None and since_s >= until_s:
        given = f"{since} to {until}, {since_s:g} s to {until_s:g} s from the start"
        raise ConfigurationError([Fault("--since, --until", given, "a moment and a later one")])
    return Selection(
        since_s=since_s,
        until_s=until_s,
        share=share,
        seed=seed,
        loops=loops,
        ramp=None if ramp is None else ramp_of(ramp, speed),
    )


def targets_of(texts: Sequence[str]) -> str | dict[str, str] | None:
    """``URL``, or ``CHANNEL=URL`` for each channel; None where nothing was given."""
    if not texts:
        return None
    if len(texts) == 1 and "://" in texts[0].partition("=")[0]:
        return texts[0]
    found: dict[str, str] = {}
    for text in texts:
        name, equals, url = text.partition("=")
        if not equals or "://" in name:
            allowed = "one URL (http://127.0.0.1:8000/callback), or CHANNEL=URL for each channel"
            raise ConfigurationError([Fault("--to", repr(text), allowed)])
        found[name] = url
    return found


def listen_of(text: str | None) -> tuple[str, int]:
    """``HOST:PORT`` or ``PORT``; loopback and a free port where nothing is told."""
    if not text:
        return "127.0.0.1", 0
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not port.isdecimal() or int(port) > 65_535:  # noqa: PLR2004 - ports end there
        raise ConfigurationError([Fault("--listen", repr(text), "HOST:PORT or PORT, up to 65535")])
    if host and host not in LOOPBACK:
        allowed = f"this machine only: {', '.join(LOOPBACK)}"
        raise ConfigurationError([Fault("--listen", repr(text), allowed)])
    return host or "127.0.0.1", int(port)
