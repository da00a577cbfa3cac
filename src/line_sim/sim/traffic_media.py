"""The few files that generated traffic sends again and again; made, small, the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.media.audio import audio
from line_sim.media.images import image
from line_sim.media.made import file
from line_sim.media.video import video

if TYPE_CHECKING:
    from line_sim.media.made import Made

SIZES = ((320, 240), (240, 320), (320, 320))
"""Pixels of the three pictures."""


def made(kind: str, number: int) -> Made:
    """File `number` (0, 1, 2) of a kind: image, video, audio or file."""
    if kind == "image":
        width, height = SIZES[number % len(SIZES)]
        return image("jpeg", width=width, height=height, seed=number)
    if kind == "video":
        return video(duration_ms=1_000, seed=number)
    if kind == "audio":
        return audio("m4a", duration_ms=1_000, seed=number)
    return file("receipt.pdf", 2_000, number)
