"""Small servers that do exactly what a test says, byte for byte."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Origin:
    """A server and what it saw."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connections = 0
        self.requests: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.asked = asyncio.Event()


async def request(reader: asyncio.StreamReader) -> bytes:
    """One request with its body; empty at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0")
    return head + await reader.readexactly(length)


@asynccontextmanager
async def origin(
    *answers: bytes | None, tls: ssl.SSLContext | None = None, then: str = "keep"
) -> AsyncIterator[Origin]:
    """A server that gives one answer a request, the last one again and again; None: no answer.

    With ``then="close"`` it closes each connection after an answer.
    """
    served = Origin("")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.connections += 1
        served.writers.append(writer)
        while seen := await request(reader):
            answer = answers[min(len(served.requests), len(answers) - 1)]
            served.requests.append(seen)
            served.asked.set()
            if answer is not None:
                writer.write(answer)
                await writer.drain()
                if then == "close":
                    break
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    served.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/callback"
    try:
        yield served
    finally:
        server.close()
        for writer in served.writers:
            writer.close()
        await asyncio.sleep(0)
