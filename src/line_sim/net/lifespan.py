"""Start-up and shutdown of an ASGI application (ASGI specification, "Lifespan Protocol")."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal

from line_sim.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Application = Callable[
        [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
        Awaitable[None],
    ]

Mode = Literal["auto", "on", "off"]
"""``on`` insists that the application knows the protocol, ``off`` asks it nothing."""


class Lifespan:
    """One application's start-up and shutdown, with its exceptions in our hands.

    Parameters
    ----------
    app
        The ASGI application.
    mode
        With ``auto``, one that raises before it reads a single message does not know the protocol
        (as the specification says); one that raises later has failed.

    Attributes
    ----------
    state
        What the application keeps for its requests (``scope["state"]``).
    """

    def __init__(self, app: Application, mode: Mode = "auto") -> None:
        self.app = app
        self.mode = mode
        self.state: dict[str, Any] = {}
        self._incoming: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._asked = False
        self._task: asyncio.Task[None] | None = None

    async def startup(self) -> None:
        """Start the application.

        Raises
        ------
        ServerError
            Where it failed, with its exception as the cause where it let one out.
        """
        if self.mode == "off":
            return
        self._task = asyncio.get_running_loop().create_task(self._run())
        what = "startup"
        answer = await self._exchange(what)
        if answer is None and not self._asked and self.mode == "auto":
            self._raised()  # looked at, so that asyncio does not report it as forgotten
            self._task = None
        elif answer is None or answer["type"] != "lifespan.startup.complete":
            raise self._failure(what, answer) from self._raised()

    async def shutdown(self) -> None:
        """Shut the application down, where it was started and still listens.

        Raises
        ------
        ServerError
            Where that failed.
        """
        if self._task is None or (self._task.done() and self._raised() is None):
            return
        what = "shutdown"
        answer = await self._exchange(what)
        if answer is None or answer["type"] != "lifespan.shutdown.complete":
            raise self._failure(what, answer) from self._raised()

    def cancel(self) -> None:
        """Give the application up."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        await self.app(scope, self._receive, self._answers.put)

    async def _receive(self) -> Message:
        self._asked = True
        return await self._incoming.get()

    async def _exchange(self, what: str) -> Message | None:
        """The application's answer; None where it ended without one."""
        assert self._task is not None  # noqa: S101 - startup made it
        self._incoming.put_nowait({"type": f"lifespan.{what}"})
        answer = asyncio.ensure_future(self._answers.get())
        try:
            await asyncio.wait({answer, self._task}, return_when=asyncio.FIRST_COMPLETED)
            return self._answers.get_nowait() if not answer.done() else answer.result()
        except asyncio.QueueEmpty:
            return None
        finally:
            answer.cancel()

    def _raised(self) -> BaseException | None:
        """What the application let out, where it has ended."""
        if self._task is None or not self._task.done() or self._task.cancelled():
            return None
        return self._task.exception()

    def _failure(self, what: str, answer: Message | None) -> ServerError:
        raised = self._raised()
        if answer is not None:
            told = answer.get("message", "").strip()
            reason = told.splitlines()[-1] if told else answer["type"]
        elif raised is not None:
            reason = f"{type(raised).__name__}: {raised}"
        else:
            reason = "it returned without an answer (lifespan='off' asks it nothing)"
        return ServerError(f"{what} of the application", reason)
