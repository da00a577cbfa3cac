"""What a bridge's staff see and do: what the agent-side checks need, in any language.

A bridge offers it by HTTP as docs/agent-view.md says; one written in Python may be given to the
checks as an object with the same methods. What a bridge cannot show it leaves out of its
capabilities, and the checks that need it are then *not observed*.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from line_sim.errors import AgentViewError
from line_sim.net import targets
from line_sim.net.http.control import ControlClient
from line_sim.replay.agent_words import CAPABILITIES, SETTINGS, Attachment, Entry, Sent

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CAPABILITIES",
    "PREFIX",
    "SETTINGS",
    "AgentView",
    "Attachment",
    "Entry",
    "HttpAgentView",
    "Sent",
]

PREFIX = "/_agent/"
"""Where the contract's paths begin, below the bridge's origin."""

HEADERS: Final = {"x-line-sim": "1"}
"""What every call carries: no page in a browser can send it unasked."""

TIMEOUT_S = 30.0
"""The longest that one call may take; a restart is the slowest."""

T = TypeVar("T")


class AgentView(Protocol):
    """What a bridge's staff see and do. Every method may raise what its transport raises."""

    def capabilities(self) -> frozenset[str]:
        """Words of `CAPABILITIES`, and ``configure.NAME`` for each of `SETTINGS` that it has."""
        ...

    def transcript(self, user: str) -> list[Entry]:
        """What staff see of the chat with a user (or group), in order. Looking is not reading."""
        ...

    def send(  # noqa: PLR0913 - what may be said of a message
        self,
        user: str,
        *,
        text: str | None = None,
        media: Attachment | None = None,
        quote: str | None = None,
        staff: str = "Aom Suk",
        key: str | None = None,
    ) -> Sent:
        """Send to a user as a member of staff does; answers before LINE need have been called.

        `quote` is LINE's id of a message, `staff` a display name, first name first; the same `key`
        again is the same message, which is sent once.
        """
        ...

    def read(self, user: str) -> None:
        """An agent has read everything in the chat."""
        ...

    def typing(self, user: str, seconds: float) -> None:
        """A member of staff begins to type, and will take about so long."""
        ...

    def configure(self, **settings: str | bool) -> None:
        """Change `SETTINGS` while the bridge runs."""
        ...

    def restart(self) -> None:
        """End as a crash does and start again; returns when webhooks are taken again."""
        ...

    def clock(self, advance_s: float) -> None:
        """Move the bridge's own time; returns when it has noticed."""
        ...

    def logs(self) -> list[str]:
        """Everything that the bridge has logged, a line each."""
        ...

    def alerts(self) -> list[str]:
        """Everything that the bridge told its staff or operator to see to."""
        ...


class HttpAgentView:
    """The agent view of a bridge on this machine, by HTTP.

    Parameters
    ----------
    url
        The bridge's origin; a path is left out, so its webhook URL does too.

    Raises
    ------
    TargetNotAllowedError
        Where `url` is not on this machine.
    UnreachableError
        By every method, where nobody answers.
    AgentViewError
        By every method, where something else than the contract's answer comes.
    """

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        targets.check(url)
        parts = urlsplit(url)
        self.url = f"{parts.scheme}://{parts.netloc}"
        self._client = ControlClient(self.url, HEADERS, timeout_s=timeout_s)

    def capabilities(self) -> frozenset[str]:
        """See :meth:`AgentView.capabilities`."""
        return frozenset(self._get("capabilities", list[str]))

    def transcript(self, user: str) -> list[Entry]:
        """See :meth:`AgentView.transcript`."""
        found = self._get("transcript", list[dict[str, Any]], user=user)
        plain = [{("from_" if k == "from" else k): v for k, v in each.items()} for each in found]
        return self._read(f"GET {self.url}{PREFIX}transcript", list[Entry], plain)

    def send(  # noqa: PLR0913 - what may be said of a message
        self,
        user: str,
        *,
        text: str | None = None,
        media: Attachment | None = None,
        quote: str | None = None,
        staff: str = "Aom Suk",
        key: str | None = None,
    ) -> Sent:
        """See :meth:`AgentView.send`."""
        given: dict[str, object] = {"user": user, "text": text, "quote": quote, "key": key}
        if media is not None:
            data = base64.b64encode(media.data).decode()
            given["media"] = {"base64": data, "type": media.type, "name": media.name}
        said = {name: value for name, value in given.items() if value is not None}
        return self._post("send", Sent, {**said, "staff": staff})

    def read(self, user: str) -> None:
        """See :meth:`AgentView.read`."""
        self._post("read", dict[str, Any], {"user": user})

    def typing(self, user: str, seconds: float) -> None:
        """See :meth:`AgentView.typing`."""
        self._post("typing", dict[str, Any], {"user": user, "seconds": seconds})

    def configure(self, **settings: str | bool) -> None:
        """See :meth:`AgentView.configure`."""
        self._post("configure", dict[str, Any], settings)

    def restart(self) -> None:
        """See :meth:`AgentView.restart`."""
        self._post("restart", dict[str, Any], {})

    def clock(self, advance_s: float) -> None:
        """See :meth:`AgentView.clock`."""
        self._post("clock", dict[str, Any], {"advance_s": advance_s})

    def logs(self) -> list[str]:
        """See :meth:`AgentView.logs`."""
        return self._get("logs", list[str])

    def alerts(self) -> list[str]:
        """See :meth:`AgentView.alerts`."""
        return self._get("alerts", list[str])

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _get(self, method: str, kind: type[T], **query: str) -> T:
        status, body = self._client.get(PREFIX + method, **query)
        return self._answer(f"GET {self.url}{PREFIX}{method}", kind, status, body)

    def _post(self, method: str, kind: type[T], said: Mapping[str, object]) -> T:
        # escaped, so that a lone surrogate (check 88) is JSON that every reader takes
        status, body = self._client.post(PREFIX + method, json.dumps(said).encode("ascii"))
        return self._answer(f"POST {self.url}{PREFIX}{method}", kind, status, body)

    def _answer(self, asked: str, kind: type[T], status: int, body: bytes) -> T:
        if status not in range(200, 300):
            told = body[:200].decode(errors="replace").strip()
            raise AgentViewError(asked, f"answered {status} {told}".rstrip())
        try:
            found = json.loads(body)
        except ValueError:
            raise AgentViewError(asked, f"{body[:80]!r} is not JSON") from None
        return self._read(asked, kind, found)

    @staticmethod
    def _read(asked: str, kind: type[T], found: object) -> T:
        try:
            return TypeAdapter(kind).validate_python(found)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "the answer"
            raise AgentViewError(asked, f"{where}: {first['msg']}") from None
