"""What the bridge says by itself: welcome, away, close; and what staff are shown beside.

The desk decides when; here its rows become messages, in the transaction that writes them. What is
due in one step goes out in one call, which needs one reply token: the welcome first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import select, update

from line_sim.bridge.channels.texts import STAFF, Occasion
from line_sim.bridge.outgoing.messages import name_of
from line_sim.bridge.outgoing.outbox import STALE_S
from line_sim.bridge.outgoing.texts import split
from line_sim.bridge.store.tables import enquiries, outbox

if TYPE_CHECKING:
    from sqlalchemy import Row

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.desk.words import HappeningRow
    from line_sim.bridge.outgoing.needs import Owner
    from line_sim.bridge.outgoing.outbox import Outbox

OCCASIONS: dict[str, Occasion] = {
    "welcome_sent": "welcome", "away_sent": "away", "close_sent": "close",
}  # fmt: skip
"""Rows of the desk's log that are messages to customers."""
IN_ORDER: tuple[Occasion, ...] = get_args(Occasion)
NOTICE = "This conversation is about to be closed by itself, unless somebody writes."

State = Literal["queued", "skipped_stale"]


@dataclass
class Step:
    """What is due to one chat in one transaction."""

    entry: int
    row: int
    texts: dict[Occasion, str] = field(default_factory=dict)


class Automatic:
    """Listens to the desk."""

    def __init__(self, bridge: Owner, box: Outbox) -> None:
        self._bridge, self._store, self._outbox = bridge, bridge.store, box
        self._steps: dict[int, Step] = {}
        self._store.on_undone(self._steps.clear)
        bridge.desk.on_row(self.follow)

    def follow(self, row: HappeningRow) -> None:
        """See to one row of the desk's log, within the transaction that writes it."""
        if row.kind in OCCASIONS:
            self._say(row, OCCASIONS[row.kind])
        elif row.kind == "received":
            self._inform(row)
        elif row.kind == "notice_sent":
            self._show(row, "notice", NOTICE)

    # to customers

    def _say(self, row: HappeningRow, occasion: Occasion) -> None:
        channel, enquiry = self._of(row)
        if channel is None or enquiry is None or channel.state != "enabled":
            return
        late_s = self._bridge.clock.now() - row.at
        text = self._text(channel, enquiry, occasion)
        if late_s > STALE_S:
            entry = self._entry(enquiry, text)
            self._add(channel, enquiry, entry, {occasion: text}, f"it was due {late_s:,.0f} s ago")
            return
        step = self._steps.get(enquiry.chat)
        if step is None:
            entry = self._entry(enquiry, text)
            made = self._add(channel, enquiry, entry, {occasion: text})
            self._steps[enquiry.chat] = Step(entry, made, {occasion: text})
            self._store.after_commit(self._steps.clear)
        else:
            step.texts[occasion] = text
            self._together(channel, step)

    def _together(self, channel: Connected, step: Step) -> None:
        """Let a call that is not yet committed say one thing more."""
        texts = [step.texts[each] for each in IN_ORDER if each in step.texts]
        said = [message for text in texts for message in messages(channel, text)]
        self._store.run(update(outbox).where(outbox.c.id == step.row).values(messages=said))
        self._bridge.transcript.set(step.entry, text="\n\n".join(texts))

    def _text(self, channel: Connected, enquiry: Row[tuple[object]], occasion: Occasion) -> str:
        said = channel.config.said(occasion)
        if STAFF in said:
            said = said.replace(STAFF, name_of(self._store, enquiry.owner, channel)).strip()
        return said

    def _entry(self, enquiry: Row[tuple[object]], text: str) -> int:
        return self._bridge.transcript.note(
            enquiry.chat, author="system", kind="text", text=text, enquiry=enquiry.number,
            at_ms=self._bridge.clock.now_ms(),
        )  # fmt: skip

    def _add(
        self,
        channel: Connected,
        enquiry: Row[tuple[object]],
        entry: int,
        said: dict[Occasion, str],
        stale: str = "",
    ) -> int:
        ((occasion, text),) = said.items()
        made = self._outbox.add(
            enquiry.chat, entry, messages(channel, text), cause=occasion,
            at_ms=self._bridge.clock.now_ms(),
            state="skipped_stale" if stale else "queued", reason=stale,
        )  # fmt: skip
        return made[0]

    # to staff alone

    def _inform(self, row: HappeningRow) -> None:
        """Show the channel's note beside a new enquiry, unless staff or a campaign began it.

        It stands there whatever becomes of the enquiry, so also beside a missed one.
        """
        channel, enquiry = self._of(row)
        if channel is None or enquiry is None or enquiry.initiated_by != "visitor":
            return
        config = channel.config
        if config.custom_info_switch and config.custom_info.strip():
            self._show(row, "custom_info", config.custom_info)

    def _show(self, row: HappeningRow, kind: str, text: str) -> None:
        _, enquiry = self._of(row)
        if enquiry is not None:
            self._bridge.transcript.note(
                enquiry.chat, author="system", kind=kind, text=text, enquiry=enquiry.number,
                at_ms=self._bridge.clock.now_ms(),
            )  # fmt: skip

    # what they have in common

    def _of(self, row: HappeningRow) -> tuple[Connected | None, Row[tuple[object]] | None]:
        enquiry = self._store.row(select(enquiries).where(enquiries.c.number == row.enquiry))
        channel = None if enquiry is None else self._bridge.channels.by_id(enquiry.channel)
        return channel, enquiry


def messages(channel: Connected, text: str) -> list[dict[str, str]]:
    """A text as messages; the name of a member of staff in it can make it too long for one."""
    return [{"type": "text", "text": part} for part in split(text, channel.limits.text.max_units)]
