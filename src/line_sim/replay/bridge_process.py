"""A bridge given as a command: started, watched and stopped (start contract of bridges).

The mock is bound first. The command then learns by its environment where LINE is
(``LINE_API_BASE_URL``, ``LINE_DATA_API_BASE_URL``), what it is (``LINE_CHANNEL_SECRET``,
``LINE_CHANNEL_ACCESS_TOKEN``) and where to listen (``PORT``; also ``{port}`` in the command). It is
ready once a signed empty webhook is answered with a 2xx, and stopped by TERM, after 10 s by KILL.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shlex
import signal
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Self

from line_sim.errors import ConfigurationError, Fault, UnreachableError
from line_sim.replay.last_words import LastWords
from line_sim.wire import bodies, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

READY_S = 30.0
"""How long a bridge may take to answer its first webhook (PLATFORM 17)."""
STOP_S = 10.0
"""From TERM to KILL (PLATFORM 17)."""
LAST_WORDS_S = 1.0
"""How long what a process printed last may take to reach us once it has ended (chosen)."""
ASK_EVERY_S = 0.05
REFUSALS = frozenset(range(400, 500)) - {404}
"""Answers of a bridge that is there and does not want what it was sent."""
SHOWN = 10
"""Last lines of a bridge in an error."""


class BridgeProcess:
    """A bridge in a process group of its own.

    ::

        with BridgeProcess("python bot.py --port {port}", line.environment) as bridge:
            line.connect(bridge.url)

    Parameters
    ----------
    command
        What to run, not through a shell: a text as one would type it, or its words. ``{port}`` in
        it becomes the port.
    environment
        The mock's (:attr:`MockLine.environment`): URLs, secret and token; added to this process's.
    port
        Where the bridge is to listen on 127.0.0.1; 0: a free one, kept over restarts.
    path
        Where it takes webhooks.
    destination
        The ``destination`` of the webhook that asks whether it is ready.
    refusing
        Whether one that answers with a refusal (400 or more, no 404 and no 5xx) is ready too: it is
        there, and somebody else judges how it answers.
    ready_s, stop_s
        Wall seconds until it must be ready, and from TERM to KILL.
    died
        Called from another thread with the exit code where the bridge ends without being told to.
    """

    def __init__(  # noqa: PLR0913 - by name
        self,
        command: str | Sequence[str],
        environment: Mapping[str, str],
        *,
        port: int = 0,
        path: str = "/callback",
        destination: str = "U" + "0" * 32,
        refusing: bool = False,
        ready_s: float = READY_S,
        stop_s: float = STOP_S,
        died: Callable[[int], None] | None = None,
    ) -> None:
        self._words = _words(command)
        self._environment = dict(environment)
        self.port = port or _free_port()
        self._path = path
        self.url = f"http://127.0.0.1:{self.port}{path}"
        self.died = died
        self.starts = 0
        self._destination = destination
        self._refusing = refusing
        self._ready_s, self._stop_s = ready_s, stop_s
        self._process: subprocess.Popen[bytes] | None = None
        self._told_to_end = False
        self._heard = LastWords()
        self._lock = threading.RLock()

    # what it does

    def start(self) -> str:
        """Start it and wait until it is ready; its webhook URL.

        Raises
        ------
        ConfigurationError
            Where the command cannot be run, or it runs already.
        UnreachableError
            Where it ends, or is not ready in time; it is stopped then.
        """
        with self._lock:
            if self.running:
                mend = "stop() or restart()"
                raise ConfigurationError([Fault("command", "running already", "one bridge", mend)])
            self._begin()
            try:
                self._wait_until_ready()
            except BaseException:
                self.kill()
                raise
        return self.url

    def stop(self) -> int | None:
        """TERM, then KILL; its exit code, None where it was not running. Nothing stays behind."""
        with self._lock:
            return self._end(signal.SIGTERM, self._stop_s)

    def kill(self) -> int | None:
        """KILL at once, whatever it is doing; see :meth:`stop`."""
        with self._lock:
            return self._end(getattr(signal, "SIGKILL", signal.SIGTERM), 0.0)

    def restart(self) -> str:
        """Stop it where it runs, and start it anew on the same port."""
        with self._lock:
            self.stop()
            return self.start()

    def tell(self, **environment: str) -> None:
        """Say something new by its environment, heard at the next start."""
        self._environment.update(environment)

    # what is known of it

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Its process id, which is its group's too; None before the first start."""
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """What it ended with; negative: a signal; None while it runs."""
        return self._process.poll() if self._process else None

    def last_words(self) -> tuple[str, ...]:
        """The last hundred lines it printed, secrets taken out."""
        return self._heard.lines()

    # how

    def _begin(self) -> None:
        self._told_to_end = False
        self._heard = LastWords(
            value
            for name, value in self._environment.items()
            if "SECRET" in name or "TOKEN" in name
        )
        words = [word.replace("{port}", str(self.port)) for word in self._words]
        try:
            process = subprocess.Popen(  # noqa: S603 - what the user asked to run
                words,
                env={**os.environ, **self._environment, "PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            fault = Fault("command", f"{words[0]!r}: {reason}", "a program that can be run")
            raise ConfigurationError([fault]) from None
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        self._process = process
        self.starts += 1
        self._heard.listen(process.stdout)
        threading.Thread(target=self._watch, args=(process,), daemon=True).start()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        heard = self._heard
        code = process.wait()
        heard.wait(LAST_WORDS_S)  # they may still be on their way
        if not self._told_to_end and process is self._process and self.died is not None:
            self.died(code)

    def _wait_until_ready(self) -> None:
        until_s = time.monotonic() + self._ready_s
        reason = "no answer"
        while time.monotonic() < until_s:
            if not self.running:
                raise UnreachableError(self.url, self._said(f"it ended: {self._how()}"))
            reason = self._asked()
            if not reason:
                return
            time.sleep(ASK_EVERY_S)
        mend = f"does it listen on PORT, here {self.port}, and is {self._path} its path (--path)?"
        said = f"{reason} within {self._ready_s:g} s; {mend}"
        raise UnreachableError(self.url, self._said(said))

    def _asked(self) -> str:
        """Send a signed empty webhook; why the bridge is not ready, empty where it is."""
        body = bodies.encode({"destination": self._destination, "events": []})
        secret = self._environment.get("LINE_CHANNEL_SECRET", "")
        headers = dict(bodies.headers(signature.sign(secret, body)))
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=min(2.0, self._ready_s))
        try:
            asking.request("POST", self._path, body, headers)
            status = asking.getresponse().status
        except (OSError, http.client.HTTPException):
            return "nobody answers"
        finally:
            asking.close()
        if 200 <= status < 300 or (self._refusing and status in REFUSALS):  # noqa: PLR2004 - HTTP's
            return ""
        return f"a signed empty webhook was answered {status}, not with a 2xx"

    def _end(self, how: signal.Signals, wait_s: float) -> int | None:
        process = self._process
        if process is None:
            return None
        self._told_to_end = True
        if process.poll() is None:
            _signal(process, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(wait_s)
        _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))  # also what it left behind
        code = process.wait()
        self._heard.wait(LAST_WORDS_S)
        return code

    def _how(self) -> str:
        code = self.exit_code
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return signal.Signals(-code).name
        return f"exit code {code}"

    def _said(self, reason: str) -> str:
        """A reason with the bridge's last lines."""
        self._heard.wait(0.5 if not self.running else 0.0)
        said = self.last_words()[-SHOWN:]
        return reason + "".join(f"\n  | {line}" for line in said)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _words(command: str | Sequence[str]) -> list[str]:
    try:
        words = (
            shlex.split(command) if isinstance(command, str) else [str(each) for each in command]
        )
    except ValueError as error:
        raise ConfigurationError([Fault("command", f"{command!r}: {error}", "a command")]) from None
    if not words or not words[0]:
        raise ConfigurationError([Fault("command", repr(command), "a command")])
    return words


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _signal(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Send a signal to the process and all it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, how)
        else:
            process.send_signal(how)
