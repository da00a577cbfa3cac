"""JSON Web Token assertions: how a channel proves who it is with its own private key.

Messaging API reference, issue channel access token v2.1, and "Issue channel access token v2.1" of
the guides: RS256, ``iss`` and ``sub`` are the channel id, ``exp`` at most 30 minutes ahead.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import orjson

from line_sim.wire.refusals import ASSERTION_KEY, OAUTH_REQUEST, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Keys = Mapping[str, Mapping[str, str]]

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AUDIENCE = "https://api.line.me/"
LONGEST_S = 30 * 60
"""How far ahead ``exp`` may lie."""
_PARTS = 3


class Assertion(NamedTuple):
    """An assertion whose signature and times hold."""

    channel_id: str
    claims: dict[str, Any]

    def life_s(self, longest_s: int) -> int:
        """``token_exp``: the seconds the token is to live; raises outside 1 to `longest_s`."""
        life_s = self.claims.get("token_exp")
        if type(life_s) is not int or not 0 < life_s <= longest_s:
            _refuse(f"token_exp must be 1 to {longest_s} seconds, not {life_s!r}")
        return life_s


def read(text: str, keys_of: Callable[[str], Keys | None], unix_s: float) -> Assertion:
    """The assertion in `text`, checked.

    Parameters
    ----------
    text
        ``header.claims.signature``, each in URL-safe base64.
    keys_of
        The public keys (JWK) by key id of a channel id; None: no such channel.
    unix_s
        The contract's Unix time in seconds.

    Raises
    ------
    RefusedError
        In the words of LINE's token endpoints, whatever is wrong with it.
    """
    parts = text.split(".")
    if len(parts) != _PARTS:
        _refuse("client_assertion is not a JSON Web Token of three parts")
    header, claims = _object(parts[0], "header"), _object(parts[1], "payload")
    channel_id = claims.get("iss")
    keys = keys_of(channel_id) if isinstance(channel_id, str) else None
    if keys is None or not isinstance(channel_id, str):
        _refuse(f"iss must be a channel id, not {channel_id!r}")
    key = keys.get(str(header.get("kid")))
    if key is None or header.get("alg") != "RS256" or not _signed(parts, key):
        why = f"kid {header.get('kid')!r}, alg {header.get('alg')!r}; keys known: {sorted(keys)}"
        raise RefusedError(ASSERTION_KEY, why=why)
    _check_claims(claims, channel_id, unix_s)
    return Assertion(channel_id, claims)


def _check_claims(claims: dict[str, Any], channel_id: str, unix_s: float) -> None:
    """Whom it speaks for, to whom, and until when."""
    if claims.get("sub") != channel_id:
        _refuse("sub must be the same channel id as iss")
    if claims.get("aud") != AUDIENCE:
        _refuse(f"aud must be {AUDIENCE}")
    exp = claims.get("exp")
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        _refuse(f"exp must be a Unix time in seconds, not {exp!r}")
    if exp <= unix_s:
        _refuse(f"the assertion expired {unix_s - exp:.0f} s ago by the mock's clock")
    if exp > unix_s + LONGEST_S + 1:  # whoever rounds its own clock up is not refused
        _refuse(f"exp lies {exp - unix_s:.0f} s ahead; at most {LONGEST_S} are allowed")


def _signed(parts: list[str], key: Mapping[str, str]) -> bool:
    """Whether the signature is by the private half of `key`."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - slow, and seldom needed
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above

    numbers = [int.from_bytes(_bytes(key.get(name, ""), "key")) for name in ("e", "n")]
    try:
        public = rsa.RSAPublicNumbers(*numbers).public_key()
        signed = f"{parts[0]}.{parts[1]}".encode()
        public.verify(_bytes(parts[2], "signature"), signed, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _object(text: str, what: str) -> dict[str, Any]:
    """One part as a JSON object."""
    try:
        found = orjson.loads(_bytes(text, what))
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        _refuse(f"the {what} of client_assertion is not a JSON object")
    return found


def _bytes(text: str, what: str) -> bytes:
    """URL-safe base64 without padding."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        _refuse(f"the {what} is not URL-safe base64")


def _refuse(what: str) -> NoReturn:
    """LINE's ``invalid_request`` with what is wrong."""
    raise RefusedError(OAUTH_REQUEST, what=what, why=what) from None
