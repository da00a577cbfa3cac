"""The second pass: what was kept aside, completed and in order of time, as a recording."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from line_sim.errors import OutputExistsError
from line_sim.recording.importers.completing_events import Completing
from line_sim.recording.importers.found import Call, Pairs, Webhook, header
from line_sim.recording.importers.gathering import Kept, KeptEnd
from line_sim.recording.importers.json_values import loaded
from line_sim.recording.importers.line_traffic import SIGNATURE
from line_sim.recording.media_files import media_folder
from line_sim.recording.packing import named
from line_sim.recording.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.recording.importers.gathering import Gathered
    from line_sim.recording.redaction import Redactor

REMEMBERED = 100_000
"""Events whose deliveries are counted."""


@contextlib.contextmanager
def whole(path: Path, *, force: bool) -> Iterator[Path]:
    """A path to write a recording to, which becomes `path`, its media beside it, on success only.

    Raises
    ------
    OutputExistsError
        When something has that name and not `force`.
    """
    if not force and os.path.lexists(path):
        raise OutputExistsError(path)
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name[:60]}.", dir=path.parent))
    try:
        part = folder / path.name
        yield part
        _moved(media_folder(part), media_folder(path))
        named(part, path, force=force)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _moved(made: Path, target: Path) -> None:
    """Media into their folder; those that are there already are the same by their names."""
    if not made.is_dir():
        return
    if not os.path.lexists(target):
        made.rename(target)
        return
    for each in made.iterdir():
        each.replace(target / each.name)


class Copying:
    """Writes what was kept aside.

    Parameters
    ----------
    gathered
        What the first pass found.
    redact
        Takes out the secrets.
    """

    def __init__(self, gathered: Gathered, redact: Redactor) -> None:
        self._gathered = gathered
        self._channels = gathered.channels
        self._completing = Completing()
        self._mark_wrong = bool(gathered.fits)
        self._redact = redact
        self._open: dict[int, tuple[int, str]] = {}
        self._deliveries: OrderedDict[str, int] = OrderedDict()
        self._now_us = self._epoch_us = 0

    def write(self, path: Path, header: dict[str, Any]) -> None:
        """Write all of it to `path`.

        Raises
        ------
        OSError
            When it cannot be written.
        """
        in_order = self._gathered.spool.in_order()
        first_us, first = next(in_order)
        self._now_us, self._epoch_us = first_us, first_us // 1_000 * 1_000
        with Writer(
            path, lambda: self._now_us - self._epoch_us, redact=self._redact, media="files",
            header=header | {"epoch_ms": self._epoch_us // 1_000}, keep=0,
            wall_ms=lambda: self._now_us // 1_000,
        ) as writer:  # fmt: skip
            self._line(writer, first)
            for self._now_us, record in in_order:
                self._line(writer, record)
        report = self._gathered.report
        report.made.update(self._completing.made)

    def _line(self, writer: Writer, record: Kept | KeptEnd) -> None:
        if isinstance(record, KeptEnd):
            self._end(writer, record)
        elif isinstance(record.found, Webhook):
            self._webhook(writer, record, record.found)
        else:
            self._call(writer, record, record.found)

    def _webhook(self, writer: Writer, record: Kept, found: Webhook) -> None:
        payload = found.payload if found.raw is None else loaded(found.raw)
        channel = self._channels.of_webhook(found, payload)
        body, headers = found.raw, found.headers
        if not record.as_sent:
            headers = [pair for pair in headers or () if pair[0].lower() != SIGNATURE]
            if payload is not None:
                bot = self._channels.bot(channel)
                body = self._completing.body(payload, found.place, self._now_us / 1e3, bot)
        exchange = writer.exchange()
        self._open[record.number] = exchange, channel
        events = payload.get("events") if isinstance(payload, dict) else None
        writer.write(
            "webhook",
            exchange=exchange,
            channel=channel,
            attempt=self._attempt(events),
            due_s=(self._now_us - self._epoch_us) / 1e6,
            test=True if events == [] else None,
            headers=_mapping(headers, lower=False),
            body=body,
            signature="wrong" if self._mark_wrong and record.fits is False else None,
        )

    def _attempt(self, events: object) -> int:
        """Which delivery of its first event this is."""
        first = events[0] if isinstance(events, list) and events else None
        name = first.get("webhookEventId") if isinstance(first, dict) else None
        if not isinstance(first, dict) or not isinstance(name, str):
            return 1
        context = first.get("deliveryContext")
        again = isinstance(context, dict) and context.get("isRedelivery") is True
        before = self._deliveries.pop(name, 1 if again else 0)
        self._deliveries[name] = attempt = before + 1 if again else max(before, 1)
        if len(self._deliveries) > REMEMBERED:
            self._deliveries.popitem(last=False)
        return attempt

    def _call(self, writer: Writer, record: Kept, found: Call) -> None:
        channel = self._channels.of_call(found)
        exchange = writer.exchange()
        self._open[record.number] = exchange, channel or ""
        writer.write(
            "call",
            exchange=exchange,
            channel=channel,
            method=found.method,
            path=found.path,
            headers=_mapping(found.headers, lower=True),
            body=found.body or None,
        )

    def _end(self, writer: Writer, record: KeptEnd) -> None:
        exchange, _ = self._open.pop(record.number)
        ended = record.ended
        fields: dict[str, Any] = {"status": ended.status, "took_ms": ended.took_ms}
        if record.number > 0:
            more: dict[str, Any] = {"reason": ended.reason or None, "detail": ended.detail or None}
            writer.write("webhook_end", exchange=exchange, **fields, **more)
            return
        writer.write(
            "call_end",
            exchange=exchange,
            headers=_mapping(ended.headers, lower=True),
            body=ended.body or None,
            media_type=ended.media_type if header(ended.headers, "content-type") is None else "",
            **fields,
        )


def _mapping(pairs: Pairs | None, *, lower: bool) -> dict[str, str] | None:
    """Headers by name, those of one name joined as HTTP allows; None where there are none."""
    found: dict[str, str] = {}
    spelled: dict[str, str] = {}
    for name, value in pairs or ():
        low = name.lower()
        key = spelled.setdefault(low, low if lower else name)
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found or None
