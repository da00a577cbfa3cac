"""What each event does: an entry of the transcript, and, of some, an input of the desk.

Everything happens within the transaction that remembers the event, so nothing here waits. Message
and postback go to the desk, the rest is for the transcript only; groups and rooms never make an
enquiry, and in standby, where a module of somebody else's has the word, nothing answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from line_sim.bridge.intake.shapes import (
    ACCOUNT,
    LONGEST_ID,
    MANY,
    answerable,
    dict_in,
    happened_ms,
    id_in,
    place_of,
    text_in,
    word_in,
)
from line_sim.bridge.intake.showing import (
    RETRACTED,
    UNREADABLE,
    UNSEND,
    event_notice,
    message_notice,
)
from line_sim.bridge.store.tables import retracted

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.intake.chats import Chat
    from line_sim.bridge.intake.needs import Owner
    from line_sim.bridge.intake.shapes import Event, Place


_RETRACTED = select(retracted.c.message).where(
    retracted.c.channel == bindparam("on"), retracted.c.message == bindparam("what")
)


class Came:
    """An event that came to a channel, and where it belongs."""

    __slots__ = ("channel", "chat", "event", "place")

    def __init__(self, channel: Connected, event: Event, place: Place, chat: Chat) -> None:
        self.channel, self.event, self.place, self.chat = channel, event, place, chat


class Events:
    """Acts on events, one at a time."""

    def __init__(self, bridge: Owner) -> None:
        self._bridge = bridge
        self._acts: dict[str, Callable[[Came], None]] = {
            "message": self._message,
            "messageEdited": self._edited,
            "unsend": self._unsent,
            "postback": self._postback,
            "follow": self._followed,
            "unfollow": self._unfollowed,
            "join": self._joined,
        }

    def take(self, channel: Connected, event: Event) -> None:
        """Let one event do what it does."""
        place = place_of(event)
        chat = self._bridge.chats.take(channel.id, place.kind, place.line_id)
        came = Came(channel, event, place, chat)
        kind = word_in(event, "type")
        if kind != "unfollow":
            self._bridge.people.want(channel, place, chat.named_at)
        token = text_in(event, "replyToken")
        if 0 < len(token) <= LONGEST_ID and self._answers(came):
            self._bridge.reply_tokens.keep(chat.id, token)
        self._acts.get(kind, self._noted)(came)

    def unreadable(self, channel: Connected, event: Event) -> None:
        """Note that something came which broke us."""
        place = place_of(event)
        chat = self._bridge.chats.take(channel.id, place.kind, place.line_id)
        self._note(Came(channel, event, place, chat), UNREADABLE)

    # what each does

    def _message(self, came: Came) -> None:
        message = dict_in(came.event, "message")
        name = id_in(message, "id")
        if name and self._is_retracted(came.channel, name):
            self._note(came, RETRACTED, state="retracted", message=name)
            return
        edited = self._entry_of(came, name) if name else None
        if edited is not None and edited.state == "edited" and not edited.event:
            known = {"event": id_in(came.event, "webhookEventId"), "at_ms": self._at_ms(came)}
            self._bridge.transcript.set(edited.id, **known)
            self._to_desk(came, edited.id, word_in(message, "type"))
            return  # its edit overtook it, and is here already
        self._leave_unless_allowed(came)
        fetched = came.place.kind == "user" or came.channel.config.groups
        shown = message_notice(came.event, came.channel, fetched=fetched)
        entry = self._note(
            came,
            shown.text,
            kind=word_in(message, "type"),
            fetch=shown.fetch,
            source_url=shown.source_url,
            **_columns(message),
        )
        if shown.fetch:
            self._bridge.store.after_commit(self._bridge.media.fetch_wanted)
        self._to_desk(came, entry, word_in(message, "type"))

    def _postback(self, came: Came) -> None:
        self._to_desk(came, self._noted(came), "text")

    def _edited(self, came: Came) -> None:
        """Show a message as it reads now; one that is not here yet begins so."""
        self._leave_unless_allowed(came)
        message = dict_in(came.event, "message")
        name = id_in(message, "id")
        if name and self._is_retracted(came.channel, name):
            return
        shown = message_notice(came.event, came.channel, fetched=False)
        if name and (entry := self._entry_of(came, name)):
            self._bridge.transcript.edit(entry.id, shown.text, text_in(message, "quoteToken"))
            return
        known = {"kind": word_in(message, "type"), "state": "edited", "event": ""}
        self._note(came, shown.text, **known, **_columns(message))

    def _unsent(self, came: Came) -> None:
        """Forget what was taken back, whether it is here already or still to come."""
        bridge, name = self._bridge, id_in(dict_in(came.event, "unsend"), "messageId")
        if not name:
            self._note(came, UNSEND)
            return
        bridge.store.add_new(retracted, channel=came.channel.id, message=name)
        for entry in bridge.transcript.of_message(came.channel.id, name):
            bridge.transcript.retract(entry.id, RETRACTED)

    def _followed(self, came: Came) -> None:
        self._bridge.chats.set_blocked(came.chat, blocked=False)
        self._noted(came)

    def _unfollowed(self, came: Came) -> None:
        self._bridge.chats.set_blocked(came.chat, blocked=True)
        self._noted(came)

    def _joined(self, came: Came) -> None:
        self._noted(came)
        self._leave_unless_allowed(came)

    def _noted(self, came: Came) -> int:
        """An entry, and no more: what is of other types, known and unknown."""
        return self._note(came, event_notice(came.event))

    # what they have in common

    def _note(self, came: Came, text: str, *, kind: str = "", **columns: Any) -> int:  # noqa: ANN401
        place, event = came.place, came.event
        return self._bridge.transcript.note(
            came.chat.id,
            author="system" if place.kind == ACCOUNT else "customer",
            kind=kind or word_in(event, "type") or "unknown",
            text=text,
            at_ms=self._at_ms(came),
            member=place.member,
            **{"event": id_in(event, "webhookEventId"), **columns},
        )

    def _at_ms(self, came: Came) -> int:
        return happened_ms(came.event, self._bridge.clock.now_ms())

    def _answers(self, came: Came) -> bool:
        """Whether this chat is one that the desk serves now."""
        return came.place.kind == "user" and answerable(came.event) and came.channel.number >= 0

    def _to_desk(self, came: Came, entry: int, kind: str) -> None:
        """Let the desk have a message of a user; the channel's state is the desk's to judge."""
        self._bridge.chats.set_blocked(came.chat, blocked=False)
        if not self._answers(came):
            return
        enquiry = self._bridge.desk.receive(came.channel.number, came.chat.visitor, kind)
        if enquiry is not None:
            self._bridge.transcript.belongs(came.chat.id, entry, enquiry)

    def _leave_unless_allowed(self, came: Came) -> None:
        if came.place.kind in MANY and not came.channel.config.groups:
            self._bridge.people.leave(came.channel, came.place)

    def _is_retracted(self, channel: Connected, message: str) -> bool:
        asked = {"on": channel.id, "what": message}
        return self._bridge.store.row(_RETRACTED, asked) is not None

    def _entry_of(self, came: Came, message: str) -> Any:  # noqa: ANN401 - a row or None
        """The entry of a message in the same chat, unless it was taken back."""
        found = self._bridge.transcript.of_message(came.channel.id, message)
        mine = (row for row in found if row.chat == came.chat.id and row.state != "retracted")
        return next(mine, None)


def _columns(message: Event) -> dict[str, str]:
    """What an entry keeps of a message beside its text."""
    return {
        "message": id_in(message, "id"),
        "quoted": text_in(message, "quotedMessageId"),
        "quote_token": text_in(message, "quoteToken"),
        "read_token": text_in(message, "markAsReadToken"),
    }
