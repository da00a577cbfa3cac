"""What LINE answered to a call, and what follows from it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.net.http.connection import Reply

REQUEST_ID = "x-line-request-id"


class Answer(NamedTuple):
    """One answer.

    Parameters
    ----------
    status : HTTP's; 0 where no whole answer came.
    json : the JSON object of the body; empty where it is none.
    request_id : by which LINE's support finds the call; empty where there is none.
    handed_over : whether the call may have reached LINE.
    why : this machine's words where no answer came.
    """

    status: int
    json: dict[str, Any] = {}  # noqa: RUF012 - nobody writes into it
    request_id: str = ""
    handed_over: bool = True
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether LINE did what it was asked."""
        return self.status in range(200, 300)

    @property
    def ambiguous(self) -> bool:
        """Whether LINE may have done it although it did not say so."""
        if self.status == 0:
            return self.handed_over
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def transient(self) -> bool:
        """Whether the same call may do better later."""
        return (
            self.status in {0, HTTPStatus.TOO_MANY_REQUESTS}
            or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        )

    @property
    def said(self) -> str:
        """LINE's own words, for people; no decision hangs on them."""
        if self.status == 0:
            return self.why or "no answer"
        words = self.json.get("message") or self.json.get("error_description") or ""
        return f"{self.status}: {words}" if isinstance(words, str) and words else str(self.status)


def of_reply(reply: Reply) -> Answer:
    """A whole answer."""
    try:
        found = json.loads(reply.body)
    except ValueError:
        found = {}
    return Answer(
        reply.status, found if isinstance(found, dict) else {}, header(reply.headers, REQUEST_ID)
    )


def header(headers: Iterable[tuple[bytes, bytes]], wanted: str) -> str:
    """The first value of a header, by its name in lower case; empty: there is none."""
    name = wanted.encode("ascii")
    return next((value.decode("latin-1") for n, value in headers if n.lower() == name), "")
