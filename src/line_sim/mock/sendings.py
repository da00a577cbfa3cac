"""What visitors send beside words: pictures, films, sounds and files made to measure."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError, validate_call

from line_sim.errors import ConfigurationError
from line_sim.mock.config import faults_of
from line_sim.mock.platform.acts import Attachment, External

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from line_sim.media.made import Made

    What = tuple[Attachment | External, dict[str, Any]]


WHERE = ("group", "channel", "delay_s")
"""What every act of a visitor takes."""


def what_is_sent(kind: str, what: Mapping[str, Any]) -> What:
    """The attachment, and what belongs to the message beside it; media are made here and now.

    Raises
    ------
    ConfigurationError
        For arguments that the kind does not take.
    MediaError
        Where it cannot be made so.
    """
    make = _MAKERS[kind]
    try:
        return make(**what)
    except ValidationError as error:
        raise ConfigurationError(faults_of(error, names=_names(make))) from None


@validate_call
def _image(
    *,
    format: Literal["png", "jpeg"] = "jpeg",  # noqa: A002 - what people call it
    width: int = 640,
    height: int = 480,
    size_bytes: int | None = None,
    text: str = "",
    external_url: str = "",
    image_set: dict[str, Any] | None = None,
    seed: int = 0,
) -> Any:
    from line_sim.media.images import image  # noqa: PLC0415 - Pillow, where one is made

    more = {"image_set": image_set}
    if external_url:
        return External(external_url, external_url), more
    made = image(format, width=width, height=height, size_bytes=size_bytes, seed=seed, text=text)
    return _attached(made), more


@validate_call
def _video(
    *,
    duration_ms: int = 1_000,
    size_bytes: int | None = None,
    external_url: str = "",
    prepare_s: float | None = None,
    fails: bool = False,
    seed: int = 0,
) -> Any:
    from line_sim.media.video import video  # noqa: PLC0415 - PyAV, where one is made

    if external_url:
        return External(external_url, duration_ms=duration_ms), {}
    made = video(duration_ms=duration_ms, size_bytes=size_bytes, seed=seed)
    return _attached(made, prepare_s=prepare_s, fails=fails), {}


@validate_call
def _audio(
    *,
    format: Literal["m4a", "mp3", "wav", "aac"] = "m4a",  # noqa: A002 - what people call it
    duration_ms: int = 1_000,
    size_bytes: int | None = None,
    prepare_s: float | None = None,
    fails: bool = False,
    seed: int = 0,
) -> Any:
    from line_sim.media.audio import audio  # noqa: PLC0415 - PyAV, where one is made

    made = audio(format, duration_ms=duration_ms, size_bytes=size_bytes, seed=seed)
    return _attached(made, prepare_s=prepare_s, fails=fails), {}


@validate_call
def _file(*, name: str = "order.pdf", size_bytes: int = Field(10_000, ge=0), seed: int = 0) -> Any:
    from line_sim.media.made import file  # noqa: PLC0415 - beside the others

    return _attached(file(name, size_bytes, seed)), {"file_name": name}


_MAKERS: dict[str, Callable[..., What]] = {
    "image": _image, "video": _video, "audio": _audio, "file": _file,
}  # fmt: skip


def _names(make: Callable[..., What]) -> list[str]:
    """What can be said of one kind, and where everything can be sent."""
    return [*inspect.signature(make).parameters, *WHERE]


def _attached(made: Made, *, prepare_s: float | None = None, fails: bool = False) -> Attachment:
    return Attachment(
        made.data,
        made.media_type,
        duration_ms=made.duration_ms,
        preview=_previewed(made) if made.kind in {"image", "video"} else None,
        prepare_s=prepare_s,
        fails=fails,
    )


def _previewed(made: Made) -> Callable[[], bytes]:
    """Makes the preview when somebody asks for it."""

    def preview_of_it() -> bytes:
        from line_sim.media.preview import preview  # noqa: PLC0415 - Pillow, PyAV

        return preview(made.data).data

    return preview_of_it
