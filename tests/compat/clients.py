"""The clients that act the script out: the Python SDK here, and those for Node as programs."""

import base64
import datetime as dt
import inspect
import json
import re
import subprocess
import typing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import orjson
from linebot.v3 import messaging, oauth
from programs import line_of, running
from scenes import file

PYTHON, OFFICIAL, INDEPENDENT = "line-bot-sdk", "@line/bot-sdk", "messaging-api-line"
NODE = {OFFICIAL: "run_official.mjs", INDEPENDENT: "run_independent.cjs"}
_LATER = "the client, of 2022, has LINE's operations of its time"
LACKING: Mapping[str, Mapping[str, str]] = {
    PYTHON: {},
    OFFICIAL: {},
    INDEPENDENT: {
        **dict.fromkeys(
            (f"{each} with a retry key" for each in ("pushMessage", "multicast", "broadcast")),
            "no parameter of it takes a retry key, nor any header",
        ),
        "narrowcast with a retry key": "no parameter of it takes a retry key, nor any header",
        **dict.fromkeys(
            (f"validate{each}" for each in ("Reply", "Push", "Multicast", "Narrowcast")), _LATER
        ),
        **dict.fromkeys(("validateBroadcast", "validateRichMenuObject", "getFollowers"), _LATER),
        **dict.fromkeys(("getMessageContentPreview", "showLoadingAnimation"), _LATER),
        **dict.fromkeys(("markMessagesAsReadByToken",), _LATER),
        "getMessageContentTranscodingByMessageId": _LATER,
        **dict.fromkeys(
            (f"{each}RichMenuAlias" for each in ("create", "get", "update", "delete")), _LATER
        ),
        "getRichMenuAliasList": _LATER,
        **dict.fromkeys(
            ("linkRichMenuIdToUsers", "unlinkRichMenuIdFromUsers"), "one user at a time only"
        ),
        **dict.fromkeys(
            (
                "issueChannelToken", "verifyChannelToken", "revokeChannelToken",
                "issueStatelessChannelToken", "issueChannelTokenByJWT",
                "getsAllValidChannelAccessTokenKeyIds", "verifyChannelTokenByJWT",
                "revokeChannelTokenByJWT",
            ),
            "it takes a token and issues none",
        ),
    },
}  # fmt: skip
"""What a client has no call for, and why."""

Result = dict[str, Any]
"""``{"status", "headers", "body"}``, or ``{"lacks": True}`` where the client has no such call."""


class Client(Protocol):
    """Makes one call."""

    def call(self, asked: Mapping[str, Any]) -> Result:
        """`asked` is ``{"url", "token", "area", "operation", "given"}``."""
        ...


class NodeClient:
    """A program of ``node/`` that was started."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def call(self, asked: Mapping[str, Any]) -> Result:
        """See :meth:`Client.call`."""
        assert self._process.stdin is not None
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        found: Result = json.loads(line_of(self._process))
        if "broke" in found:
            raise RuntimeError(found["broke"])
        return found


class PythonClient:
    """The official Python SDK."""

    AREAS: typing.ClassVar = {
        "messaging": (messaging, messaging.MessagingApi),
        "blob": (messaging, messaging.MessagingApiBlob),
        "token": (oauth, oauth.ChannelAccessToken),
    }

    def call(self, asked: Mapping[str, Any]) -> Result:
        """See :meth:`Client.call`."""
        package, kind = self.AREAS[asked["area"]]
        told = package.Configuration(host=asked["url"], access_token=asked["token"])
        with package.ApiClient(told) as connection:
            method = getattr(kind(connection), _snake(asked["operation"]) + "_with_http_info")
            given = _arguments(method, asked["given"])
            more = {"_headers": {"Content-Type": given[1][1]}} if _is_file(given) else {}
            values = [value for value, _ in given]
            try:
                found = method(*values, **more)
            except package.exceptions.ApiException as error:
                return _result(error.status, error.headers, _refused(error.body))
        return _result(found.status_code, found.headers, _shown(found.data))


@contextmanager
def client(name: str) -> Iterator[Client]:
    """One of the three by its package's name."""
    if name == PYTHON:
        yield PythonClient()
        return
    with running(NODE[name]) as process:
        yield NodeClient(process)


def _snake(operation: str) -> str:
    """``issueChannelTokenByJWT`` as Python says it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()


def _arguments(method: Any, given: list[Any]) -> list[tuple[Any, str]]:  # noqa: ANN401 - an SDK's
    """What the SDK is called with, models and files made; beside it the type of a file."""
    wanted = list(inspect.signature(method).parameters.values())
    return [
        (_argument(each.annotation, value), value.get("type", "") if _told_file(value) else "")
        for each, value in zip(wanted, given, strict=False)
    ]


def _argument(annotation: Any, value: Any) -> Any:  # noqa: ANN401 - an SDK's
    if _told_file(value):
        return base64.b64decode(value["base64"])
    return annotation.from_dict(value) if isinstance(value, dict) else value


def _told_file(value: object) -> bool:
    return isinstance(value, dict) and "base64" in value


def _is_file(given: list[tuple[Any, str]]) -> bool:
    return any(media_type for _, media_type in given)


def _result(status: int, headers: Any, body: Any) -> Result:  # noqa: ANN401 - an SDK's
    return {"status": status, "headers": {k.lower(): v for k, v in headers.items()}, "body": body}


def _refused(body: bytes | str | None) -> Any:  # noqa: ANN401 - JSON
    try:
        return orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        return {}


def _shown(found: Any) -> Any:  # noqa: ANN401 - an SDK's
    """What the SDK parsed, as JSON."""
    if isinstance(found, (bytes, bytearray)):
        return file(bytes(found)) if found else {}
    if hasattr(found, "to_dict"):
        return json.loads(json.dumps(found.to_dict(), default=_moment))
    return found or {}


def _moment(parsed: dt.datetime) -> str:
    """A time as LINE writes it; the SDK parses them, those for Node do not."""
    return parsed.isoformat(timespec="milliseconds").replace("+00:00", "Z")
