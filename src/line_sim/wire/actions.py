"""The actions of buttons, pictures, quick replies and rich menus.

Source: Messaging API reference, action objects.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import Field

from line_sim.wire.checking import (
    ACTION_SCHEMES,
    MISSING,
    Address,
    Finding,
    Limited,
    Needed,
    Part,
    Raw,
    Rules,
    needed,
    one_of,
    over,
    rules,
)
from line_sim.wire.limits import LIMITS


class _Action(Part):
    label: str | None = None
    """How long it may be depends on where the action stands: see :func:`at`."""


class PostbackAction(_Action):
    """Sends `data` to the bot by webhook."""

    type: Literal["postback"]
    data: Annotated[Annotated[str, Limited("postback.data")] | None, Needed()] = needed()
    display_text: Annotated[str, Limited("postback.displayText")] | None = None
    text: Annotated[str, Limited("postback.text")] | None = None
    input_option: Literal["closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"] | None = (
        None
    )
    fill_in_text: Annotated[str, Limited("postback.fillInText")] | None = None


class MessageAction(_Action):
    """Sends `text` as if the user had written it."""

    type: Literal["message"]
    text: Annotated[Annotated[str, Limited("message.text", 1)] | None, Needed()] = needed()


class AltUri(Part):
    """Another address for LINE on a computer."""

    desktop: Annotated[str, Address("uri.altUri.desktop", ACTION_SCHEMES)] | None = None


class URIAction(_Action):
    """Opens a page, LINE's own screen or the telephone."""

    type: Literal["uri"]
    uri: Annotated[Annotated[str, Address("uri.uri", ACTION_SCHEMES)] | None, Needed()] = needed()
    alt_uri: AltUri | None = None


_MOMENTS = {
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "time": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
    "datetime": re.compile(
        r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d"
    ),
}


def _moments(given: Raw) -> list[Finding]:
    """Moments must be written as `mode` says, and the last must be after the first."""
    form = _MOMENTS.get(str(given.get("mode")))
    moments = {
        name: moment
        for name in ("initial", "max", "min")
        if isinstance(moment := given.get(name), str)
    }
    if form is None:
        return []
    found = [
        Finding(f"must be a {given['mode']}", (name,), f"{moment!r} given")
        for name, moment in moments.items()
        if not form.fullmatch(moment)
    ]
    if not found and {"max", "min"} <= moments.keys() and moments["max"] <= moments["min"]:
        found.append(Finding("must be after min", ("max",), f"{moments['max']!r} given"))
    return found


class DatetimePickerAction(_Action):
    """Lets the user choose a moment."""

    type: Literal["datetimepicker"]
    data: Annotated[Annotated[str, Limited("datetimepicker.data")] | None, Needed()] = needed()
    mode: Annotated[Literal["date", "time", "datetime"] | None, Needed()] = needed()
    initial: str | None = None
    max: str | None = None
    min: str | None = None
    _rules = rules(_moments)


class CameraAction(_Action):
    """Opens the camera."""

    type: Literal["camera"]


class CameraRollAction(_Action):
    """Opens the pictures."""

    type: Literal["cameraRoll"]


class LocationAction(_Action):
    """Lets the user send a place."""

    type: Literal["location"]


class RichMenuSwitchAction(_Action):
    """Shows another rich menu."""

    type: Literal["richmenuswitch"]
    data: Annotated[Annotated[str, Limited("richmenuswitch.data")] | None, Needed()] = needed()
    rich_menu_alias_id: Annotated[
        Annotated[str, Limited("richmenuswitch.richMenuAliasId")] | None, Needed()
    ] = needed()


class ClipboardAction(_Action):
    """Copies a text."""

    type: Literal["clipboard"]
    clipboard_text: Annotated[str, Limited("clipboard.clipboardText")]


Action = Annotated[
    PostbackAction
    | MessageAction
    | URIAction
    | DatetimePickerAction
    | CameraAction
    | CameraRollAction
    | LocationAction
    | RichMenuSwitchAction
    | ClipboardAction,
    Field(discriminator="type"),
]
"""Any action, wherever it stands."""

_ANYWHERE = ("postback", "message", "uri", "datetimepicker", "clipboard")
_QUICK_ONLY = ("camera", "cameraRoll", "location")
_MENU_ONLY = ("richmenuswitch",)


def _at(limit_id: str, *, label_needed: bool, elsewhere: tuple[str, ...]) -> Rules:
    """What an action must be at one place: its label, and that its kind is allowed there."""
    limit = LIMITS[limit_id]
    some = limit._replace(least=1) if label_needed else limit
    allowed = [*_ANYWHERE, *(kind for kind in (*_QUICK_ONLY, *_MENU_ONLY) if kind not in elsewhere)]

    def check(given: dict[str, Any]) -> tuple[Finding, ...]:
        label = given.get("label")
        found: tuple[Finding, ...] = ()
        if isinstance(label, str):
            if not (some.least <= len(label) <= some.most):
                found = over(some, label, ("label",))
        elif label is None and label_needed:
            found = (Finding(MISSING, ("label",)),)
        if given.get("type") in elsewhere:
            why = f"a {given['type']} action cannot stand here"
            found += (Finding(one_of(allowed), ("type",), why),)
        return found

    return Rules(check)


_NOT_IN_MESSAGES = (*_QUICK_ONLY, *_MENU_ONLY)

TemplateAction = Annotated[
    Action, _at("label.template", label_needed=True, elsewhere=_NOT_IN_MESSAGES)
]
"""A button of a template."""
PictureAction = Annotated[
    Action, _at("label.template", label_needed=False, elsewhere=_NOT_IN_MESSAGES)
]
"""What a tap on a template's picture and text does."""
ImageCarouselAction = Annotated[
    Action, _at("label.image_carousel", label_needed=False, elsewhere=_NOT_IN_MESSAGES)
]
"""What a tap on a column does."""
FlexButtonAction = Annotated[
    Action, _at("label.flex", label_needed=True, elsewhere=_NOT_IN_MESSAGES)
]
"""A flex button."""
FlexAction = Annotated[Action, _at("label.flex", label_needed=False, elsewhere=_NOT_IN_MESSAGES)]
"""What a tap on another flex component does; its label is not shown."""
QuickReplyAction = Annotated[
    Action, _at("label.quickReply", label_needed=True, elsewhere=_MENU_ONLY)
]
"""A quick reply button."""
RichMenuAction = Annotated[Action, _at("label.richmenu", label_needed=False, elsewhere=_QUICK_ONLY)]
"""An area of a rich menu; its label is read out to the blind."""
