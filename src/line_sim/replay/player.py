"""Plays recorded traffic against a bridge: :func:`play`."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import wait
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from line_sim.errors import ConfigurationError, Fault, LineSimError
from line_sim.mock.homes import ThreadHome
from line_sim.mock.running import Options
from line_sim.net.serve import Server
from line_sim.recording.recording import Recording
from line_sim.replay.bridge_process import BridgeProcess
from line_sim.replay.orders import Orders, targets
from line_sim.replay.outcome import INTERRUPTED, Ends, run_of
from line_sim.replay.playing import Playing
from line_sim.replay.scan import scan
from line_sim.replay.stand_ins import make_ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from line_sim.mock.platform.channel import Channel
    from line_sim.net.lifespan import Application
    from line_sim.net.loops import LoopThread
    from line_sim.replay.run import Run
    from line_sim.replay.scan import Recorded

To: TypeAlias = "str | Mapping[str, str] | Callable[[Mapping[str, str]], Application] | None"
TELL_EVERY_S = 0.2
"""How often progress is told."""


def play(  # noqa: PLR0913 - by name
    recording: Recorded | str | Path,
    to: To = None,
    *,
    command: str | Sequence[str] | None = None,
    orders: Orders | None = None,
    path: str = "/callback",
    restart: bool = False,
    progress: Callable[[Playing], None] | None = None,
) -> Run:
    """Play a recording against a bridge, from a LINE platform of its own.

    Ids, tokens, times and signatures become living ones; everything else of each webhook goes out
    byte for byte. There is no upstream: what the bridge calls is answered by the platform, and what
    LINE does not have is a finding.

    Parameters
    ----------
    recording
        A :class:`~line_sim.recording.recording.Recording`, or where one is.
    to
        Where the webhooks go; by channel name where the channels have several bridges. Or what
        makes an ASGI application of the start contract's environment; it is served meanwhile.
    command
        Instead: how to start the bridge (:class:`~line_sim.replay.bridge_process.BridgeProcess`);
        it is stopped at the end.
    path
        Where a bridge by command takes webhooks.
    restart
        Whether a bridge by command that ends by itself is started again.
    progress
        Called now and then, on this thread.

    Raises
    ------
    ConfigurationError
        Where a choice is impossible, or the bridge refuses a signed empty webhook.
    UnreachableError
        Where nobody answers at `to`, or the command does not become ready.
    TargetNotAllowedError
        Where `to` leads off this machine.
    """
    if (to is None) == (command is None):
        given = "neither" if to is None else "both"
        mend = "--to URL of a bridge that runs, or --command 'python bot.py --port {port}'"
        raise ConfigurationError([Fault("to, command", given, "one of them", mend)])
    tape = Recording.load(recording) if isinstance(recording, str | Path) else recording
    return _Player(tape, orders or Orders(), path, progress).play(to, command, restart=restart)


class _Player:
    """One call of :func:`play`, on its caller's thread."""

    def __init__(
        self,
        recording: Recorded,
        orders: Orders,
        path: str,
        progress: Callable[[Playing], None] | None,
    ) -> None:
        self._recording = recording
        self._orders = orders
        self._path = path
        self._progress = progress
        self._bridge: BridgeProcess | None = None
        self._playing: Playing | None = None
        self._thread: LoopThread | None = None
        self._restart = False
        self._begun = False

    def play(
        self,
        to: To,
        command: str | Sequence[str] | None,
        *,
        restart: bool,
    ) -> Run:
        """Do it."""
        orders, recording = self._orders, self._recording
        self._restart = restart
        seen = scan(recording)
        make_ahead(seen, recording)
        settings = orders.mock_settings(seen)
        names = [each.name for each in settings.channels]
        told = None if to is None or callable(to) else to
        urls = targets(told, names, orders.allow_targets) if told is not None else {}
        with ExitStack() as leaving:
            home = ThreadHome(settings, self._options(orders.header(settings, recording.header)))
            _, facts = home.start()
            leaving.callback(self._forget_log)
            leaving.callback(home.stop)
            thread, service = home.thread, home.mock.service
            assert thread is not None  # noqa: S101 - it has just been started
            if command is not None:
                self._bridge = bridge = self._by_command(command, facts, service.platform.first)
                leaving.callback(bridge.stop)
                urls = dict.fromkeys(names, bridge.start())
            elif callable(to):
                server = Server(to(facts["environment"])).start_in_thread()
                leaving.callback(server.stop_in_thread)
                urls = dict.fromkeys(names, server.url + self._path)
            gc.collect()
            gc.freeze()  # what is there stays: no search among it holds webhooks up
            leaving.callback(gc.unfreeze)
            playing = thread.call(_made(lambda: Playing(service, recording, seen, orders)))
            self._playing, self._thread = playing, thread
            thread.call(playing.reach(urls))
            self._begun = True
            self._until_done(playing, thread)
            self._restart = False
            ends = Ends(playing.watching.in_flight(), urls, self._words())
        return run_of(playing, ends)

    def _options(self, header: dict[str, Any]) -> Options:
        orders = self._orders
        return Options(
            host=orders.host,
            port=orders.port,
            speed=orders.clock_speed,
            stepped=orders.speed == "stepped",
            scale_contracts=orders.scale_contracts,
            log=orders.log,
            force=orders.force,
            fsync=orders.fsync,
            faults=orders.faults,
            allow_targets=orders.allow_targets,
            header=header,
        )

    def _forget_log(self) -> None:
        """Leave no ledger behind of a replay that never began."""
        log = self._orders.log
        if log is not None and not self._begun:
            log.unlink(missing_ok=True)

    def _by_command(
        self, command: str | Sequence[str], facts: Mapping[str, Any], channel: Channel
    ) -> BridgeProcess:
        told = facts["environment"]
        return BridgeProcess(
            command, told, path=self._path, destination=channel.bot_user_id, died=self._died
        )

    def _words(self) -> tuple[str, ...]:
        return self._bridge.last_words() if self._bridge else ()

    def _died(self, exit_code: int) -> None:
        """Note that the bridge ended, and start it anew where that was asked for.

        Called on a thread of the bridge's own, also while it is not ready yet.
        """
        playing, bridge = self._playing, self._bridge
        if playing is None or bridge is None or self._thread is None:
            return
        restart, words = self._restart, bridge.last_words()
        self._thread.soon(lambda: playing.died(exit_code, words, restarted=restart))
        if restart:
            with suppress(LineSimError):  # it does not come back: webhooks fail, and that is told
                bridge.start()

    def _until_done(self, playing: Playing, thread: LoopThread) -> None:
        """Wait for the end, and tell of the way there; Ctrl-C ends it in good order."""
        future = asyncio.run_coroutine_threadsafe(playing.run(), thread.loop)
        while True:
            try:
                wait([future], TELL_EVERY_S)
                if future.done():
                    break
                if self._progress is not None:
                    self._progress(playing)
            except KeyboardInterrupt:
                if playing.schedule.stopped:  # asked twice
                    future.cancel()
                    raise
                thread.soon(playing.stop, INTERRUPTED)
        future.result()
        if self._progress is not None:
            self._progress(playing)


async def _made(make: Callable[[], Playing]) -> Playing:
    """Make something on the loop it belongs to."""
    return make()
