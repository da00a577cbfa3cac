"""Which of LINE's hosts a path belongs to (Messaging API reference, "Domain name").

A recorder is one origin, as the mock is: no path means two things on two hosts.
"""

from __future__ import annotations

import re
from typing import Literal

API_URL = "https://api.line.me"
DATA_URL = "https://api-data.line.me"
MANAGER_URL = "https://manager.line.biz"

_DATA = re.compile(
    r"/v2/bot/(message/[^/]+/content(/preview|/transcoding)?|richmenu/[^/]+/content"
    r"|audienceGroup/upload/byFile)"
)
_MANAGER = re.compile(r"/module/auth/v1/token")

Host = Literal["api", "data", "manager"]


def host_of(path: str) -> Host:
    """The host that serves a path."""
    if _DATA.fullmatch(path):
        return "data"
    return "manager" if _MANAGER.fullmatch(path) else "api"
