"""A channel's rich menus: which there are, who sees which, and the aliases to switch by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from line_sim.wire.refusals import (
    NO_DEFAULT_RICH_MENU,
    NO_RICH_MENU,
    NO_RICH_MENU_ALIAS,
    NO_USER_RICH_MENU,
    RICH_MENU_ALIAS_TAKEN,
    RICH_MENU_IMAGE_TAKEN,
    RICH_MENU_WITHOUT_IMAGE,
    RICH_MENUS_FULL,
    RefusedError,
)

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel

MOST = 1_000
"""Rich menus made by the API that an account may have."""

Switched = Literal["SUCCESS", "RICHMENU_ALIAS_ID_NOTFOUND", "RICHMENU_NOTFOUND", "FAILED"]
"""What ``postback.params.status`` says of a switch."""


@dataclass(slots=True)
class Menu:
    """One rich menu."""

    id: str
    body: dict[str, Any]
    """As it was asked for."""
    image: bytes = b""
    image_type: str = ""

    def to_wire(self) -> dict[str, Any]:
        """As LINE shows it."""
        return {"richMenuId": self.id, **self.body}


class RichMenus:
    """Every rich menu of one channel, the default, the links to users, and the aliases."""

    def __init__(self, channel: Channel) -> None:
        self._new_id = channel.platform.ids.rich_menu
        self.menus: dict[str, Menu] = {}
        self.default: str | None = None
        """The id of the menu for everybody without one of their own."""
        self.linked: dict[str, str] = {}
        """By user id, the id of the menu linked to them."""
        self.aliases: dict[str, str] = {}
        """By alias id, the id of a menu; that menu may be deleted."""

    def create(self, body: dict[str, Any]) -> Menu:
        """One more menu; raises :class:`RefusedError` where there are 1,000."""
        if len(self.menus) >= MOST:
            raise RefusedError(RICH_MENUS_FULL, why=f"there are {MOST} rich menus; delete one")
        menu = Menu(self._new_id(), body)
        self.menus[menu.id] = menu
        return menu

    def menu(self, menu_id: str) -> Menu:
        """The menu of that id; raises :class:`RefusedError` where there is none."""
        found = self.menus.get(menu_id)
        if found is None:
            raise RefusedError(NO_RICH_MENU, why=f"no rich menu {menu_id!r} in this channel")
        return found

    def delete(self, menu_id: str) -> None:
        """Remove a menu, and with it every link to it; its aliases stay and lead nowhere."""
        del self.menus[self.menu(menu_id).id]
        if self.default == menu_id:
            self.default = None
        self.replace(menu_id, None)

    def set_image(self, menu_id: str, image: bytes, media_type: str) -> None:
        """Give a menu its image, once: LINE lets nobody replace it."""
        menu = self.menu(menu_id)
        if menu.image:
            raise RefusedError(RICH_MENU_IMAGE_TAKEN, why="make a new rich menu instead")
        menu.image, menu.image_type = image, media_type

    def set_default(self, menu_id: str) -> None:
        """Show a menu to everybody without one of their own."""
        self.default = self._showable(menu_id).id

    def link(self, menu_id: str, user_ids: list[str]) -> None:
        """Show a menu to some users."""
        self._showable(menu_id)
        self.linked.update(dict.fromkeys(user_ids, menu_id))

    def unlink(self, user_ids: list[str]) -> None:
        """Show them the default again; those without a link stay as they are."""
        for user_id in user_ids:
            self.linked.pop(user_id, None)

    def replace(self, menu_id: str, other_id: str | None) -> None:
        """Link everybody who is linked to a menu to another one, or to none."""
        users = [user for user, linked in self.linked.items() if linked == menu_id]
        if other_id is None:
            self.unlink(users)
        else:
            self.link(other_id, users)

    def default_id(self) -> str:
        """The id of the default menu; raises where there is none."""
        if self.default is None:
            raise RefusedError(NO_DEFAULT_RICH_MENU, why="no default rich menu was set by the API")
        return self.default

    def link_of(self, user_id: str) -> str:
        """The id of the menu linked to a user; raises where there is none."""
        found = self.linked.get(user_id)
        if found is None:
            raise RefusedError(NO_USER_RICH_MENU, why=f"no rich menu is linked to {user_id}")
        return found

    def shown(self, user_id: str) -> Menu | None:
        """The menu that the user sees: their own, else the default."""
        menu_id = self.linked.get(user_id, self.default)
        return None if menu_id is None else self.menus.get(menu_id)

    def add_alias(self, alias: str, menu_id: str) -> None:
        """A name for a menu; raises where the name is taken or there is no such menu."""
        if alias in self.aliases:
            raise RefusedError(RICH_MENU_ALIAS_TAKEN, why=f"{alias!r} names {self.aliases[alias]}")
        self.aliases[alias] = self.menu(menu_id).id

    def move_alias(self, alias: str, menu_id: str) -> None:
        """Let an alias name another menu."""
        self.alias(alias)
        self.aliases[alias] = self.menu(menu_id).id

    def alias(self, alias: str) -> str:
        """The id of the menu that an alias names; raises where there is no such alias."""
        found = self.aliases.get(alias)
        if found is None:
            raise RefusedError(NO_RICH_MENU_ALIAS, why=f"no alias {alias!r} in this channel")
        return found

    def delete_alias(self, alias: str) -> None:
        """Forget an alias."""
        self.alias(alias)
        del self.aliases[alias]

    def switch(self, user_id: str, alias: str) -> Switched:
        """What a user's tap on a rich menu switch action does, and LINE's word for it."""
        menu_id = self.aliases.get(alias)
        if menu_id is None:
            return "RICHMENU_ALIAS_ID_NOTFOUND"
        menu = self.menus.get(menu_id)
        if menu is None:
            return "RICHMENU_NOTFOUND"
        if not menu.image:
            return "FAILED"  # chosen: LINE does not say what a menu without an image does here
        self.linked[user_id] = menu_id
        return "SUCCESS"

    def _showable(self, menu_id: str) -> Menu:
        """The menu, if it has its image."""
        menu = self.menu(menu_id)
        if not menu.image:
            raise RefusedError(RICH_MENU_WITHOUT_IMAGE, why=f"{menu_id} has no image yet")
        return menu
