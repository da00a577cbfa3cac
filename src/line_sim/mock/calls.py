"""The calls a bot made, to assert on: built from the lines of the ledger.

::

    assert line.calls.to(alice).kinds() == ["reply"]
    assert line.calls.to(alice).texts() == ["Your order is on its way."]
    assert not line.calls.refused()

A selection is a sequence of :class:`CallRecord` and offers the same methods again. What a failing
``assert`` shows comes from :mod:`line_sim.mock.mismatch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from line_sim.mock.call_records import REFUSED, CallRecord, records
from line_sim.mock.mismatch import Seen, listing, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class Calls(Sequence[CallRecord]):
    """Calls, oldest first.

    Parameters
    ----------
    lines
        Lines of a ledger: ``line.lines``, or a :class:`line_sim.recording.reader.Reader`.

    Attributes
    ----------
    about : str
        How a selection was made, in words; empty for all calls.
    whole : Calls
        What it was selected from, which a failing assert shows when nothing is left.
    """

    def __init__(self, lines: Iterable[Mapping[str, Any]] = ()) -> None:
        self._records = tuple(records(lines))
        self.whole = self
        self.about = ""

    def _selected(self, found: Iterable[CallRecord], about: str) -> Calls:
        made = Calls()
        made._records = tuple(found)
        made.whole, made.about = self.whole, about
        return made

    @overload
    def __getitem__(self, place: int) -> CallRecord: ...
    @overload
    def __getitem__(self, place: slice) -> Calls: ...
    def __getitem__(self, place: int | slice) -> CallRecord | Calls:
        if isinstance(place, slice):
            return self._selected(self._records[place], self.about)
        try:
            return self._records[place]
        except IndexError:
            message = f"no call {place}{self._said()}\n{listing(self)}"
            raise IndexError(message) from None

    def __iter__(self) -> Iterator[CallRecord]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calls) and self._records == other._records

    def __hash__(self) -> int:
        return hash(tuple(record.exchange for record in self._records))

    def __repr__(self) -> str:
        return f"<{len(self)} {'call' if len(self) == 1 else 'calls'}{self._said()}: {self._few()}>"

    def __str__(self) -> str:
        return listing(self)

    # selections

    def to(self, who: object) -> Calls:
        """The accepted sends to a visitor, a group, a room or an id.

        A reply counts although only its token says to whom, and so does a send that LINE accepted
        for somebody who blocks the account; :meth:`delivered_to` counts what they saw.
        """
        chat = place_of(who)
        return self._where(lambda call: chat in call.chats, f"to {chat}")

    def delivered_to(self, who: object) -> Calls:
        """The sends that a visitor's phone shows."""
        chat = place_of(who)
        return self._where(lambda call: chat in call.delivered, f"delivered to {chat}")

    def of(self, *operations: str) -> Calls:
        """The calls of these operations, by LINE's operationId: ``pushMessage``."""
        return self._where(lambda call: call.operation in operations, f"of {', '.join(operations)}")

    def on(self, channel: object) -> Calls:
        """The calls with an access token of a channel: its name, its id or an object with one."""
        name = place_of(channel)
        return self._where(
            lambda call: name in {call.channel, call.channel_id}, f"on channel {name}"
        )

    def caused_by(self, event: object) -> Calls:
        """The calls that an event caused, given by ``webhookEventId`` or as the event itself."""
        name = event.get("webhookEventId") if isinstance(event, dict) else place_of(event)
        return self._where(lambda call: call.event == name, f"caused by {name}")

    def unsolicited(self) -> Calls:
        """The sends that answer no event."""
        return self._where(lambda call: bool(call.sent) and not call.event, "unsolicited")

    def accepted(self) -> Calls:
        """The calls that LINE accepted."""
        return self._where(lambda call: call.accepted, "accepted")

    def refused(self) -> Calls:
        """The calls answered with a status of 400 or above, planned faults included."""
        return self._where(lambda call: (call.status or 0) >= REFUSED, "refused")

    def unanswered(self) -> Calls:
        """The calls without an answer so far."""
        return self._where(lambda call: call.status is None, "unanswered")

    def sends(self) -> Calls:
        """The calls that sent messages."""
        return self._where(lambda call: call.sent is not None, "that sent messages")

    # what they hold

    def kinds(self) -> list[str]:
        """``reply``, ``push`` ... of each call that sent messages."""
        return Seen((call.kind for call in self if call.sent), self)

    def texts(self) -> list[str]:
        """The text of each text message sent, in order."""
        return Seen((m["text"] for m in self.messages() if isinstance(m.get("text"), str)), self)

    def messages(self) -> list[Mapping[str, Any]]:
        """Each message sent, in order."""
        return Seen((message for call in self for message in call.messages), self)

    def operations(self) -> list[str]:
        """The operationId of each call."""
        return Seen((call.operation for call in self), self)

    def paths(self) -> list[str]:
        """The path of each call."""
        return Seen((call.path for call in self), self)

    def statuses(self) -> list[int | None]:
        """The status of each call."""
        return Seen((call.status for call in self), self)

    def one(self) -> CallRecord:
        """The only call; an AssertionError with what came where there is not exactly one."""
        if len(self) != 1:
            message = f"expected 1 call{self._said()}, found {len(self)}\n{listing(self)}"
            raise AssertionError(message)
        return self._records[0]

    def _where(self, holds: Callable[[CallRecord], bool], about: str) -> Calls:
        words = ", ".join(filter(None, (self.about, about)))
        return self._selected(filter(holds, self._records), words)

    def _said(self) -> str:
        return f" {self.about}" if self.about else ""

    def _few(self) -> str:
        names = [call.kind or call.operation or call.path for call in self._records[:5]]
        return ", ".join(names) + (", ..." if len(self) > len(names) else "") or "none"
