"""The first pass: what is found is kept aside, and what the header must say is learnt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from line_sim.recording.importers import lacking
from line_sim.recording.importers.completing_events import Completing
from line_sim.recording.importers.found import Call, Ended, Remark, Unusable, Webhook, header
from line_sim.recording.importers.json_values import loaded
from line_sim.recording.importers.line_traffic import SIGNATURE
from line_sim.wire import signature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.recording.importers.channels import Channels
    from line_sim.recording.importers.found import Found
    from line_sim.recording.importers.report import ImportReport
    from line_sim.recording.importers.spool import Spool

CONTENT = re.compile(r"/v2/bot/message/[^/?]+/content(?:\?|$)")
"""The call that fetches media (Messaging API reference, get content)."""
MEDIA: Final = frozenset({"image", "video", "audio", "file"})
MOST_TOKENS = 200
"""Access tokens that are looked for everywhere; each costs time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A webhook or call kept aside, without its end."""

    number: int
    """Joins it to its end."""
    found: Webhook | Call
    as_sent: bool = False
    """Whether the webhook's bytes are written as they came."""
    fits: bool | None = None
    """Whether its signature fits its bytes; None where that was not looked at."""


@dataclass(frozen=True, slots=True)
class KeptEnd:
    """How a webhook or call ended."""

    number: int
    ended: Ended


@dataclass(slots=True)
class Gathered:
    """What the first pass found out."""

    channels: Channels
    report: ImportReport
    spool: Spool
    secrets: tuple[str, ...] = ()
    tokens: dict[str, None] = field(default_factory=dict)
    lacks: set[str] = field(default_factory=set)
    fits: int = 0
    fits_not: int = 0
    _timeless: bool = False
    _media_named: bool = False
    _media_held: bool = False
    _completing: Completing = field(default_factory=Completing)

    def gather(self, parts: Iterable[Found]) -> None:
        """Take in all that an importer yields."""
        for each in parts:
            match each:
                case Webhook():
                    self._webhook(each)
                case Call():
                    self._call(each)
                case Unusable():
                    self.report.leave_out(each)
                case Remark():
                    self.report.remark(each.text)
                    self.lacks |= set(each.lacks)
                case _:
                    self.report.other += 1
        self._conclude()

    def _webhook(self, found: Webhook) -> None:
        payload = found.payload if found.raw is None else loaded(found.raw)
        at_ms = found.at_ms
        if at_ms is None:
            at_ms = self._completing.timestamp(payload if isinstance(payload, dict) else None)
            self._timeless |= at_ms is not None
        signed = header(found.headers, SIGNATURE)
        fits = self._fitting(found, signed)
        as_sent = found.raw is not None and (
            signed is not None or self._completing.is_whole(found.raw)
        )
        self.channels.meet(found, payload)
        number = self.report.webhooks = self.report.webhooks + 1
        self._look(found, payload, signed, as_sent=as_sent)
        self.spool.add(at_ms, Kept(number, replace(found, ended=None), as_sent, fits))
        if found.ended is not None:
            self.spool.add_end(found.ended.took_ms, KeptEnd(number, found.ended))

    def _fitting(self, found: Webhook, signed: str | None) -> bool | None:
        if not self.secrets or found.raw is None or signed is None:
            return None
        fits = any(signature.matches(secret, found.raw, signed) for secret in self.secrets)
        self.fits += fits
        self.fits_not += not fits
        return fits

    def _look(self, found: Webhook, payload: Any, signed: str | None, *, as_sent: bool) -> None:  # noqa: ANN401
        """What the recording will lack because of this webhook."""
        events = payload.get("events") if isinstance(payload, dict) else None
        events = events if isinstance(events, list) else []
        self.report.events += sum(isinstance(event, dict) for event in events)
        for event in events:
            message = event.get("message") if isinstance(event, dict) else None
            self._media_named |= isinstance(message, dict) and message.get("type") in MEDIA
        bodiless = found.raw is None and found.payload is None
        self.lacks |= {
            word
            for word, so in (
                ("bodies", bodiless),
                ("bytes", not as_sent and not bodiless),
                ("signatures", signed is None or not as_sent),
                ("headers", all(name.lower() == SIGNATURE for name, _ in found.headers or ())),
                ("answers", not found.answer_known),
            )
            if so
        }

    def _call(self, found: Call) -> None:
        number = -(self.report.calls + 1)
        self.report.calls += 1
        scheme, _, token = (header(found.headers, "authorization") or "").partition(" ")
        if token and scheme.lower() == "bearer" and len(self.tokens) < MOST_TOKENS:
            self.tokens[token.strip()] = None
        self.channels.meet_label(found.channel)
        ended = found.ended
        if CONTENT.search(found.path) and ended is not None and ended.body:
            self._media_held = True
        self.lacks |= {
            word
            for word, so in (
                ("bodies", not found.body_known),
                ("headers", not found.headers),
                ("call answers", not found.answer_known),
            )
            if so
        }
        self.spool.add(found.at_ms, Kept(number, replace(found, ended=None)))
        if ended is not None and ended.status is not None:
            self.spool.add_end(ended.took_ms, KeptEnd(number, ended))

    def _conclude(self) -> None:
        report = self.report
        if not report.calls:
            self.lacks.add("calls")
        if not report.events:
            self.lacks.add("events")
        if not report.webhooks:
            self.lacks -= {"bytes", "signatures", "answers"}
        if self._media_named and not self._media_held:
            self.lacks.add("media")
        if self.spool.untimed:
            self.lacks.add("times")
            report.made["time"] = self.spool.untimed
        if self._timeless:
            report.remark(
                "times of arrival are not in it: webhooks are at the time of their events"
            )
        self._judge_signatures()
        report.lacks = lacking.in_order(self.lacks)
        report.channels = self.channels.listed()

    def _judge_signatures(self) -> None:
        if self.fits_not and not self.fits:
            self.lacks.add("signatures")
            self.report.remark(
                f"none of {self.fits_not:,} signatures fits its bytes: the secret is another, or "
                "the bytes were changed on the way"
            )
        elif self.fits_not:
            checked = self.fits + self.fits_not
            self.report.remark(
                f"{self.fits_not:,} of {checked:,} signatures do not fit: kept wrong"
            )
