"""Rich menus: made, given an image, shown to everybody or to some (Messaging API reference)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from line_sim.mock.platform import rich_menu_batches
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.named_users import check_known, known_user
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.mock.platform.request_bodies import read_rich_menu
from line_sim.mock.platform.rich_menu_batches import Batch, Batches
from line_sim.mock.platform.rich_menu_images import checked
from line_sim.mock.platform.rich_menus import RichMenus
from line_sim.mock.platform.simpler import SIMPLER
from line_sim.wire.refusals import CONTENT_NOT_FOUND, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked
    from line_sim.wire.reading import Read

operations = Operations()

_MENU = "/v2/bot/richmenu"
_DEFAULT = "/v2/bot/user/all/richmenu"
_USER = "/v2/bot/user/{userId}/richmenu"
_HOUR_S = 3_600


@operations.answers(
    "createRichMenu", "POST", _MENU, tier=2, limit=Limit(100, _HOUR_S),
    body="RichMenuRequest", result="RichMenuIdResponse",
)  # fmt: skip
def create(asked: Asked) -> Answer:
    """One more rich menu."""
    found = read_rich_menu(asked)
    menu = _menus(asked).create(found.body)
    return Answer(content={"richMenuId": menu.id}, findings=found.warnings)


@operations.answers(
    "validateRichMenuObject", "POST", f"{_MENU}/validate", tier=2, body="RichMenuRequest"
)
def validate(asked: Asked) -> Answer:
    """Whether :func:`create` would accept the body."""
    return Answer(content={}, findings=read_rich_menu(asked).warnings)


@operations.answers(
    "getRichMenuList", "GET", f"{_MENU}/list", tier=2, limit=Limit(10, 1),
    result="RichMenuListResponse",
)  # fmt: skip
def listed(asked: Asked) -> Answer:
    """Every rich menu made by the API."""
    menus = _menus(asked).menus.values()
    return Answer(content={"richmenus": [menu.to_wire() for menu in menus]})


@operations.answers(
    "getRichMenu", "GET", f"{_MENU}/{{richMenuId}}", tier=2, result="RichMenuResponse"
)
def get(asked: Asked) -> Answer:
    """One rich menu."""
    return Answer(content=_menus(asked).menu(asked.parameters["richMenuId"]).to_wire())


@operations.answers(
    "deleteRichMenu", "DELETE", f"{_MENU}/{{richMenuId}}", tier=2, limit=Limit(100, _HOUR_S)
)
def delete(asked: Asked) -> Answer:
    """Remove a rich menu, and its links."""
    _menus(asked).delete(asked.parameters["richMenuId"])
    return Answer(content={})


@operations.answers(
    "setRichMenuImage", "POST", f"{_MENU}/{{richMenuId}}/content", tier=2, host="data", upload=True
)
def set_image(asked: Asked) -> Answer:
    """Give a rich menu its image."""
    menus, menu_id = _menus(asked), asked.parameters["richMenuId"]
    size = menus.menu(menu_id).body["size"]
    content_type = asked.call.headers.get("content-type", "")
    image = checked(asked.call.body, content_type, size)
    menus.set_image(menu_id, asked.call.body, image.media_type)
    return Answer(content={}, findings=image.findings)


@operations.answers(
    "getRichMenuImage", "GET", f"{_MENU}/{{richMenuId}}/content", tier=2, host="data"
)
def get_image(asked: Asked) -> Answer:
    """The image of a rich menu."""
    menu = _menus(asked).menu(asked.parameters["richMenuId"])
    if not menu.image:
        raise RefusedError(CONTENT_NOT_FOUND, why="no image was uploaded to this rich menu")
    return Answer(content=menu.image, media_type=menu.image_type)


# the paths of the default come before those of a user: "all" is no user id
@operations.answers("setDefaultRichMenu", "POST", f"{_DEFAULT}/{{richMenuId}}", tier=2)
def set_default(asked: Asked) -> Answer:
    """Show a rich menu to everybody without one of their own."""
    _menus(asked).set_default(asked.parameters["richMenuId"])
    return Answer(content={})


@operations.answers("getDefaultRichMenuId", "GET", _DEFAULT, tier=2, result="RichMenuIdResponse")
def get_default(asked: Asked) -> Answer:
    """The default rich menu's id."""
    return Answer(content={"richMenuId": _menus(asked).default_id()})


@operations.answers("cancelDefaultRichMenu", "DELETE", _DEFAULT, tier=2)
def cancel_default(asked: Asked) -> Answer:
    """Have no default."""
    _menus(asked).default = None
    return Answer(content={})


@operations.answers("linkRichMenuIdToUser", "POST", f"{_USER}/{{richMenuId}}", tier=2)
def link(asked: Asked) -> Answer:
    """Show a rich menu to one user."""
    _menus(asked).link(asked.parameters["richMenuId"], [known_user(asked).id])
    return Answer(content={})


@operations.answers("getRichMenuIdOfUser", "GET", _USER, tier=2, result="RichMenuIdResponse")
def get_of_user(asked: Asked) -> Answer:
    """The id of the rich menu linked to one user."""
    return Answer(content={"richMenuId": _menus(asked).link_of(known_user(asked).id)})


@operations.answers("unlinkRichMenuIdFromUser", "DELETE", _USER, tier=2)
def unlink(asked: Asked) -> Answer:
    """Show the default to one user again."""
    _menus(asked).unlink([known_user(asked).id])
    return Answer(content={})


@operations.answers(
    "linkRichMenuIdToUsers", "POST", f"{_MENU}/bulk/link", tier=2, status=202,
    body="RichMenuBulkLinkRequest",
)  # fmt: skip
def link_many(asked: Asked) -> Answer:
    """Show a rich menu to up to 500 users; LINE does it later, the mock at once."""
    found = read_rich_menu(asked, "bulk_link")
    check_known(asked, "userIds", found.body["userIds"])
    _menus(asked).link(found.body["richMenuId"], found.body["userIds"])
    return Answer(202, {}, findings=found.warnings)


@operations.answers(
    "unlinkRichMenuIdFromUsers", "POST", f"{_MENU}/bulk/unlink", tier=2, status=202,
    body="RichMenuBulkUnlinkRequest",
)  # fmt: skip
def unlink_many(asked: Asked) -> Answer:
    """Show the default to up to 500 users again."""
    found = read_rich_menu(asked, "bulk_unlink")
    check_known(asked, "userIds", found.body["userIds"])
    _menus(asked).unlink(found.body["userIds"])
    return Answer(202, {}, findings=found.warnings)


@operations.answers(
    "richMenuBatch", "POST", f"{_MENU}/batch", tier=3, status=202, limit=Limit(3, _HOUR_S),
    body="RichMenuBatchRequest",
)  # fmt: skip
def batch(asked: Asked) -> Answer:
    """Move everybody linked to some menus to others."""
    found = _batch(asked)
    rich_menu_batches.carry_out(_menus(asked), found.body["operations"])
    done = Batch(asked.platform.unix_ms(asked.now))
    asked.channel.part(Batches).add(asked.request_id, done)
    return Answer(202, {}, findings=(*found.warnings, SIMPLER))


@operations.answers(
    "validateRichMenuBatchRequest", "POST", f"{_MENU}/validate/batch", tier=3,
    body="RichMenuBatchRequest",
)  # fmt: skip
def validate_batch(asked: Asked) -> Answer:
    """Whether :func:`batch` would accept the body."""
    return Answer(content={}, findings=(*_batch(asked).warnings, SIMPLER))


@operations.answers(
    "getRichMenuBatchProgress", "GET", f"{_MENU}/progress/batch", tier=3,
    limit=Limit(100, _HOUR_S), result="RichMenuBatchProgressResponse",
)  # fmt: skip
def batch_progress(asked: Asked) -> Answer:
    """How far a batch is: done."""
    done = asked.channel.part(Batches).find(asked.query("requestId") or "")
    moment = dt.datetime.fromtimestamp(done.unix_ms / 1_000, dt.UTC)
    time = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    content = {"phase": "succeeded", "acceptedTime": time, "completedTime": time}
    return Answer(content=content, findings=(SIMPLER,))


def _menus(asked: Asked) -> RichMenus:
    """The rich menus of the channel."""
    return asked.channel.part(RichMenus)


def _batch(asked: Asked) -> Read:
    """The batch in the body."""
    found = read_rich_menu(asked, "batch")
    rich_menu_batches.check(found.body["operations"])
    return found
