"""Audiences: groups of users that a bot names, to aim a narrowcast at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from line_sim.wire.refusals import NOT_FOUND, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from line_sim.mock.platform.channel import Channel

LIFE_S = 180 * 86_400
"""An audience expires 180 days after it was made (manage audience, expireTimestamp)."""
_FIRST_ID = 4_000_000_000_000


@dataclass(slots=True)
class Audience:
    """One audience; it is ready as soon as it is made, which LINE's are not."""

    id: int
    kind: str
    """UPLOAD, CLICK or IMP."""
    description: str
    created_s: int
    """Unix time."""
    is_ifa: bool = False
    users: dict[str, None] = field(default_factory=dict)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    """``requestId`` and ``clickUrl`` of an audience made of who saw or tapped a message."""

    def made(self) -> dict[str, Any]:
        """LINE's answer to making it."""
        expires = {} if self.is_ifa else {"expireTimestamp": self.created_s + LIFE_S}
        return {**self._facts(), **expires}

    def shown(self) -> dict[str, Any]:
        """As LINE shows it among others."""
        return {**self._facts(), "status": "READY", "audienceCount": len(self.users)}

    def _facts(self) -> dict[str, Any]:
        return {
            "audienceGroupId": self.id,
            "createRoute": "MESSAGING_API",
            "type": self.kind,
            "description": self.description,
            "created": self.created_s,
            "permission": "READ_WRITE",
            "isIfaAudience": self.is_ifa,
            **self.about,
        }


class Audiences:
    """The audiences of one channel."""

    def __init__(self, _channel: Channel) -> None:
        self.every: dict[int, Audience] = {}
        self._numbers = 0

    def add(self, kind: str, description: str, created_s: int, **facts: Any) -> Audience:  # noqa: ANN401 - fields of Audience
        """One more audience."""
        self._numbers += 1
        audience = Audience(_FIRST_ID + self._numbers, kind, description, created_s, **facts)
        self.every[audience.id] = audience
        return audience

    def find(self, audience_id: object) -> Audience:
        """The audience of that id, a number or its digits; raises where there is none."""
        text = str(audience_id)
        found = self.every.get(int(text)) if text.isascii() and text.isdecimal() else None
        if found is None:
            raise RefusedError(NOT_FOUND, why=f"no audience {text[:40]!r} in this channel")
        return found

    def fill(self, audience: Audience, users: Iterable[str], description: str, unix_s: int) -> None:
        """Add users to an audience, as one job."""
        before = len(audience.users)
        audience.users.update(dict.fromkeys(users))
        self._numbers += 1
        job = {
            "audienceGroupJobId": _FIRST_ID + self._numbers,
            "audienceGroupId": audience.id,
            "description": description,
            "type": "DIFF_ADD",
            "jobStatus": "FINISHED",
            "audienceCount": len(audience.users) - before,
            "created": unix_s,
        }
        audience.jobs = [*audience.jobs, job][-50:]
