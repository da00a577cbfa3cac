"""What a subscriber is told of an enquiry: the fields of the guide's enquiry event subscription.

No name of a customer and no text is among them: what an enquiry is about is asked by the API.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from line_sim.bridge.store.tables import channels, destinations, enquiries, meta

if TYPE_CHECKING:
    from line_sim.bridge.desk.words import HappeningRow
    from line_sim.bridge.store.store import Store

STATUSES = {
    "received": "Opened",
    "picked_up": "Handling",
    "followed_up": "Handling",
    "reopened": "Handling",
    "missed": "Missed",
    "closed": "Closed",
    "abandoned": "Closed",
}
"""The status (createeditdelete-enquiry-event-subscription) that a happening brings about."""
KINDS = {"group": "SERVICE_GROUP", "queue": "QUEUE", "chatbot": "CHATBOT"}
"""Of destinations; the guide names the field and not its values [choice]."""
SIGNATURE = "x-line-sim-signature"
"""Base64 of the HMAC-SHA256 of the body's bytes under the subscription's secret, as LINE signs."""
_SERVICE = "service_id"


def body_of(store: Store, row: HappeningRow) -> dict[str, Any]:
    """What is told of a happening, with an id of its own by which a second copy is known."""
    service = service_id(store)
    channel = store.value(select(channels.c.id).where(channels.c.number == row.channel))
    place = store.row(  # where it stands after this step, for a beginning has no place yet
        select(destinations)
        .join(enquiries, enquiries.c.destination == destinations.c.id)
        .where(enquiries.c.number == row.enquiry)
    )
    kind = "" if place is None else (place.config or {}).get("kind", "group")
    return {
        "type": "inquiry",
        "id": str(uuid.uuid4()),
        "status": STATUSES[row.kind],
        "serviceId": service,
        "eid": uuid.uuid5(uuid.UUID(service), str(row.enquiry)).hex,
        "displayCaseNumber": str(row.enquiry),
        "channel": "LINE",
        "channelOri": "LINE",
        "socialId": str(channel),
        "date": dt.datetime.fromtimestamp(row.at, dt.UTC).isoformat(timespec="milliseconds"),
        "destination": "" if place is None else str(place.id),
        "destinationTypes": [KINDS[kind]] if kind in KINDS else [],
    }


def service_id(store: Store) -> str:
    """What names this install before subscribers; made when first asked for."""
    known = store.value(select(meta.c.value).where(meta.c.name == _SERVICE))
    if known is None:
        known = str(uuid.uuid4())
        store.add(meta, name=_SERVICE, value=known)
    return str(known)


def in_bytes(body: dict[str, Any]) -> bytes:
    """A body as it is sent, the same bytes at every attempt."""
    return json.dumps(body, separators=(",", ":")).encode("ascii")


def signature(secret: str, body: bytes) -> str:
    """What :data:`SIGNATURE` says."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode("ascii")
