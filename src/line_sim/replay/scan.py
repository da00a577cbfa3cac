"""A first look through a recording: who is in it, what their media are, and from when to when.

Names, pictures and content are recorded when a bridge asks for them, which is after the webhook
that made it ask; so they are gathered before anything is played. Memory grows with people and
media, not with lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from line_sim.recording.lines import body_bytes, body_json, content_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from line_sim.mock.platform.people import Facts

_PROFILE = re.compile(
    r"/v2/bot/(?:profile|(?:group|room)/[CR][0-9a-f]{32}/member)/(U[0-9a-f]{32})(?:\?|$)"
)
_GROUP = re.compile(r"/v2/bot/group/(C[0-9a-f]{32})/summary(?:\?|$)")
_CONTENT = re.compile(r"/v2/bot/message/(\w+)/content(/preview)?(?:\?|$)")
KINDS = frozenset({"image", "video", "audio", "file"})
_OK = 200


class Recorded(Protocol):
    """A recording, as :class:`line_sim.Recording` is one."""

    @property
    def header(self) -> Mapping[str, Any]:
        """Its first line."""
        ...

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Its lines, anew each time."""
        ...

    def media(self, sha256: str) -> bytes | None:
        """The bytes of that name; None where they were not kept."""
        ...


class Content(NamedTuple):
    """What a bridge got when it asked for a message's content."""

    sha256: str
    media_type: str
    size_bytes: int
    body: bytes | None = None
    """Where it is small and stands in its line."""


class GroupFacts(NamedTuple):
    """What a bridge was told of a group."""

    name: str
    picture_url: str


@dataclass(slots=True)
class Scan:
    """What is known of a recording before it is played."""

    channels: dict[str, str] = field(default_factory=dict)
    """By name, the recorded ``destination``; empty where no webhook told it."""
    people: dict[str, tuple[str, Facts]] = field(default_factory=dict)
    """By recorded user id, the display name and more."""
    groups: dict[str, GroupFacts] = field(default_factory=dict)
    content: dict[str, Content] = field(default_factory=dict)
    """By recorded message id."""
    previews: dict[str, Content] = field(default_factory=dict)
    media: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """By recorded message id, the messages that have content with LINE."""
    wrong: set[int] = field(default_factory=set)
    """Exchanges whose signature was made wrong on purpose."""
    whole: bool = True
    """Whether its last line says that nothing is missing."""
    webhooks: int = 0
    first_s: float = 0.0
    last_s: float = 0.0


def scan(recording: Recorded) -> Scan:
    """Look through a recording once."""
    looking = _Looking(Scan())
    for told in recording.header.get("channels") or ():
        if isinstance(told, dict) and told.get("name"):
            looking.found.channels[str(told["name"])] = str(told.get("bot_user_id") or "")
    kind = "end"
    for line in recording:
        kind = line["kind"]
        looking.see(line)
    looking.found.whole = kind == "end"
    return looking.found


def is_played(line: Mapping[str, Any]) -> bool:
    """Whether a line is a webhook to be played: verifications of a URL are not."""
    return line["kind"] == "webhook" and not line.get("test")


def has_content(message: Mapping[str, Any]) -> bool:
    """Whether LINE keeps something behind a message, which a bridge may fetch."""
    provider = message.get("contentProvider")
    external = isinstance(provider, dict) and provider.get("type") == "external"
    return message.get("type") in KINDS and isinstance(message.get("id"), str) and not external


class _Looking:
    def __init__(self, found: Scan) -> None:
        self.found = found
        self._asked: dict[int, str] = {}
        self._media: dict[str, Mapping[str, Any]] = {}

    def see(self, line: Mapping[str, Any]) -> None:
        kind = line["kind"]
        if kind == "webhook":
            self._webhook(line)
        elif kind == "call":
            if line.get("method") == "GET":
                self._asked[line["exchange"]] = str(line.get("path", ""))
        elif kind == "call_end":
            path = self._asked.pop(line["exchange"], "")
            if path and line.get("status") == _OK:
                self._answer(path, line)
        elif kind == "media":
            self._media[str(line.get("sha256"))] = line
        elif kind == "fault" and "Signature" in str(line.get("fault")):
            self.found.wrong.add(line["exchange"])

    def _webhook(self, line: Mapping[str, Any]) -> None:
        found = self.found
        name = str(line.get("channel") or "")
        if not found.channels.get(name):
            payload = body_json(line)
            told = payload.get("destination") if isinstance(payload, dict) else None
            found.channels[name] = told if isinstance(told, str) else ""
        if is_played(line):
            at_s = line["at_s"]
            found.first_s = at_s if not found.webhooks else min(found.first_s, at_s)
            found.last_s = max(found.last_s, at_s)
            found.webhooks += 1
            text = str(line.get("body") or "")
            if "contentProvider" in text or "fileName" in text:
                self._messages(line)

    def _messages(self, line: Mapping[str, Any]) -> None:
        payload = body_json(line)
        events = payload.get("events") if isinstance(payload, dict) else None
        for event in events if isinstance(events, list) else ():
            message = event.get("message") if isinstance(event, dict) else None
            if isinstance(message, dict) and has_content(message):
                self.found.media[str(message["id"])] = message

    def _answer(self, path: str, line: Mapping[str, Any]) -> None:
        if person := _PROFILE.search(path):
            self._person(person[1], line)
        elif group := _GROUP.search(path):
            told = body_json(line)
            if isinstance(told, dict):
                name, picture = told.get("groupName"), told.get("pictureUrl")
                self.found.groups[group[1]] = GroupFacts(str(name or ""), str(picture or ""))
        elif content := _CONTENT.search(path):
            table = self.found.previews if content[2] else self.found.content
            table[content[1]] = self._content(line)

    def _person(self, user: str, line: Mapping[str, Any]) -> None:
        told = body_json(line)
        if not isinstance(told, dict):
            return
        facts: Facts = {}
        if picture := told.get("pictureUrl"):
            facts["picture_url"] = str(picture)
        if status := told.get("statusMessage"):
            facts["status_message"] = str(status)
        if language := told.get("language"):
            facts["language"] = str(language)
        before = self.found.people.get(user)
        if before is not None:  # a group tells less of its members than their own chat
            facts = {**before[1], **facts}
        self.found.people[user] = str(told.get("displayName") or ""), facts

    def _content(self, line: Mapping[str, Any]) -> Content:
        name = str(line.get("media") or "")
        about = self._media.get(name, {})
        media_type = content_type(line.get("headers")) or str(about.get("type") or "")
        body = body_bytes(line)
        size = len(body) if body is not None else int(about.get("bytes") or 0)
        return Content(name, media_type, size, body)
