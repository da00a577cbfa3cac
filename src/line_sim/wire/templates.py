"""Template messages: buttons, confirm, carousel and image carousel.

Source: Messaging API reference, template messages.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from line_sim.wire.actions import ImageCarouselAction, PictureAction, TemplateAction
from line_sim.wire.checking import (
    Address,
    Finding,
    Limited,
    Part,
    Raw,
    Rules,
    Words,
    over,
    rules,
)
from line_sim.wire.limits import LIMITS

Url = Annotated[str, Address()]
AspectRatio = Annotated[str, Words("rectangle", "square")]
ImageSize = Annotated[str, Words("cover", "contain")]


def _beside(limit_id: str) -> Any:  # noqa: ANN401 - see rules
    """Less text fits beside a title or a picture."""
    alone, beside = LIMITS[limit_id], LIMITS[f"{limit_id}.beside"]

    def check(given: Raw) -> tuple[Finding, ...]:
        text = given.get("text")
        if not isinstance(text, str) or 0 < len(text) <= beside.most:
            return ()
        fewer = given.get("title") or given.get("thumbnailImageUrl")
        return over((beside if fewer else alone)._replace(least=1), text, ("text",))

    return rules(check)


class ButtonsTemplate(Part):
    """A picture, a title, a text and up to four buttons."""

    type: Literal["buttons"]
    thumbnail_image_url: Url | None = None
    image_aspect_ratio: AspectRatio | None = None
    image_size: ImageSize | None = None
    image_background_color: str | None = None
    title: Annotated[str, Limited("buttons.title")] | None = None
    text: str
    default_action: PictureAction | None = None
    actions: Annotated[list[TemplateAction], Limited("buttons.actions")]
    _rules = _beside("buttons.text")


class ConfirmTemplate(Part):
    """A question and two buttons."""

    type: Literal["confirm"]
    text: Annotated[str, Limited("confirm.text", 1)]
    actions: Annotated[list[TemplateAction], Limited("confirm.actions")]


class CarouselColumn(Part):
    """One card of a carousel."""

    thumbnail_image_url: Url | None = None
    image_background_color: str | None = None
    title: Annotated[str, Limited("column.title")] | None = None
    text: str
    default_action: PictureAction | None = None
    actions: Annotated[list[TemplateAction], Limited("column.actions")]
    _rules = _beside("column.text")


def _equal_shape(columns: list[Any]) -> list[Finding]:
    """All columns must have as many buttons, and all or none a title and a picture."""
    objects = [column for column in columns if isinstance(column, dict)]
    found = []
    buttons = {len(each["actions"]) for each in objects if isinstance(each.get("actions"), list)}
    if len(buttons) > 1:
        why = f"{' and '.join(map(str, sorted(buttons)))} actions given"
        found.append(Finding("must have the same number of actions in all columns", (), why))
    found += [
        Finding(f"must have {name} in all columns or in none", ())
        for name in ("title", "thumbnailImageUrl")
        if len({bool(each.get(name)) for each in objects}) > 1
    ]
    return found


class CarouselTemplate(Part):
    """Up to ten cards of equal shape."""

    type: Literal["carousel"]
    columns: Annotated[list[CarouselColumn], Limited("carousel.columns"), Rules(_equal_shape, list)]
    image_aspect_ratio: AspectRatio | None = None
    image_size: ImageSize | None = None


class ImageCarouselColumn(Part):
    """One picture."""

    image_url: Url
    action: ImageCarouselAction


class ImageCarouselTemplate(Part):
    """Up to ten pictures to tap."""

    type: Literal["image_carousel"]
    columns: Annotated[list[ImageCarouselColumn], Limited("image_carousel.columns")]


Template = Annotated[
    ButtonsTemplate | ConfirmTemplate | CarouselTemplate | ImageCarouselTemplate,
    Field(discriminator="type"),
]
