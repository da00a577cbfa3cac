"""Images, audio and video made to measure, and probed, without external programs.

::

    from line_sim import media

    media.images.image("jpeg", size_bytes=1_000_001)
    media.audio.audio("m4a", duration_ms=3_000)
    media.video.video(duration_ms=5_000)
    media.probe.probe(data)
    media.preview.preview(data)

Each module is loaded on first use (PEP 562): who only imports this package does not wait for
Pillow and PyAV.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from line_sim.media import audio, images, made, preview, probe, video

__all__ = ["audio", "images", "made", "preview", "probe", "video"]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return import_module(f"{__name__}.{name}")
