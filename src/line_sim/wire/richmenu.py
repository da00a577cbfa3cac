"""Rich menus, their aliases, and linking them to many users.

Source: Messaging API reference, rich menu.
"""

from typing import Annotated, Literal

from pydantic import Field

from line_sim.wire import reading
from line_sim.wire.actions import RichMenuAction
from line_sim.wire.checking import Finding, Limited, Needed, Part, Raw, Shaped, needed, over, rules
from line_sim.wire.limits import LIMITS, RICH_MENU_RATIO
from line_sim.wire.reading import Extra, Profile, Read

Pixels = Annotated[int, Field(ge=0, le=2**31 - 1)]
Extent = Annotated[int, Field(ge=1, le=2**31 - 1)]


def _wide_enough(given: Raw) -> tuple[Finding, ...]:
    width, height = given.get("width"), given.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        return ()
    if over(LIMITS["richmenu.size.width"], width) or over(LIMITS["richmenu.size.height"], height):
        return ()  # told already
    if width / height >= RICH_MENU_RATIO:
        return ()
    why = f"{width} / {height} given, at least {RICH_MENU_RATIO} allowed"
    return (Finding(f"must be at least {RICH_MENU_RATIO} times as wide as high", (), why),)


class RichMenuSize(Part):
    """The size of the whole menu, in pixels."""

    width: Annotated[Annotated[Extent, Limited("richmenu.size.width")] | None, Needed()] = needed()
    height: Annotated[Annotated[Extent, Limited("richmenu.size.height")] | None, Needed()] = (
        needed()
    )
    _rules = rules(_wide_enough)


class RichMenuBounds(Part):
    """A rectangle of the menu, in pixels."""

    x: Annotated[Pixels | None, Needed()] = needed()
    y: Annotated[Pixels | None, Needed()] = needed()
    width: Annotated[Extent | None, Needed()] = needed()
    height: Annotated[Extent | None, Needed()] = needed()


class RichMenuArea(Part):
    """What can be tapped, and what happens then."""

    bounds: Annotated[RichMenuBounds | None, Needed()] = needed()
    action: Annotated[RichMenuAction | None, Needed()] = needed()


def _areas_within(given: Raw) -> list[Finding]:
    """An area must lie within the menu (chosen: LINE only says that it is a part of it)."""
    size, areas = given.get("size"), given.get("areas")
    if not isinstance(size, dict) or not isinstance(areas, list):
        return []
    found = []
    for number, area in enumerate(areas):
        bounds = area.get("bounds") if isinstance(area, dict) else None
        if not isinstance(bounds, dict):
            continue
        for start, extent in (("x", "width"), ("y", "height")):
            first, long, most = bounds.get(start), bounds.get(extent), size.get(extent)
            if not (isinstance(first, int) and isinstance(long, int) and isinstance(most, int)):
                continue
            if first + long > most:
                why = f"{start} {first} and {extent} {long} given, the menu's is {most}"
                loc = ("areas", number, "bounds", extent)
                found.append(Finding("must be within the rich menu", loc, why))
    return found


class RichMenuRequest(Part):
    """A rich menu, still without its picture."""

    size: Annotated[RichMenuSize | None, Needed()] = needed()
    selected: Annotated[bool | None, Needed()] = needed()
    name: Annotated[Annotated[str, Limited("richmenu.name")] | None, Needed()] = needed()
    chat_bar_text: Annotated[Annotated[str, Limited("richmenu.chatBarText")] | None, Needed()] = (
        needed()
    )
    areas: Annotated[Annotated[list[RichMenuArea], Limited("richmenu.areas")] | None, Needed()] = (
        needed()
    )
    _rules = rules(_areas_within)


AliasId = Annotated[
    str, Limited("richmenu.alias"), Shaped("[a-z0-9_-]*", "must be of a-z, 0-9, _ and -")
]


class CreateRichMenuAliasRequest(Part):
    """Another name for a rich menu."""

    rich_menu_alias_id: AliasId
    rich_menu_id: str


class UpdateRichMenuAliasRequest(Part):
    """Another rich menu for a name."""

    rich_menu_id: str


class RichMenuBulkLinkRequest(Part):
    """One rich menu for many users."""

    rich_menu_id: str
    user_ids: Annotated[list[str], Limited("richmenu.userIds")]


class RichMenuBulkUnlinkRequest(Part):
    """No rich menu of their own for many users."""

    user_ids: Annotated[list[str], Limited("richmenu.userIds")]


class RichMenuBatchLinkOperation(Part):
    """All who have one menu get another."""

    type: Literal["link"]
    from_: str = Field(alias="from")
    to: str


class RichMenuBatchUnlinkOperation(Part):
    """All who have a menu lose it."""

    type: Literal["unlink"]
    from_: str = Field(alias="from")


class RichMenuBatchUnlinkAllOperation(Part):
    """All lose the menu they have."""

    type: Literal["unlinkAll"]


class RichMenuBatchRequest(Part):
    """Many changes at once."""

    operations: Annotated[
        list[
            Annotated[
                RichMenuBatchLinkOperation
                | RichMenuBatchUnlinkOperation
                | RichMenuBatchUnlinkAllOperation,
                Field(discriminator="type"),
            ]
        ],
        Limited("richmenu.operations"),
    ]
    resume_request_key: (
        Annotated[str, Shaped("[a-zA-Z0-9_-]{1,100}", "must be 1 to 100 of a-z, A-Z, 0-9, _ and -")]
        | None
    ) = None


Kind = Literal["menu", "alias", "alias_update", "bulk_link", "bulk_unlink", "batch"]

KINDS: dict[str, type[Part]] = {
    "menu": RichMenuRequest,
    "alias": CreateRichMenuAliasRequest,
    "alias_update": UpdateRichMenuAliasRequest,
    "bulk_link": RichMenuBulkLinkRequest,
    "bulk_unlink": RichMenuBulkUnlinkRequest,
    "batch": RichMenuBatchRequest,
}
"""The body of each call about rich menus."""


def read(
    body: bytes, *, kind: str = "menu", profile: Profile = "line", extra: Extra = "warn"
) -> Read:
    """The request of a call about rich menus; `kind` is a key of :data:`KINDS`.

    Raises
    ------
    RefusedError
        In LINE's words, all faults at once.
    """
    return reading.read(body, KINDS[kind], profile=profile, extra=extra)
