"""Imagemap messages: a picture with areas to tap, and perhaps a video in it.

Source: Messaging API reference, imagemap message.
"""

from typing import Annotated, Literal

from pydantic import Field

from line_sim.wire.checking import ACTION_SCHEMES, Address, Limited, Needed, Part, needed

Label = Annotated[str, Limited("imagemap.label")]


class ImagemapArea(Part):
    """A rectangle in the picture, in pixels of the base size."""

    x: int
    y: int
    width: int
    height: int


class MessageImagemapAction(Part):
    """Sends a text as if the user had written it."""

    type: Literal["message"]
    area: ImagemapArea
    label: Label | None = None
    text: Annotated[str, Limited("imagemap.text", 1)]


class URIImagemapAction(Part):
    """Opens a page."""

    type: Literal["uri"]
    area: ImagemapArea
    label: Label | None = None
    link_uri: Annotated[str, Address("imagemap.linkUri", ACTION_SCHEMES)]


class ClipboardImagemapAction(Part):
    """Copies a text."""

    type: Literal["clipboard"]
    area: ImagemapArea
    label: Label | None = None
    clipboard_text: Annotated[str, Limited("imagemap.clipboardText")]


ImagemapAction = Annotated[
    MessageImagemapAction | URIImagemapAction | ClipboardImagemapAction,
    Field(discriminator="type"),
]


class ImagemapBaseSize(Part):
    """The picture's size for a width of 1,040 pixels."""

    width: Annotated[int, Limited("imagemap.baseSize.width")]
    height: int


class ImagemapExternalLink(Part):
    """What is offered when the video has ended."""

    link_uri: Annotated[
        Annotated[str, Address("imagemap.linkUri", ACTION_SCHEMES)] | None, Needed()
    ] = needed()
    label: Annotated[Annotated[str, Limited("imagemap.externalLink.label", 1)] | None, Needed()] = (
        needed()
    )


class ImagemapVideo(Part):
    """A video on the picture."""

    original_content_url: Annotated[Annotated[str, Address()] | None, Needed()] = needed()
    preview_image_url: Annotated[Annotated[str, Address()] | None, Needed()] = needed()
    area: Annotated[ImagemapArea | None, Needed()] = needed()
    external_link: ImagemapExternalLink | None = None
