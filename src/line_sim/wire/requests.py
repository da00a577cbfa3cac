"""What a bot sends to LINE: the calls that carry messages, read and judged.

Source: Messaging API reference, sending messages and message objects; LINE's contract for names.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field

from line_sim.wire import reading, richmenu
from line_sim.wire.checking import Limited, Part, Shaped
from line_sim.wire.messages import Message
from line_sim.wire.reading import Extra, Fault, Profile, Read, refusal
from line_sim.wire.recipients import Filter, Limit, Recipient

Chat = Literal["user", "group", "room"]

Messages = Annotated[list[Message], Limited("call.messages")]
# ids are 33 characters; those of users whom a module channel sees are 68 (partner documentation)
UserId = Annotated[str, Field(pattern=r"^(U[0-9a-f]{32}|L.{67})$")]
ChatId = Annotated[str, Field(pattern=r"^([UCR][0-9a-f]{32}|L.{67})$")]
UnitName = Annotated[
    str, Shaped("[A-Za-z0-9_]{1,30}", "must be 1 to 30 of A-Z, a-z, 0-9 and _", contract=False)
]
UnitNames = Annotated[list[UnitName], Limited("call.customAggregationUnits")]


class ReplyMessageRequest(Part):
    """An answer to one webhook event."""

    reply_token: str
    messages: Messages
    notification_disabled: bool | None = None


class PushMessageRequest(Part):
    """Messages to one user, group or room."""

    to: ChatId
    messages: Messages
    notification_disabled: bool | None = None
    custom_aggregation_units: UnitNames | None = None


class MulticastRequest(Part):
    """Messages to up to 500 users."""

    to: Annotated[list[UserId], Limited("multicast.to")]
    messages: Messages
    notification_disabled: bool | None = None
    custom_aggregation_units: UnitNames | None = None


class BroadcastRequest(Part):
    """Messages to all friends."""

    messages: Messages
    notification_disabled: bool | None = None


class NarrowcastRequest(Part):
    """Messages to some friends."""

    messages: Messages
    recipient: Recipient | None = None
    filter: Filter | None = None
    limit: Limit | None = None
    notification_disabled: bool | None = None


class ValidateMessageRequest(Part):
    """Messages that are only to be looked at."""

    messages: Messages


class PnpMessagesRequest(Part):
    """Messages to the owner of a telephone number, of which `to` is the hash."""

    to: str
    messages: Messages
    notification_disabled: bool | None = None


Kind = Literal[
    "reply", "push", "multicast", "broadcast", "narrowcast", "pnp",
    "validate_reply", "validate_push", "validate_multicast", "validate_broadcast",
    "validate_narrowcast",
]  # fmt: skip

KINDS: dict[str, type[Part]] = {
    "reply": ReplyMessageRequest,
    "push": PushMessageRequest,
    "multicast": MulticastRequest,
    "broadcast": BroadcastRequest,
    "narrowcast": NarrowcastRequest,
    "pnp": PnpMessagesRequest,
    "validate_reply": ValidateMessageRequest,
    "validate_push": ValidateMessageRequest,
    "validate_multicast": ValidateMessageRequest,
    "validate_broadcast": ValidateMessageRequest,
    "validate_narrowcast": ValidateMessageRequest,
}
"""The body of each call that carries messages."""


def read(kind: str, body: bytes, *, profile: Profile = "line", extra: Extra = "warn") -> Read:
    """The request of a call of `kind`.

    Parameters
    ----------
    kind
        A key of :data:`KINDS`.
    profile
        How much is refused; with ``lenient`` nothing that is wrong with a message.
    extra
        What becomes of properties that LINE does not know.

    Raises
    ------
    RefusedError
        In LINE's words, all faults at once.
    """
    return reading.read(body, KINDS[kind], profile=profile, extra=extra)


def check_chat(
    messages: list[dict[str, Any]], chat: Chat, *, profile: Profile = "line"
) -> tuple[str, ...]:
    """Warnings about what cannot be sent to such a chat.

    Multicast, broadcast and narrowcast go to users.

    Raises
    ------
    RefusedError
        In profile ``line``, for mentions outside groups and rooms and tracked videos within
        (Messaging API reference, text message (v2), video message).
    """
    faults: list[Fault] = []
    for number, message in enumerate(messages):
        kind = message.get("type")
        if kind == "textV2" and chat == "user":
            faults += _mentions(message, f"messages[{number}]")
        elif kind == "video" and chat != "user" and message.get("trackingId") is not None:
            why = "videos are tracked in chats with one user only"
            at = f"messages[{number}].trackingId"
            faults.append(Fault(at, "must not be specified", why, "documentation"))
    if faults and profile == "line":
        raise refusal(faults, b"{}")
    return tuple(map(str, faults)) if profile == "lenient" else ()


def _mentions(message: dict[str, Any], place: str) -> list[Fault]:
    substitution = message.get("substitution")
    return [
        Fault(
            f"{place}.substitution.{key}",
            "must not be specified",
            "mentions work in groups and rooms only",
            "documentation",
        )
        for key, each in (substitution if isinstance(substitution, dict) else {}).items()
        if isinstance(each, dict) and each.get("type") == "mention"
    ]


@cache
def _schemas() -> dict[str, dict[str, Any]]:
    from pydantic.json_schema import models_json_schema  # noqa: PLC0415 - 30 ms, seldom wanted

    models = dict.fromkeys([*KINDS.values(), *richmenu.KINDS.values()])
    _, found = models_json_schema(
        [(model, "validation") for model in models],
        ref_template="#/components/schemas/{model}",
    )
    return dict(found["$defs"])


def schemas() -> dict[str, dict[str, Any]]:
    """JSON schemas of all requests and their parts by name, for an OpenAPI description.

    Lengths are in code points there, for JSON Schema has no words for LINE's units.
    """
    return dict(_schemas())
