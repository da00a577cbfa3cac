"""How the API says no: one form for every refusal.

::

    {
        "error": {
            "code": "invalid",
            "message": "2 faults",
            "faults": [
                {"where": "name", "given": "nothing", "allowed": "1 to 40 characters", "mend": ""},
                ...,
            ],
        }
    }

What was sent is repeated only where it cannot be a secret.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from line_sim.bridge.channels.connecting import AccountTakenError
from line_sim.bridge.faulty import allowed
from line_sim.bridge.staff import refusals
from line_sim.errors import ConfigurationError, Fault, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

    from line_sim.bridge.parts import Log

STATUS: Mapping[type[refusals.RefusalError], int] = {
    refusals.NotSignedInError: 401,
    refusals.ForbiddenError: 403,
    refusals.NotFoundError: 404,
    refusals.NotNowError: 409,
    refusals.TooManyError: 429,
    refusals.BusyError: 503,
}
CODES = {400: "bad_request", 404: "not_found", 405: "wrong_method", 413: "too_big"}
MEANINGS = {
    400: "The body is no JSON.",
    401: "Nobody is signed in, or login and password are wrong.",
    403: "Not for this role, or not sent by the bridge's own pages.",
    404: "Not there, or not visible to who asks.",
    409: "Not allowed as things stand.",
    413: "The body is too big.",
    422: "What was sent is wrong: every fault of it.",
    429: "Tried too often; Retry-After says when it may be tried again.",
    502: "LINE does not answer.",
    503: "Too much at once, or the database is away; try again in a moment.",
}
SECRET = frozenset({"password", "old_password", "token", "channel_secret", "channel_access_token"})
"""Fields whose values are never repeated."""
AWAY_S = 5
"""When to ask again for what needs the database, while it is away (chosen)."""
LONGEST_REPEATED = 24
"""Characters: LINE's secrets have 32, its tokens more (chosen)."""


class JSON(JSONResponse):
    """JSON in ASCII, so that it holds whatever a customer wrote, half a surrogate pair too."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - whatever JSON holds
        """The body."""
        text = json.dumps(content, allow_nan=False, separators=(",", ":"))
        return text.encode("ascii")


class FaultAnswer(BaseModel):
    """One thing wrong: where, what stands there, what may, and the likely mend."""

    model_config = ConfigDict(extra="forbid")

    where: str
    given: str
    allowed: str
    mend: str


class ErrorAnswer(BaseModel):
    """Why something was refused; ``code`` is for programs and never changes."""

    model_config = ConfigDict(extra="forbid")

    code: str
    message: str
    allowed: str = ""
    mend: str = ""
    faults: list[FaultAnswer] = []


class Problem(BaseModel):
    """The body of every refusal."""

    model_config = ConfigDict(extra="forbid")

    error: ErrorAnswer


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The part of a route's description that says how it refuses."""
    return {status: {"model": Problem, "description": MEANINGS[status]} for status in statuses}


def answer(
    status: int, error: dict[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """A refusal."""
    told = {"code": "", "message": "", "allowed": "", "mend": "", "faults": [], **error}
    return JSON({"error": told}, status, headers)


def install(app: FastAPI, journal: Log) -> None:
    """Let every error of an application become an answer of this form."""

    async def broke(request: Request, error: Exception) -> Response:
        route = getattr(request.scope.get("route"), "path", "")
        journal.log("a bug in the API", kind=type(error).__name__, route=route)
        return answer(
            500, {"code": "bug", "message": "the bridge made a mistake; its log says more"}
        )

    async def away(request: Request, error: Exception) -> Response:
        route = getattr(request.scope.get("route"), "path", "")
        journal.log("the database is away", kind=type(error).__name__, route=route)
        told = {"code": "database_away", "message": "the bridge cannot reach its database"}
        mend = "try again in a moment; administrators: line-sim bridge doctor"
        return answer(503, {**told, "mend": mend}, {"retry-after": str(AWAY_S)})

    app.add_exception_handler(refusals.RefusalError, _refused)
    app.add_exception_handler(ConfigurationError, _invalid)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(UnreachableError, _unreachable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, away)
    app.add_exception_handler(InterfaceError, away)
    app.add_exception_handler(Exception, broke)


async def _refused(_request: Request, error: Exception) -> Response:
    told = cast("refusals.RefusalError", error)
    status = next((STATUS[kind] for kind in type(told).__mro__ if kind in STATUS), 409)
    headers = {}
    if isinstance(told, refusals.TooManyError):
        headers["retry-after"] = str(told.retry_after_s)
    elif isinstance(told, refusals.BusyError):
        headers["retry-after"] = "1"
    elif isinstance(told, refusals.NotSignedInError):
        headers["www-authenticate"] = "Bearer"
    said = {"allowed": told.allowed, "mend": told.mend}
    return answer(status, {"code": told.code, "message": told.message, **said}, headers)


async def _invalid(_request: Request, error: Exception) -> Response:
    told = cast("ConfigurationError", error)
    if isinstance(told, AccountTakenError):
        return _faulty(409, "account_taken", told.faults)
    return _faulty(422, "invalid", told.faults)


async def _unreadable(_request: Request, error: Exception) -> Response:
    found = cast("RequestValidationError", error).errors()
    if any(each["type"] == "json_invalid" for each in found):
        return answer(400, {"code": "bad_request", "message": "the body is no JSON"})
    return _faulty(422, "invalid", [*faults_of(found)])


async def _unreachable(_request: Request, error: Exception) -> Response:
    mend = "look at this machine's way to the Internet"
    return answer(502, {"code": "line_unreachable", "message": str(error), "mend": mend})


async def _http(_request: Request, error: Exception) -> Response:
    told = cast("HTTPException", error)
    code = CODES.get(told.status_code, "refused")
    return answer(
        told.status_code, {"code": code, "message": str(told.detail)}, dict(told.headers or {})
    )


def faults_of(found: Sequence[Any]) -> Iterator[Fault]:
    """Pydantic's findings about a request, without what could be a secret."""
    for each in found:
        _, *path = each["loc"]
        where = ".".join(map(str, path)) or "body"
        if each["type"] == "missing":
            given = "missing"
        elif SECRET & set(path) or each["type"] == "extra_forbidden" or not _harmless(each):
            given = "what was sent"
        else:
            given = ascii(each["input"])
        yield Fault(where, given, allowed(each))


def _harmless(found: Any) -> bool:  # noqa: ANN401 - one of pydantic's error details
    """Whether a value may be repeated: short, and no body or table with more in it."""
    value = found["input"]
    return not isinstance(value, dict | list) and len(ascii(value)) <= LONGEST_REPEATED


def _faulty(status: int, code: str, faults: Sequence[Fault]) -> Response:
    told = [
        {"where": each.where, "given": each.given, "allowed": each.allowed, "mend": each.mend}
        for each in faults
    ]
    message = f"{len(faults)} faults"
    if len(faults) == 1:
        message = f"{faults[0].where}: {faults[0].given}; {faults[0].allowed}"
    return answer(status, {"code": code, "message": message, "faults": told})
