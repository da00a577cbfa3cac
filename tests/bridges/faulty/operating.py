"""Faults in running a bridge."""
# ruff: noqa: ARG002 - a fault leaves out what the right one looks at

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from echo_bridge.agent import Agent
from echo_bridge.journal import Journal
from echo_bridge.line_api import Answer, LineApi
from echo_bridge.people import Account
from echo_bridge.store import Store
from echo_bridge.tokens import Tokens
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from echo_bridge.app import Bridge
    from echo_bridge.clock import Clock
    from echo_bridge.settings import Settings
    from httpx import Headers


class ForgetsAfterRestart(Store):
    """Starts with an empty memory."""

    def __init__(self, file: str) -> None:
        for name in (file, f"{file}-wal", f"{file}-shm"):
            Path(name).unlink(missing_ok=True)
        super().__init__(file)


class MasksNothing(Journal):
    """Logs as it is told, secrets too."""

    def _masked(self, text: str) -> str:
        """Nothing is secret."""
        return text


class LogsSecrets(LineApi):
    """Logs the headers of its calls."""

    async def _send(self, method: str, url: str, headers: dict[str, str], **body: Any) -> Answer:  # noqa: ANN401
        """With the token."""
        self.journal.log(f"{method} {url} {headers}")
        return await super()._send(method, url, headers, **body)


class LogsNoRequestId(LineApi):
    """Logs calls without LINE's request id."""

    def log_call(self, told: str, headers: Headers) -> None:
        """Only that it was made."""
        self.journal.log(told)


class ShowsNothing(Agent):
    """Has no agent view, whatever it is asked."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.gets = {"capabilities": lambda _query: []}
        self.posts = {}


class TellsNobody(Journal):
    """Alerts nobody to anything."""

    def alert(self, text: str) -> None:
        """Only log it."""
        self.log(text)


class AsksNothing(Account):
    """Does not ask which account it is."""

    async def known(self, wait_s: float) -> None:
        """Nobody knows."""


class LoopsOn401(Tokens):
    """Goes on with a token that LINE refuses, and tells nobody."""

    async def refused(self, token: str) -> None:
        """Try again soon."""
        await self.clock.sleep(0.1)


class KeepsTheFirstToken(Tokens):
    """Goes on with the token it was started with when another is set."""

    def __init__(self, settings: Settings, clock: Clock, journal: Journal) -> None:
        super().__init__(settings, clock, journal)
        self.first = settings.access_token

    @property
    def in_use(self) -> str:
        """The old one."""
        return self.first


class NeverRenews(Tokens):
    """Issues a short-lived token once and uses it for ever."""

    async def _issue(self) -> None:
        """Once."""
        if not self.issued:
            await super()._issue()
        self._renew_at = float("inf")
        self._usable.set()


class ExactHeaderName(HttpToolsProtocol):
    """Finds the signature under one spelling of its header only."""

    def on_header(self, name: bytes, value: bytes) -> None:
        """Passes over all others."""
        if name.lower() != b"x-line-signature" or name == b"x-line-signature":
            super().on_header(name, value)
