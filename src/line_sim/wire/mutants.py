"""Webhooks made wrong, or newer than any bot, on purpose.

LINE says that new values and properties may come at any time, and a bot has to live with them
(Messaging API guides, development guidelines). A mutant takes a right webhook and makes one thing
in it new, absent or wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError, Fault
from line_sim.wire import mutations
from line_sim.wire.bodies import encode
from line_sim.wire.mutations import dropped, in_first, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["MUTANTS", "Mutant"]

_ANY_EVENT = "an event"
_STRANGER = "U" + "0" * 32  # a bot's user id that no platform of ours gives out


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way to make a webhook wrong or new."""

    name: str
    what: str
    """What is wrong or new about it, as a phrase."""
    checks: tuple[int, ...]
    """Numbers of the conformance checks it serves."""
    needs: str
    """What a webhook must have for it."""
    change: mutations.Mutation
    by_line: bool = True
    """Whether LINE itself might send it: it does, or says that such things may come."""
    spoil: Callable[[bytes], bytes] | None = None
    """A change of the bytes, for what JSON cannot say."""

    def fits(self, webhook: Mapping[str, Any]) -> bool:
        """Whether `webhook` has what this mutant needs."""
        return self.change(webhook) is not None

    def apply(self, webhook: Mapping[str, Any]) -> dict[str, Any]:
        """A changed copy of a webhook.

        Where one event is changed, it is the first that fits, and its neighbours stay.

        Raises
        ------
        ConfigurationError
            Nothing in it fits: a mutant that changed nothing would prove nothing.
        """
        changed = self.change(webhook)
        if changed is None:
            given = f"nothing in it that {self.name} could change"
            raise ConfigurationError([Fault("webhook", given, f"it needs {self.needs}")])
        return dict(changed)

    def body(self, webhook: Mapping[str, Any], style: str = "line", seed: int = 0) -> bytes:
        """The bytes to sign and send; `style` and `seed` as those of a right body."""
        written = encode(self.apply(webhook), style, seed)
        return written if self.spoil is None else self.spoil(written)


def _half(body: bytes) -> bytes:
    # of an object, so what is left cannot be JSON
    return body[: len(body) // 2]


_BROKEN = (
    Mutant(
        "not_json",
        "the first half of a body",
        (9,),
        "nothing",
        dict,
        by_line=False,
        spoil=_half,
    ),
    Mutant("no_events", "no list of events", (9,), "nothing", dropped("events"), by_line=False),
    Mutant(
        "other_destination",
        "the destination of an account nobody knows",
        (12,),
        "a destination",
        replaced("destination", by=_STRANGER),
        by_line=False,
    ),
    Mutant(
        "no_event_id",
        "an event without webhookEventId",
        (20,),
        _ANY_EVENT,
        in_first(dropped("webhookEventId")),
        by_line=False,
    ),
    Mutant(
        "no_quote_token",
        "a message without the quote token that its type has",
        (20,),
        "a text, image, video or sticker",
        in_first(dropped("message", "quoteToken")),
        by_line=False,
    ),
    Mutant(
        "things",
        "an event of the type removed in August 2025",
        (38,),
        "an event of a user",
        in_first(mutations.as_things),
        by_line=False,
    ),
)
"""What LINE does not send."""

_NEW = (
    Mutant(
        "unknown_event_type",
        "an event of a type still to come",
        (20, 31),
        _ANY_EVENT,
        in_first(replaced("type")),
    ),
    Mutant(
        "unknown_mode",
        "an event in a mode still to come",
        (20,),
        _ANY_EVENT,
        in_first(replaced("mode")),
    ),
    Mutant(
        "unknown_message_type",
        "a message of a type still to come",
        (32,),
        "a message",
        in_first(replaced("message", "type")),
    ),
    Mutant(
        "unknown_source_type",
        "an event from a kind of chat still to come",
        (33,),
        "an event with a source",
        in_first(replaced("source", "type")),
    ),
    Mutant(
        "unknown_sticker_type",
        "a sticker that can do what none can yet",
        (33,),
        "a sticker",
        in_first(replaced("message", "stickerResourceType")),
    ),
    Mutant(
        "unknown_mentionee_type",
        "a mention of a kind still to come",
        (33,),
        "a text with a mention",
        in_first(replaced("message", "mention", "mentionees", 0, "type")),
    ),
    Mutant(
        "unknown_content_provider",
        "a file held by a kind of provider still to come",
        (33,),
        "an image, video or audio",
        in_first(replaced("message", "contentProvider", "type")),
    ),
    Mutant(
        "unknown_postback_params",
        "a postback with a parameter still to come",
        (33,),
        "a postback",
        in_first(mutations.unknown_params),
    ),
    Mutant(
        "extra_properties",
        "one more property in every object",
        (34,),
        "nothing",
        mutations.extra_everywhere,
    ),
)
"""What LINE may add."""


_LESS = (
    Mutant(
        "no_source",
        "an event that names no chat",
        (35,),
        "an event with a source",
        in_first(dropped("source")),
    ),
    Mutant(
        "unnamed_member",
        "a message from a group or room that does not say whose",
        (35,),
        "a message of a member of a group or room",
        in_first(mutations.unnamed_member),
    ),
    Mutant(
        "no_read_token",
        "a message that cannot be marked as read",
        (35,),
        "a message with markAsReadToken",
        in_first(dropped("message", "markAsReadToken")),
    ),
    Mutant(
        "unnumbered_image",
        "an image of a set without its place in it",
        (35, 44),
        "an image of a set, with its index",
        in_first(dropped("message", "imageSet", "index", also="total")),
    ),
    Mutant(
        "unnamed_place",
        "a location that is coordinates only",
        (35, 46),
        "a location with a title",
        in_first(dropped("message", "title", also="address")),
    ),
    Mutant(
        "no_keywords",
        "a sticker without keywords",
        (35, 46),
        "a sticker with keywords",
        in_first(dropped("message", "keywords")),
    ),
    Mutant(
        "delivery_without_source",
        "the event of a LINE notification message, which names nobody",
        (38,),
        _ANY_EVENT,
        in_first(mutations.as_delivery),
    ),
    Mutant(
        "standby",
        "an event for reading only, because another channel holds the chat",
        (39,),
        _ANY_EVENT,
        in_first(mutations.as_standby),
    ),
    Mutant(
        "big_batch",
        f"{mutations.BIG_BATCH} events at once",
        (13,),
        f"an event, and fewer than {mutations.BIG_BATCH}",
        mutations.big_batch,
    ),
    Mutant(
        "same_time",
        "events that happened in one millisecond",
        (28,),
        "two events of different times",
        mutations.same_time,
    ),
)
"""What LINE already does, if seldom."""

MUTANTS: Mapping[str, Mutant] = MappingProxyType(
    {mutant.name: mutant for mutant in (*_BROKEN, *_NEW, *_LESS)}
)
"""Every mutant by its name."""
