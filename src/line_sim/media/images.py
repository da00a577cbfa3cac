"""Pictures: a small landscape with its measures on a label, as PNG or JPEG."""

from __future__ import annotations

import io
from functools import lru_cache
from random import Random
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from line_sim.errors import MediaError
from line_sim.media.made import Made, between, choice
from line_sim.media.padding import PADDERS, padded

__all__ = ["MOST_PIXELS", "MOST_SIDE", "ORIENTATION", "UPRIGHT", "image", "landscape"]

MOST_SIDE = 20_000  # chosen
MOST_PIXELS = 50_000_000  # chosen: 150 MB while it is drawn
_SMOOTHED_PIXELS = 4_000_000  # above, edges are left as they are: twice the size would cost seconds
_READABLE_PX = 8  # smaller letters are a smudge
ORIENTATION = 0x0112  # Exif 2.32, 4.6.4 A
_ENDINGS = {"png": "png", "jpeg": "jpg"}
_QUALITIES = (88, 70, 45, 20, 5)

# What turns the stored pixels upright, by Exif orientation, and what undoes it.
UPRIGHT = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_UNDONE = {**UPRIGHT, 6: UPRIGHT[8], 8: UPRIGHT[6]}

# Sky above, sky at the horizon, sun, far hill, near hill.
_PALETTES = (
    ("#3a7bd5", "#cfe8f7", "#fff3c4", "#5f9c82", "#2f6f5e"),
    ("#3b2f63", "#f6a072", "#ffe0a3", "#7a4a6d", "#432c4f"),
    ("#0f7173", "#d8f3dc", "#fefae0", "#74a57f", "#386641"),
    ("#1d3557", "#a8dadc", "#f1faee", "#6b8fb3", "#33587f"),
    ("#b5546a", "#fde2c8", "#fff8e7", "#c98474", "#7f4f5b"),
)

Format = Literal["png", "jpeg"]
Size = tuple[int, int]


def _sky(size: Size, above: str, horizon: str) -> Image.Image:
    """A gradient down to two thirds of the height."""
    width, height = size
    column = Image.linear_gradient("L").resize((1, max(1, height * 2 // 3)))
    mask = Image.new("L", (1, height), 255)
    mask.paste(column, (0, 0))
    strip = Image.composite(
        Image.new("RGB", (1, height), horizon), Image.new("RGB", (1, height), above), mask
    )
    return strip.resize((width, height))


def _label(picture: Image.Image, text: str) -> None:
    """`text` on a light card in the middle, as large as fits; left out where unreadable."""
    width, height = picture.size
    pixels = min(height / 9, width / 9)
    draw = ImageDraw.Draw(picture, "RGBA")
    length = draw.textlength(text, ImageFont.load_default(100)) / 100
    pixels = min(pixels, width * 0.7 / max(length, 1))
    if pixels < _READABLE_PX:
        return
    font = ImageFont.load_default(pixels)
    middle = width / 2, height / 2
    left, top, right, bottom = draw.textbbox(middle, text, font, anchor="mm")
    room = pixels * 0.45
    card = (left - room, top - room, right + room, bottom + room)
    draw.rounded_rectangle(card, radius=room, fill=(255, 255, 255, 225))
    draw.text(middle, text, "#22313f", font, anchor="mm")


def landscape(width: int, height: int, seed: int, text: str) -> Image.Image:
    """The picture itself: sky, sun, two hills and a label; equal for equal arguments."""
    scale = 2 if width * height <= _SMOOTHED_PIXELS else 1
    w, h = width * scale, height * scale
    chance = Random(seed)  # noqa: S311 - a picture, no secret
    above, horizon, sun, far, near = chance.choice(_PALETTES)
    picture = _sky((w, h), above, horizon)
    draw = ImageDraw.Draw(picture)
    x, y, r = w * chance.uniform(0.15, 0.85), h * chance.uniform(0.2, 0.32), min(w, h) * 0.11
    draw.ellipse((x - r, y - r, x + r, y + r), fill=sun)
    peak = w * chance.uniform(0.1, 0.4)
    draw.ellipse((peak - w * 0.7, h * 0.6, peak + w * 0.7, h * 1.6), fill=far)
    peak = w * chance.uniform(0.6, 0.9)
    draw.ellipse((peak - w * 0.8, h * 0.7, peak + w * 0.8, h * 1.8), fill=near)
    if scale > 1:
        picture = picture.reduce(scale)
    _label(picture, text or f"{width} x {height}")
    return picture


class _Wanted(NamedTuple):
    """What makes the bytes of a picture, but for its padding."""

    kind: Format
    size: Size
    seed: int
    text: str
    orientation: int


@lru_cache(maxsize=32)
def _encoded(wanted: _Wanted, quality: int) -> bytes:
    picture = landscape(*wanted.size, wanted.seed, wanted.text)
    out = io.BytesIO()
    if wanted.kind == "png":
        picture.save(out, "PNG")
        return out.getvalue()
    if (turn := _UNDONE[wanted.orientation]) is not None:
        picture = picture.transpose(turn)
    exif = Image.Exif()
    if wanted.orientation != 1:
        exif[ORIENTATION] = wanted.orientation
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def _fitting(wanted: _Wanted, size_bytes: int | None) -> bytes:
    """The picture in the best quality that leaves room for padding, else in the lowest."""
    data = b""
    for quality in _QUALITIES if wanted.kind == "jpeg" else _QUALITIES[:1]:
        data = _encoded(wanted, quality)
        room = len(data) + PADDERS[wanted.kind].least_gap_bytes
        if size_bytes is None or size_bytes == len(data) or size_bytes >= room:
            break
    return data


def image(  # noqa: PLR0913 - a picture has that many properties
    kind: Format = "png",
    *,
    width: int = 1024,
    height: int = 768,
    size_bytes: int | None = None,
    seed: int = 0,
    text: str = "",
    orientation: int = 1,
) -> Made:
    """A picture that opens everywhere, the same bytes for the same arguments.

    Parameters
    ----------
    kind
        ``png`` or ``jpeg``.
    width, height
        Pixels as a viewer shows them, 1 to `MOST_SIDE`, together at most `MOST_PIXELS`.
    size_bytes
        The exact size of the file; a JPEG that would be larger is stored in a lower quality.
    seed
        Chooses colours and places.
    text
        What the label says; its measures where empty. The font has plain Latin letters only.
    orientation
        JPEG only: 1 to 8 as in Exif. The pixels are stored turned, as a telephone stores them, and
        stand upright for a viewer that heeds the tag.

    Raises
    ------
    MediaError
        Where no such picture exists; for too small a size it names the smallest.
    """
    choice("image, kind", kind, tuple(_ENDINGS))
    what = f"{kind} {width}x{height}"
    between(f"{what}, width", width, 1, MOST_SIDE, "pixels")
    between(f"{what}, height", height, 1, MOST_SIDE, "pixels")
    between(f"{what}, width times height", width * height, 1, MOST_PIXELS, "pixels")
    between(f"{what}, orientation", orientation, 1, 8, "as in Exif")
    if kind == "png" and orientation != 1:
        place, allowed = f"{what}, orientation", "1, for only a JPEG is stored turned"
        raise MediaError(place, str(orientation), allowed)
    data = _fitting(_Wanted(kind, (width, height), seed, text, orientation), size_bytes)
    return Made(
        padded(data, size_bytes, kind, what),
        f"image/{kind}",
        "image",
        f"image-{width}x{height}.{_ENDINGS[kind]}",
        width,
        height,
    )
