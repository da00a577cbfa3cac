"""Faults with content, media and names."""
# ruff: noqa: ARG002 - a fault leaves out what the right one looks at

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from echo_bridge.attachments import LINE_TAKES, Attachments
from echo_bridge.content import Content
from echo_bridge.handling import FETCHED, Handling
from echo_bridge.people import People
from starlette.responses import Response

from line_sim.errors import MediaError
from line_sim.media import probe

if TYPE_CHECKING:
    from echo_bridge.line_api import Answer
    from starlette.requests import Request


class StoresEmpty202Body(Content):
    """Takes the empty body of a 202 for the content."""

    async def fetched(self, message: str, kind: str) -> bytes | str:
        """Whatever comes with a 2xx."""
        answer = await self.bridge.api.content(message)
        return answer.body if answer.ok else "it could not be fetched"


class NeverReadsContent(Content):
    """Leaves content where it is until somebody looks at it, which nobody does."""

    def wake(self) -> None:
        """Later."""


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

    async def fetched(self, message: str, kind: str) -> bytes | str:
        """Also what broke off."""
        found = await super().fetched(message, kind)
        return b"\x00" if isinstance(found, str) and found.startswith("LINE answered 0") else found


class GuessesTheType(Content):
    """Takes the kind of message for the type of its content: a PNG is stored as nothing."""

    def damage(self, answer: Answer, kind: str) -> str:
        """Only what such messages have mostly been."""
        wanted = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/x-m4a"}.get(kind)
        told = answer.headers.get("content-type", "")
        return "" if wanted in {None, told} else f"it is no {wanted}"


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
