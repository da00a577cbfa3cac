"""Where one-time links lead: a page that takes the token behind the ``#`` and sets a password.

It is one file without anything from elsewhere. Its policy names the only script and the only style
that may run in it, by their hashes, so that nothing that gets into the page can do anything.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse
from starlette.routing import Route

from line_sim.bridge.invitations import PAGE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def route() -> Route:
    """GET /welcome: one page for everybody; the token stays in the browser until it is used."""
    page = files("line_sim.bridge").joinpath("welcome.html").read_text(encoding="utf-8")
    headers = {
        "cache-control": "no-store",
        "content-security-policy": policy(page),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }

    async def welcome(_request: Request) -> Response:
        return HTMLResponse(page, headers=headers)

    return Route(PAGE, welcome, methods=["GET"])


def policy(page: str) -> str:
    """A Content-Security-Policy that lets a page do what it does, and nothing else.

    Parameters
    ----------
    page
        HTML with one ``<style>`` and one ``<script>``, both written into it.
    """
    hashes = {}
    for element in ("style", "script"):
        (within,) = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digest = hashlib.sha256(within.encode()).digest()
        hashes[element] = f"{element}-src 'sha256-{base64.b64encode(digest).decode()}'"
    return "; ".join(
        (
            "default-src 'none'",
            *hashes.values(),
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
