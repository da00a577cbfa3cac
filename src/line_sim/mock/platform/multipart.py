"""Bodies of several parts (RFC 7578), as audience files come."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

from line_sim.wire.refusals import UPLOAD_TYPE, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

_TYPE = "multipart/form-data"


def parts(asked: Asked) -> dict[str, str]:
    """Each part's text by its name.

    Raises
    ------
    RefusedError
        415 where the body is of another type.
    """
    given = asked.call.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() != _TYPE or "\n" in given or "\r" in given:
        raise RefusedError(UPLOAD_TYPE, given=given or "-", why=f"{_TYPE} is expected")
    head = f"Content-Type: {given}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + asked.call.body)
    found: dict[str, str] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found.setdefault(name, content.decode("utf-8", "replace"))
    return found
