"""What staff do in a chat: write, send files, read, type, have something sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from line_sim.bridge.outgoing.courtesies import Courtesies
from line_sim.bridge.outgoing.messages import NotSendableError, Wanted, messages_of, name_of
from line_sim.bridge.store.tables import chats, enquiries, entries

if TYPE_CHECKING:
    from sqlalchemy import Row

    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.media.results import Accepted
    from line_sim.bridge.outgoing.needs import Owner
    from line_sim.bridge.outgoing.outbox import Outbox

HANDLED = ("ongoing", "followed_up")
"""States of an enquiry that somebody has."""


class Sent(NamedTuple):
    """What became of a message that staff want sent, as far as is known.

    Parameters
    ----------
    entry : its line of the transcript; None where it was refused.
    state : ``queued``, or ``refused``; of a message known by its key, how far it got.
    reason : why it was refused, with what is allowed and the likely mend.
    """

    entry: int | None
    state: str
    reason: str = ""


class Sending:
    """The side of the staff.

    Whether a member may write in a chat is for the caller to decide.
    """

    def __init__(self, bridge: Owner, outbox: Outbox) -> None:
        self._bridge, self._store, self._outbox = bridge, bridge.store, outbox
        self._courtesies = Courtesies(bridge)

    async def close(self) -> None:
        """End what is under way beside; messages are the outbox's."""
        await self._courtesies.close()

    def send(  # noqa: PLR0913 - what may be said of a message
        self,
        chat: int,
        staff_id: int | None,
        *,
        text: str = "",
        accepted: Accepted | None = None,
        quote: str = "",
        key: str = "",
    ) -> Sent:
        """Have a message sent, or say at once why it will not be.

        Parameters
        ----------
        chat, staff_id
            Rows; None: of nobody in particular.
        text, accepted
            A text, a file that :class:`~line_sim.bridge.media.service.Media` accepted, or both.
        quote
            LINE's id of a message of the chat that the text quotes.
        key
            Of the caller's own making: the same key again is the same message, sent once.
        """
        if key and (known := self._known(key)):
            if known.chat != chat:
                return Sent(None, "refused", "the key is that of a message in another chat")
            return Sent(known.id, self._outbox.delivery(known.id) or "queued")
        try:
            with self._store.transaction():
                entry = self._write(chat, staff_id, Wanted(text, accepted, quote), key)
        except NotSendableError as error:
            return Sent(None, "refused", str(error))
        return Sent(entry, "queued")

    def read(self, chat: int) -> bool:
        """Somebody of staff has read the chat up to now; whether the customer is shown."""
        return self._courtesies.read(chat)

    def typing(self, chat: int, duration_s: float) -> bool:
        """Somebody of staff types; whether the customer is shown."""
        return self._courtesies.typing(chat, duration_s)

    def resend(self, entry: int) -> bool:
        """Send again what failed or may have got lost; False where there is nothing of it.

        Where nobody knows whether it arrived, it can arrive twice by this: staff decide.
        """
        return self._outbox.resend(entry)

    def _known(self, key: str) -> Row[Any] | None:
        query = select(entries.c.id, entries.c.chat).where(entries.c.staff_key == key)
        return self._store.row(query)

    def _write(self, chat: int, staff_id: int | None, wanted: Wanted, key: str) -> int:
        """Write all that a message is, within a transaction; its entry."""
        channel = self._channel(chat)
        name = name_of(self._store, staff_id, channel)
        messages = messages_of(self._bridge, channel, chat, wanted, name)
        text, accepted, quote = wanted
        kind = "text" if accepted is None else accepted.kind
        at_ms = round(self._bridge.clock.now() * 1_000)
        enquiry = self._store.value(
            select(enquiries.c.number)
            .where(enquiries.c.chat == chat, enquiries.c.state.in_(HANDLED))
            .order_by(enquiries.c.number.desc())
        )
        columns: dict[str, Any] = {"staff": staff_id, "enquiry": enquiry, "quoted": quote}
        if accepted is not None:
            columns |= {"media": accepted.sha256, "media_type": accepted.type}
        entry = self._bridge.transcript.note(
            chat, author="staff", kind=kind, text=text or f"[{kind}]", at_ms=at_ms,
            staff_key=key or None, **columns,
        )  # fmt: skip
        self._outbox.add(chat, entry, messages, cause="staff", at_ms=at_ms)
        if enquiry is not None:
            self._bridge.desk.staff_message(enquiry, kind)
        return entry

    def _channel(self, chat: int) -> Connected:
        """The channel by which a chat is written to."""
        row = self._store.row(select(chats).where(chats.c.id == chat))
        channel = None if row is None else self._bridge.channels.by_id(row.channel)
        why = ""
        if row is None:
            why = "there is no such chat"
        elif channel is None:
            why = "the channel is no longer connected"
        elif row.kind != "user":
            why = "nobody answers in groups; customers are answered one to one"
        elif row.blocked:
            why = "the customer has blocked the account: nothing would arrive"
        if why or channel is None:
            raise NotSendableError(why)
        return channel
