"""A thread with an event loop of its own, for code that has none or whose own is busy."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, Self, TypeVar

from line_sim.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

Found = TypeVar("Found")


def new_loop() -> asyncio.AbstractEventLoop:
    """A uvloop where it runs, else the platform's own kind of loop."""
    try:
        import uvloop  # noqa: PLC0415 - not made for Windows
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


class LoopThread:
    """An event loop that runs in a daemon thread until :meth:`stop`.

    It does not matter whether the caller has a loop running, as a notebook does.

    Parameters
    ----------
    name
        The thread's name.
    """

    def __init__(self, name: str) -> None:
        self.loop = new_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, Found], timeout_s: float | None = None) -> Found:
        """Run a coroutine there and wait for what it returns or raises.

        Raises
        ------
        TimeoutError
            After `timeout_s` seconds; the coroutine is cancelled.
        ServerError
            Where the loop has been stopped, or is stopped meanwhile.
        """
        if self.inside:
            coroutine.close()
            raise ServerError(self._thread.name, "waits for itself: call it from another thread")
        if not self.running:
            coroutine.close()
            raise ServerError(self._thread.name, "has been stopped")
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        try:
            return future.result(timeout_s)
        except TimeoutError:
            future.cancel()
            raise
        except CancelledError:
            raise ServerError(self._thread.name, "was stopped meanwhile") from None
        except KeyboardInterrupt:
            future.cancel()
            raise

    def soon(self, function: Callable[..., object], *arguments: object) -> None:
        """Have a function called there, without waiting; nothing where it has been stopped."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(function, *arguments)

    @property
    def inside(self) -> bool:
        """Whether the caller runs in this very thread."""
        return threading.current_thread() is self._thread

    @property
    def running(self) -> bool:
        """Whether it still takes calls."""
        return self._thread.is_alive() and not self.loop.is_closed()

    def stop(self) -> None:
        """Cancel what still runs, close the loop and end the thread; any number of times."""
        self.soon(self.loop.stop)
        if not self.inside:
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self._wind_up()

    def _wind_up(self) -> None:
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks, timeout=5))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        self.loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
