"""Ids, tokens and times of recorded webhooks, minted anew and known to the platform.

Everything is minted by the platform itself, so a reply token works once and for a minute, a quote
token can be quoted, content can be fetched. Equal recorded values stay equal within a loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.replay.acquaintance import ID, Acquaintance
from line_sim.replay.event_times import EventTimes
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
    from line_sim.replay.token_map import LoopTables, TokenMap

    Table = dict[tuple[str, str], str]
    """From the name and the recorded value of a member to what is to stand there."""


class _Work(NamedTuple):
    """One webhook that is being made ready."""

    planned: Planned
    channel: Channel
    now: Instant
    tables: LoopTables
    table: Table


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
    ) -> tuple[list[dict[str, Any]], tuple[str, ...], Callable[[str, str], str | None]]:
        """The events of a webhook as the platform must know them, their chats, what is what."""
        tables = self._map.loop(planned.loop)
        work = _Work(planned, channel, now, tables, {})
        due_ms = self._platform.epoch_ms + due_us // 1_000
        events, chats = list[dict[str, Any]](), dict[str, None]()
        for event in planned.events:
            live, chat = self._event(event, work, due_ms)
            events.append(live)
            if chat:
                chats[chat] = None
        bot, table = self._seen.channels.get(planned.channel), work.table
        if bot:
            table["destination", bot] = table["userId", bot] = channel.bot_user_id

        def instead(name: str, value: str) -> str | None:
            found = table.get((name, value))
            return found or self._elsewhere(name, value, channel, tables)

        return events, tuple(chats), instead

    def _elsewhere(self, name: str, value: str, channel: Channel, tables: LoopTables) -> str | None:
        """What stands for an id in a place that no event of ours has."""
        if not value:
            return None
        match name:
            case "userId":
                return self._people.person(channel, value).id
            case "groupId" | "roomId":
                return self._people.chat(channel, value).id
            case "messageId" | "quotedMessageId":
                return self._message_id(value, tables)
        return None

    def _event(
        self, event: Mapping[str, Any], work: _Work, due_ms: int
    ) -> tuple[dict[str, Any], str]:
        """One event as the platform must know it, and its live chat."""
        platform, put, table, tables = self._platform, self._map.put, work.table, work.tables
        source = self._people.source(work.channel, event, work.now)
        for name, value in source.items():
            if name != "type":
                table[name, event["source"][name]] = value
        chat = source.get("groupId") or source.get("roomId") or source.get("userId") or ""
        name, told = _text(event, "webhookEventId"), event.get("timestamp")
        unix_ms = self._times.of(work.planned, event, name, chat_of(event), due_ms)
        if isinstance(told, int):
            table["timestamp", str(told)] = str(unix_ms)
        live: dict[str, Any] = {"type": event.get("type"), "timestamp": unix_ms, "source": source}
        if name:
            found = tables.events.get(name) or put(tables.events, name, platform.ids.event(unix_ms))
            live["webhookEventId"] = table["webhookEventId", name] = found
        if token := _text(event, "replyToken"):
            found = tables.replies.get(token) or self._reply_token(token, live, chat, work)
            live["replyToken"] = table["replyToken", token] = found
        message, unsent = event.get("message"), event.get("unsend")
        if isinstance(message, dict):
            self._message(message, chat, work, edited=event.get("type") == "messageEdited")
        elif isinstance(unsent, dict) and (recorded := _text(unsent, "messageId")):
            platform.content.unsend(self._message_id(recorded, tables))
        return live, chat

    def _message(self, message: Mapping[str, Any], chat: str, work: _Work, *, edited: bool) -> None:
        ids, seal, put = self._platform.ids, self._platform.seal, self._map.put
        tables, table, channel = work.tables, work.table, work.channel
        recorded = _text(message, "id")
        known = recorded in tables.messages
        live = self._message_id(recorded, tables) if recorded else ids.message()
        if recorded:
            table["id", recorded] = live
        if token := _text(message, "quoteToken"):
            found = tables.quotes.get(token)
            if found is None:
                edition = self._edition(live) if edited else 0
                made = seal.quote(channel.id, chat, live, edition)
                found = put(tables.quotes, token, made)
            table["quoteToken", token] = found
        if token := _text(message, "markAsReadToken"):
            found = tables.reads.get(token)
            if found is None:
                usual = ID.fullmatch(chat) is not None
                made = seal.reading(channel.id, chat, live) if usual else ids.mark_as_read_token()
                found = put(tables.reads, token, made)
            table["markAsReadToken", token] = found
        pictures = message.get("imageSet")
        if isinstance(pictures, dict) and (together := _text(pictures, "id")):
            found = tables.sets.get(together) or put(tables.sets, together, ids.opaque("set"))
            table["id", together] = found
        if recorded and not known and has_content(message):
            self._content(message, live, chat, work)

    def _content(self, message: Mapping[str, Any], live: str, chat: str, work: _Work) -> None:
        recorded = str(message["id"])
        found = behind(message, self._seen.content.get(recorded), self._recording)
        shown = self._seen.previews.get(recorded)
        preview = behind({**message, "type": "image"}, shown, self._recording) if shown else None
        self._platform.content.put(
            work.channel.id, live, message["type"], found.make, found.media_type, work.now,
            size_bytes=found.size_bytes, sender=(chat,),
            preview=preview.make if preview else None,
            preview_type=preview.media_type if preview else "image/jpeg",
        )  # fmt: skip

    def _message_id(self, recorded: str, tables: LoopTables) -> str:
        found = tables.messages.get(recorded)
        if found is not None:
            return found
        live = self._bridge_message(recorded) or self._platform.ids.message()
        return self._map.put(tables.messages, recorded, live)

    def _reply_token(self, recorded: str, live: Mapping[str, Any], chat: str, work: _Work) -> str:
        made = self._platform.ids.reply_token()
        work.channel.reply_tokens.add(made, live.get("webhookEventId", ""), chat, work.now)
        return self._map.put(work.tables.replies, recorded, made, secret=True)

    def _edition(self, message: str) -> int:
        """How often a message has been edited, this time included."""
        self._editions[message] = self._editions.get(message, 0) + 1
        return self._editions[message]


def _text(part: Mapping[str, Any], name: str) -> str:
    """A member that is a text; empty where it is none."""
    found = part.get(name)
    return found if isinstance(found, str) else ""
