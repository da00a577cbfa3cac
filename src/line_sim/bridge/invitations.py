"""One-time links: for the first administrator, for new staff, for a forgotten password."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Literal

from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from line_sim.bridge.store.store import Store

Purpose = Literal["administrator", "staff", "reset"]

LIFE_S = 86_400.0
"""A day (chosen)."""
TOKEN_BYTES = 24
PAGE = "/welcome"
"""Where a link leads; the token is behind the ``#``, which browsers keep to themselves."""


def issue(store: Store, purpose: Purpose, now: float, staff: int | None = None) -> str:
    """Make a token that can be used once within a day; only its hash is stored.

    Parameters
    ----------
    now
        Unix seconds by the bridge's clock.
    staff
        Whose it is; None for the first administrator, who has no account yet.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    store.add(
        tables.invitations,
        token_hash=digest(token),
        purpose=purpose,
        staff=staff,
        expires_at=now + LIFE_S,
    )
    return token


def digest(token: str) -> str:
    """What is stored of a token: it is random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def link(origin: str, token: str) -> str:
    """The link for a person."""
    return f"{origin.rstrip('/')}{PAGE}#{token}"
