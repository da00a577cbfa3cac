"""A recorder while it runs in a thread, and origins on sockets that keep the bytes they got."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from line_sim.net.loops import LoopThread
from line_sim.recording.reader import Reader
from line_sim.recording.recorder.options import Options
from line_sim.recording.recorder.running import Recorder, Summary
from line_sim.recording.writer import Writer

SIGNED = {"x-line-signature": "c2lnbmF0dXJl", "content-type": "application/json"}


class Standing:
    """A recorder and what it left."""

    def __init__(self, recorder: Recorder, path: Path) -> None:
        self.recorder = recorder
        self.path = path
        self.summary: Summary | None = None

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line but the last."""
        found = list(Reader(self.path))
        return [line for line in found if line["kind"] != "end"]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The lines of a kind."""
        return [line for line in self.lines if line["kind"] == kind]


@contextmanager
def recording(
    path: Path,
    writing: Callable[..., Writer] = Writer,
    **options: Any,  # noqa: ANN401
) -> Iterator[Standing]:
    """A recorder while it runs."""
    if "mask" not in options:
        options["keep_personal_data"] = True
    recorder = Recorder(Options(path=path, **options), writing)
    standing = Standing(recorder, path)
    thread = LoopThread("recorder under test")
    try:
        thread.call(recorder.start())
        try:
            yield standing
        finally:
            standing.summary = thread.call(recorder.stop())
    finally:
        thread.stop()


class Origin:
    """A server that keeps the bytes of each request and answers as it is told."""

    def __init__(self, answer: Callable[[bytes], bytes | None], *, drips: float = 0.0) -> None:
        self.requests: list[bytes] = []
        self.ended = threading.Event()
        """Set once a client has closed its connection."""
        self._answer = answer
        self._drips = drips
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as file:
            try:
                while request := _request(file):
                    self.requests.append(request)
                    answer = self._answer(request)
                    if answer is None:
                        return
                    for part in answer.split(b"<pause>"):
                        connection.sendall(part)
                        time.sleep(self._drips)
                    if answer.endswith(b"<pause>"):
                        return
            except OSError:
                pass
            finally:
                self.ended.set()

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()


def _request(file: Any) -> bytes:  # noqa: ANN401 - a socket's file
    """One request, its body included; empty at the end."""
    head = b""
    while line := file.readline():
        head += line
        if line == b"\r\n":
            break
    low = head.lower()
    if b"transfer-encoding: chunked" in low:
        while size := int(file.readline(), 16):
            head += file.read(size)
            file.readline()
        file.readline()
        return head
    length = int(low.partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0")
    body: bytes = file.read(length)
    return head + body


@contextmanager
def origin(answer: bytes | Callable[[bytes], bytes | None], **how: Any) -> Iterator[Origin]:  # noqa: ANN401
    """A server while it listens."""
    served = Origin(answer if callable(answer) else lambda _request: answer, **how)
    try:
        yield served
    finally:
        served.close()


OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def asked(
    url: str,
    method: str = "POST",
    path: str = "/callback",
    body: Any = None,  # noqa: ANN401 - whatever http.client takes
    headers: dict[str, str] | None = None,
    **how: Any,  # noqa: ANN401
) -> tuple[int, list[tuple[str, str]], bytes]:
    """One request: status, headers and body of its answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
    try:
        connection.request(method, path, body, headers or {}, **how)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def webhook(number: int = 1, text: str = "hello", **event: Any) -> bytes:  # noqa: ANN401
    """The body of a webhook."""
    said = {
        "type": "message",
        "webhookEventId": f"01{number:024}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": 1_764_034_649_123,
        "source": {"type": "user", "userId": "U" + "a" * 32},
        "replyToken": f"{number:032x}",
        "message": {"type": "text", "id": f"{number:018}", "text": text},
        **event,
    }
    return json.dumps({"destination": "U" + "b" * 32, "events": [said]}).encode()


def eventually(there: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait until something holds."""
    until_s = time.monotonic() + within_s
    while not there():
        assert time.monotonic() < until_s, "it never came"
        time.sleep(0.005)
