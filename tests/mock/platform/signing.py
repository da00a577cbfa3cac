"""Assertions as a bridge writes them: a key pair of its own, and JSON Web Tokens signed with it."""

import base64
from functools import cache

import orjson
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

KEY_ID = "key-of-the-test"


def text(data: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@cache
def key() -> rsa.RSAPrivateKey:
    """One private key for the whole run; making it takes a while."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def public_key() -> dict[str, str]:
    """The public half, as LINE's console takes it."""
    numbers = key().public_key().public_numbers()
    n, e = numbers.n.to_bytes(256, "big"), numbers.e.to_bytes(3, "big")
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "n": text(n), "e": text(e)}


def claims(channel_id: str, unix_s: float, **other: object) -> dict[str, object]:
    """What an assertion says that LINE accepts, but for `other`."""
    right = {
        "iss": channel_id,
        "sub": channel_id,
        "aud": "https://api.line.me/",
        "exp": int(unix_s) + 1_800,
        "token_exp": 86_400,
    }
    return {**right, **other}


def assertion(said: dict[str, object], **header: str) -> str:
    """`said`, signed."""
    head = {"alg": "RS256", "typ": "JWT", "kid": KEY_ID, **header}
    body = f"{text(orjson.dumps(head))}.{text(orjson.dumps(said))}"
    return f"{body}.{text(key().sign(body.encode(), padding.PKCS1v15(), SHA256()))}"
