"""Answers about rich menus, their aliases and their batches; what is asked is wire.richmenu's."""

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
)

_MENU = {
    "size": ref("RichMenuSize"),
    "selected": FLAG,
    "name": text(0, 300),
    "chatBarText": text(0, 14),
    "areas": many(ref("RichMenuArea"), most=20),
}
"""Size and areas are shown as they were asked for: :mod:`line_sim.wire.richmenu` describes them."""

SCHEMAS: dict[str, Schema] = {
    "RichMenuResponse": record({"richMenuId": text(), **_MENU}),
    "RichMenuIdResponse": record({"richMenuId": text()}),
    "RichMenuListResponse": record({"richmenus": many(ref("RichMenuResponse"))}),
    "RichMenuAliasResponse": record({"richMenuAliasId": text(), "richMenuId": text()}),
    "RichMenuAliasListResponse": record({"aliases": many(ref("RichMenuAliasResponse"))}),
    "RichMenuBatchProgressResponse": record(
        {"phase": choice("ongoing", "succeeded", "failed"), "acceptedTime": MOMENT},
        completedTime=MOMENT,
    ),
}
