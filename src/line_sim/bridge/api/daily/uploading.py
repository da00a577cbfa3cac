"""What staff send, read off a request: a text as JSON, or a form with a file that goes to the disk.

A file may have 200 MB, so nothing of it is held in memory: the form's library writes it away as it
comes, and it is never longer than the route's limit.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from line_sim.bridge.api.daily.shapes import LONGEST_TEXT, Message
from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.requests import Request

MOST_FILE_BYTES = 200 * 2**20
"""The largest of any profile (seed: audio and video to 200 MB)."""
MOST_BODY_BYTES = MOST_FILE_BYTES + 64 * 2**10
"""With what a form puts around it (chosen)."""
MOST_JSON_BYTES = 256 * 2**10
"""As of every other route."""
MOST_FIELDS = 3
LONGEST_NAME = 255
"""Characters of a file's name; it is only told in a refusal."""


class Told(NamedTuple):
    """What is to be sent."""

    text: str
    quote: str
    key: str
    file: Path | None = None
    name: str = ""
    declared_type: str = ""


@asynccontextmanager
async def told_by(request: Request) -> AsyncIterator[Told]:
    """What a request says is to be sent; its file is there within the block.

    Raises
    ------
    RequestValidationError, ConfigurationError
        Something is wrong with it.
    HTTPException
        It is no form, or too long.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        yield _checked(await _json(request))
        return
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if not files:
            allowed = "a part with a file name"
            raise ConfigurationError([Fault("file", "missing", allowed, 'name="file"')])
        said = _checked({"text": "-", **fields} | ({} if fields.get("text") else {"text": "-"}))
        with tempfile.TemporaryDirectory(prefix="line-bridge-") as folder:
            place = Path(folder) / "upload"
            await asyncio.to_thread(_copied, files[0], place)
            yield said._replace(
                text=fields.get("text", ""), file=place,
                name=(files[0].filename or "")[:LONGEST_NAME],
                declared_type=(files[0].content_type or "")[:LONGEST_NAME],
            )  # fmt: skip


def _copied(upload: UploadFile, place: Path) -> None:
    with place.open("xb") as out:
        shutil.copyfileobj(upload.file, out, 2**20)


async def _json(request: Request) -> Any:  # noqa: ANN401 - whatever JSON holds
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_JSON_BYTES:
            raise HTTPException(413, f"at most {MOST_JSON_BYTES:,} bytes of JSON")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is neither JSON nor a form with a file") from None


def _checked(said: Mapping[str, Any]) -> Told:
    try:
        message = Message.model_validate(said)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from None
    return Told(message.text, message.quote, message.key)


BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": Message.model_json_schema()},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "text": {"type": "string", "maxLength": LONGEST_TEXT},
                    "quote": {"type": "string", "maxLength": 100},
                    "key": {"type": "string", "maxLength": 100},
                },
            }
        },
    },
}
"""The body as OpenAPI describes it."""
