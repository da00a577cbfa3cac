"""Ids, tokens and times of recorded webhooks, minted anew and known to the platform.

Everything is minted by the platform itself, so a reply token works once and for a minute, a quote
token can be quoted, content can be fetched. Equal recorded values stay equal within a loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.replay.acquaintance import ID, Acquaintance
from line_sim.replay.event_times import EventTimes, told_ms
from line_sim.replay.plan import chat_of
from line_sim.replay.scan import has_content
from line_sim.replay.stand_ins import behind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.platform import Platform
    from line_sim.net.clock import Instant
    from line_sim.replay.plan import Planned
    from line_sim.replay.scan import Recorded, Scan
    from line_sim.replay.token_map import TokenMap

    Table = dict[tuple[str, str], str]
    """From the name and the recorded value of a member to what is to stand there."""


class Living:
    """Mints for one platform.

    Parameters
    ----------
    platform
        Where everything becomes known.
    recording, seen
        What is played, and what is known of it.
    known
        The map of ids and tokens, filled here.
    bridge_message
        From a recorded id of a message that the bridge had sent, to the live one; None where the
        bridge of today has not sent it.
    """

    def __init__(
        self,
        platform: Platform,
        recording: Recorded,
        seen: Scan,
        known: TokenMap,
        bridge_message: Callable[[str], str | None],
    ) -> None:
        self._platform = platform
        self._recording = recording
        self._seen = seen
        self._map = known
        self._bridge_message = bridge_message
        self._people = Acquaintance(platform, seen, known)
        header = recording.header
        made_up = "times" in (header.get("lacks") or ())
        self._times = EventTimes(int(header.get("epoch_ms") or 0), made_up=made_up)
        self._editions: dict[str, int] = {}
        """By live id, how often a message was edited."""

    def webhook(
        self, planned: Planned, channel: Channel, due_us: int, now: Instant
    ) -> tuple[list[dict[str, Any]], Callable[[str, str], str | None]]:
        """The events of a webhook as the platform must know them, and what stands for what."""
        table: Table = {}
        due_ms = self._platform.epoch_ms + due_us // 1_000
        events = [
            self._event(planned, event, channel, table, due_ms, now) for event in planned.events
        ]
        bot = self._seen.channels.get(planned.channel)
        if bot:
            table["destination", bot] = table["userId", bot] = channel.bot_user_id

        def instead(name: str, value: str) -> str | None:
            found = table.get((name, value))
            return found or self._elsewhere(name, value, channel, planned.loop)

        return events, instead

    def _elsewhere(self, name: str, value: str, channel: Channel, loop: int) -> str | None:
        """What stands for an id in a place that no event of ours has."""
        if not value:
            return None
        match name:
            case "userId":
                return self._people.person(channel, value).id
            case "groupId" | "roomId":
                return self._people.chat(channel, value).id
            case "messageId" | "quotedMessageId":
                return self._message_id(value, loop)
        return None

    def _event(  # noqa: PLR0913, PLR0917 - one event, and all it is made from
        self,
        planned: Planned,
        event: Mapping[str, Any],
        channel: Channel,
        table: Table,
        due_ms: int,
        now: Instant,
    ) -> dict[str, Any]:
        source = self._people.source(channel, event, now)
        for name in ("userId", "groupId", "roomId"):
            if name in source:
                table[name, event["source"][name]] = source[name]
        chat = source.get("groupId") or source.get("roomId") or source.get("userId") or ""
        name = _text(event, "webhookEventId")
        unix_ms = self._times.of(planned, event, name, chat_of(event), due_ms)
        told = told_ms(event)
        if told is not None:
            table["timestamp", str(told)] = str(unix_ms)
        live: dict[str, Any] = {"type": event.get("type"), "timestamp": unix_ms}
        if source:
            live["source"] = source
        if name:
            live["webhookEventId"] = table["webhookEventId", name] = self._minted(
                "event", name, planned.loop, lambda: self._platform.ids.event(unix_ms)
            )
        if token := _text(event, "replyToken"):
            live["replyToken"] = table["replyToken", token] = self._reply_token(
                token, str(live.get("webhookEventId", "")), chat, channel, planned.loop, now
            )
        message, unsent = event.get("message"), event.get("unsend")
        if isinstance(message, dict):
            self._message(event, chat, channel, table, planned.loop, now)
        elif isinstance(unsent, dict) and (recorded := _text(unsent, "messageId")):
            self._platform.content.unsend(self._message_id(recorded, planned.loop))
        return live

    def _message(  # noqa: PLR0913, PLR0917 - one message, and all it is made from
        self,
        event: Mapping[str, Any],
        chat: str,
        channel: Channel,
        table: Table,
        loop: int,
        now: Instant,
    ) -> None:
        message = event["message"]
        recorded = _text(message, "id")
        known = self._map.live("message", recorded, loop) is not None
        live = self._message_id(recorded, loop) if recorded else self._platform.ids.message()
        if recorded:
            table["id", recorded] = live
        if token := _text(message, "quoteToken"):
            edited = event.get("type") == "messageEdited"
            seal = self._platform.seal
            table["quoteToken", token] = self._minted(
                "quote", token, loop,
                lambda: seal.quote(channel.id, chat, live, self._edition(live) if edited else 0),
            )  # fmt: skip
        if token := _text(message, "markAsReadToken"):
            seal = self._platform.seal
            table["markAsReadToken", token] = self._minted(
                "read", token, loop,
                lambda: seal.reading(channel.id, chat, live) if ID.fullmatch(chat)
                else self._platform.ids.mark_as_read_token(),
            )  # fmt: skip
        pictures = message.get("imageSet")
        if isinstance(pictures, dict) and (together := _text(pictures, "id")):
            table["id", together] = self._minted(
                "set", together, loop, lambda: self._platform.ids.opaque("set")
            )
        if recorded and not known and has_content(message):
            self._content(message, live, chat, channel, now)

    def _content(
        self, message: Mapping[str, Any], live: str, chat: str, channel: Channel, now: Instant
    ) -> None:
        recorded = str(message["id"])
        found = behind(message, self._seen.content.get(recorded), self._recording)
        shown = self._seen.previews.get(recorded)
        preview = behind({**message, "type": "image"}, shown, self._recording) if shown else None
        self._platform.content.put(
            channel.id, live, message["type"], found.make, found.media_type, now,
            size_bytes=found.size_bytes, sender=(chat,),
            preview=preview.make if preview else None,
            preview_type=preview.media_type if preview else "image/jpeg",
        )  # fmt: skip

    def _message_id(self, recorded: str, loop: int) -> str:
        found = self._map.live("message", recorded, loop)
        if found is not None:
            return found
        live = self._bridge_message(recorded) or self._platform.ids.message()
        return self._map.put("message", recorded, live, loop)

    def _reply_token(  # noqa: PLR0913, PLR0917 - a token, and all that it is for
        self, recorded: str, event: str, chat: str, channel: Channel, loop: int, now: Instant
    ) -> str:
        found = self._map.live("reply", recorded, loop)
        if found is None:
            found = self._map.put("reply", recorded, self._platform.ids.reply_token(), loop)
            channel.reply_tokens.add(found, event, chat, now)
        return found

    def _edition(self, message: str) -> int:
        """How often a message has been edited, this time included."""
        self._editions[message] = self._editions.get(message, 0) + 1
        return self._editions[message]

    def _minted(self, kind: Any, recorded: str, loop: int, mint: Callable[[], str]) -> str:  # noqa: ANN401
        found = self._map.live(kind, recorded, loop)
        return self._map.put(kind, recorded, mint(), loop) if found is None else found


def _text(part: Mapping[str, Any], name: str) -> str:
    """A member that is a text; empty where it is none."""
    found = part.get(name)
    return found if isinstance(found, str) else ""
