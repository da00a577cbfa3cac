"""Flex messages' contents: bubbles, carousels and their components.

Sizes and colours are strings of LINE's own small languages, which its contract does not describe;
they are not looked into. Source: Messaging API reference, flex message.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from line_sim.wire.actions import FlexAction, FlexButtonAction
from line_sim.wire.checking import MISSING, Address, Finding, Limited, Part, Raw, over, rules
from line_sim.wire.counting import json_bytes
from line_sim.wire.limits import LIMITS

Url = Annotated[str, Address()]
Align = Literal["start", "end", "center"]
Gravity = Literal["top", "bottom", "center"]
Weight = Literal["regular", "bold"]
Style = Literal["normal", "italic"]
Decoration = Literal["none", "underline", "line-through"]


class _Placed(Part):
    margin: str | None = None
    position: Literal["relative", "absolute"] | None = None
    offset_top: str | None = None
    offset_bottom: str | None = None
    offset_start: str | None = None
    offset_end: str | None = None


class FlexBoxLinearGradient(Part):
    """A background that goes from one colour to another."""

    type: Literal["linearGradient"]
    angle: str | None = None
    start_color: str | None = None
    end_color: str | None = None
    center_color: str | None = None
    center_position: str | None = None


class FlexBox(_Placed):
    """Components in a row, a column or on a baseline."""

    type: Literal["box"]
    layout: Literal["horizontal", "vertical", "baseline"]
    flex: int | None = None
    contents: list["FlexComponent"]
    spacing: str | None = None
    background_color: str | None = None
    border_color: str | None = None
    border_width: str | None = None
    corner_radius: str | None = None
    width: str | None = None
    max_width: str | None = None
    height: str | None = None
    max_height: str | None = None
    padding_all: str | None = None
    padding_top: str | None = None
    padding_bottom: str | None = None
    padding_start: str | None = None
    padding_end: str | None = None
    action: FlexAction | None = None
    justify_content: (
        Literal["center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"]
        | None
    ) = None
    align_items: Literal["center", "flex-start", "flex-end"] | None = None
    background: FlexBoxLinearGradient | None = None


class FlexButton(_Placed):
    """A button."""

    type: Literal["button"]
    flex: int | None = None
    color: str | None = None
    style: Literal["primary", "secondary", "link"] | None = None
    action: FlexButtonAction
    gravity: Gravity | None = None
    height: Literal["md", "sm"] | None = None
    adjust_mode: Literal["shrink-to-fit"] | None = None
    scaling: bool | None = None


class FlexImage(_Placed):
    """A picture."""

    type: Literal["image"]
    url: Url
    flex: int | None = None
    align: Align | None = None
    gravity: Gravity | None = None
    size: str | None = None
    aspect_ratio: str | None = None
    aspect_mode: Literal["fit", "cover"] | None = None
    background_color: str | None = None
    action: FlexAction | None = None
    animated: bool | None = None


class FlexVideo(Part):
    """A video, with what older versions of LINE show in its place."""

    type: Literal["video"]
    url: Url
    preview_url: Url
    alt_content: "FlexComponent"
    aspect_ratio: str | None = None
    action: FlexAction | None = None


class FlexIcon(_Placed):
    """A small picture in a line of text."""

    type: Literal["icon"]
    url: Url
    size: str | None = None
    aspect_ratio: str | None = None
    scaling: bool | None = None


class FlexSpan(Part):
    """A piece of text with its own looks."""

    type: Literal["span"]
    text: str | None = None
    size: str | None = None
    color: str | None = None
    weight: Weight | None = None
    style: Style | None = None
    decoration: Decoration | None = None


def _text_or_spans(given: Raw) -> tuple[Finding, ...]:
    if given.get("text") is None and not given.get("contents"):
        return (Finding(MISSING, ("text",), "neither text nor contents given"),)
    return ()


class FlexText(_Placed):
    """A text, or spans."""

    type: Literal["text"]
    flex: int | None = None
    text: str | None = None
    size: str | None = None
    align: Align | None = None
    gravity: Gravity | None = None
    color: str | None = None
    weight: Weight | None = None
    style: Style | None = None
    decoration: Decoration | None = None
    wrap: bool | None = None
    line_spacing: str | None = None
    action: FlexAction | None = None
    max_lines: int | None = None
    contents: list[FlexSpan] | None = None
    adjust_mode: Literal["shrink-to-fit"] | None = None
    scaling: bool | None = None
    _rules = rules(_text_or_spans)


class FlexSeparator(Part):
    """A line."""

    type: Literal["separator"]
    margin: str | None = None
    color: str | None = None


class FlexFiller(Part):
    """Empty space (deprecated by LINE, still accepted)."""

    type: Literal["filler"]
    flex: int | None = None


FlexComponent = Annotated[
    FlexBox
    | FlexButton
    | FlexImage
    | FlexVideo
    | FlexIcon
    | FlexText
    | FlexSpan
    | FlexSeparator
    | FlexFiller,
    Field(discriminator="type"),
]

# each by itself: what is validated from above completes pydantic's models, but not their aliases
for _model in (FlexBox, FlexVideo):
    _model.model_rebuild()


class FlexBlockStyle(Part):
    """How one block of a bubble looks."""

    background_color: str | None = None
    separator: bool | None = None
    separator_color: str | None = None


class FlexBubbleStyles(Part):
    """How the blocks of a bubble look."""

    header: FlexBlockStyle | None = None
    hero: FlexBlockStyle | None = None
    body: FlexBlockStyle | None = None
    footer: FlexBlockStyle | None = None


def _sized(limit_id: str) -> Any:  # noqa: ANN401 - see rules
    limit = LIMITS[limit_id]

    def check(given: Raw) -> tuple[Finding, ...]:
        return () if json_bytes(given) <= limit.most else over(limit, given)

    return rules(check)


class FlexBubble(Part):
    """One card."""

    type: Literal["bubble"]
    direction: Literal["ltr", "rtl"] | None = None
    styles: FlexBubbleStyles | None = None
    header: FlexBox | None = None
    hero: FlexComponent | None = None
    body: FlexBox | None = None
    footer: FlexBox | None = None
    size: Literal["nano", "micro", "deca", "hecto", "kilo", "mega", "giga"] | None = None
    action: FlexAction | None = None
    _rules = _sized("flex.bubble")


class FlexCarousel(Part):
    """Cards side by side."""

    type: Literal["carousel"]
    contents: Annotated[list[FlexBubble], Limited("flex.carousel.contents")]
    _rules = _sized("flex.carousel")


FlexContainer = Annotated[FlexBubble | FlexCarousel, Field(discriminator="type")]
