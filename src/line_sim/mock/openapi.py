"""The mock's own OpenAPI description, made from the table of operations and the schemas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.operations import every_operation
from line_sim.mock.platform.schemas import SCHEMAS
from line_sim.mock.platform.schemas.kinds import ref, text, whole
from line_sim.mock.platform.schemas.parameters import PARAMETERS, RETRY_KEY, Parameter
from line_sim.wire.requests import schemas as message_schemas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.mock.platform.operations import Operation

    Part = dict[str, Any]

VERSION = "3.1.0"

_ERRORS = (400, 404, 413, 415, 429)
"""What every operation may answer."""
_BEARER_ERRORS = (401, 403)
_MORE_ERRORS = {
    "getMessageContent": (410,),
    "getMessageContentPreview": (410,),
    "getMessageContentTranscodingByMessageId": (410,),
    "closeCoupon": (410,),
    "pushMessagesByPhone": (422,),
    "acquireChatControl": (423,),
}
_WITHOUT_BODY = frozenset(
    {
        "deleteLIFFApp",
        "missionStickerV3",
        "revokeChannelToken",
        "revokeChannelTokenByJWT",
        "updateLIFFApp",
    }
)
"""What answers with no bytes at all; the others without a result answer an empty object."""
_PREPARING = "getMessageContent"
_NUMBERED = frozenset({"audienceGroupId", "membershipId"})
_OAUTH = frozenset({"tokens", "module"})
_WORDS = {
    400: "The request is wrong",
    401: "The access token is wrong, or no longer valid",
    403: "The account lacks this API",
    404: "There is no such thing",
    409: "The retry key was accepted before",
    410: "It was there, and is gone",
    413: "The request is too large",
    415: "The request is of another type",
    422: "Nobody can be reached there",
    423: "Another channel holds the chat",
    429: "Too many calls, or the quota is used up",
    501: "The operation is not simulated",
}


def description(operations: Iterable[Operation] | None = None) -> Part:
    """The OpenAPI document, ready for JSON.

    Parameters
    ----------
    operations
        Those to describe; by default all.
    """
    paths: dict[str, Part] = {}
    for operation in every_operation() if operations is None else operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    bearer = {"type": "http", "scheme": "bearer", "description": "Channel access token"}
    return {
        "openapi": VERSION,
        "info": {"title": "The mock LINE platform of line_sim", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"securitySchemes": {"bearer": bearer}, "schemas": components()},
    }


def components() -> dict[str, Part]:
    """Every schema by its name; none forbids what LINE does not know, for the mock only warns."""
    return {name: _open(schema) for name, schema in {**message_schemas(), **SCHEMAS}.items()}


def _open(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """The schema, all of whose objects may have more properties."""
    if isinstance(schema, dict):
        closed = schema.get("additionalProperties") is False
        return {
            name: _open(part)
            for name, part in schema.items()
            if not (closed and name == "additionalProperties")
        }
    return [_open(part) for part in schema] if isinstance(schema, list) else schema


def _operation(operation: Operation) -> Part:
    """One operation."""
    summary = (operation.answering.__doc__ or operation.name).strip().partition("\n")[0]
    found: Part = {
        "operationId": operation.name,
        "tags": [_area(operation)],
        "summary": summary,
        "security": [{"bearer": []}] if operation.auth == "bearer" else [],
        "x-tier": operation.tier,
        "responses": _responses(operation),
    }
    if parameters := _parameters(operation):
        found["parameters"] = parameters
    if operation.body or operation.upload:
        found["requestBody"] = _body(operation)
    return found


def _area(operation: Operation) -> str:
    """The module that answers."""
    return operation.answering.__module__.rpartition(".")[2]


def _parameters(operation: Operation) -> list[Part]:
    """What stands in the path, the query and the headers."""
    names = re.findall(r"\{(\w+)\}", operation.path)
    found = [
        Parameter(name, whole(0) if name in _NUMBERED else text(1), required=True, place="path")
        for name in names
    ]
    found += PARAMETERS.get(operation.name, ())
    if operation.retry_key:
        found.append(RETRY_KEY)
    return [
        {"name": each.name, "in": each.place, "required": each.required, "schema": each.schema}
        for each in found
    ]


def _body(operation: Operation) -> Part:
    """What is asked: JSON, a form, a file, or a form with a file."""
    if not operation.body:
        binary = {"schema": {"type": "string", "contentEncoding": "binary"}}
        return {"required": True, "content": {"image/jpeg": binary, "image/png": binary}}
    if operation.upload:
        media_type = "multipart/form-data"
    elif operation.auth == "none":
        media_type = "application/x-www-form-urlencoded"
    else:
        media_type = "application/json"
    return {"required": True, "content": {media_type: {"schema": ref(operation.body)}}}


def _responses(operation: Operation) -> Part:
    """The answer of success, and those of failure."""
    success: Part = {"description": "Done"}
    if operation.result:
        success["content"] = {"application/json": {"schema": ref(operation.result)}}
    elif operation.method == "GET":
        success["content"] = {"*/*": {"schema": {"type": "string", "contentEncoding": "binary"}}}
    elif operation.name not in _WITHOUT_BODY:
        success["content"] = {"application/json": {"schema": ref("Empty")}}
    found: Part = {str(operation.status): success}
    if operation.name == _PREPARING:
        found["202"] = {"description": "It is being prepared"}
    for status in _failures(operation):
        oauth = status == 400 and operation.auth == "none" and _area(operation) in _OAUTH  # noqa: PLR2004
        shape = ref("OAuthErrorResponse" if oauth else "ErrorResponse")
        content = {"application/json": {"schema": shape}}
        found[str(status)] = {"description": _WORDS[status], "content": content}
    return found


def _failures(operation: Operation) -> list[int]:
    """The statuses of refusal."""
    found = {*_ERRORS, *_MORE_ERRORS.get(operation.name, ())}
    if operation.auth == "bearer":
        found.update(_BEARER_ERRORS)
    if operation.retry_key:
        found.add(409)
    if not operation.supported:
        found.add(501)
    return sorted(found)
