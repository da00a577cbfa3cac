"""A channel's access tokens: four kinds, how long each lives and how many there may be.

Everything here is in contract time, which is the time a bridge keeps: it renews its token by the
``expires_in`` it was told (Messaging API reference, channel access token).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import orjson

from line_sim.net.clock import SECOND_US
from line_sim.wire.refusals import OAUTH_EXPIRED, OAUTH_TOKEN, TOKENS_FULL, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["long-lived", "short-lived", "v2.1", "stateless"]

DAY_S = 86_400
SHORT_LIVED_S = 30 * DAY_S
LONGEST_V21_S = 30 * DAY_S
STATELESS_S = 15 * 60
MOST_GRACE_S = DAY_S
MOST = 30
"""Short-lived tokens, and v2.1 tokens, that one channel may have at a time."""
FOREVER_S = 100 * 365 * DAY_S
"""What verifying a long-lived token answers as ``expires_in``: chosen, LINE's is of that size."""

_SEAL = base64.urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Token:
    """One token that was issued."""

    kind: Kind
    text: str
    ends_us: int | None
    """Contract microseconds at which it ends; None: never."""
    key_id: str = ""
    """LINE's ``key_id`` of a v2.1 token."""

    def alive(self, contract_us: int) -> bool:
        """Whether it has not ended yet."""
        return self.ends_us is None or contract_us < self.ends_us

    def expires_in_s(self, contract_us: int) -> int:
        """LINE's ``expires_in``: whole seconds left."""
        return FOREVER_S if self.ends_us is None else (self.ends_us - contract_us) // SECOND_US


class AccessTokens:
    """The tokens of one channel.

    Parameters
    ----------
    channel_id, secret
        Of the channel; tokens are made from both, so they are the same in every run.
    long_lived
        The token that the console shows.
    module
        Whether it is a module channel: those may not use long-lived tokens.
    """

    def __init__(
        self, channel_id: str, secret: str, long_lived: str, *, module: bool = False
    ) -> None:
        self.channel_id = channel_id
        self.long_lived = long_lived
        self._key = hashlib.sha256(f"tokens:{channel_id}:{secret}".encode()).digest()
        self._numbers = 0
        self._held: dict[str, Token] = {}
        self._voided: set[str] = set()
        """Tokens of every kind that were ended before their time."""
        if not module:
            self._held[long_lived] = Token("long-lived", long_lived, None)

    def accepts(self, text: str, contract_us: int) -> bool:
        """Whether a call with this bearer token comes from the channel."""
        token = self.find(text)
        return token is not None and token.alive(contract_us)

    def find(self, text: str) -> Token | None:
        """The token, alive or expired; None: never issued here, revoked, or voided."""
        return self._held.get(text) or self._unsealed(text)

    def verified(self, text: str, kinds: tuple[Kind, ...], contract_us: int) -> Token:
        """The living token of one of `kinds`; raises what LINE's verifying calls answer."""
        token = self.find(text)
        if token is None or token.kind not in kinds:
            raise RefusedError(OAUTH_TOKEN, why="no such token, or one of another kind")
        if not token.alive(contract_us):
            raise RefusedError(OAUTH_EXPIRED, why="it was issued here, and its time is over")
        return token

    def issue_short_lived(self, contract_us: int) -> Token:
        """A token of 30 days; where there are 30 already, the oldest ends."""
        living = list(self._living("short-lived", contract_us))
        for token in living[: max(0, len(living) - MOST + 1)]:
            del self._held[token.text]
        return self._keep("short-lived", contract_us + SHORT_LIVED_S * SECOND_US)

    def issue_v21(self, life_s: int, contract_us: int) -> Token:
        """A token of `life_s` seconds; raises :class:`RefusedError` where there are 30 already."""
        if len(list(self._living("v2.1", contract_us))) >= MOST:
            raise RefusedError(TOKENS_FULL, why=f"{MOST} v2.1 tokens are valid; revoke one first")
        return self._keep("v2.1", contract_us + life_s * SECOND_US)

    def issue_stateless(self, contract_us: int) -> Token:
        """A token of 15 minutes that nothing remembers: it is known again by its seal."""
        self._numbers += 1
        ends_us = contract_us + STATELESS_S * SECOND_US
        claims = {"channel": self.channel_id, "ends_us": ends_us, "number": self._numbers}
        body = f"{_SEAL}.{_text(orjson.dumps(claims))}"
        return Token("stateless", f"{body}.{self._seal(body)}", ends_us)

    def revoke(self, text: str, kinds: tuple[Kind, ...]) -> bool:
        """End a token at once; False where there is none of these kinds."""
        token = self._held.get(text)
        if token is None or token.kind not in kinds:
            return False
        del self._held[text]
        return True

    def void(self, text: str) -> None:
        """End a token of any kind, as LINE does with one that leaked; others live on."""
        self._held.pop(text, None)
        self._voided.add(text)

    def was_voided(self, text: str) -> bool:
        """Whether :meth:`void` ended it."""
        return text in self._voided

    def reissue(self, contract_us: int, *, grace_s: int = 0) -> str:
        """The console's button: a new long-lived token; the old one lives on for `grace_s`.

        Raises
        ------
        ValueError
            Where `grace_s` is not within LINE's 0 to 24 hours.
        """
        if not 0 <= grace_s <= MOST_GRACE_S:
            msg = f"grace_s is {grace_s}; the console offers 0 to {MOST_GRACE_S} seconds"
            raise ValueError(msg)
        old = self._held.pop(self.long_lived, None)
        if old is not None and grace_s:
            self._held[old.text] = Token("long-lived", old.text, contract_us + grace_s * SECOND_US)
        self.long_lived = self._keep("long-lived", None).text
        return self.long_lived

    def key_ids(self, contract_us: int) -> list[str]:
        """LINE's ``kids``: the key id of each living v2.1 token, oldest first."""
        return [token.key_id for token in self._living("v2.1", contract_us)]

    def _living(self, kind: Kind, contract_us: int) -> Iterator[Token]:
        """Those of one kind that have not ended, oldest first; the others are forgotten."""
        for token in [token for token in self._held.values() if token.kind == kind]:
            if token.alive(contract_us):
                yield token
            else:
                del self._held[token.text]

    def _keep(self, kind: Kind, ends_us: int | None) -> Token:
        """Make a token and remember it."""
        self._numbers += 1
        text = f"mock-{kind}-{self.channel_id}-{self._seal(f'{kind}:{self._numbers}')}"
        key_id = self._seal(f"key:{self._numbers}")[:22] if kind == "v2.1" else ""
        token = self._held[text] = Token(kind, text, ends_us, key_id)
        return token

    def _unsealed(self, text: str) -> Token | None:
        """The stateless token, if this channel sealed it."""
        if not (text.startswith(_SEAL) and text.isascii()) or text in self._voided:
            return None
        body, _, seal = text.rpartition(".")
        if not hmac.compare_digest(self._seal(body).encode(), seal.encode()):
            return None
        claims = orjson.loads(_bytes(body.partition(".")[2]))
        return Token("stateless", text, claims["ends_us"])

    def _seal(self, text: str) -> str:
        """What only this channel can have written below `text`."""
        return _text(hmac.digest(self._key, text.encode(), "sha256"))


def _text(data: bytes) -> str:
    """Base64 as JSON Web Tokens write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """The bytes that :func:`_text` wrote."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
