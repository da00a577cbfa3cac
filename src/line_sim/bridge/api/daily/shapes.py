"""What daily routes are asked and answer.

Answers hold what customers wrote, which may be no Unicode that a library would pass on (half a
surrogate pair). So routes answer ready JSON, and these models describe it; tests hold the two
equal.
"""

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from line_sim.bridge.api.errors import JSON
from line_sim.bridge.api.shapes import Answer, Asked, Id
from line_sim.bridge.queries.enquiries import State

LONGEST_TEXT = 20_000
"""Characters of a text that staff send: four messages' worth; what is allowed, its channel says."""
Delivery = Literal[
    "", "queued", "sent", "failed", "unknown", "withdrawn", "skipped_stale", "refused"
]
Enquiry = Annotated[
    int | None, Query(ge=0, le=2**31 - 1, description="Only those numbered lower than this.")
]


def told(content: Any, status: int = 200) -> JSON:  # noqa: ANN401 - whatever JSON holds
    """An answer as it is."""
    return JSON(content, status)


class Named(Answer):
    """A member, channel or destination."""

    id: int
    name: str


class EnquiryTold(Answer):
    """An enquiry. Times are Unix seconds; ``alerted`` are those it is offered to now."""

    number: int
    state: State
    reason: str
    initiated_by: str
    chat: int
    created_at: float
    picked_up_at: float | None
    missed_at: float | None
    closed_at: float | None
    changed_at: float | None
    channel: Named
    customer: str
    visitor: int | None
    labels: list[str]
    owner: Named | None
    destination: Named | None
    room: list[Named]
    alerted: list[Named]


class EnquiryWhole(EnquiryTold):
    """An enquiry with the channel's note for staff."""

    custom_info: str


class Offer(EnquiryTold):
    """An enquiry one is alerted for, since when."""

    since: float | None


class MediaTold(Answer):
    """A file of an entry: ``stored``, or how it stands with fetching it."""

    sha256: str
    type: str
    state: Literal["stored", "wanted", "failed", "too_big", "expired"]


class EntryTold(Answer):
    """A line of a transcript; ``at_ms`` is what it is ordered by, Unix milliseconds."""

    id: int
    chat: int
    enquiry: int | None
    author: Literal["customer", "staff", "system"]
    staff: Named | None
    kind: str
    text: str
    at_ms: int
    state: Literal["shown", "edited", "retracted"]
    message: str
    quoted: str
    media: MediaTold | None
    delivery: Delivery
    reason: str


class ChatTold(Answer):
    """A chat; ``unread`` counts what the customer wrote since anybody read it."""

    id: int
    channel: Named
    kind: str
    visitor: int | None
    name: str
    picture_url: str
    language: str
    blocked: bool
    erased: bool
    labels: list[str]
    note: str
    unread: int
    latest_ms: int


class ChatWhole(ChatTold):
    """A chat with the numbers of its enquiries that one sees, the newest first."""

    enquiries: list[int]


class Transfer(Asked):
    """Where to: a tag, or a member."""

    tag: Annotated[str | None, Field(max_length=200)] = None
    staff: Id | None = None


class Join(Asked):
    """Who is added; none: oneself."""

    staff: Id | None = None


class ChatChange(Asked):
    """What staff note about a customer."""

    labels: (
        Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=20)]
        | None
    ) = None
    note: Annotated[str | None, Field(max_length=10_000)] = None


class Message(Asked):
    """A text that staff send; the same ``key`` again is the same message, sent once."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    quote: Annotated[str, Field(max_length=100)] = ""
    key: Annotated[str, Field(max_length=100)] = ""


class Sent(Answer):
    """What became of a message, as far as is known."""

    entry: int | None
    state: Literal["queued", "sent", "failed", "unknown", "withdrawn", "skipped_stale", "refused"]
    reason: str


class Typing(Asked):
    """For how long the customer is shown that somebody types."""

    seconds: Annotated[float, Field(gt=0, le=60)] = 20.0


class Shown(Answer):
    """Whether the customer is shown it."""

    shown: bool


class FoundChat(Answer):
    """A chat whose name, note or label holds what was looked for."""

    chat: int
    name: str
    note: str
    labels: list[str]


class Found(Answer):
    """What was found, the newest first; ``before`` finds what is older, null: there is no more."""

    chats: list[FoundChat]
    entries: list[EntryTold]
    before: int | None


class CannedReply(Answer):
    """A ready text: one's own, or everybody's."""

    id: int
    name: str
    text: str
    shared: bool


class CannedReplyAsked(Asked):
    """A ready text."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    shared: bool = False


class CannedReplyChange(Asked):
    """What changes of a ready text."""

    name: Annotated[str | None, Field(min_length=1, max_length=80)] = None
    text: Annotated[str | None, Field(min_length=1, max_length=LONGEST_TEXT)] = None


class SubscriptionTold(Answer):
    """Who is told of enquiries; notifications that wait, and that were given up."""

    id: int
    url: str
    state: Literal["on", "off"]
    waiting: int
    given_up: int


class SubscriptionAsked(Asked):
    """Who wants to be told."""

    url: Annotated[str, Field(min_length=1, max_length=2_000)]


class SubscriptionChange(Asked):
    """Whether they are told."""

    state: Literal["on", "off"]


class SubscriptionMade(Answer):
    """A new subscription; the secret of its signatures is told this once."""

    id: int
    secret: str


class ErasedTold(Answer):
    """What was erased; not ``rewritten``: the file is large and waits for ``bridge retention``."""

    chats: int
    entries: int
    files: int
    rewritten: bool
