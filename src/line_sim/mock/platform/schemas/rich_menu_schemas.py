"""Rich menus, their aliases and their batches; the actions in them are wire.richmenu's matter."""

from __future__ import annotations

from line_sim.mock.platform.schemas.kinds import (
    FLAG,
    MOMENT,
    Schema,
    choice,
    many,
    record,
    ref,
    text,
    variants,
    whole,
)

ALIAS = text(1, 32, "^[a-z0-9_-]{1,32}$")
_MENU = {
    "size": ref("RichMenuSize"),
    "selected": FLAG,
    "name": text(0, 300),
    "chatBarText": text(0, 14),
    "areas": many(ref("RichMenuArea"), most=20),
}
_USERS = many(text(1), 1, 500)

SCHEMAS: dict[str, Schema] = {
    "RichMenuSize": record(width=whole(1, 2_147_483_647), height=whole(1, 2_147_483_647)),
    "RichMenuBounds": record(
        x=whole(0), y=whole(0), width=whole(0, 2_147_483_647), height=whole(0, 2_147_483_647)
    ),
    "RichMenuArea": record(bounds=ref("RichMenuBounds"), action=record({"type": text(1)})),
    "RichMenuRequest": record(_MENU),
    "RichMenuResponse": record({"richMenuId": text(), **_MENU}),
    "RichMenuIdResponse": record({"richMenuId": text()}),
    "RichMenuListResponse": record({"richmenus": many(ref("RichMenuResponse"))}),
    "CreateRichMenuAliasRequest": record({"richMenuAliasId": ALIAS, "richMenuId": text(1)}),
    "UpdateRichMenuAliasRequest": record({"richMenuId": text(1)}),
    "RichMenuAliasResponse": record({"richMenuAliasId": text(), "richMenuId": text()}),
    "RichMenuAliasListResponse": record({"aliases": many(ref("RichMenuAliasResponse"))}),
    "RichMenuBulkLinkRequest": record({"richMenuId": text(1), "userIds": _USERS}),
    "RichMenuBulkUnlinkRequest": record({"userIds": _USERS}),
    "RichMenuBatchLinkOperation": record({"type": choice("link"), "from": text(1), "to": text(1)}),
    "RichMenuBatchUnlinkOperation": record({"type": choice("unlink"), "from": text(1)}),
    "RichMenuBatchUnlinkAllOperation": record({"type": choice("unlinkAll")}),
    "RichMenuBatchOperation": variants(
        link="RichMenuBatchLinkOperation",
        unlink="RichMenuBatchUnlinkOperation",
        unlinkAll="RichMenuBatchUnlinkAllOperation",
    ),
    "RichMenuBatchRequest": record(
        {"operations": many(ref("RichMenuBatchOperation"), 1, 1_000)},
        resumeRequestKey=text(1, 100, "^[a-zA-Z0-9_-]{1,100}$"),
    ),
    "RichMenuBatchProgressResponse": record(
        {"phase": choice("ongoing", "succeeded", "failed"), "acceptedTime": MOMENT},
        completedTime=MOMENT,
    ),
}
