"""What an event means: a line of the transcript, and what is to be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from echo_bridge.events import chat_of, dict_in, happened_ms, member_of, text_in
from echo_bridge.store import packed
from echo_bridge.texts import split

if TYPE_CHECKING:
    from collections.abc import Callable

    from echo_bridge.app import Bridge
    from echo_bridge.events import Event

FETCHED = ("image", "video", "audio", "file")
"""Messages whose content LINE keeps for a while (Messaging API reference, get content)."""


class Handling:
    """Acts on events, inside the transaction that remembers them. Nothing here waits."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.store = bridge.store
        self.acts: dict[str, Callable[[Event], None]] = {
            "message": self.message,
            "messageEdited": self.edited,
            "unsend": self.unsent,
            "follow": self.followed,
            "unfollow": self.unfollowed,
            "join": self.joined,
        }

    def take(self, event: Event) -> None:
        """Act on one event; one of a type that nobody knows yet is a notice."""
        kind, chat = chat_of(event)
        if chat:
            self.store.run("INSERT OR IGNORE INTO chats (id, kind) VALUES (?, ?)", chat, kind)
            self.bridge.people.wanted(chat, kind, member_of(event))
        token = event.get("replyToken")
        if isinstance(token, str) and self.may_answer(event):
            self.store.run("INSERT OR IGNORE INTO reply_tokens (token, chat, came_at) "
                           "VALUES (?, ?, ?)", token, chat, self.bridge.clock.now())  # fmt: skip
        type_ = event.get("type")
        self.acts.get(type_ if isinstance(type_, str) else "", self.other)(event)

    def may_answer(self, event: Event) -> bool:
        """Whether the account has the word in this chat: not in standby, not in groups unasked."""
        allowed = self.bridge.settings.groups or chat_of(event)[0] not in {"group", "room"}
        return event.get("mode", "active") == "active" and allowed

    # events

    def message(self, event: Event) -> None:
        """Show what a customer wrote or sent, and answer it."""
        message = dict_in(event, "message")
        name = text_in(message, "id")
        if self.store.row("SELECT 1 FROM retracted WHERE message = ?", name):
            self.note(event, "The customer took this message back.", state="retracted")
            return
        shown = self.shown(message)
        self.leave_unless_allowed(event)
        external = text_in(dict_in(message, "contentProvider"), "type") not in {"", "line"}
        self.note(
            event,
            shown,
            message=message,
            fetch="wanted" if message.get("type") in FETCHED and not external else "",
        )
        chat = chat_of(event)[1]
        self.store.run("UPDATE chats SET blocked = 0 WHERE id = ?", chat)
        if self.may_answer(event):
            self.answer(event, [*self.welcome(chat, "first_message"), *self.echo(message)])

    def echo(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """The answer to a message: the same text, or a notice that names what came."""
        if message.get("type") != "text":
            return [{"type": "text", "text": f"You sent: {message.get('type')}"}]
        text = text_in(message, "text")
        most = self.bridge.settings.limits.text.max_units
        return [{"type": "text", "text": part} for part in split(text, most)]

    def edited(self, event: Event) -> None:
        """Show the message as it is now, and that it was edited."""
        message = dict_in(event, "message")
        changed = self.store.run(
            "UPDATE entries SET text = ?, state = 'edited', quote_token = ? WHERE message = ? "
            "AND state <> 'retracted'",
            packed(self.shown(message)),
            text_in(message, "quoteToken"),
            text_in(message, "id"),
        )
        if not changed:  # it overtook its message
            self.note(event, self.shown(message), message=message, state="edited")

    def unsent(self, event: Event) -> None:
        """Forget what a customer took back, whether it is here already or still to come."""
        name = text_in(dict_in(event, "unsend"), "messageId")
        if not name:
            return
        self.store.run("INSERT OR IGNORE INTO retracted VALUES (?)", name)
        for row in self.store.rows(
            "SELECT seq, media FROM entries WHERE ? IN (message, answers)", name
        ):
            self.bridge.outbox.withdraw(row["seq"])  # the answer, which repeats it
            self.bridge.content.forget(row["media"])
        self.store.run(
            "UPDATE entries SET text = ?, state = 'retracted', media = '', fetch = '' "
            "WHERE ? IN (message, answers)",
            packed("The customer took this message back."),
            name,
        )

    def followed(self, event: Event) -> None:
        """Note it; the profile says whether this is the moment of the welcome."""
        chat = chat_of(event)[1]
        self.store.run("UPDATE chats SET blocked = 0 WHERE id = ?", chat)
        self.note(event, "The customer added the account.")
        if self.may_answer(event):
            self.answer(event, self.welcome(chat, "follow"))

    def unfollowed(self, event: Event) -> None:
        """Note that nothing reaches this customer any more."""
        self.store.run("UPDATE chats SET blocked = 1 WHERE id = ?", chat_of(event)[1])
        self.note(event, "The customer blocked the account.")

    def joined(self, event: Event) -> None:
        """Note that somebody invited the account; leave where it may not be."""
        self.note(event, "The account was invited.")
        self.leave_unless_allowed(event)

    def other(self, event: Event) -> None:
        """A line for everything else, of types known and unknown."""
        data = text_in(dict_in(event, "postback"), "data")
        type_ = event.get("type")
        self.note(event, f"postback: {data}" if type_ == "postback" else f"event: {type_}")

    # what they have in common

    def leave_unless_allowed(self, event: Event) -> None:
        """Leave a group or room where the account may not be in any."""
        kind, chat = chat_of(event)
        if kind in {"group", "room"} and not self.bridge.settings.groups:
            self.bridge.people.leave(kind, chat)

    def welcome(self, chat: str, occasion: str) -> list[dict[str, Any]]:
        """The welcome, once for each chat, where there is one and this is its occasion."""
        text = self.bridge.settings.welcome
        if not text or self.bridge.settings.limits.automatic.welcome != occasion:
            return []
        if not self.store.run("UPDATE chats SET welcomed = 1 WHERE id = ? AND NOT welcomed", chat):
            return []
        return [{"type": "text", "text": text}]

    def answer(self, event: Event, messages: list[dict[str, Any]]) -> None:
        """Have messages sent to where an event came from: by its token, if that is soon."""
        if not messages:
            return
        shown = "\n".join(message["text"] for message in messages)
        self.bridge.outbox.add(
            chat_of(event)[1],
            self.note(event, shown, author="system", kind="text"),
            messages,
            at_ms=happened_ms(event),
            reply_token=text_in(event, "replyToken"),
        )

    def note(  # noqa: PLR0913 - what may be said of a line
        self,
        event: Event,
        text: str,
        *,
        message: dict[str, Any] | None = None,
        author: str = "customer",
        kind: str = "",
        state: str = "shown",
        fetch: str = "",
    ) -> int:
        """Write a line of the transcript; its number."""
        said = message or {}
        type_ = kind or said.get("type") or dict_in(event, "message").get("type")
        return self.store.run(
            "INSERT INTO entries (chat, author, kind, text, at_ms, event, message, state, quoted, "
            "quote_token, read_token, fetch, member, answers) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            chat_of(event)[1],
            author,
            str(type_ or event.get("type")),
            packed(text),
            happened_ms(event),
            text_in(event, "webhookEventId") if author == "customer" else "",
            text_in(said, "id") if author == "customer" else "",
            state,
            text_in(said, "quotedMessageId"),
            text_in(said, "quoteToken"),
            text_in(said, "markAsReadToken"),
            fetch,
            member_of(event),
            "" if author == "customer" else text_in(dict_in(event, "message"), "id"),
        )

    def shown(self, message: dict[str, Any]) -> str:
        """What staff see of a message."""
        match message.get("type"):
            case "text":
                return text_in(message, "text")
            case "sticker":
                words = ", ".join(map(str, message.get("keywords") or []))
                return f"[sticker {words or text_in(message, 'text')}]".replace(" ]", "]")
            case "location":
                where = [text_in(message, "title"), text_in(message, "address")]
                where += [str(message.get("latitude")), str(message.get("longitude"))]
                return f"[location {', '.join(filter(None, where))}]"
            case "file":
                return f"[file {text_in(message, 'fileName')}, {message.get('fileSize')} bytes]"
            case "image" | "video" | "audio" as kind:
                there = text_in(dict_in(message, "contentProvider"), "originalContentUrl")
                return f"[{kind}{' ' + there if there else ''}]"
            case kind:
                return f"[unsupported message: {kind}]"
