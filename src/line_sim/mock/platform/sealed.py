"""Quote, mark-as-read and continuation tokens: sealed instead of stored.

LINE promises that the first two live for ever (Messaging API reference, message objects), so
keeping them in a table would grow without end. A token carries what it stands for and a keyed hash
of whose it is; its look is chosen, LINE calls them opaque.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import blake2b
from typing import NamedTuple

_MAC_BYTES = 16
_ID_BYTES = 8
_PAGE_BYTES = 10
_CHAT_BYTES = 17
"""A letter and 32 hexadecimal digits: ``U`` + 16 bytes."""


class Read(NamedTuple):
    """What a mark-as-read token stands for: everything in `chat` up to that message."""

    chat: str
    message_id: str


class Seal:
    """Makes and opens tokens of one platform.

    Parameters
    ----------
    key
        At most 64 bytes; from the seed, so that a run repeats.
    """

    __slots__ = ("_keyed",)

    def __init__(self, key: bytes) -> None:
        self._keyed = blake2b(key=key, digest_size=_MAC_BYTES)

    def _mac(self, text: str) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(text.encode("utf-8", "replace"))
        return keyed.digest()

    def quote(self, channel: str, chat: str, message_id: str, edition: int = 0) -> str:
        """A quote token of a message in a chat; an edited message gets another by its `edition`."""
        plain = int(message_id).to_bytes(_ID_BYTES, "big") + edition.to_bytes(2, "big")
        mac = self._mac(f"q {channel} {chat} {message_id} {edition}")
        return "q" + urlsafe_b64encode(plain + mac).decode("ascii").rstrip("=")

    def quoted(self, channel: str, chat: str, token: str) -> str:
        """The message id that `token` quotes; empty where it is not of this channel and chat."""
        raw = _opened("q", token)
        if len(raw) != _ID_BYTES + 2 + _MAC_BYTES:
            return ""
        message_id = str(int.from_bytes(raw[:_ID_BYTES], "big"))
        edition = int.from_bytes(raw[_ID_BYTES : _ID_BYTES + 2], "big")
        same = self.quote(channel, chat, message_id, edition) == token
        return message_id if same else ""

    def reading(self, channel: str, chat: str, message_id: str) -> str:
        """A mark-as-read token: everything in `chat` up to that message."""
        plain = chat[0].encode("ascii") + bytes.fromhex(chat[1:])
        plain += int(message_id).to_bytes(_ID_BYTES, "big")
        return "r" + urlsafe_b64encode(
            plain + self._mac(f"r {channel} {chat} {message_id}")
        ).decode("ascii").rstrip("=")

    def read(self, channel: str, token: str) -> Read | None:
        """What a mark-as-read token stands for; None where it is not of this channel."""
        raw = _opened("r", token)
        if len(raw) != _CHAT_BYTES + _ID_BYTES + _MAC_BYTES or raw[0] not in b"UCR":
            return None
        chat = chr(raw[0]) + raw[1:_CHAT_BYTES].hex()
        message_id = str(int.from_bytes(raw[_CHAT_BYTES : _CHAT_BYTES + _ID_BYTES], "big"))
        if self.reading(channel, chat, message_id) != token:
            return None
        return Read(chat, message_id)

    def page(self, whose: str, offset: int, made_s: int) -> str:
        """A continuation token: go on at `offset`; made in Unix seconds."""
        plain = offset.to_bytes(4, "big") + made_s.to_bytes(6, "big")
        mac = self._mac(f"p {whose} {offset} {made_s}")
        return "p" + urlsafe_b64encode(plain + mac).decode("ascii").rstrip("=")

    def paged(self, whose: str, token: str) -> tuple[int, int] | None:
        """Offset and making of a continuation token; None where it is not `whose`."""
        raw = _opened("p", token)
        if len(raw) != _PAGE_BYTES + _MAC_BYTES:
            return None
        offset, made_s = int.from_bytes(raw[:4], "big"), int.from_bytes(raw[4:_PAGE_BYTES], "big")
        return (offset, made_s) if self.page(whose, offset, made_s) == token else None


def _opened(letter: str, token: str) -> bytes:
    """The bytes within a token; empty where it is none of ours."""
    if not token.startswith(letter) or not token.isascii():
        return b""
    body = token[1:]
    try:
        return urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except NotBase64:
        return b""
