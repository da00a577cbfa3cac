"""Bridges that die at a certain place, or are wrong; run by ``benchmarks/bridge_supervisor.py``.

Each function changes the program in a new process before it becomes a bridge. A place is died at
once: a file in the folder ``SPOILT_MARKS`` says that it was.
"""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from alembic.operations import Operations

from line_sim.bridge.desk import stored
from line_sim.bridge.intake.events import Events
from line_sim.bridge.intake.taking import Taking, Webhook
from line_sim.bridge.line.api import LineApi
from line_sim.bridge.media.checking import Checker
from line_sim.bridge.media.inbound import Inbound
from line_sim.bridge.outgoing.calls import Call
from line_sim.bridge.outgoing.routes import REPLY, Routes

if TYPE_CHECKING:
    from collections.abc import Callable

MARKS = "SPOILT_MARKS"
PLACES = (
    WITHIN := "within the transaction of an event",
    COMMITTED := "between commit and 200",
    SNAPSHOT := "in a snapshot",
    FETCHED := "between a picture's file and its note",
    FIRST_BYTE := "before a call's first byte",
    REPLIED := "before a reply is noted",
    PUSHED := "before a push is noted",
    CONVERTED := "in a conversion",
)
MIGRATED, TOO_SOON = "in a migration", "between 200 and commit"
HALF_OF_THE_TABLES = 10
UNSAFE_S, GAP_S = 0.3, 0.1


def die_once(place: str) -> None:
    """Die, unless it was done here before."""
    mark = Path(os.environ[MARKS]) / place
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return
    die()


def die() -> NoReturn:
    """As a kill by somebody else: nothing more runs."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def dies_everywhere() -> None:
    """Dies once at each of :data:`PLACES`."""
    _after(Events, "take", lambda *_: die_once(WITHIN))
    _after(Taking, "_stored", _when_stored)
    _before_calls()
    _after_sending(lambda call: die_once(REPLIED if call.route == "reply" else PUSHED))
    stored.SNAPSHOT_EVERY = 1
    keep = stored.keep_snapshot

    def kept(*given: Any) -> None:  # noqa: ANN401 - passed on
        keep(*given)
        die_once(SNAPSHOT)

    stored.keep_snapshot = kept
    convert = Checker.convert

    async def converted(*given: Any) -> Any:  # noqa: ANN401 - passed on
        working = asyncio.ensure_future(convert(*given))
        await asyncio.sleep(0)
        die_once(CONVERTED)
        return await working

    Checker.convert = converted  # type: ignore[method-assign]
    here = Inbound._here  # noqa: SLF001 - a place to die at

    def noted(*given: Any) -> bool:  # noqa: ANN401 - passed on
        die_once(FETCHED)
        return here(*given)

    Inbound._here = noted  # type: ignore[method-assign]  # noqa: SLF001


def _when_stored(done: bool, _taking: Taking, webhooks: list[Webhook]) -> None:  # noqa: FBT001
    if done and any(each.events for each in webhooks):
        die_once(COMMITTED)


def _before_calls() -> None:
    post = LineApi.post

    async def posted(self: LineApi, path: str, *given: Any, **more: Any) -> Any:  # noqa: ANN401
        if path == REPLY:
            die_once(FIRST_BYTE)
        return await post(self, path, *given, **more)

    LineApi.post = posted  # type: ignore[method-assign]


def _after_sending(then: Callable[[Call], None]) -> None:
    deliver = Routes.deliver

    async def delivered(self: Routes, call: Call) -> Any:  # noqa: ANN401
        outcome = await deliver(self, call)
        if outcome.state == "sent":
            then(call)
        return outcome

    Routes.deliver = delivered  # type: ignore[method-assign]


def _after(owner: type, name: str, then: Callable[..., None]) -> None:
    """Call `then` with what a method returned and was given."""
    method = getattr(owner, name)

    def changed(*given: Any) -> Any:  # noqa: ANN401 - passed on
        found = method(*given)
        then(found, *given)
        return found

    setattr(owner, name, changed)


def dies_migrating() -> None:
    """Dies in the middle of making the tables."""
    create, made = Operations.create_table, []

    def created(*given: Any, **more: Any) -> Any:  # noqa: ANN401 - passed on
        made.append(given)
        if len(made) == HALF_OF_THE_TABLES:
            die_once(MIGRATED)
        return create(*given, **more)

    Operations.create_table = created  # type: ignore[method-assign]


# --- bridges that are wrong


def confirms_too_soon() -> None:
    """Answers 200 before anything is stored, and is killed once in between."""

    async def take(self: Taking, webhook: Webhook) -> bool:
        loop = asyncio.get_running_loop()
        self._waiting.append((webhook, loop.create_future()))
        if webhook.events:
            loop.call_later(GAP_S, die_once, TOO_SOON)
        if self._timer is None:
            self._timer = loop.call_later(UNSAFE_S, self._commit)
        return True

    Taking.take = take  # type: ignore[method-assign]


def makes_keys_anew() -> None:
    """Has other retry keys in each life, and is killed once between LINE's answer and its note."""
    of = Call.of

    def made(*given: Any) -> Call:  # noqa: ANN401 - passed on
        call = of(*given)
        call.retry_key = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{os.getpid()} {call.id}"))
        return call

    Call.of = staticmethod(made)  # type: ignore[method-assign]
    _after_sending(lambda call: die_once(PUSHED) if call.route == "push" else None)
