"""Identifiers and tokens of the forms that LINE gives out, all from one seed.

What names something is derived from what it names, so it is the same however often and in
whatever order it is asked for. What numbers happenings is drawn from a stream of its own for each
kind, so one message more does not change the reply tokens. Nothing is remembered but a few
numbers. None of this is secret: whoever knows the seed knows every token.
"""

from __future__ import annotations

from hashlib import blake2b
from random import Random

__all__ = ["Ids"]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(first + second for first in _CROCKFORD for second in _CROCKFORD)
_TIME_SHIFTS = range(40, -1, -10)  # 48 bits as five pairs of 5 bits each
_LUCK_SHIFTS = range(70, -1, -10)  # 80 bits as eight pairs
_LUCK_BITS = 80
_STEP_BITS = 32

_FIRST_MESSAGE = 480_000_000_000_000_000  # 18 digits, as message ids have today
_MESSAGE_STEP_BITS = 20  # ids run up to 10**18 for a million million messages

_FAKE_SECRET = "fa4e5ec2e7"  # noqa: S105 - "fake secret", as far as hexadecimal digits can say it
_MODULE_USER_DIGITS = 67


class Ids:
    """The maker of every id and token of one platform.

    Parameters
    ----------
    seed
        Any whole number. Equal seeds, and equal questions in equal order, give equal answers.
    """

    __slots__ = (
        "_event",
        "_key",
        "_last_luck",
        "_last_message",
        "_last_ms",
        "_message",
        "_reply",
        "_request",
        "_tokens",
    )

    def __init__(self, seed: int) -> None:
        self._key = blake2b(str(seed).encode(), digest_size=32).digest()
        self._event = self._stream("event")
        self._message = self._stream("message")
        self._reply = self._stream("reply")
        self._request = self._stream("request")
        self._tokens = self._stream("tokens")
        self._last_ms = -1
        self._last_luck = 0
        self._last_message = _FIRST_MESSAGE

    def _named(self, *names: str | int, digits: int = 32) -> str:
        """Lower-case hexadecimal digits that belong to `names`; at most 128."""
        # a separator no name contains, so that ("a", "bc") and ("ab", "c") differ
        text = "\x1f".join(map(str, names)).encode("utf-8", "surrogatepass")
        return blake2b(text, key=self._key, digest_size=(digits + 1) // 2).hexdigest()[:digits]

    def _stream(self, name: str) -> Random:
        return Random(self._named("stream", name))  # noqa: S311 - to be repeatable, not secret

    # what names something

    def user(self, provider: str, number: int) -> str:
        """A user's id, the same for every channel of one provider: U and 32 digits."""
        return "U" + self._named("user", provider, number)

    def module_user(self, provider: str, number: int) -> str:
        """The same user as module channels see them: L, 68 characters in all."""
        return "L" + self._named("module user", provider, number, digits=_MODULE_USER_DIGITS)

    def bot(self, channel: str) -> str:
        """The user id of a channel's bot, which is the ``destination`` of its webhooks."""
        return "U" + self._named("bot", channel)

    def group(self, number: int) -> str:
        """A group's id: C and 32 digits."""
        return "C" + self._named("group", number)

    def room(self, number: int) -> str:
        """A room's id: R and 32 digits."""
        return "R" + self._named("room", number)

    def channel_id(self, name: str) -> str:
        """A channel's id: ten decimal digits."""
        return str(10**9 + int(self._named("channel", name), 16) % 10**9)

    def basic_id(self, channel: str) -> str:
        """The basic id of a channel's account, which people search for: ``@fake`` and 8 digits."""
        return "@fake" + self._named("basic", channel, digits=8)

    def secret(self, name: str) -> str:
        """A channel secret: 32 digits that begin like "fake secret"."""
        digits = 32 - len(_FAKE_SECRET)
        return _FAKE_SECRET + self._named("secret", name, digits=digits)

    def access_token(self, name: str, kind: str = "long-lived", number: int = 0) -> str:
        """A channel's access token; each `kind` and `number` is another one."""
        digits = self._named("access token", name, kind, number, digits=64)
        return f"fake-access-token-{kind}-{digits}"

    # what numbers happenings

    def message(self) -> str:
        """The next message's id: 18 decimal digits, increasing."""
        self._last_message += 1 + self._message.getrandbits(_MESSAGE_STEP_BITS)
        return str(self._last_message)

    def event(self, unix_ms: int) -> str:
        """A webhook event's id: a ULID, which begins with the time.

        Parameters
        ----------
        unix_ms
            The event's time, from 0 to 2**48 - 1. Ids asked for in a row with equal times
            increase.
        """
        if unix_ms == self._last_ms:
            luck = self._last_luck + 1 + self._event.getrandbits(_STEP_BITS)
        else:
            # one bit less than there is room for, so that adding never runs over
            luck = self._event.getrandbits(_LUCK_BITS - 1)
        self._last_ms = unix_ms
        self._last_luck = luck
        time = "".join([_PAIRS[unix_ms >> shift & 1023] for shift in _TIME_SHIFTS])
        return time + "".join([_PAIRS[luck >> shift & 1023] for shift in _LUCK_SHIFTS])

    def reply_token(self) -> str:
        """A new reply token: 32 hexadecimal digits."""
        return f"{self._reply.getrandbits(128):032x}"

    def request_id(self) -> str:
        """A new ``x-line-request-id``: the text of a UUID (version 4)."""
        digits = f"{self._request.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )

    def opaque(self, kind: str) -> str:
        """A new token of a form that LINE does not fix, as ``fake-quote-...``.

        `kind` says what for: quote, read (mark as read), link, continuation ...
        """
        return f"fake-{kind}-{self._tokens.getrandbits(128):032x}"

    def quote_token(self) -> str:
        """A new quote token."""
        return self.opaque("quote")

    def mark_as_read_token(self) -> str:
        """A new token to mark a message, and all before it, as read."""
        return self.opaque("read")

    def rich_menu(self) -> str:
        """A new rich menu's id: ``richmenu-`` and 32 digits."""
        return f"richmenu-{self._tokens.getrandbits(128):032x}"
