"""Rich menus and what is done with them."""

from typing import Any

import pytest
from outgoing import (
    ACTIONS,
    QUICK_ACTIONS,
    RICH_MENU,
    RICH_MENU_REQUESTS,
    changed,
    menu,
)

from line_sim.wire import richmenu
from line_sim.wire.reading import Profile
from line_sim.wire.refusals import PROPERTY, RefusedError


def faults(request: dict[str, Any], kind: str = "menu", **settings: str) -> dict[str, str]:
    """What is refused: path to words."""
    try:
        menu(request, kind, **settings)
    except RefusedError as refused:
        return {detail.property: detail.message for detail in refused.details}
    return {}


def test_every_kind_has_a_specimen() -> None:

    assert richmenu.KINDS.keys() == RICH_MENU_REQUESTS.keys()


@pytest.mark.parametrize("kind", richmenu.KINDS)
@pytest.mark.parametrize("profile", ["line", "lenient", "sdk"])
def test_a_right_request_comes_back_as_it_was(kind: str, profile: Profile) -> None:
    request = RICH_MENU_REQUESTS[kind]

    assert (request, ()) == menu(request, kind, profile=profile, extra="refuse")


def test_line_needs_every_property_of_a_menu_and_its_contract_none() -> None:
    needed = {"size", "selected", "name", "chatBarText", "areas"}

    assert dict.fromkeys(needed, "must be specified") == faults({})
    assert {} == faults({}, profile="sdk")


SIZES = [((2500, 1686), True), ((800, 250), True), ((1450, 1000), True), ((1449, 1000), False)]


@pytest.mark.parametrize(("size", "right"), SIZES)
def test_a_menu_is_wider_than_high(size: tuple[int, int], *, right: bool) -> None:
    width, height = size
    request = {**RICH_MENU, "size": {"width": width, "height": height}, "areas": []}

    assert right == ("size" not in faults(request))


@pytest.mark.parametrize(("start", "extent"), [("x", "width"), ("y", "height")])
def test_an_area_reaches_the_edge_and_not_beyond(start: str, extent: str) -> None:
    request = changed(RICH_MENU, "areas", 1, "bounds", start, to=RICH_MENU["size"][extent] - 10)
    edge = changed(request, "areas", 1, "bounds", extent, to=10)
    beyond = changed(request, "areas", 1, "bounds", extent, to=11)

    assert {} == faults(edge)
    assert {f"areas[1].bounds.{extent}": "must be within the rich menu"} == faults(beyond)


@pytest.mark.parametrize("kind", ["camera", "cameraRoll", "location"])
def test_quick_reply_actions_do_not_stand_in_menus(kind: str) -> None:
    request = changed(RICH_MENU, "areas", 1, "action", to=QUICK_ACTIONS[kind])

    assert ["areas[1].action.type"] == list(faults(request))


def test_an_area_needs_no_label() -> None:
    action = {key: value for key, value in ACTIONS["uri"].items() if key != "label"}

    assert {} == faults(changed(RICH_MENU, "areas", 1, "action", to=action))


WRONG = [
    ("alias", ("richMenuAliasId",), "Main", "richMenuAliasId"),
    ("alias", ("richMenuId",), None, "richMenuId"),
    ("bulk_link", ("userIds", 0), 1, "userIds[0]"),
    ("batch", ("operations", 0, "type"), "move", "operations[0].type"),
    ("batch", ("operations", 0, "from"), None, "operations[0].from"),
    ("batch", ("operations", 1, "from"), 5, "operations[1].from"),
    ("batch", ("resumeRequestKey",), "a b", "resumeRequestKey"),
    ("batch", ("resumeRequestKey",), "k" * 101, "resumeRequestKey"),
    ("menu", ("areas", 0, "bounds", "x"), -1, "areas[0].bounds.x"),
    ("menu", ("areas", 0, "bounds", "width"), 0, "areas[0].bounds.width"),
    ("menu", ("areas", 0, "bounds", "height"), "10", "areas[0].bounds.height"),
]


@pytest.mark.parametrize(("kind", "keys", "value", "path"), WRONG)
@pytest.mark.parametrize("profile", ["line", "lenient", "sdk"])
def test_a_planted_fault_is_told_at_its_path_in_every_profile(
    kind: str, keys: tuple[str | int, ...], value: object, path: str, profile: Profile
) -> None:
    request = changed(RICH_MENU_REQUESTS[kind], *keys, to=value)

    assert [path] == list(faults(request, kind, profile=profile))


def test_a_property_of_the_wrong_kind_is_refused_with_its_place() -> None:
    with pytest.raises(RefusedError) as caught:
        menu({"name": "a", "areas": "none"})

    assert PROPERTY is caught.value.rule
    assert ("areas", 1, 21) == tuple(caught.value.words[key] for key in ("name", "line", "column"))


def test_unknown_properties_are_warned_of_or_refused() -> None:
    request = changed(RICH_MENU, "areas", 0, "note", to=1)

    (warning,) = menu(request).warnings

    assert warning.startswith("areas[0].note: unknown property")
    assert ["areas[0].note"] == list(faults(request, extra="refuse"))
