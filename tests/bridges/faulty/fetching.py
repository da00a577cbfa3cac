"""Faults with content, media and names."""
# ruff: noqa: ARG002 - a fault leaves out what the right one looks at

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from echo_bridge.attachments import LINE_TAKES, Attachments
from echo_bridge.content import Content
from echo_bridge.handling import FETCHED, Handling
from echo_bridge.line_api import Answer, LineApi
from echo_bridge.people import People
from starlette.responses import Response

from line_sim.errors import MediaError
from line_sim.media import probe

if TYPE_CHECKING:
    from echo_bridge.store import Row
    from starlette.requests import Request

LATE_S = 90.0


class StoresEmpty202Body(Content):
    """Takes the empty body of a 202 for the content."""

    async def fetched(self, message: str, kind: str) -> bytes | str:
        """Whatever comes with a 2xx."""
        answer = await self.bridge.api.content(message)
        return answer.body if answer.ok else "it could not be fetched"


class ReadsContentLate(Content):
    """Fetches content half a minute after it came, when it may be gone."""

    async def fetched(self, message: str, kind: str) -> bytes | str:
        """Later."""
        await self.bridge.clock.sleep(LATE_S)
        return await super().fetched(message, kind)


class FetchesForever(Content):
    """Asks for content that is gone ten times a second, and never tells anybody."""

    async def fetched(self, message: str, kind: str) -> bytes | str:
        """Until it comes."""
        while not (answer := await self.bridge.api.content(message)).body or not answer.ok:
            await self.bridge.clock.sleep(0.1)
        return answer.body


class TrustsEveryByte(Content):
    """Stores half a picture as if it were whole."""

    def damage(self, answer: Answer, kind: str) -> str:
        """There is none."""
        return ""


class KeepsHalfAnswers(LineApi):
    """Takes an answer that broke off for a whole one."""

    async def content(self, message: str, part: str = "") -> Answer:
        """As many bytes as came."""
        url = f"{self.settings.data_url}/v2/bot/message/{message}/content{part}"
        headers = {"authorization": f"Bearer {await self.tokens.current()}"}
        came = b""
        try:
            async with self._client.stream("GET", url, headers=headers) as response:
                async for piece in response.aiter_bytes():
                    came += piece
        except httpx.TransportError:
            if not came:
                return await super().content(message, part)
        return Answer(response.status_code, response.headers, came)


class GuessesTheType(Content):
    """Takes every picture for a JPEG, and shows as a file what then does not look like one."""

    def keep(self, row: Row, found: bytes | str) -> None:
        """By the ending that it gave it."""
        super().keep(row, found)
        if isinstance(found, bytes) and row["kind"] == "image" and found[:2] != b"\xff\xd8":
            self.store.run("UPDATE entries SET kind = 'file' WHERE seq = ?", row["seq"])


class IgnoresExternalProvider(Handling):
    """Asks LINE for content that lies elsewhere."""

    def note(self, event: dict[str, Any], text: str, **more: Any) -> int:  # noqa: ANN401
        """Fetch always."""
        message = more.get("message")
        if message and message.get("type") in FETCHED:
            more["fetch"] = "wanted"
        return super().note(event, text, **more)


class RefetchesProfile(People):
    """Asks for the profile at every message."""

    def _fresh(self, user: str) -> bool:
        """Never."""
        return False


class CutsNames(People):
    """Shows of a name only what fits into Latin-1."""

    def name(self, user: str) -> str:
        """The rest is question marks."""
        return super().name(user).encode("latin-1", "replace").decode("latin-1")


class HttpMediaUrl(Attachments):
    """Gives LINE a plain http address of the media."""

    def published(self, data: bytes, media_type: str) -> str:
        """Without the s."""
        return super().published(data, media_type).replace("https://", "http://")


class PreviewIsTheOriginal(Attachments):
    """Gives the original as its own preview."""

    def message(self, data: bytes) -> dict[str, Any]:
        """Twice the same address."""
        found = super().message(data)
        if "previewImageUrl" in found:
            found["previewImageUrl"] = found["originalContentUrl"]
        return found


class NoDuration(Attachments):
    """Sends sound without its length."""

    def message(self, data: bytes) -> dict[str, Any]:
        """Nothing but the address."""
        found = super().message(data)
        return {name: value for name, value in found.items() if name != "duration"}


class PassesWav(Attachments):
    """Sends sound in whatever format it is."""

    def kind(self, found: probe.Probed, data: bytes) -> str:
        """As if LINE took them all."""
        if found.media_type not in LINE_TAKES and found.kind in {"audio", "video"}:
            return str(found.kind)
        return super().kind(found, data)


class SendsFiles(Attachments):
    """Sends a message of a type that LINE does not have."""

    def message(self, data: bytes) -> dict[str, Any]:
        """A file."""
        try:
            probe.probe(data)
        except MediaError:
            url = self.published(data, "application/octet-stream")
            return {"type": "file", "originalContentUrl": url, "fileName": "file"}
        return super().message(data)


class MediaExpires(Attachments):
    """Takes media away ten minutes after they were sent."""

    def published(self, data: bytes, media_type: str) -> str:
        """Remember when."""
        url = super().published(data, media_type)
        self.until = self.bridge.clock.now() + 600
        return url

    async def serve(self, request: Request) -> Response:
        """Not for long."""
        if self.bridge.clock.now() > getattr(self, "until", 0):
            return Response(status_code=404)
        return await super().serve(request)


class MediaBehindLogin(Attachments):
    """Serves media to whoever has logged in."""

    async def serve(self, request: Request) -> Response:
        """Phones have not."""
        if "authorization" not in request.headers:
            return Response(status_code=401)
        return await super().serve(request)
