"""What a rich menu's image must be (Messaging API reference, upload rich menu image)."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, NamedTuple

from line_sim.wire.refusals import RICH_MENU_IMAGE_SIZE, TOO_LARGE, UPLOAD_TYPE, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 2**20
"""1 MB; that LINE means 1,048,576 bytes by it is chosen."""
LEAST_WIDTH, MOST_WIDTH = 800, 2_500
LEAST_HEIGHT = 250
LEAST_RATIO = 1.45
"""Width over height."""
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


class Image(NamedTuple):
    """An image that will do."""

    media_type: str
    width: int
    height: int
    findings: tuple[str, ...]


def checked(image: bytes, content_type: str, size: Mapping[str, int]) -> Image:
    """What the image is, in pixels.

    Parameters
    ----------
    image
        The bytes that came.
    content_type
        What the call's header says of them.
    size
        The menu's ``size``. That another size is accepted, with a finding, is chosen.

    Raises
    ------
    RefusedError
        415 where the type is not JPEG or PNG, 413 above 1 MB, 400 for its width, height or ratio.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _FORMATS:
        allowed = " or ".join(_FORMATS)
        raise RefusedError(UPLOAD_TYPE, given=media_type or "-", why=f"{allowed} is expected")
    if len(image) > MOST_BYTES:
        raise RefusedError(TOO_LARGE, why=f"{len(image)} bytes; at most {MOST_BYTES} are allowed")
    kind, width, height = _measured(image)
    if (
        not LEAST_WIDTH <= width <= MOST_WIDTH
        or height < LEAST_HEIGHT
        or width < LEAST_RATIO * height
    ):
        why = (
            f"{width} x {height}; width {LEAST_WIDTH} to {MOST_WIDTH}, height {LEAST_HEIGHT} or"
            f" more, width / height {LEAST_RATIO} or more are allowed"
        )
        raise RefusedError(RICH_MENU_IMAGE_SIZE, why=why)
    findings = []
    if kind != _FORMATS[media_type]:
        findings.append(f"the image is {kind}, but Content-Type says {media_type}")
    if (width, height) != (size["width"], size["height"]):
        wanted = f"{size['width']} x {size['height']}"
        findings.append(f"the image is {width} x {height}, the rich menu {wanted}")
    return Image(media_type, width, height, tuple(findings))


def _measured(image: bytes) -> tuple[str, int, int]:
    """Format, width and height, from the first bytes alone."""
    from PIL import Image as Pillow  # noqa: PLC0415 - slow to import, and seldom needed
    from PIL import UnidentifiedImageError  # noqa: PLC0415 - as above

    bomb = Pillow.DecompressionBombWarning
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", bomb)
            with Pillow.open(io.BytesIO(image), formats=tuple(_FORMATS.values())) as opened:
                return str(opened.format), opened.width, opened.height
    except (UnidentifiedImageError, OSError, bomb, Pillow.DecompressionBombError) as error:
        raise RefusedError(RICH_MENU_IMAGE_SIZE, why=f"no JPEG or PNG image: {error}") from None
