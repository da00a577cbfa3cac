"""Retry keys: a call that was accepted is not carried out again for a day."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from line_sim.mock.platform.packed import Packed
from line_sim.net.clock import SECOND_US
from line_sim.wire.refusals import RETRY_KEY, RefusedError

_DAY_US = 86_400 * SECOND_US
_QUARTER_US = 6 * 3_600 * SECOND_US
_HEX = frozenset("0123456789abcdefABCDEF-")
_LINED = 36
"""Characters of a UUID with its hyphens."""


class Accepted(NamedTuple):
    """The call that was accepted under a key."""

    request_id: str
    digest: bytes
    """Of its body: another body under the same key is a mistake of the bot."""
    chat: str
    """Whom a push went to; empty for other calls."""
    sent: tuple[tuple[str, bool], ...]
    """Of a push, each message's id and whether it may be quoted."""


def parsed(text: str) -> bytes:
    """A retry key's 16 bytes; raises :class:`RefusedError` where it is no hexadecimal UUID."""
    compact = text.replace("-", "")
    if len(text) != _LINED or len(compact) != 32 or not _HEX.issuperset(text):  # noqa: PLR2004
        raise RefusedError(RETRY_KEY, why=f"{text[:80]!r} is no hexadecimal UUID")
    return bytes.fromhex(compact)


def digest(operation: str, body: bytes) -> bytes:
    """What tells calls apart."""
    return blake2b(body, digest_size=8, key=operation.encode()).digest()


class RetryKeys:
    """The accepted keys of one channel, for 24 schedule hours (Retrying an API request).

    Records lie packed by quarter days, so that a whole quarter is forgotten at once.
    """

    __slots__ = ("_quarters",)

    def __init__(self) -> None:
        self._quarters: dict[int, Packed] = {}

    def __len__(self) -> int:
        return sum(map(len, self._quarters.values()))

    def find(self, key: bytes, schedule_us: int) -> Accepted | None:
        """The call that was accepted under `key` within a day; None: the key is free."""
        for records in self._quarters.values():
            record = records.get(key)
            if record is not None and schedule_us - int.from_bytes(record[:8], "big") < _DAY_US:
                return _unpacked(record)
        return None

    def accept(self, key: bytes, call: Accepted, schedule_us: int) -> None:
        """Keep an accepted call."""
        quarter = schedule_us // _QUARTER_US
        if quarter not in self._quarters:
            for old in [each for each in self._quarters if each < quarter - 4]:
                del self._quarters[old]
            self._quarters[quarter] = Packed()
        self._quarters[quarter].set(key, schedule_us.to_bytes(8, "big") + _packed(call))


def _packed(call: Accepted) -> bytes:
    chat = call.chat.encode("ascii")
    chat = chat[:1] + bytes.fromhex(call.chat[1:]) if chat else bytes(17)
    sent = b"".join(
        int(each).to_bytes(8, "big") + bytes([quotable]) for each, quotable in call.sent
    )
    return UUID(call.request_id).bytes + call.digest + chat + sent


def _unpacked(record: bytes) -> Accepted:
    chat = record[32:49]
    sent = record[49:]
    return Accepted(
        request_id=str(UUID(bytes=record[8:24])),
        digest=record[24:32],
        chat=chr(chat[0]) + chat[1:].hex() if chat[0] else "",
        sent=tuple(
            (str(int.from_bytes(sent[at : at + 8], "big")), bool(sent[at + 8]))
            for at in range(0, len(sent), 9)
        ),
    )
