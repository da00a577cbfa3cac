"""Headers of requests and answers: what says nothing about anybody stays, the rest is replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from line_sim.recording.pseudonyms.public_headers import is_public_header, is_public_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.recording.pseudonyms.standins import StandIns

DROPPED = frozenset({"x-line-signature"})
"""It belongs to the bytes that were replaced, and whoever has the secret could try out texts."""


_SCHEME = re.compile(r"(?i:bearer|basic) +")
_BOUNDARY = re.compile(r"(multipart/[a-z\-]{1,20}; ?boundary=)(.+)", re.DOTALL)
_HOST = re.compile(r"([^:]*)((?::\d{1,5})?)")


def replaced(headers: Any, stand_ins: StandIns) -> Any:  # noqa: ANN401 - mapping or pairs, as given
    """Headers, a mapping or pairs, without personal data and without a signature."""
    if isinstance(headers, Mapping):
        return dict(_pairs(headers.items(), stand_ins))
    return [[name, value] for name, value in _pairs(headers, stand_ins)]


def _pairs(pairs: Iterable[Any], stand_ins: StandIns) -> Iterable[tuple[str, str]]:
    for name, value in pairs:
        low = str(name).lower()
        if low in DROPPED:
            continue
        shown = str(name) if is_public_name(low) else stand_ins.text(str(name))
        yield shown, _value(low, str(value), stand_ins)


def _value(name: str, value: str, stand_ins: StandIns) -> str:
    if is_public_header(name, value):
        return value
    if scheme := _SCHEME.match(value):
        return scheme[0] + stand_ins.text(value[scheme.end() :])
    if name == "host" and (host := _HOST.fullmatch(value)):
        return stand_ins.host(host[1]) + host[2]
    if name == "content-type" and (parts := _BOUNDARY.fullmatch(value)):
        return parts[1] + stand_ins.text(parts[2])
    return stand_ins.text(value)
