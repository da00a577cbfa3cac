"""An ASGI application served by uvicorn's protocol, on the running loop or in a thread of its own.

uvicorn's own server looks whether to stop ten times a second and takes as long to start, catches
signals, and tells of a failed start by ``sys.exit``; so listeners, start-up and stop are ours, and
each HTTP connection is uvicorn's.
"""

from __future__ import annotations

import asyncio
import socket
import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Self

from line_sim.errors import ConfigurationError, Fault, ServerError
from line_sim.net.lifespan import Lifespan
from line_sim.net.loops import LoopThread

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    from uvicorn import Config
    from uvicorn.server import ServerState

    from line_sim.net.certificates import Certificate
    from line_sim.net.lifespan import Application, Mode

KEEP_ALIVE_S = 65
"""Chosen longer than clients keep idle connections, so that they close first and none is lost."""
TRANSPORT = "line_sim.transport"
"""Where the connection's transport is in ``scope["extensions"]``, for who has to cut it."""
ACCEPTED_AT_ONCE = 16
"""Connections taken in one turn of the loop. libuv takes one a listener, and a turn may be
long: without this new connections wait in line while old ones are served (chosen)."""
START_WITHIN_S = 60
"""Chosen: an application that has not started by then never will."""


class Server:
    """One application on one or more ports of this machine.

    The first port is bound when the server is made, so that :attr:`url` is known before it starts.

    Parameters
    ----------
    app
        The ASGI application.
    host, port
        Where to listen; port 0 lets the system choose.
    tls
        The certificate to serve HTTPS with; None: plain HTTP.
    lifespan
        Whether the application is told of start-up and shutdown (:class:`Lifespan`).
    dated
        Whether each answer gets a ``Date``; not where the application passes on another's.
    graceful_s
        Wall seconds that requests under way, and then the application's shutdown, are given.

    Raises
    ------
    ConfigurationError
        Where nothing can listen there.
    """

    def __init__(  # noqa: PLR0913 - all but the first by name
        self,
        app: Application,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: Certificate | None = None,
        lifespan: Mode = "auto",
        dated: bool = True,
        graceful_s: float = 2.0,
    ) -> None:
        self.app = app
        self.dated = dated
        self.graceful_s = graceful_s
        self.urls: list[str] = []
        self._sockets: list[tuple[socket.socket, ssl.SSLContext | None]] = []
        self._lifespan = Lifespan(app, lifespan)
        self._listeners: list[asyncio.Server] = []
        self._state: ServerState | None = None
        self._dating: asyncio.TimerHandle | None = None
        self._thread: LoopThread | None = None
        self._own_thread = False
        self.listen(host, port, tls)

    @property
    def url(self) -> str:
        """The first port's address, without a slash at its end: ``http://127.0.0.1:49152``."""
        return self.urls[0]

    def listen(self, host: str, port: int = 0, tls: Certificate | None = None) -> str:
        """Bind one more port, before the start; returns its URL.

        Raises
        ------
        ConfigurationError
            Where nothing can listen there.
        """
        context = tls.server_context() if tls else None
        bound = _bound(host, port)
        self._sockets.append((bound, context))
        self.urls.append(_url(bound, secure=context is not None))
        return self.urls[-1]

    async def start(self) -> None:
        """Start the application, then listen, on the running loop.

        Raises
        ------
        ServerError
            Where the application does not start; the ports are closed then.
        """
        from uvicorn.server import ServerState  # noqa: PLC0415 - not needed to make one

        if self._state is not None:
            raise ServerError(self.url, "started already")
        self._state = ServerState()
        config = _config(self.app)
        try:
            await self._start_application()
            if self.dated:
                self._date()
            await self._accept(config, self._state)
        except BaseException:
            self._lifespan.cancel()
            self.close_ports()
            raise

    async def _start_application(self) -> None:
        try:
            async with asyncio.timeout(START_WITHIN_S):
                await self._lifespan.startup()
        except TimeoutError:
            reason = f"the application did not start within {START_WITHIN_S} s"
            raise ServerError(self.url, reason) from None

    async def _accept(self, config: Config, state: ServerState) -> None:
        loop = asyncio.get_running_loop()
        from line_sim.net.connections import Connection  # noqa: PLC0415 - uvicorn, as above

        def connection() -> asyncio.Protocol:
            return Connection(config, state, self._lifespan.state, loop)

        for bound, context in self._sockets:
            for sock in (bound, *(bound.dup() for _ in range(ACCEPTED_AT_ONCE - 1))):
                self._listeners.append(
                    await loop.create_server(connection, sock=sock, ssl=context, backlog=2_048)
                )

    async def stop(self) -> None:
        """Close the ports, let requests under way end, and shut the application down.

        What takes longer than `graceful_s` is cut off. A second call does nothing.

        Raises
        ------
        ServerError
            Where the application's shutdown failed; all is closed nevertheless.
        """
        self.close_ports()
        if self._state is None:
            return
        state, self._state = self._state, None
        await self._drain(state)
        try:
            async with asyncio.timeout(self.graceful_s):
                await self._lifespan.shutdown()
        except TimeoutError:
            reason = f"its shutdown took more than {self.graceful_s:g} s"
            raise ServerError(self.url, reason) from None
        finally:
            self._lifespan.cancel()

    async def _drain(self, state: ServerState) -> None:
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            _, late = await asyncio.wait(set(state.tasks), timeout=self.graceful_s)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=self.graceful_s)
        for connection in list(state.connections):
            transport: Any = connection.transport
            transport.abort()
        await asyncio.sleep(0)  # connections end in the loop's next turn

    def start_in_thread(self, thread: LoopThread | None = None) -> Self:
        """Start in a daemon thread, or in `thread` where one is given; returns the server itself.

        Raises
        ------
        ServerError
            Where the application does not start; thread and ports are closed then.
        """
        self._own_thread = thread is None
        self._thread = thread or LoopThread(f"line_sim server {self.url}")
        try:
            self._thread.call(self.start())
        except BaseException:
            self._leave_thread()
            raise
        return self

    def stop_in_thread(self) -> None:
        """Stop what :meth:`start_in_thread` started, and end the thread where it is its own."""
        if self._thread is None:
            self.close_ports()
            return
        try:
            if self._thread.running:
                self._thread.call(self.stop())
        finally:
            self._leave_thread()

    def _leave_thread(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None and self._own_thread:
            thread.stop()
        self.close_ports()

    def close_ports(self) -> None:
        """Listen no more; also where it was never started."""
        for listener in self._listeners:
            listener.close()
        for bound, _ in self._sockets:
            bound.close()
        self._listeners.clear()
        self._sockets.clear()
        if self._dating is not None:
            self._dating.cancel()

    def _date(self) -> None:
        """Renew the ``Date`` header, once a second."""
        if self._state is not None:
            now = formatdate(time.time(), usegmt=True).encode()
            self._state.default_headers = [(b"date", now)]
            self._dating = asyncio.get_running_loop().call_later(1, self._date)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def __enter__(self) -> Self:
        return self.start_in_thread()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop_in_thread()


def _config(app: Application) -> Config:
    """What uvicorn's connections want to know."""
    from uvicorn import Config  # noqa: PLC0415 - a tenth of a second

    config = Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    config.load()
    return config


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except (OSError, OverflowError) as error:
        bound.close()
        why = getattr(error, "strerror", None) or str(error)
        mend = "port 0 lets the system choose a free one"
        fault = Fault("port", f"{host}:{port} cannot be listened on", f"({why})", mend)
        raise ConfigurationError([fault]) from None
    bound.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return bound


def _url(bound: socket.socket, *, secure: bool) -> str:
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not to bind to
    shown = f"[{shown}]" if ":" in shown else shown
    return f"{'https' if secure else 'http'}://{shown}:{port}"
