"""The webhook endpoint: set, get, test (Messaging API reference, webhook settings)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.endpoints import checked_url
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.wire.refusals import NO_ENDPOINT, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked, Outcome

operations = Operations()

_PATH = "/v2/bot/channel/webhook/endpoint"
_OFTEN = Limit(1_000, 60)
_TESTS = Limit(60, 3_600)


@operations.answers(
    "setWebhookEndpoint", "PUT", _PATH, tier=1, limit=_OFTEN, body="SetWebhookEndpointRequest"
)
def set_endpoint(asked: Asked) -> Answer:
    """Change the URL; at LINE that may take a minute, here it holds at once."""
    url, finding = _url(asked, asked.json().get("endpoint"))
    asked.channel.endpoint = url
    return Answer(content={}, findings=(finding,) if finding else ())


@operations.answers(
    "getWebhookEndpoint", "GET", _PATH, tier=1, limit=_OFTEN, result="GetWebhookEndpointResponse"
)
def endpoint(asked: Asked) -> Answer:
    """The URL, and whether the console's switch is on."""
    found = {"endpoint": _set(asked), "active": asked.channel.use_webhook}
    return Answer(content=found)


@operations.answers(
    "testWebhookEndpoint", "POST", "/v2/bot/channel/webhook/test", tier=1, limit=_TESTS,
    body="TestWebhookEndpointRequest", result="TestWebhookEndpointResponse",
)  # fmt: skip
def test(asked: Asked) -> Answer:
    """Send a webhook without events, to the URL set or to the one given."""
    given = asked.json().get("endpoint") if asked.call.body else None
    url, finding = (_set(asked), "") if given is None else _url(asked, given)
    moment = dt.datetime.fromtimestamp(asked.platform.unix_ms(asked.now) / 1_000, tz=dt.UTC)
    timestamp = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def complete(outcome: Outcome) -> Answer:
        found = {
            "success": outcome.ok,
            "timestamp": timestamp,
            "statusCode": outcome.status or 0,
            "reason": "OK" if outcome.ok else outcome.reason.upper(),
            "detail": outcome.detail or str(outcome.status or ""),
        }
        headers = {"x-line-request-id": asked.request_id}
        return Answer(content=found, headers=headers, findings=(finding,) if finding else ())

    return Answer(probe=url, complete=complete)


def _url(asked: Asked, given: object) -> tuple[str, str]:
    return checked_url(given, https_only=asked.platform.settings.strict.https)


def _set(asked: Asked) -> str:
    found = asked.channel.endpoint
    if found is None:
        raise RefusedError(NO_ENDPOINT, why="no webhook URL was set for this channel")
    return found
