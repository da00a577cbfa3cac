"""Pictures as PNG bytes, without a screen and without pyplot's memory of open figures."""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

__all__ = ["Picture", "picture"]

_DOTS_PER_INCH = 144
_WIDTH = 7.6


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A drawn picture.

    Attributes
    ----------
    title : str
        Its title, in one line: what it says, for those who cannot see it.
    png : bytes
        The same from the same data and the same version of matplotlib.
    width : int
        In CSS pixels.
    """

    title: str
    png: bytes
    width: int


def picture(draw: Callable[[Axes], Axes], height: float, width: float = _WIDTH) -> Picture:
    """What `draw` puts on axes of that size, inches.

    Parameters
    ----------
    draw
        Takes the axes and returns them, as every picture of this package does.
    height, width
        Of the whole picture, inches.
    """
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    ax = draw(figure.subplots())
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    title = " ".join(ax.get_title(loc="left").split()).replace(r"\$", "$")
    return Picture(title, file.getvalue(), round(96 * width))
