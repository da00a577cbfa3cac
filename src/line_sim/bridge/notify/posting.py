"""One request to a subscriber: signed, to a public HTTPS address, and what came of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from line_sim.bridge.notify.body import SIGNATURE, signature
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.foreign import NotPublicError, exchange

if TYPE_CHECKING:
    import ssl

MOST_ANSWER_BYTES = 65_536
"""Chosen."""
AGENT = "line_sim-bridge"


class Answer(NamedTuple):
    """What a subscriber answered; status 0: nothing, for the reason."""

    status: int
    body: bytes = b""
    reason: str = ""

    @property
    def taken(self) -> bool:
        """Whether it has what was sent."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def told(self) -> str:
        """For people."""
        return self.reason or f"it answered {self.status}"


async def post(
    url: str,
    secret: str,
    body: bytes,
    *,
    loopback: bool = False,
    trust: ssl.SSLContext | None = None,
) -> Answer:
    """Send a body; never raises for what a subscriber does.

    Parameters
    ----------
    loopback
        For tests: whether it may go to this machine.
    trust
        What certificates are checked against; None: the system's authorities.
    """
    parts: list[bytes] = []
    headers = [
        ("content-type", "application/json"),
        ("user-agent", AGENT),
        (SIGNATURE, signature(secret, body)),
    ]
    try:
        got = await exchange(
            "POST", url, parts.append, most_bytes=MOST_ANSWER_BYTES, headers=headers, body=body,
            loopback=loopback, trust=trust,
        )  # fmt: skip
    except (ExchangeError, NotPublicError) as error:
        return Answer(0, reason=str(error))
    return Answer(got.status, b"" if got.cut else b"".join(parts))
