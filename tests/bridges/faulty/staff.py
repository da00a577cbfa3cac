"""Faults on the side of the staff."""

from __future__ import annotations

from typing import Any

from echo_bridge import desk
from echo_bridge.desk import LOADING, Desk
from echo_bridge.handling import Handling


def units(text: str, most: int) -> list[str]:
    """The text cut every `most` UTF-16 units, wherever that is."""
    data = text.encode("utf-16-le")
    parts = [data[at : at + 2 * most] for at in range(0, len(data), 2 * most)]
    return [part.decode("utf-16-le", "surrogatepass") for part in parts]


class TruncatesAt4999CodePoints(Desk):
    """Cuts a text after so many code points as the profile has UTF-16 units, and says nothing."""

    def parts(self, text: str) -> list[str]:
        """The beginning."""
        return [text[: self.bridge.settings.limits.text.max_units]]


class TruncatesEchoes(Handling):
    """The same for what it answers."""

    def echo(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """The beginning."""
        text = message.get("text")
        if not isinstance(text, str) or not text.strip():
            return super().echo(message)
        return [{"type": "text", "text": text[: self.bridge.settings.limits.text.max_units]}]


class SplitsSurrogates(Desk):
    """Splits a text in the middle of a character."""

    def parts(self, text: str) -> list[str]:
        """Every so many units."""
        return units(text, self.bridge.settings.limits.text.max_units)


class SplitsEchoesAnywhere(Handling):
    """The same for what it answers."""

    def echo(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """Every so many units."""
        text = message.get("text")
        if not isinstance(text, str) or not text.strip():
            return super().echo(message)
        parts = units(text, self.bridge.settings.limits.text.max_units)
        return [{"type": "text", "text": part} for part in parts]


class SendsBlankTexts(Desk):
    """Sends texts in which nothing can be seen."""

    def messages(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        """As staff wrote them."""
        text = said.get("text")
        blank = isinstance(text, str) and not text.strip() and "media" not in said
        return [{"type": "text", "text": text or ""}] if blank else super().messages(said)


class TidiesTexts(Desk):
    """Sends a text in one line and without control characters."""

    def messages(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        """Not as staff wrote it."""
        text = said.get("text")
        if isinstance(text, str):
            said = {**said, "text": " ".join(text.replace("\0", "").split())}
        return super().messages(said)


class SenderNameTooLong(Desk):
    """Shows whatever staff are called, whole."""

    def send(self, said: dict[str, Any]) -> dict[str, Any]:
        """Without looking at LINE's limits."""
        right = desk.shown_name
        desk.shown_name = lambda name, form: "" if form == "none" else name
        try:
            return super().send(said)
        finally:
            desk.shown_name = right


class SendsToStrangers(Desk):
    """Sends to any id that it is given."""

    def _check_chat(self, chat: str) -> None:
        """Every chat is ours."""


class QuotesTheLatest(Desk):
    """Quotes by the last quote token that it saw, of whatever chat."""

    def quote_token(self, chat: str, message: str) -> str:
        """The latest of all."""
        row = self.store.row(
            "SELECT quote_token FROM entries WHERE quote_token <> '' ORDER BY seq DESC LIMIT 1"
        )
        return str(row["quote_token"]) if row else super().quote_token(chat, message)


class OrdersByArrival(Desk):
    """Shows a chat in the order that webhooks came in."""

    def transcript(self, chat: str) -> list[dict[str, Any]]:
        """By number."""
        return sorted(super().transcript(chat), key=lambda entry: int(entry["id"]))


class LoadingForGroups(Desk):
    """Starts the loading indicator wherever staff type, for as long as they say."""

    def typing(self, chat: str, seconds: float) -> None:
        """In groups too, and for 7 s."""
        said = {"chatId": chat, "loadingSeconds": int(seconds)}
        self.bridge.start(self.bridge.api.post(LOADING, said))
