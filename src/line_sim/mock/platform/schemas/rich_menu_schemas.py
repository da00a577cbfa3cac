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
    whole,
)

_SIDES = {"width": whole(1), "height": whole(1)}
_AREA = record(
    bounds=record({"x": whole(0), "y": whole(0), **_SIDES}), action=record({"type": text(1)})
)
_MENU = {
    "size": record(_SIDES),
    "selected": FLAG,
    "name": text(0, 300),
    "chatBarText": text(0, 14),
    "areas": many(_AREA, most=20),
}

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
