"""What is sent when: the webhooks of a recording, chosen and put on the time of the replay."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from line_sim.net.clock import SECOND_US
from line_sim.recording.lines import body_bytes
from line_sim.replay.places import parsed
from line_sim.replay.recorded_answers import Answers, RecordedAnswers
from line_sim.replay.scan import is_played

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from line_sim.replay.scan import Recorded, Scan
    from line_sim.replay.selection import Selection

SIGNATURE = "x-line-signature"
VERBATIM = "verbatim"
"""A signature that is none by its looks, and is sent as it was."""
_DIGEST_BYTES = 32
_NOT_SENT_ON = frozenset({
    "host", "content-length", "connection", "transfer-encoding", "keep-alive", "forwarded", "via",
    "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
})  # fmt: skip
"""Headers that belong to a connection, or to whoever passed the webhook on."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One webhook to be sent."""

    seq: int
    """Its line's number in the recording."""
    loop: int
    at_us: int
    """When it is due in an open loop, in schedule microseconds from the start of the replay."""
    recorded_s: float
    """When it was sent, in the recording."""
    channel: str
    """By its recorded name."""
    body: bytes
    events: tuple[Mapping[str, Any], ...]
    """Those of its events that are objects; none where it is no JSON of LINE's shape."""
    headers: tuple[tuple[str, str], ...] | None
    """As recorded, the signature's place included; None where they were not."""
    attempt: int = 1
    wrong: str | None = None
    """Which of :data:`line_sim.wire.signature.WRONG` its signature was, or :data:`VERBATIM`; None:
    a right one."""
    lanes: tuple[str, ...] = ()
    """The recorded chats of its events."""
    answers: int = 0
    """How many answers its chat had been given before, in this loop."""
    thought_s: float | None = None
    """Seconds from the last of them to this webhook, where it came after the chat's last event."""


class Plan:
    """The webhooks of a recording in the order of their sending, anew each time it is iterated.

    Parameters
    ----------
    recording
        What is played; looked through once for each loop, never held.
    seen
        What :func:`~line_sim.replay.scan.scan` found in it.
    selection
        What of it, how often and how fast.

    Attributes
    ----------
    answers
        What the recorded bridge had answered up to the webhook that came last.
    skipped
        Webhooks whose bytes are not in the recording.
    """

    def __init__(self, recording: Recorded, seen: Scan, selection: Selection) -> None:
        self._recording = recording
        self._seen = seen
        self._selection = selection
        self.answers = RecordedAnswers()
        self.skipped = 0
        self._start_s = selection.start_s(seen.first_s)
        self._length_s = selection.length_s(seen.first_s, seen.last_s)

    def __iter__(self) -> Iterator[Planned]:
        self.skipped = 0
        for loop in range(self._selection.loops):
            yield from self._loop(loop)

    def _loop(self, loop: int) -> Iterator[Planned]:
        self.answers = answers = RecordedAnswers()
        last: dict[str, float] = {}
        for line in self._recording:
            kind = line["kind"]
            if kind in {"call", "call_end"}:
                if line["at_s"] >= self._start_s:
                    answers.see(line)
            elif is_played(line) and self._selection.within(line["at_s"]):
                planned = self._planned(line, loop, answers, last)
                if planned is not None:
                    yield planned

    def _planned(
        self, line: Mapping[str, Any], loop: int, answers: RecordedAnswers, last: dict[str, float]
    ) -> Planned | None:
        body = body_bytes(line)
        if body is None and line.get("media"):
            body = self._recording.media(str(line["media"]))
        if body is None:
            self.skipped += 1
            return None
        events = events_of(body)
        lanes = tuple(dict.fromkeys(filter(None, map(chat_of, events))))
        if not self._selection.samples(lanes[0] if lanes else f"line {line['seq']}"):
            return None
        for event in events:
            answers.event(event.get("replyToken"), chat_of(event))
        at_s = line["at_s"]
        given = answers.by_chat.get(lanes[0], Answers()) if lanes else Answers()
        after = bool(lanes) and given.count > 0 and given.last_s >= last.get(lanes[0], 0.0)
        last |= dict.fromkeys(lanes, at_s)
        headers = _headers(line.get("headers"))
        offset_s = at_s - self._start_s + loop * self._length_s
        return Planned(
            line["seq"],
            loop,
            round(self._selection.play_s(max(0.0, offset_s)) * SECOND_US),
            at_s,
            str(line.get("channel") or ""),
            body,
            events,
            headers,
            int(line.get("attempt") or 1),
            self._wrong(line, headers),
            lanes,
            given.count,
            at_s - given.last_s if after else None,
        )

    def _wrong(
        self, line: Mapping[str, Any], headers: tuple[tuple[str, str], ...] | None
    ) -> str | None:
        """How a signature was wrong; a recorded right one cannot be told from other base64."""
        told = wrong_by_look(headers) if headers is not None and self._signed() else None
        if told is not None or line.get("signature") != "wrong":
            return told or ("changed_byte" if line["exchange"] in self._seen.wrong else None)
        return "changed_byte"

    def _signed(self) -> bool:
        """Whether the recording holds signatures at all."""
        return not {"signatures", "headers"} & set(self._recording.header.get("lacks") or ())


def events_of(body: bytes) -> tuple[Mapping[str, Any], ...]:
    """The events of a webhook's body; none where it has none."""
    payload = parsed(body)
    events = payload.get("events") if isinstance(payload, dict) else None
    found = events if isinstance(events, list) else ()
    return tuple(each for each in found if isinstance(each, dict))


def chat_of(event: Mapping[str, Any]) -> str:
    """The group, room or user an event is of; empty where it names none."""
    source = event.get("source")
    if not isinstance(source, dict):
        return ""
    chat = source.get("groupId") or source.get("roomId") or source.get("userId")
    return chat if isinstance(chat, str) else ""


def wrong_by_look(headers: tuple[tuple[str, str], ...]) -> str | None:
    """How a signature is wrong where its looks tell; None where it looks right."""
    found = [value for name, value in headers if name.lower() == SIGNATURE]
    if not found:
        return "missing"
    try:
        size = len(base64.b64decode(found[0], validate=True))
    except (binascii.Error, ValueError):
        size = 0
    return None if size == _DIGEST_BYTES else VERBATIM


def _headers(found: Any) -> tuple[tuple[str, str], ...] | None:  # noqa: ANN401 - a mapping or pairs
    if not found:
        return None
    pairs = found.items() if isinstance(found, dict) else found
    kept = tuple(
        (str(name), str(value)) for name, value in pairs if str(name).lower() not in _NOT_SENT_ON
    )
    return kept or None
