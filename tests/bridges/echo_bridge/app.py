"""The bridge: its parts, its HTTP face, its life."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Route

from echo_bridge.agent import Agent
from echo_bridge.attachments import Attachments
from echo_bridge.clock import Clock
from echo_bridge.content import Content
from echo_bridge.desk import Desk
from echo_bridge.handling import Handling
from echo_bridge.journal import Journal
from echo_bridge.line_api import LineApi
from echo_bridge.outbox import Outbox
from echo_bridge.people import Account, People
from echo_bridge.reception import Reception
from echo_bridge.routes import Routes
from echo_bridge.store import Store
from echo_bridge.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from starlette.requests import Request
    from starlette.responses import Response

    from echo_bridge.settings import Settings

CALLBACK = "/callback"


@dataclass(frozen=True)
class Parts:
    """The classes a bridge is made of; a faulty bridge has another one in a place."""

    store: type[Store] = Store
    journal: type[Journal] = Journal
    tokens: type[Tokens] = Tokens
    api: type[LineApi] = LineApi
    account: type[Account] = Account
    people: type[People] = People
    content: type[Content] = Content
    attachments: type[Attachments] = Attachments
    routes: type[Routes] = Routes
    outbox: type[Outbox] = Outbox
    handling: type[Handling] = Handling
    desk: type[Desk] = Desk
    reception: type[Reception] = Reception
    agent: type[Agent] = Agent


class Bridge:
    """One account's bridge, on the running event loop between `begin` and `end`.

    Parameters
    ----------
    settings
        What it is told.
    now
        Another clock than the computer's: gives Unix seconds.
    parts
        The classes it is made of.
    """

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], float] | None = None,
        parts: Parts | None = None,
    ) -> None:
        self.settings = settings
        self.parts = parts or Parts()
        self.clock = Clock(now)
        self._folder = (
            None if settings.state else tempfile.TemporaryDirectory(prefix="echo-bridge-")
        )
        self.file = settings.state or str(Path(self._folder.name) / "state.sqlite")  # type: ignore[union-attr]
        self.journal = self.parts.journal(self.secrets)

    def secrets(self) -> list[str]:
        """What must not be shown anywhere."""
        tokens = getattr(self, "tokens", None)
        return [
            self.settings.secret,
            self.settings.access_token,
            tokens.issued if tokens else "",
        ]

    async def begin(self) -> None:
        """Start, and take up what an earlier life left undone."""
        self._tasks: set[asyncio.Task[Any]] = set()
        parts = self.parts
        self.store = parts.store(self.file)
        self.tokens = parts.tokens(self.settings, self.clock, self.journal)
        self.api = parts.api(self.settings, self.tokens, self.journal)
        self.tokens.api = self.api
        self.account = parts.account(self)
        self.people = parts.people(self)
        self.content = parts.content(self)
        self.attachments = parts.attachments(self)
        self.routes = parts.routes(self)
        self.outbox = parts.outbox(self)
        self.handling = parts.handling(self)
        self.desk = parts.desk(self)
        self.reception = parts.reception(self)
        self.start(self.tokens.keep_fresh())
        self.start(self.account.known(0.0))
        self.outbox.resume()
        self.content.wake()

    async def end(self) -> None:
        """Stop at once: what is not in the store is lost, and nothing needed is."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.api.close()
        self.store.close()

    async def restart(self) -> None:
        """As if the process had been killed and started again."""
        await self.end()
        await self.begin()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside everything else; a failure inside is told, not lost."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.journal.alert(f"something broke inside: {type(error).__name__}: {error}")

    def configure(self, wanted: dict[str, object]) -> None:
        """Change settings while the bridge runs; ValueError says what is wrong with one."""
        for name, value in wanted.items():
            self.settings.change(name, value)
        if {"access_token", "channel_id"} & set(wanted):
            self.account.forget()
            self.tokens.changed()
            self.start(self.account.known(0.0))

    def app(self) -> Starlette:
        """The bridge as an ASGI application; its lifespan begins and ends it."""

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            await self.begin()
            try:
                yield
            finally:
                with suppress(asyncio.CancelledError):
                    await self.end()
                if self._folder:
                    self._folder.cleanup()

        async def receive(request: Request) -> Response:
            return await self.reception(request)

        async def serve(request: Request) -> Response:
            return await self.attachments.serve(request)

        return Starlette(
            routes=[
                Route(CALLBACK, receive, methods=["POST"]),
                Route("/m/{token}", serve, methods=["GET", "HEAD"]),
                *(self.parts.agent(self).routes() if self.settings.agent else []),
            ],
            lifespan=lifespan,
        )
