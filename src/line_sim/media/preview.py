"""The small JPEG that stands for a picture or a video until it is opened."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageStat

from line_sim.errors import MediaError
from line_sim.media.images import MOST_PIXELS, UPRIGHT
from line_sim.media.made import Made, between
from line_sim.media.probe import DAMAGE, MOST_S, opened, orientation, picture

if TYPE_CHECKING:
    import av

__all__ = ["preview"]

_QUALITIES = (88, 75, 60, 40, 20, 5)
_BLACK = 20  # chosen, of 255: a frame whose mean is below shows nothing
_LOOKED_AT = 150  # frames, chosen: of a video that stays black longer, the first one is taken
_DECODERS = frozenset({"h264", "hevc", "mpeg4", "h263"})  # what MP4 and 3GP hold


def _first_to_see(container: av.container.InputContainer) -> Image.Image:
    """The first frame that is not black, upright; the very first where all are."""
    if not (tracks := container.streams.video):
        what, given, allowed = "preview", "sound only", "a picture or a video"
        raise MediaError(what, given, allowed)
    track = tracks[0]
    if track.codec_context.codec.canonical_name not in _DECODERS:
        what, allowed = "preview, video codec", f"one of {', '.join(sorted(_DECODERS))}"
        raise MediaError(what, track.codec_context.codec.canonical_name, allowed)
    first = None
    for number, frame in enumerate(container.decode(track)):
        shown = Image.fromarray(frame.to_ndarray(format="rgb24"))
        if frame.rotation:
            shown = shown.rotate(frame.rotation, expand=True)
        first = first or shown
        if ImageStat.Stat(shown.convert("L")).mean[0] >= _BLACK:
            return shown
        if number + 1 == _LOOKED_AT:
            break
    if first is None:
        what, given, allowed = "preview", "a video without a frame", "at least 1 frame"
        raise MediaError(what, given, allowed)
    return first


def _upright(data: bytes, longest_side: int, most_pixels: int, most_s: float) -> Image.Image:
    """The picture to show, orientation applied, without transparency."""
    try:
        if found := picture(data, most_pixels):
            found.draft(None, (longest_side, longest_side))  # a JPEG is decoded small at once
            if (turn := UPRIGHT[orientation(found)]) is not None:
                found = found.transpose(turn)
        else:
            with opened(data, most_pixels, most_s) as container:
                found = _first_to_see(container)
        clear = found.convert("RGBA")
    except MediaError:
        raise
    except DAMAGE as error:
        what, allowed = "preview", "a whole file"
        raise MediaError(what, f"damaged: {error}", allowed) from error
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")


def preview(
    data: bytes,
    longest_side: int = 240,
    most_bytes: int = 1_000_000,
    *,
    most_pixels: int = MOST_PIXELS,
    most_s: float = MOST_S,
) -> Made:
    """A JPEG that shows what is in `data`, upright and without metadata.

    Parameters
    ----------
    data
        A picture, or a video, of which the first frame that is not black is taken.
    longest_side
        Pixels; a smaller picture stays as small as it is.
    most_bytes
        The largest file; LINE takes previews up to 1 MB (Messaging API reference, image message).
    most_pixels, most_s
        As for `line_sim.media.probe.probe`.

    Raises
    ------
    MediaError
        For what cannot be shown, and where no quality is small enough.
    """
    between("preview, longest_side", longest_side, 1, 4_096, "pixels")
    shown = _upright(data, longest_side, most_pixels, most_s)
    shown.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    made = b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        shown.save(out, "JPEG", quality=quality)
        made = out.getvalue()
        if len(made) <= most_bytes:
            return Made(made, "image/jpeg", "image", "preview.jpg", *shown.size)
    what, least = "preview, most_bytes", f"at least {len(made):,} bytes for this picture"
    raise MediaError(what, f"{most_bytes:,} bytes", least)
