"""Simulated customers as LINE traffic: the recording that a simulated day would have left.

Every message of the event log becomes what passes on the wire: a webhook for what a customer
writes; a call, reply while its token is young and else push, for what staff or the channel itself
say. So a simulated day can be replayed against a real bridge, and the log derived from that traffic
says what the simulation's own log says.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from line_sim.desk.model import (
    AWAY_SENT,
    CLOSE_SENT,
    MESSAGE_TYPES,
    REASONS,
    RECEIVED,
    SECOND,
    STAFF_MESSAGE,
    VISITOR_MESSAGE,
    WELCOME_SENT,
)
from line_sim.errors import ConfigurationError, Fault
from line_sim.recording.redaction import Redactor
from line_sim.recording.writer import Writer
from line_sim.sim.traffic_texts import AUTOMATIC, answers
from line_sim.sim.traffic_wire import Wire

if TYPE_CHECKING:
    from pathlib import Path

    from line_sim.log import EventLog

SENT = {WELCOME_SENT: "welcome", AWAY_SENT: "away", CLOSE_SENT: "close"}


def record_traffic(  # noqa: PLR0913 - each by name but the first two
    log: EventLog,
    path: str | Path,
    *,
    seed: int = 1,
    language: str = "",
    since_s: float = 0.0,
    until_s: float | None = None,
    media: bool = True,
    force: bool = False,
) -> dict[str, Any]:
    """Write the traffic of a simulated run as a recording.

    Parameters
    ----------
    log
        A run's log, of any engine; its messages are played, the rest is inside the desk.
    path
        The recording; ``.gz`` and ``.zst`` are packed, media go beside it.
    seed
        Of ids, names, texts and the bridge's delays: the same gives the same bytes.
    language
        Of names and texts: ja, th, zh-TW, en, id; by default the log's first language.
    since_s, until_s
        Which part, seconds since the log's start.
    media
        Whether pictures, sounds and films are made, or only named.

    Returns
    -------
    dict
        ``webhooks``, ``calls``, ``customers``, ``media``, ``span_s``.

    Raises
    ------
    OutputExistsError
        Where the file exists and not `force`.
    ConfigurationError
        Where the part holds no messages.
    """
    chosen = language or next(iter(log.header["languages"]), "en")
    rows = log.rows
    end_s = float("inf") if until_s is None else until_s
    told = [
        row
        for row in rows[(rows["at"] >= since_s * SECOND) & (rows["at"] <= end_s * SECOND)]
        if row["kind"] in {RECEIVED, VISITOR_MESSAGE, STAFF_MESSAGE, *SENT}
    ]
    if not told:
        given = f"from {since_s:g} s to {end_s:g} s"
        raise ConfigurationError([Fault("traffic", given, "a part with messages in it")])
    made = _Traffic(log, seed, chosen, round(since_s * SECOND), media=media)
    return made.write(told, path, force=force)


class _Traffic:
    """Messages of a log, given to the wire in order of time."""

    def __init__(
        self, log: EventLog, seed: int, language: str, since_us: int, *, media: bool
    ) -> None:
        self.log = log
        self.seed = seed
        self.language = language
        self.media = media
        self.since_us = since_us
        self.wire = Wire(seed, language, _unix_ms(log) + since_us // 1_000, media=media)

    def write(self, rows: list[Any], path: str | Path, *, force: bool) -> dict[str, Any]:
        """Write it; rows are in order of time, and so are lines."""
        key = hashlib.blake2b(f"traffic {self.seed}".encode(), digest_size=32).digest()
        wire = self.wire
        with Writer(
            path,
            lambda: wire.at_us,
            redact=Redactor(key=key),
            media="files" if self.media else "reference",
            header=self._header(),
            force=force,
            wall_ms=lambda: wire.epoch_ms + wire.at_us // 1_000,
        ) as writer:
            for row in rows:
                at_us = int(row["at"]) - self.since_us
                wire.flush(writer, at_us)
                self._happens(row, at_us)
            wire.flush(writer, None)
        customers = sum(chat.said > 0 for chat in wire.chats.values())
        return {**wire.counts, "customers": customers, "span_s": wire.at_us / SECOND}

    def _header(self) -> dict[str, Any]:
        return {
            "origin": "generated",
            "source": "a simulated run",
            "seed": self.seed,
            "epoch_ms": self.wire.epoch_ms,
            "utc_offset": self.log.header["utc_offset"],
            "language": self.language,
            "channels": [
                {"name": each["name"], "bot_user_id": self.wire.ids.bot(each["name"])}
                for each in self.log.header["channels"]
            ],
            "automatic_texts": {kind: [text] for kind, text in AUTOMATIC[self._known()].items()},
            "lacks": [] if self.media else ["media"],
        }

    def _known(self) -> str:
        return self.language if self.language in AUTOMATIC else "en"

    def _happens(self, row: Any, at_us: int) -> None:  # noqa: ANN401 - a row of the log
        chat = self.wire.chat(int(row["visitor"]))
        channel = self.log.header["channels"][max(0, int(row["channel"]))]["name"]
        kind = int(row["kind"])
        if kind in {RECEIVED, VISITOR_MESSAGE}:
            word = REASONS[row["reason"]] if kind == VISITOR_MESSAGE else "text"
            self.wire.writes(chat, channel, word if word in MESSAGE_TYPES else "text", at_us)
        elif kind in SENT:
            self.wire.sends(chat, channel, AUTOMATIC[self._known()][SENT[kind]], "", at_us)
        else:
            staff = self.log.members[row["staff"]] if row["staff"] >= 0 else ""
            text = self.wire.luck.choice(answers(self._known()))
            self.wire.sends(chat, channel, text, staff, at_us)


def _unix_ms(log: EventLog) -> int:
    """Unix time of the log's start: a local instant, at the offset that its header tells."""
    zoned = log.start
    if zoned.tzinfo is None:
        zoned = dt.datetime.fromisoformat(f"{zoned.isoformat()}{log.header['utc_offset']}")
    return round(zoned.timestamp() * 1_000)
