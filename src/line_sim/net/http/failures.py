"""Why a request got no answer, in the words that LINE's error statistics use.

The words are protocol (Messaging API guide, "Check webhook error causes and statistics"): a bot's
owner finds them in the console, so ours are the same.
"""

from __future__ import annotations

import socket
import ssl

from line_sim.errors import LineSimError

COULD_NOT_CONNECT = "could_not_connect"
REQUEST_TIMEOUT = "request_timeout"
UNCLASSIFIED = "unclassified"

CONNECTION_FAILED = (COULD_NOT_CONNECT, "Connection failed")
CONNECTION_TIMEOUT = (COULD_NOT_CONNECT, "Connection timeout")
DNS_TIMEOUT = (COULD_NOT_CONNECT, "DNS Query timeout")
INVALID_URL = (COULD_NOT_CONNECT, "Invalid URL syntax")
NO_TLS_RECORD = (COULD_NOT_CONNECT, "No SSL/TLS record")
TLS_FAILURE = (COULD_NOT_CONNECT, "TLS handshake failure")
UNKNOWN_HOST = (COULD_NOT_CONNECT, "Unknown host")
TIMEOUT = (REQUEST_TIMEOUT, "Request timeout")
SESSION_CLOSED = (UNCLASSIFIED, "Session closed unexpectedly")
OTHER = (UNCLASSIFIED, "Unclassified webhook dispatch error")

_PLAIN_TEXT = {
    "HTTP_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
    "UNKNOWN_PROTOCOL",
    "WRONG_VERSION_NUMBER",
}
"""What OpenSSL says, by its version, to bytes that are no TLS record."""


class ExchangeError(LineSimError, ConnectionError):
    """A request without an answer.

    Attributes
    ----------
    reason, detail : str
        LINE's words: ``could_not_connect`` and ``Connection failed``.
    handed_over : bool
        Whether the request had been given to the socket, so that the other side may have it.
    why : str
        What this machine knows beyond LINE's words.
    """

    def __init__(
        self, reason: str, detail: str, *, handed_over: bool = False, why: str = ""
    ) -> None:
        self.reason = reason
        self.detail = detail
        self.handed_over = handed_over
        self.why = why
        super().__init__(reason, detail)

    def __str__(self) -> str:
        why = f" ({self.why})" if self.why else ""
        return f"{self.reason}: {self.detail}{why}"


def of_connecting(error: Exception, *, secure: bool, stage: str) -> ExchangeError:
    """What an exception while connecting is called.

    Parameters
    ----------
    stage
        ``resolve``, ``connect`` or ``handshake``: what was under way.
    """
    match error:
        case TimeoutError():
            words = {"resolve": DNS_TIMEOUT, "handshake": TLS_FAILURE}.get(
                stage, CONNECTION_TIMEOUT
            )
        case ssl.SSLError():
            words = NO_TLS_RECORD if error.reason in _PLAIN_TEXT else TLS_FAILURE
        case socket.gaierror():
            words = DNS_TIMEOUT if error.errno == socket.EAI_AGAIN else UNKNOWN_HOST
        case UnicodeError():
            words = UNKNOWN_HOST
        case _:
            words = TLS_FAILURE if secure and stage == "handshake" else CONNECTION_FAILED
    return ExchangeError(*words, why=str(error))
