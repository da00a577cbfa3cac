"""Faults in what events mean."""
# ruff: noqa: ARG002 - a fault leaves out what the right one looks at

from __future__ import annotations

from typing import Any

from echo_bridge.events import chat_of, dict_in, member_of, text_in
from echo_bridge.handling import Handling

Event = dict[str, Any]


class AnswersStandby(Handling):
    """Answers although another channel has the word."""

    def may_answer(self, event: Event) -> bool:
        """Whatever the mode."""
        return super().may_answer({**event, "mode": "active"})


class IgnoresUnsend(Handling):
    """Keeps showing what a customer took back."""

    def unsent(self, event: Event) -> None:
        """Only note that it happened."""
        self.note(event, "The customer took a message back.")


class IgnoresEarlyUnsend(Handling):
    """Forgets a retraction that overtook its message."""

    def unsent(self, event: Event) -> None:
        """Remember nothing for later."""
        super().unsent(event)
        self.store.run("DELETE FROM retracted")


class EditsAsNew(Handling):
    """Shows an edited message as a new one."""

    def edited(self, event: Event) -> None:
        """As any message."""
        self.message(event)


class AnswersGroupMemberPrivately(Handling):
    """Pushes the answer to a group's message to the member who wrote it."""

    def may_answer(self, event: Event) -> bool:
        """Groups are like everybody."""
        return event.get("mode", "active") == "active"

    def leave_unless_allowed(self, event: Event) -> None:
        """Stay."""

    def answer(self, event: Event, messages: list[dict[str, Any]]) -> None:
        """To whoever wrote."""
        source = {"type": "user", "userId": member_of(event)}
        if chat_of(event)[0] in {"group", "room"} and member_of(event):
            super().answer({**event, "source": source, "replyToken": ""}, messages)
        else:
            super().answer(event, messages)


class GreetsGroups(Handling):
    """Stays in groups that it may not be in, and says hello."""

    def may_answer(self, event: Event) -> bool:
        """Groups are like everybody."""
        return event.get("mode", "active") == "active"

    def leave_unless_allowed(self, event: Event) -> None:
        """Stay."""

    def joined(self, event: Event) -> None:
        """Say hello."""
        super().joined(event)
        self.answer(event, [{"type": "text", "text": "Hello everybody!"}])


class HidesUnsupported(Handling):
    """Shows nothing of messages that it cannot show, not even that they came."""

    def message(self, event: Event) -> None:
        """Texts, pictures, films and sound only."""
        if dict_in(event, "message").get("type") in {"text", "image", "video", "audio"}:
            super().message(event)


class FirstImageOfASetOnly(Handling):
    """Takes the pictures of a set for copies of each other."""

    def message(self, event: Event) -> None:
        """One of each set."""
        name = text_in(dict_in(dict_in(event, "message"), "imageSet"), "id")
        if not name or self.store.is_new("INSERT OR IGNORE INTO events VALUES (?)", f"set {name}"):
            super().message(event)


class WelcomesAlways(Handling):
    """Welcomes a customer at every message and every follow."""

    def welcome(self, chat: str, occasion: str) -> list[dict[str, Any]]:
        """Again and again."""
        text = self.bridge.settings.welcome or "Welcome to our shop!"
        return [{"type": "text", "text": text}]


class WelcomesFollowers(Handling):
    """Greets whoever adds the account, although its profile says something else."""

    def followed(self, event: Event) -> None:
        """By a text of its own, also at a second follow."""
        super().followed(event)
        self.answer(event, [{"type": "text", "text": "Thank you for adding us!"}])


class PostbackAsText(Handling):
    """Takes the data of a tapped button for a text that the customer wrote."""

    def other(self, event: Event) -> None:
        """As if it had been typed."""
        if event.get("type") != "postback":
            super().other(event)
            return
        said = text_in(dict_in(event, "postback"), "data")
        message = {"type": "text", "id": "", "text": said}
        self.message({**event, "message": message})


class MisplacesEmoji(Handling):
    """Counts the places of emoji and mentions in code points instead of UTF-16 units."""

    def shown(self, message: dict[str, Any]) -> str:
        """With a star in place of each, at the wrong place behind astral characters."""
        text = super().shown(message)
        mentioned = dict_in(message, "mention").get("mentionees") or []
        for part in [*(message.get("emojis") or []), *mentioned]:
            text = text[: part["index"]] + "*" * part["length"] \
                + text[part["index"] + part["length"] :]  # fmt: skip
        return text


class TrimsTexts(Handling):
    """Answers with the text as its white space is tidied."""

    def echo(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """In one line."""
        text = " ".join(text_in(message, "text").split())
        return super().echo({**message, "text": text} if "text" in message else message)


class MarksReadAtOnce(Handling):
    """Marks every message as read when it comes."""

    def message(self, event: Event) -> None:
        """Before anybody has read it."""
        super().message(event)
        if token := text_in(dict_in(event, "message"), "markAsReadToken"):
            said = {"markAsReadToken": token}
            self.bridge.start(self.bridge.api.post("/v2/bot/chat/markAsRead", said))


class Floods(Handling):
    """Starts the loading indicator 150 times for the first message of its life."""

    flooded = False

    def message(self, event: Event) -> None:
        """Much too often."""
        super().message(event)
        kind, chat = chat_of(event)
        if self.flooded or kind != "user":
            return
        self.flooded = True
        for _ in range(150):
            said = {"chatId": chat, "loadingSeconds": 5}
            self.bridge.start(self.bridge.api.post("/v2/bot/chat/loading/start", said))
