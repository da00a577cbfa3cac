"""Rich menu aliases: names to switch between rich menus by (Messaging API reference)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.mock.platform.request_bodies import read_rich_menu
from line_sim.mock.platform.rich_menus import RichMenus

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()

_PATH = "/v2/bot/richmenu/alias"
_ONE = f"{_PATH}/{{richMenuAliasId}}"


@operations.answers("createRichMenuAlias", "POST", _PATH, tier=2, body="CreateRichMenuAliasRequest")
def create(asked: Asked) -> Answer:
    """A name for a rich menu."""
    found = read_rich_menu(asked, "alias")
    _menus(asked).add_alias(found.body["richMenuAliasId"], found.body["richMenuId"])
    return Answer(content={}, findings=found.warnings)


@operations.answers(
    "getRichMenuAliasList", "GET", f"{_PATH}/list", tier=2, result="RichMenuAliasListResponse"
)
def listed(asked: Asked) -> Answer:
    """Every alias."""
    aliases = [_shown(*each) for each in _menus(asked).aliases.items()]
    return Answer(content={"aliases": aliases})


@operations.answers("getRichMenuAlias", "GET", _ONE, tier=2, result="RichMenuAliasResponse")
def get(asked: Asked) -> Answer:
    """One alias."""
    alias = asked.parameters["richMenuAliasId"]
    return Answer(content=_shown(alias, _menus(asked).alias(alias)))


@operations.answers("updateRichMenuAlias", "POST", _ONE, tier=2, body="UpdateRichMenuAliasRequest")
def update(asked: Asked) -> Answer:
    """Let an alias name another rich menu."""
    found = read_rich_menu(asked, "alias_update")
    _menus(asked).move_alias(asked.parameters["richMenuAliasId"], found.body["richMenuId"])
    return Answer(content={}, findings=found.warnings)


@operations.answers("deleteRichMenuAlias", "DELETE", _ONE, tier=2, limit=Limit(100, 3_600))
def delete(asked: Asked) -> Answer:
    """Forget an alias."""
    _menus(asked).delete_alias(asked.parameters["richMenuAliasId"])
    return Answer(content={})


def _menus(asked: Asked) -> RichMenus:
    """The rich menus of the channel."""
    return asked.channel.part(RichMenus)


def _shown(alias: str, menu_id: str) -> dict[str, str]:
    """As LINE shows it."""
    return {"richMenuAliasId": alias, "richMenuId": menu_id}
