"""The words of the agent view: what a bridge may be able to do, what a transcript says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

CAPABILITIES: Final[Mapping[str, str]] = {
    "transcript": "transcript() lists what staff see of a customer",
    "send": "send() sends a text of staff",
    "media": "send() takes media",
    "quote": "send() quotes a message, entries tell what they quote",
    "names": "entries tell the customer's name as staff see it",
    "read": "read() says that an agent has read a chat, entries tell whether",
    "typing": "typing() shows the customer that somebody types",
    "configure": "configure() changes settings while the bridge runs",
    "restart": "restart() ends the bridge as a crash does and starts it again",
    "clock": "clock() moves the bridge's own time",
    "logs": "logs() is what the bridge has logged",
    "alerts": "alerts() is what the bridge tells its staff or operator",
}
"""The words of capabilities(), and what each unlocks."""

SETTINGS: Final[Mapping[str, str]] = {
    "secret": "the channel secret",
    "access_token": "the channel access token",
    "channel_id": "from now on the bridge issues short-lived tokens itself; '' ends that",
    "staff_name": "what a customer sees of staff: none, first or first_last",
    "profile": "the limits it keeps: seed or line",
    "welcome": "the welcome text, sent as the profile says; '' turns it off",
    "groups": "whether the account may be in groups",
    "public_url": "the HTTPS origin under which its media are loaded",
}
"""The settings of configure(); the capability ``configure.secret`` says that one is there."""

From = Literal["customer", "staff", "system"]
State = Literal["shown", "edited", "retracted"]
Delivery = Literal["", "queued", "sent", "failed", "unknown"]
SendState = Literal["queued", "sent", "refused", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transcript, as staff see it.

    Attributes
    ----------
    from_
        Who it is from; ``"from"`` in JSON. What the bridge sends by itself is the system's.
    kind
        LINE's type of the message or event, or the bridge's own word for a notice.
    text
        What is shown: the text, or what stands in place of what cannot be.
    at_ms
        Unix milliseconds by which the transcript is ordered.
    source_event, line_message
        The webhookEventId it came by and LINE's message id; ``""`` where there is none.
    media_sha256
        Of the stored media, lower-case hex; ``""`` where none is stored.
    state, delivery
        Whether it was edited or retracted since; how far an outgoing message got.
    id, quoted
        The bridge's own id; LINE's id of the message that it quotes.
    read
        Whether an agent has read it; None where the bridge does not know.
    name
        The customer's name as staff see it.
    """

    from_: From
    kind: str
    text: str
    at_ms: int
    source_event: str = ""
    line_message: str = ""
    media_sha256: str = ""
    state: State = "shown"
    delivery: Delivery = ""
    id: str = ""
    quoted: str = ""
    read: bool | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message that staff want sent, as far as is known.

    Attributes
    ----------
    id
        The bridge's own id, which its transcript entry carries; ``""`` where it was refused.
    state
        ``refused``: staff were told at once that it will not be sent, and why (`reason`).
    """

    id: str
    state: SendState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """Media that staff send: the bytes, their MIME type, a file name."""

    data: bytes
    type: str
    name: str = "attachment"
