"""Visitors who speak: what a test holds in its hand of a customer, a group, a message.

They keep no state of their own: each act is a command to the mock, in this process or another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from line_sim.mock.links import Link


@dataclass(frozen=True, slots=True)
class Happened:
    """What an act of a visitor caused.

    Attributes
    ----------
    events
        Ids of the webhook events; none where no webhook goes out for it.
    message
        The id of the message, ``""`` where the act is none.
    """

    events: tuple[str, ...]
    message: str = ""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Happened:
        """From a command's answer."""
        return cls(tuple(answer["events"]), answer.get("message") or "")


@dataclass(frozen=True, slots=True)
class Group:
    """A group or room; made by :meth:`line_sim.mock.server.MockLine.group`."""

    link: Link
    id: str
    name: str
    kind: str

    def invites_bot(self, channel: str | None = None) -> str:
        """Invite the account; why LINE does not let it in, ``""`` where it does."""
        return str(self.link.do("invites", chat=self.id, channel=channel)["finding"])

    def removes_bot(self) -> Happened:
        """Remove the account."""
        return Happened.of(self.link.do("removes", chat=self.id))

    def sees(self) -> list[dict[str, Any]]:
        """The messages of the account that the group's members see, in order."""
        return list(self.link.do("sees", chat=self.id)["messages"])


@dataclass(frozen=True, slots=True)
class Visitor:
    """A LINE user; made by :meth:`line_sim.mock.server.MockLine.visitor`.

    Every act takes `channel`, the name or id of the account it is towards (by default the first),
    and `delay_s`, schedule seconds until it reaches LINE. Acts in a group take `group`.
    """

    link: Link
    id: str
    name: str

    def says(
        self,
        text: str,
        *,
        group: Group | None = None,
        quotes: Happened | str | None = None,
        emojis: Sequence[Mapping[str, Any]] = (),
        mentions: Sequence[Mapping[str, Any]] = (),
        channel: str | None = None,
        delay_s: float = 0.0,
    ) -> Happened:
        """Write a text; `quotes` is what it answers to."""
        return self._act(
            "says", text=text, quotes=_message_id(quotes), emojis=list(emojis),
            mentions=list(mentions), group=group, channel=channel, delay_s=delay_s,
        )  # fmt: skip

    def sends_image(
        self,
        *,
        format: str = "jpeg",  # noqa: A002 - what people call it
        width: int = 640,
        height: int = 480,
        size_bytes: int | None = None,
        external_url: str = "",
        **where: Any,
    ) -> Happened:
        """Send a picture (png, jpeg) made for this, or one that lies at `external_url`."""
        return self._act(
            "sends", kind="image", format=format, width=width, height=height,
            size_bytes=size_bytes, external_url=external_url, **where,
        )  # fmt: skip

    def sends_video(
        self, *, duration_ms: int = 1_000, size_bytes: int | None = None,
        **where: Any,
    ) -> Happened:  # fmt: skip
        """Send a video made for this: mp4 with H.264 and AAC."""
        return self._act(
            "sends", kind="video", duration_ms=duration_ms, size_bytes=size_bytes, **where
        )

    def sends_audio(
        self, *, format: str = "m4a", duration_ms: int = 1_000,  # noqa: A002 - as above
        size_bytes: int | None = None,
        **where: Any,
    ) -> Happened:  # fmt: skip
        """Send a sound made for this: m4a, mp3 or wav."""
        return self._act(
            "sends", kind="audio", format=format, duration_ms=duration_ms,
            size_bytes=size_bytes, **where,
        )  # fmt: skip

    def sends_file(
        self,
        name: str = "order.pdf",
        *,
        size_bytes: int = 10_000,
        **where: Any,
    ) -> Happened:
        """Send a file of any kind."""
        return self._act("sends", kind="file", name=name, size_bytes=size_bytes, **where)

    def sends_sticker(
        self,
        package_id: str = "446",
        sticker_id: str = "1988",
        *,
        resource_type: str = "STATIC",
        keywords: Sequence[str] = (),
        **where: Any,
    ) -> Happened:
        """Send a sticker."""
        return self._act(
            "sends_sticker", package_id=package_id, sticker_id=sticker_id,
            resource_type=resource_type, keywords=list(keywords), **where,
        )  # fmt: skip

    def sends_location(
        self, latitude: float = 13.7563, longitude: float = 100.5018, *, title: str = "",
        address: str = "", **where: Any,
    ) -> Happened:  # fmt: skip
        """Send a place, by default in Bangkok; degrees."""
        return self._act(
            "sends_location", latitude=latitude, longitude=longitude, title=title,
            address=address, **where,
        )  # fmt: skip

    def taps(
        self,
        data: str,
        *,
        params: Mapping[str, str] | None = None,
        **where: Any,
    ) -> Happened:
        """Tap a button with a postback; `params` of a date picker or a rich menu switch."""
        return self._act("taps", data=data, params=dict(params or {}), **where)

    def switches_menu(self, alias: str, **where: Any) -> Happened:
        """Tap a rich menu switch."""
        return self._act("switches_menu", alias=alias, **where)

    def follows(self, **where: Any) -> Happened:
        """Add the account as a friend, or unblock it."""
        return self._act("follows", **where)

    def blocks(self, **where: Any) -> Happened:
        """Block the account: from now on nothing reaches this visitor."""
        return self._act("blocks", **where)

    def watches(self, tracking_id: str, **where: Any) -> Happened:
        """Watch a film that the bot sent with a tracking id to its end."""
        return self._act("watches", tracking_id=tracking_id, **where)

    def meets_beacon(self, hwid: str, **how: Any) -> Happened:
        """Come near a beacon; `type` is enter, banner or stay, `dm` its device message."""
        return self._act("meets_beacon", hwid=hwid, **how)

    def links_account(self, nonce: str, link_token: str, **where: Any) -> Happened:
        """Link an account of the bot's service by a link token that the bot asked LINE for."""
        return self._act("links_account", nonce=nonce, link_token=link_token, **where)

    def changes_membership(self, change: str, membership_id: int = 1, **where: Any) -> Happened:
        """Have a paid membership ``joined``, ``left`` or ``renewed``."""
        return self._act("changes_membership", change=change, membership_id=membership_id, **where)

    def unsends(self, message: Happened | str, **where: Any) -> Happened:
        """Take a message back."""
        return self._act("unsends", message=_message_id(message), **where)

    def edits(self, message: Happened | str, text: str, **where: Any) -> Happened:
        """Change a text sent to a group; LINE has no edits elsewhere."""
        return self._act("edits", message=_message_id(message), text=text, **where)

    def joins(self, group: Group) -> Happened:
        """Join a group or room."""
        return self._act("joins", group=group)

    def leaves(self, group: Group) -> Happened:
        """Leave a group or room."""
        return self._act("leaves", group=group)

    def expect(
        self,
        *,
        text: str | None = None,
        contains: str | None = None,
        matches: str | None = None,
        message_type: str | None = None,
        **counts: int,
    ) -> None:
        """Expect calls that send to this visitor: ``expect(reply=1)``, ``expect(push=2)``.

        Kinds are reply, push, multicast, broadcast, narrowcast, or ``send`` for any of them; 0
        says that none may come. From now on a strict mock lets no other send to this visitor pass.
        """
        self.link.do(
            "expect", chat=self.id, counts=counts, text=text, contains=contains,
            matches=matches, message_type=message_type,
        )  # fmt: skip

    def sees(self, *, at_least: int = 0, wait_s: float = 0.0) -> list[dict[str, Any]]:
        """The messages on the visitor's phone that came from accounts, in order.

        Waits up to `wait_s` wall seconds for `at_least` of them.
        """
        found = self.link.do("sees", chat=self.id, at_least=at_least, wait_s=wait_s)
        return list(found["messages"])

    def loads(self, message: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Load the media of a message of :meth:`sees`, by the setting ``media_map``.

        Each with `url`, `status` (0 without an answer, and why in `reason`), `type`, `size_bytes`.
        """
        return list(self.link.do("loads", chat=self.id, message=message["id"])["loaded"])

    def _act(self, act: str, *, group: Group | None = None, **arguments: Any) -> Happened:
        if group is not None:
            arguments["chat"] = group.id
        return Happened.of(self.link.do(act, visitor=self.id, **arguments))


def _message_id(message: Happened | str | None) -> str | None:
    return message.message if isinstance(message, Happened) else message
