"""What visitors tap and meet: postbacks, menus, films, beacons, linked accounts, memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack

from line_sim.mock.platform.acts.messages import Where
from line_sim.mock.platform.acts.places import present
from line_sim.mock.platform.happenings import Happening, Place, Way, happens
from line_sim.mock.platform.rich_menus import RichMenus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.people import Person
    from line_sim.net.clock import Instant


class Tapping(Where, total=False):
    """What a postback may carry."""

    params: Mapping[str, Any]
    """``date``, ``time`` or ``datetime`` that was picked."""


class Beaconing(Way, total=False):
    """What a beacon may tell."""

    type: Literal["enter", "banner", "stay"]
    dm: str
    """Device message, hexadecimal."""


def taps(
    channel: Channel, person: Person, now: Instant, data: str, **how: Unpack[Tapping]
) -> dict[str, Any]:
    """Tap a postback action."""
    place = present(channel, person, now, how.get("chat"))
    postback: dict[str, Any] = {"data": data}
    if params := how.get("params"):
        postback["params"] = dict(params)
    return happens(channel, now, place, Happening("postback", {"postback": postback}), how)


def switches_rich_menu(
    channel: Channel, person: Person, now: Instant, alias: str, **way: Unpack[Way]
) -> dict[str, Any]:
    """Tap a rich menu switch action, whose data is chosen to be ``switch to ALIAS``."""
    place = present(channel, person, now, None)
    status = channel.part(RichMenus).switch(person.id, alias)
    params = {"newRichMenuAliasId": alias, "status": status}
    postback = {"data": f"switch to {alias}", "params": params}
    return happens(channel, now, place, Happening("postback", {"postback": postback}), way)


def watches(
    channel: Channel, person: Person, now: Instant, tracking_id: str, **way: Unpack[Way]
) -> dict[str, Any]:
    """Watch a film with a tracking id to its end; in one's own chat only."""
    place = present(channel, person, now, None)
    specific = {"videoPlayComplete": {"trackingId": tracking_id}}
    return happens(channel, now, place, Happening("videoPlayComplete", specific), way)


def meets_beacon(
    channel: Channel, person: Person, now: Instant, hwid: str, **how: Unpack[Beaconing]
) -> dict[str, Any]:
    """Come near a beacon that is linked to the account."""
    place = present(channel, person, now, None)
    beacon = {"hwid": hwid, "type": how.get("type", "enter")}
    if dm := how.get("dm"):
        beacon["dm"] = dm
    return happens(channel, now, place, Happening("beacon", {"beacon": beacon}), how)


def links_account(
    channel: Channel, person: Person, now: Instant, nonce: str, link_token: str, **way: Unpack[Way]
) -> dict[str, Any]:
    """Follow the link to LINE that a bot's service made of a link token and a nonce.

    A link token that is unknown, somebody else's, used or older than ten minutes ends in
    ``failed``: without source and reply token (account link event).
    """
    place = present(channel, person, now, None)
    if channel.link_tokens.use(link_token, person.id, now):
        what = Happening("accountLink", {"link": {"result": "ok", "nonce": nonce}})
        return happens(channel, now, place, what, way)
    failed = Happening("accountLink", {"link": {"result": "failed", "nonce": nonce}}, False)  # noqa: FBT003 - answerable
    return happens(channel, now, Place("", None), failed, way)


def changes_membership(
    channel: Channel,
    person: Person,
    now: Instant,
    change: tuple[Literal["joined", "left", "renewed"], int],
    **way: Unpack[Way],
) -> dict[str, Any]:
    """Join, leave or renew a paid membership: what, and the membership's id."""
    place = present(channel, person, now, None)
    membership = {"type": change[0], "membershipId": change[1]}
    return happens(channel, now, place, Happening("membership", {"membership": membership}), way)


def receives_notification(
    channel: Channel, now: Instant, tag: str, **way: Unpack[Way]
) -> dict[str, Any]:
    """A LINE notification message arrives: its delivery tag, and no source since January 2025."""
    what = Happening("delivery", {"delivery": {"data": tag}}, answerable=False)
    return happens(channel, now, Place("", None), what, way)
