"""The signature of a webhook: made, checked, and made wrong on purpose.

A signature is base64 of HMAC-SHA256 over the *bytes* of the body, with the channel secret as key
(Messaging API guide, verify webhook signature). The same JSON written with other bytes has
another signature, so a body is built once, signed, and those bytes are sent.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Forger = Callable[[str, bytes], str | None]
    """From secret and body to a wrong signature; None: the header is absent."""

__all__ = ["WRONG", "matches", "sign"]


@lru_cache(maxsize=4_096)
def _keyed(secret: str) -> hmac.HMAC:
    # the key's own hashing is done once a secret; a copy of it is then a third cheaper than anew
    return hmac.new(secret.encode(), digestmod=hashlib.sha256)


def _digest(secret: str, body: bytes) -> hmac.HMAC:
    digest = _keyed(secret).copy()
    digest.update(body)
    return digest


def sign(secret: str, body: bytes) -> str:
    """The value of ``x-line-signature`` for these bytes."""
    return b64encode(_digest(secret, body).digest()).decode()


def matches(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether `signature` is that of these bytes; None stands for an absent header."""
    if signature is None:
        return False
    given = signature.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(sign(secret, body).encode(), given)


def _missing(_secret: str, _body: bytes) -> None:
    return None


def _empty(_secret: str, _body: bytes) -> str:
    return ""


def _changed_byte(secret: str, body: bytes) -> str:
    middle = len(body) // 2
    changed = bytes([body[middle] ^ 1]) if body else b"\n"
    return sign(secret, body[:middle] + changed + body[middle + 1 :])


def _truncated(secret: str, body: bytes) -> str:
    return sign(secret, body)[:-5]


def _not_base64(_secret: str, _body: bytes) -> str:
    return "%% this is not base64 %%"


def _other_secret(secret: str, body: bytes) -> str:
    return sign(hashlib.md5(secret.encode(), usedforsecurity=False).hexdigest(), body)


def _sha1(secret: str, body: bytes) -> str:
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha1)).decode()


def _hexadecimal(secret: str, body: bytes) -> str:
    return _digest(secret, body).hexdigest()


def _rewritten(secret: str, body: bytes) -> str:
    """What a bot signs that parses the body and writes it anew before it checks."""
    try:
        again = json.dumps(json.loads(body)).encode()
    except ValueError:
        again = body
    return sign(secret, again if again != body else body + b"\n")


WRONG: Mapping[str, Forger] = MappingProxyType(
    {
        "missing": _missing,
        "empty": _empty,
        "changed_byte": _changed_byte,
        "truncated": _truncated,
        "not_base64": _not_base64,
        "other_secret": _other_secret,
        "sha1": _sha1,
        "hexadecimal": _hexadecimal,
        "rewritten": _rewritten,
    }
)
"""Signatures that a bot must refuse, by name (conformance checks 2 to 5, and 7 for rewritten)."""
