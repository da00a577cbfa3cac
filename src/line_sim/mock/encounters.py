"""The commands of visitors that are no writing: films, beacons, linked accounts, memberships."""

from __future__ import annotations

from typing import Any, Literal

from line_sim.mock.addressing import Addressing, Name
from line_sim.mock.platform import acts


class Encounters(Addressing):
    """What happens to visitors in their own chat; each act answers as those of `Acting`."""

    async def watches(
        self, visitor: str, tracking_id: str, channel: Name = None, delay_s: float = 0.0
    ) -> dict[str, Any]:
        """Watch a film with a tracking id to its end."""
        where = self._where(None, channel)
        return self._act(acts.watches, visitor, where, tracking_id, delay_s=delay_s)

    async def meets_beacon(  # noqa: PLR0913, PLR0917 - what a beacon and an act have
        self,
        visitor: str,
        hwid: str,
        type: Literal["enter", "banner", "stay"] = "enter",  # noqa: A002 - LINE's word
        dm: str = "",
        channel: Name = None,
        delay_s: float = 0.0,
    ) -> dict[str, Any]:
        """Come near a beacon of the account."""
        where = self._where(None, channel)
        return self._act(acts.meets_beacon, visitor, where, hwid, delay_s=delay_s, type=type, dm=dm)

    async def links_account(
        self,
        visitor: str,
        nonce: str,
        link_token: str,
        channel: Name = None,
        delay_s: float = 0.0,
    ) -> dict[str, Any]:
        """Link the user's account of a service by a link token."""
        where = self._where(None, channel)
        return self._act(acts.links_account, visitor, where, nonce, link_token, delay_s=delay_s)

    async def changes_membership(
        self,
        visitor: str,
        change: Literal["joined", "left", "renewed"],
        membership_id: int = 1,
        channel: Name = None,
        delay_s: float = 0.0,
    ) -> dict[str, Any]:
        """Join, leave or renew a paid membership."""
        where, what = self._where(None, channel), (change, membership_id)
        return self._act(acts.changes_membership, visitor, where, what, delay_s=delay_s)
