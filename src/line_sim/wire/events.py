"""Webhook events, one model for each type that LINE documents, and the webhook around them.

Messaging API reference, webhook event objects. ``things`` was removed in August 2025 and lives on
in :mod:`line_sim.wire.mutants`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from line_sim.wire import event_contents as contents
from line_sim.wire import incoming, sources
from line_sim.wire.model import WireModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "EVENTS",
    "AccountLinkEvent",
    "ActivatedEvent",
    "AnswerableEvent",
    "BeaconEvent",
    "BotResumedEvent",
    "BotSuspendedEvent",
    "DeactivatedEvent",
    "DeliveryContext",
    "DeliveryEvent",
    "Event",
    "FollowEvent",
    "JoinEvent",
    "LeaveEvent",
    "MemberJoinedEvent",
    "MemberLeftEvent",
    "MembershipEvent",
    "MessageEditedEvent",
    "MessageEvent",
    "ModuleEvent",
    "PostbackEvent",
    "UnfollowEvent",
    "UnsendEvent",
    "VideoPlayCompleteEvent",
    "redelivered",
    "webhook",
]


class DeliveryContext(WireModel):
    """Whether LINE sends the event again."""

    is_redelivery: bool = False


_FIRST = DeliveryContext()


class Event(WireModel):
    """What all events have; `timestamp` in ms since 1970, kept when it is delivered again."""

    type: str
    mode: Literal["active", "standby"] = "active"
    """standby: a module holds the chat, and this bot must not answer."""
    timestamp: Annotated[int, Field(ge=0)]
    webhook_event_id: str
    delivery_context: DeliveryContext = _FIRST


class AnswerableEvent(Event):
    """An event that can be replied to, unless the channel is on standby."""

    reply_token: str | None = None

    @model_validator(mode="after")
    def _standby_cannot_answer(self) -> Self:
        if self.mode == "standby" and self.reply_token is not None:
            msg = "an event in standby has no reply token"
            raise ValueError(msg)
        return self


class MessageEvent(AnswerableEvent):
    """A user wrote or sent something."""

    type: Literal["message"] = "message"
    source: sources.Source
    message: incoming.Message


class MessageEditedEvent(AnswerableEvent):
    """A member of a group edited a text."""

    type: Literal["messageEdited"] = "messageEdited"
    source: sources.GroupSource
    message: incoming.EditedTextMessage


class UnsendEvent(Event):
    """A user took a message back."""

    type: Literal["unsend"] = "unsend"
    source: sources.Source
    unsend: contents.Unsend


class FollowEvent(AnswerableEvent):
    """A user added the account, or unblocked it."""

    type: Literal["follow"] = "follow"
    source: sources.UserSource
    follow: contents.Follow = contents.Follow()


class UnfollowEvent(Event):
    """A user blocked the account."""

    type: Literal["unfollow"] = "unfollow"
    source: sources.UserSource


class JoinEvent(AnswerableEvent):
    """The account joined: a group when invited, a room at the first event there."""

    type: Literal["join"] = "join"
    source: sources.ManySource


class LeaveEvent(Event):
    """The account was removed from a group or room, or left it."""

    type: Literal["leave"] = "leave"
    source: sources.ManySource


class MemberJoinedEvent(AnswerableEvent):
    """People came to a group or room that the account is in."""

    type: Literal["memberJoined"] = "memberJoined"
    source: sources.ManySource
    joined: contents.Members


class MemberLeftEvent(Event):
    """People left a group or room that the account is in."""

    type: Literal["memberLeft"] = "memberLeft"
    source: sources.ManySource
    left: contents.Members


class PostbackEvent(AnswerableEvent):
    """A user tapped a postback action, picked a time or switched the rich menu."""

    type: Literal["postback"] = "postback"
    source: sources.Source
    postback: contents.Postback


class VideoPlayCompleteEvent(AnswerableEvent):
    """A user watched a video with a tracking id to its end."""

    type: Literal["videoPlayComplete"] = "videoPlayComplete"
    source: sources.UserSource
    video_play_complete: contents.VideoPlayComplete


class BeaconEvent(AnswerableEvent):
    """A user came near a beacon."""

    type: Literal["beacon"] = "beacon"
    source: sources.UserSource
    beacon: contents.Beacon


class AccountLinkEvent(AnswerableEvent):
    """Linking an account ended; where it failed, nobody is named and nothing can be replied."""

    type: Literal["accountLink"] = "accountLink"
    source: sources.UserSource | None = None
    link: contents.AccountLink

    @model_validator(mode="after")
    def _failure_names_nobody(self) -> Self:
        failed = self.link.result == "failed"
        if failed and (self.source is not None or self.reply_token is not None):
            msg = "a failed account link has neither source nor reply token"
            raise ValueError(msg)
        if not failed and self.source is None:
            msg = "an account link that went well has a source"
            raise ValueError(msg)
        return self


class MembershipEvent(AnswerableEvent):
    """A user began, ended or renewed a membership."""

    type: Literal["membership"] = "membership"
    source: sources.UserSource
    membership: contents.Membership


class DeliveryEvent(Event):
    """A LINE notification message arrived; without a source since January 2025."""

    type: Literal["delivery"] = "delivery"
    delivery: contents.PnpDelivery


class ModuleEvent(Event):
    """An account attached or lost the module channel that is told so."""

    type: Literal["module"] = "module"
    module: contents.Module


class ActivatedEvent(Event):
    """A module channel, which is told so, took control of a chat."""

    type: Literal["activated"] = "activated"
    source: sources.Source
    chat_control: contents.ChatControl


class DeactivatedEvent(Event):
    """A module channel, which is told so, lost control of a chat."""

    type: Literal["deactivated"] = "deactivated"
    source: sources.Source


class BotSuspendedEvent(Event):
    """The account was suspended; told to module channels, always in mode active."""

    type: Literal["botSuspended"] = "botSuspended"
    mode: Literal["active"] = "active"


class BotResumedEvent(Event):
    """The account came back; told to module channels, always in mode active."""

    type: Literal["botResumed"] = "botResumed"
    mode: Literal["active"] = "active"


_MODELS: tuple[type[Event], ...] = (
    MessageEvent,
    MessageEditedEvent,
    UnsendEvent,
    FollowEvent,
    UnfollowEvent,
    JoinEvent,
    LeaveEvent,
    MemberJoinedEvent,
    MemberLeftEvent,
    PostbackEvent,
    VideoPlayCompleteEvent,
    BeaconEvent,
    AccountLinkEvent,
    MembershipEvent,
    DeliveryEvent,
    ModuleEvent,
    ActivatedEvent,
    DeactivatedEvent,
    BotSuspendedEvent,
    BotResumedEvent,
)

EVENTS: Mapping[str, type[Event]] = MappingProxyType(
    {model.model_fields["type"].default: model for model in _MODELS}
)
"""The model of every event type, in the order of the reference."""


def webhook(destination: str, events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The body of a webhook, for :func:`line_sim.wire.bodies.encode`.

    `destination` is the bot's user id. Without events it is what LINE sends to verify a URL; the
    events of one webhook may be of several users.
    """
    return {"destination": destination, "events": list(events)}


def redelivered(event: Mapping[str, Any]) -> dict[str, Any]:
    """The same event as LINE sends it again: only ``isRedelivery`` differs, and that is true."""
    context = event.get("deliveryContext", {})  # a replay's events go out as recorded, not as here
    return {**event, "deliveryContext": {**context, "isRedelivery": True}}
