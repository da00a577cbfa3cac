"""The bridge: its parts, its life, its HTTP face.

One process, one thread, one event loop. A part asks for the others by the bridge, through the small
protocol of its own package's ``needs``; it is made in :meth:`Bridge.begin` and gone after
:meth:`Bridge.end`, so that a restart forgets all that is not in the store.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from line_sim.bridge import health, keys, trial, welcome
from line_sim.bridge.agent import Agent
from line_sim.bridge.api import app as api
from line_sim.bridge.api import daily
from line_sim.bridge.beside import Beside
from line_sim.bridge.channels.registry import Channels
from line_sim.bridge.clock import Clock
from line_sim.bridge.customers import retention
from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.desk.setup import began
from line_sim.bridge.intake.chats import Chats
from line_sim.bridge.intake.people import People
from line_sim.bridge.intake.reception import Intake
from line_sim.bridge.intake.transcript import Transcript
from line_sim.bridge.journal import Journal, described
from line_sim.bridge.line.equip import equip
from line_sim.bridge.media.service import Media
from line_sim.bridge.notify.alerting import alert_on_enquiries
from line_sim.bridge.notify.notifier import Notifier
from line_sim.bridge.outgoing.automatic import Automatic
from line_sim.bridge.outgoing.outbox import Outbox
from line_sim.bridge.outgoing.sending import Sending
from line_sim.bridge.staff.passwords import Passwords
from line_sim.bridge.store.migrating import demand_current
from line_sim.bridge.store.store import Store
from line_sim.bridge.store.tables import alerts
from line_sim.desk.model import SECOND

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

    from line_sim.bridge.keys import Keys
    from line_sim.bridge.outgoing.reply_tokens import ReplyTokens
    from line_sim.bridge.settings import Settings

AGAIN_AFTER_S = 1.0
"""Wall seconds before work that must go on is begun again after it broke (chosen)."""


class Bridge:
    """One install's bridge, on the running event loop between `begin` and `end`.

    It does not take the install's lock: see :mod:`line_sim.bridge.program`.

    Parameters
    ----------
    settings
        What it is told.
    clock
        Its time; None: the wall's.
    journal
        Where it logs; None: standard error.
    hashing
        How passwords are hashed; None: at full cost.

    Attributes
    ----------
    on_alert
        Listeners to alerts: kind, text, channel, enquiry.
    """

    store: Store
    keys: Keys
    desk: LiveDesk
    channels: Channels
    media: Media
    chats: Chats
    people: People
    transcript: Transcript
    reply_tokens: ReplyTokens
    outbox: Outbox
    sending: Sending
    automatic: Automatic
    intake: Intake
    notifier: Notifier

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        journal: Journal | None = None,
        hashing: Passwords | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.journal = journal or Journal()
        self.journal.keep = self._keep_alert
        self._hashing = hashing or Passwords()
        self.on_alert: list[Callable[[str, str, int | None, int | None], object]] = []
        self._beside = Beside(self.journal)
        self._web: ASGIApp | None = None
        self._connected = False
        self._life = AsyncExitStack()

    # --- its life

    async def begin(self) -> None:
        """Start, and take up what an earlier life left undone.

        Raises
        ------
        ConfigurationError
            The key, the settings or what administrators set up is wrong, or the database is of
            another version.
        DeskLogError
            The stored desk is not what its inputs give.
        """
        told = self.settings
        self.keys = keys.read(told.key_file, told.data_folder)
        self.store = Store(told.database)
        self._life.callback(self.store.close)
        try:
            demand_current(self.store)
            self._make()
            self.channels.load()
            began(self.store, self.clock.now())
            self.desk.begin()
            if self.clock.factor != 1.0:  # in an earlier life it may have run ahead of the wall's
                self.clock.catch_up(self.desk.started + self.desk.state.at / SECOND)
            if told.trial is not None:
                await trial.connect(self, told.trial, told.trial_config, again=self._connected)
                self._connected = True
            await self._start()
        except BaseException:
            await self._life.aclose()
            raise
        self._web = self._routed()

    def _make(self) -> None:
        """Every part, in the order in which they ask for each other; the last is closed first."""

        def close(part: Callable[[], Awaitable[None]]) -> None:
            self._life.push_async_callback(self._close, part)

        line = equip(self)
        close(line.close)
        self.desk = LiveDesk(self)
        self.channels = Channels(self, line)
        self.media = Media(self)
        close(self.media.close)
        self.transcript = Transcript(self)
        self.chats, self.people = Chats(self), People(self)
        self.outbox = Outbox(self)
        self.reply_tokens = self.outbox.reply_tokens
        close(self.outbox.close)
        self.sending = Sending(self, self.outbox)
        close(self.sending.close)
        self.automatic = Automatic(self, self.outbox)
        self.notifier = Notifier(self)
        close(self.notifier.close)
        alert_on_enquiries(self)
        self.intake = Intake(self)
        close(self._beside.close)
        self._life.callback(self.intake.close)

    async def _start(self) -> None:
        await self.media.start()
        await self.outbox.start()
        await self.notifier.start()
        self.people.begin()
        self.start(self._keep_on("the desk", self.desk.run))
        self.start(self._keep_on("retention", partial(retention.daily, self)))

    async def end(self) -> None:
        """Stop; what is under way is in the store, and goes on with the next `begin`."""
        began, self._web = self._web is not None, None
        try:
            if began:
                self.desk.end()
        finally:
            await self._life.aclose()

    async def restart(self) -> None:
        """As if the process had been killed and started again."""
        self._web = None
        await self._life.aclose()
        await self.begin()

    async def _close(self, part: Callable[[], Awaitable[None]]) -> None:
        """Close a part; one that breaks keeps no other from being closed."""
        try:
            await part()
        except Exception as error:  # noqa: BLE001 - whatever it is
            self.broke("closing", error)

    # --- work beside everything else

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside; what breaks in it is told, not lost. Ends with the bridge."""
        return self._beside.start(work)

    async def _keep_on(self, what: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do what must never end; where it breaks, tell so and begin again."""
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - whatever it is, customers wait
                self.broke(what, error)
            await asyncio.sleep(AGAIN_AFTER_S)

    def broke(self, what: str, error: BaseException) -> None:
        """Tell that something broke inside, and where."""
        self.journal.alert("broken", f"{what} broke: {described(error)}")

    def _keep_alert(self, kind: str, text: str, channel: int | None, enquiry: int | None) -> None:
        values = {"kind": kind, "text": text, "channel": channel, "enquiry": enquiry}
        try:
            self.store.add(alerts, at=self.clock.now(), seen=0, **values)
        except Exception as error:  # noqa: BLE001 - the alert may be about the database
            self.journal.log(f"an alert could not be stored: {described(error)}")
        for call in self.on_alert:
            call(kind, text, channel, enquiry)

    # --- its HTTP face

    def _routed(self) -> Starlette:
        """Its paths; made anew in each life, for parts own some of them."""
        routes: list[BaseRoute] = [
            *self.intake.routes,
            *self.media.serve,
            health.route(self),
            welcome.route(),
            Mount(api.PREFIX, api.create(self, hashing=self._hashing, more=daily.ROUTERS)),
        ]
        if self.settings.agent:
            routes += Agent(self).routes
        made = Starlette(routes=routes, exception_handlers={Exception: self._broken})
        made.router.redirect_slashes = False  # or a Host of anybody's becomes an address of ours
        return made

    async def _broken(self, request: Request, error: Exception) -> Response:
        self.broke(f"{request.method} of a page", error)
        return PlainTextResponse("Internal error\n", HTTPStatus.INTERNAL_SERVER_ERROR)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application; its lifespan begins and ends the bridge."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif self._web is None:
            again = PlainTextResponse("Starting\n", HTTPStatus.SERVICE_UNAVAILABLE)
            await again(scope, receive, send)
        else:
            with suppress(Exception):  # answered and told by _broken
                await self._web(scope, receive, send)

    @property
    def _lifespan(self) -> ASGIApp:
        @asynccontextmanager
        async def living(_app: object) -> AsyncIterator[None]:
            await self.begin()
            try:
                yield
            finally:
                await self.end()

        return Starlette(lifespan=living)
