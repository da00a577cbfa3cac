"""Which column of a developer's log is which: by its name, or by what stands in it."""

from __future__ import annotations

import re

from line_sim.recording.importers.times import unix_ms

METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})

_KNOWN = {
    "request_id": ("requestid", "xlinerequestid", "linerequestid", "reqid"),
    "time": ("time", "timestamp", "datetime", "date", "at", "ts", "requesttime", "receivedat",
             "receivedtime", "requestedat", "timeofrequest", "timeofreceipt", "日時", "時刻"),
    "method": ("method", "httpmethod", "requestmethod", "verb"),
    "path": ("path", "endpoint", "apiendpoint", "url", "uri", "requestpath", "requesturi",
             "requesturl", "requestedpath"),
    "status": ("status", "statuscode", "httpstatus", "httpstatuscode", "responsestatus",
               "responsecode", "responsestatuscode"),
    "sender": ("ip", "ipaddress", "senderip", "senderipaddress", "sourceip", "remoteaddr",
               "clientip", "remoteip", "sender"),
    "signature": ("signature", "xlinesignature", "linesignature"),
    "body": ("body", "requestbody", "webhookbody", "payload"),
    "answer": ("response", "responsebody", "answer"),
    "took_ms": ("tookms", "durationms", "elapsedms", "latencyms", "ms"),
}  # fmt: skip
NAMES = {each: name for name, words in _KNOWN.items() for each in words}
"""What columns of a log may be called, and what each is (names chosen)."""
OURS = ("method", "path", "status")
"""Columns of a log that a table of messages has not."""

_STATUS = re.compile(r"[1-5]\d\d")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{43}=")
_PATH = re.compile(r"(?:https?:/)?/\S*")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}")
_DATE = re.compile(r"\d{4}[-/]\d{2}[-/]\d{2}")
_CLOCK = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?")


def guessed(cells: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, int]]:
    """A row without names of columns: its cells, a date and its time made one, and what each is."""
    joined: list[str] = []
    for cell in map(str.strip, cells):
        if joined and _DATE.fullmatch(joined[-1]) and _CLOCK.fullmatch(cell):
            joined[-1] += f"T{cell}"
        else:
            joined.append(cell)
    found: dict[str, int] = {}
    for place, cell in enumerate(joined):
        name = _meaning(cell, found)
        if name:
            found.setdefault(name, place)
    return tuple(joined), found


def _meaning(cell: str, found: dict[str, int]) -> str:
    """What a cell is by its look; empty where that tells nothing."""
    if cell.upper() in METHODS:
        return "method"
    if _STATUS.fullmatch(cell):
        return "status"
    if cell.startswith("{"):
        return "answer" if "body" in found else "body"
    for name, look in (
        ("request_id", _UUID), ("signature", _SIGNATURE), ("path", _PATH), ("sender", _ADDRESS)
    ):  # fmt: skip
        if look.fullmatch(cell):
            return name
    return "time" if unix_ms(cell) is not None else ""
