"""What is written down of each side: webhooks on their way to a bridge, calls on theirs to LINE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

import orjson

from line_sim.net.http.addresses import address
from line_sim.recording.lines import TEXT_BYTES
from line_sim.recording.recorder.bodies import shown
from line_sim.recording.recorder.hosts import host_of
from line_sim.recording.recorder.items import Line, headers_of

if TYPE_CHECKING:
    from line_sim.net.http.addresses import Address
    from line_sim.recording.recorder.accounts import Accounts
    from line_sim.recording.recorder.answer import Answer
    from line_sim.recording.recorder.hosts import Host
    from line_sim.recording.recorder.request import Request

HELD_BYTES = 16_000_000
"""Chosen: a longer request of a bot is passed on while it comes, its line written without it."""
SIGNATURE = "x-line-signature"


class Side(Protocol):
    """One side of a recorder."""

    kind: Literal["webhook", "call"]
    most_bytes: int
    """How much of a request is read before it is written down and passed on."""
    readable: bool
    """Whether answers are to come in a coding that can be written down."""

    def address(self, request: Request) -> Address:
        """Where a request goes; host and port matter."""
        ...

    def begun(self, request: Request) -> Line | None:
        """The line of a request; None where it is none of this side's."""
        ...

    def ended(self, request: Request, answer: Answer) -> Line:
        """The line of its answer, or of what came in the place of one."""
        ...


class WebhookSide:
    """Before a bridge: what is signed or holds events is a webhook, anything else just passes.

    A bridge's public origin also serves pages and media, and those are nobody's business here.

    Parameters
    ----------
    bridge_url
        The bridge; its path does not matter.
    accounts
        Whose webhooks these are.
    personal
        Whether media are kept.
    """

    kind: Literal["webhook", "call"] = "webhook"
    most_bytes = TEXT_BYTES
    readable = False

    def __init__(self, bridge_url: str, accounts: Accounts, *, personal: bool = True) -> None:
        self._address = address(bridge_url)
        self._accounts = accounts
        self._personal = personal

    def address(self, request: Request) -> Address:
        """The bridge's."""
        del request
        return self._address

    def begun(self, request: Request) -> Line | None:
        """The line of a webhook."""
        if request.method != "POST":
            return None
        payload = _object(request.whole)
        if SIGNATURE not in request.names and not isinstance(payload.get("events"), list):
            return None
        body = shown(request.body, request.names, personal=self._personal)
        fields: dict[str, Any] = {
            "channel": self._accounts.of_webhook(payload),
            "attempt": self._accounts.attempt(payload),
            "headers": headers_of(request.headers),
            "test": True if payload.get("events") == [] else None,
            **body.fields,
        }
        return Line("webhook", fields, body.media)

    def ended(self, request: Request, answer: Answer) -> Line:
        """The line of its end: the status, or LINE's words for having got none."""
        del request
        fields = {**answer.told(), "took_ms": answer.took_ms}
        return Line("webhook_end", fields)


class ApiSide:
    """Before LINE, or the mock: every request is a call.

    Parameters
    ----------
    urls
        Where each of LINE's hosts is.
    accounts
        Whose calls these are.
    personal
        Whether media are kept.
    """

    kind: Literal["webhook", "call"] = "call"
    most_bytes = HELD_BYTES
    readable = True

    def __init__(self, urls: dict[Host, str], accounts: Accounts, *, personal: bool = True) -> None:
        self._addresses = {host: address(url) for host, url in urls.items()}
        self._accounts = accounts
        self._personal = personal

    def address(self, request: Request) -> Address:
        """That of the host which serves the path."""
        return self._addresses[host_of(request.path)]

    def begun(self, request: Request) -> Line | None:
        """The line of a call; without its body where that is still coming."""
        scheme, _, token = request.names.get("authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
        body = shown(request.body, request.names, personal=self._personal)
        fields: dict[str, Any] = {
            "channel": self._accounts.of_call(token, request.whole or b""),
            "method": request.method,
            "path": request.target,
            "headers": headers_of(request.headers),
            "streamed": True if request.whole is None else None,
            **body.fields,
        }
        return Line("call", fields, body.media, learn=token)

    def ended(self, request: Request, answer: Answer) -> Line:
        """The line of an answer; the hash of a request's body that was passed on as it came."""
        names = {name.lower().decode(): value.decode("latin-1") for name, value in answer.headers}
        body = shown(answer.body, names, personal=self._personal)
        fields: dict[str, Any] = {
            **answer.told(),
            "took_ms": answer.took_ms,
            "headers": headers_of(answer.headers) if answer.headers else None,
            **body.fields,
        }
        if request.whole is None and request.body.size:
            fields["request_body"] = request.body.media(request.names.get("content-type", ""))
        return Line("call_end", fields, body.media)


def _object(body: bytes | None) -> dict[str, Any]:
    """A body as a JSON object; empty where it is none."""
    try:
        found = orjson.loads(body or b"")
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
